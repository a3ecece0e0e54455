// SPDX-License-Identifier: GPL-2.0-or-later
// Locality-based least-connection (kernel: ip_vs_lblc.c): a destination address stays with its server while that can
// cope; for cache clusters.
#include "ipvs/sched/locality.h"
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Lblc final : public Scheduler {
 public:
  std::string_view name() const override { return "lblc"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    // The table has sent the flow where it went before, or the least loaded got it.
    return served_before_ ? trace::Why{trace::WhyId::lost_table} : compare_overheads(loser, winner);
  }
  void bound(const VirtualService&, base::Time now) override { table_.start(now); }

  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    served_before_ = false;
    table_.collect(flow.now, std::chrono::seconds(flow.settings->lblc_expiration));
    Entry* entry = table_.find(flow.target);
    if (entry != nullptr) {
      entry->last_used = flow.now;
      Destination& dest = *entry->dest.get();
      // The threshold of connections is not looked at here.
      if (dest.available && dest.weight > 0 && !needs_help(dest, service)) {
        if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_lblc_before, {flow.target.value}});
        served_before_ = true;
        return &dest;
      }
    }
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_lblc});
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
  bool served_before_ = false;  // decided the last flow
};

}  // namespace

std::unique_ptr<Scheduler> make_lblc() { return std::make_unique<Lblc>(); }

}  // namespace lvs::ipvs
