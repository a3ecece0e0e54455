// SPDX-License-Identifier: GPL-2.0-or-later
// Locality-based least-connection (kernel: ip_vs_lblc.c): a destination address stays with its server while that can
// cope; for cache clusters.
#include "ipvs/sched-locality.h"
#include "ipvs/sched.h"

namespace lvs::ipvs {
namespace {

class Lblc final : public Scheduler {
 public:
  std::string_view name() const override { return "lblc"; }
  void bound(const VirtualService&, base::Time now) override { table_.start(now); }

  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    table_.collect(flow.now, std::chrono::seconds(flow.settings->lblc_expiration));
    Entry* entry = table_.find(flow.target);
    if (entry != nullptr) {
      entry->last_used = flow.now;
      Destination& dest = *entry->dest.get();
      // The threshold of connections is not looked at here.
      if (dest.available && dest.weight > 0 && !needs_help(dest, service)) {
        if (flow.why != nullptr) *flow.why = "lblc: served " + flow.target.text() + " before";
        return &dest;
      }
    }
    if (flow.why != nullptr) *flow.why = "lblc: least (256 active + inactive) / weight";
    Destination* dest = least_loaded(service);
    if (dest == nullptr) return nullptr;
    if (entry == nullptr) {
      table_.insert({flow.target, flow.now, DestinationRef(dest)});
    } else if (entry->dest.get() != dest) {
      table_.replace(*entry, {flow.target, flow.now, DestinationRef(dest)});
    }
    return dest;
  }

 private:
  struct Entry {
    base::Ipv4Addr addr;
    base::Time last_used;
    DestinationRef dest;
  };
  LocalityTable<Entry> table_;
};

}  // namespace

std::unique_ptr<Scheduler> make_lblc() { return std::make_unique<Lblc>(); }

}  // namespace lvs::ipvs
