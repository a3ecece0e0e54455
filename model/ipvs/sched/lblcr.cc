// SPDX-License-Identifier: GPL-2.0-or-later
// Locality-based least-connection with replication (kernel: ip_vs_lblcr.c): a destination address has a set of servers,
// which grows when they cannot cope and shrinks after a day.
#include <algorithm>

#include "ipvs/sched/locality.h"
#include "ipvs/sched/sched.h"

namespace lvs::ipvs {
namespace {

class Lblcr final : public Scheduler {
 public:
  std::string_view name() const override { return "lblcr"; }
  trace::Why why_lost(const Destination& loser, const Destination& winner) const override {
    // The table has sent the flow where it went before, or the least loaded got it.
    return served_before_ ? trace::Why{trace::WhyId::lost_table} : compare_overheads(loser, winner);
  }
  void bound(const VirtualService&, base::Time now) override { table_.start(now); }

  Destination* schedule(const VirtualService& service, const Flow& flow) override {
    const base::Time expiration = std::chrono::seconds(flow.settings->lblcr_expiration);
    served_before_ = false;
    table_.collect(flow.now, expiration);
    Entry* entry = table_.find(flow.target);
    if (entry != nullptr) {
      entry->last_used = flow.now;
      Destination* dest = least_of(entry->servers);
      if (entry->servers.size() > 1 && flow.now > entry->last_changed + expiration) drop_busiest(*entry, flow.now);
      if (dest != nullptr && !needs_help(*dest, service)) {
        if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_lblcr_before, {flow.target.value}});
        served_before_ = true;
        return dest;
      }
    }
    if (flow.why != nullptr) flow.why->push_back({trace::WhyId::sched_lblcr});
    Destination* dest = least_loaded(service);
    if (dest == nullptr) return nullptr;
    if (entry == nullptr) {
      Entry fresh{flow.target, flow.now, flow.now, {}};
      fresh.servers.emplace_back(dest);
      table_.insert(std::move(fresh));
    } else if (std::ranges::none_of(entry->servers, [&](const auto& member) { return member.get() == dest; })) {
      entry->servers.emplace(entry->servers.begin(), dest);
      entry->last_changed = flow.now;
    }
    return dest;
  }

 private:
  using Servers = std::vector<DestinationRef>;  // newest first
  struct Entry {
    base::Ipv4Addr addr;
    base::Time last_used;
    base::Time last_changed;
    Servers servers;
  };

  static std::uint64_t scaled(const Destination& load_of, const Destination& weight_of) {
    return overhead(load_of) * static_cast<std::uint64_t>(weight_of.weight);
  }
  // Kernel: ip_vs_dest_set_min().
  static Destination* least_of(const Servers& servers) {
    Destination* least = nullptr;
    for (const DestinationRef& member : servers) {
      Destination* dest = member.get();
      if (!eligible(*dest) || !dest->available) continue;
      if (least == nullptr || scaled(*least, *dest) > scaled(*dest, *least)) least = dest;
    }
    return least;
  }
  // Kernel: ip_vs_dest_set_max() and _erase().
  static void drop_busiest(Entry& entry, base::Time now) {
    auto most = entry.servers.end();
    for (auto it = entry.servers.begin(); it != entry.servers.end(); ++it) {
      if ((*it)->weight <= 0) continue;
      if (most == entry.servers.end() || scaled(*most->get(), *it->get()) < scaled(*it->get(), *most->get())) most = it;
    }
    if (most == entry.servers.end()) return;
    entry.servers.erase(most);
    entry.last_changed = now;
  }

  LocalityTable<Entry> table_;
  bool served_before_ = false;  // decided the last flow
};

}  // namespace

std::unique_ptr<Scheduler> make_lblcr() { return std::make_unique<Lblcr>(); }

}  // namespace lvs::ipvs
