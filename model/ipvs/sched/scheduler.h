// SPDX-License-Identifier: GPL-2.0-or-later
// Who gets a new connection (kernel: struct ip_vs_scheduler). One file a scheduler, NAME.cc, and a
// line in list.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "base/rng.h"
#include "base/time.h"
#include "ipvs/table/service.h"
#include "ipvs/table/settings.h"
#include "trace/phrases.h"

namespace lvs::ipvs {

// The packet to be scheduled, as the client sees it, and what a scheduler may ask of its surroundings.
struct Flow {
  base::Ipv4Addr client;
  base::Ipv4Addr target;  // where the packet was addressed to: the VIP, or anywhere for fwmark services
  std::uint16_t client_port = 0;
  base::Time now{};
  base::Rng* rng = nullptr;
  const Settings* settings = nullptr;
  // Where the scheduler may explain itself; nullptr when nobody asks.
  trace::Phrases* why = nullptr;
};

class Scheduler {
 public:
  virtual ~Scheduler() = default;
  virtual std::string_view name() const = 0;

  // The destinations of the service have changed, after the fact (kernel: init_service, add_dest, del_dest, upd_dest).
  // At the start each destination has been there before.
  virtual void bound(const VirtualService&, base::Time /*now*/) {}
  virtual void added(const VirtualService&, Destination&) {}
  // `position`: where it was in the list.
  virtual void removed(const VirtualService&, Destination&, std::size_t /*position*/) {}
  virtual void edited(const VirtualService&, Destination&) {}
  // May the service have this many destinations?
  virtual bool fits(std::size_t /*destinations*/) const { return true; }

  // nullptr: no destination can take this flow.
  virtual Destination* schedule(const VirtualService& service, const Flow& flow) = 0;
  // Why an eligible destination was not it, for those who look on: asked right after schedule(), nothing has changed
  // since.
  virtual trace::Why why_lost(const Destination& /*loser*/, const Destination& /*winner*/) const {
    return {trace::WhyId::lost_turn};
  }
};

// Names of all, or of those that Linux has, too; as list.h has them.
enum class SchedulersOf : std::uint8_t { ours, linux_too };
std::vector<std::string_view> scheduler_names(SchedulersOf of = SchedulersOf::ours);
// nullptr for a name that nobody has.
std::unique_ptr<Scheduler> make_scheduler(std::string_view name);

// May new connections go there?
inline bool eligible(const Destination& dest) { return dest.weight > 0 && !dest.overloaded; }
// The load by which lc, wlc, lblc, lblcr and twos compare: an active connection weighs 256 inactive ones
// (kernel: ip_vs_dest_conn_overhead()).
inline std::uint64_t overhead(const Destination& dest) {
  return (std::uint64_t{dest.active_conns} << 8) + dest.inactive_conns;
}
// The destination with the least load(destination) for its weight, without overloaded and weight-0 ones; first in the
// list among equals. Compared without dividing.
template <class Load>
Destination* least_for_weight(const VirtualService& service, Load load) {
  Destination* least = nullptr;
  std::uint64_t least_load = 0;
  for (Destination* dest : service.destinations) {
    if (!eligible(*dest)) continue;
    const std::uint64_t candidate = load(*dest);
    if (least == nullptr ||
        least_load * static_cast<std::uint64_t>(dest->weight) > candidate * static_cast<std::uint64_t>(least->weight)) {
      least = dest;
      least_load = candidate;
    }
  }
  return least;
}
// By overhead (kernel: ip_vs_wlc_schedule()).
Destination* least_loaded(const VirtualService& service);
// By active connections plus the one to come (kernel: ip_vs_sed_schedule()).
Destination* shortest_delay(const VirtualService& service);
// Kernel: hash_32().
inline std::uint32_t hash_32(std::uint32_t value, unsigned bits) { return value * 0x61C88647u >> (32 - bits); }

// A new line for each destination but the winner, which may be null: "10.0.0.12:80: overhead 512/1 > 256/1",
// "10.0.0.13:80: weight 0", "10.0.0.14:80: overloaded".
void explain_losers(trace::Phrases& to, const VirtualService& service, const Destination* winner);
// "overhead 512/1 > 256/1": loads for their weights; "=" where the order of the list decides.
enum class Measure : std::uint8_t { overhead, delay };
trace::Why compare_loads(Measure measure, std::uint64_t loser, int loser_weight, std::uint64_t winner,
                         int winner_weight);
// By overhead(), as lc, wlc, lblc, lblcr and twos compare.
trace::Why compare_overheads(const Destination& loser, const Destination& winner);
// "weight 2 < 5"
trace::Why compare_weights(const Destination& loser, const Destination& winner);

// "10.0.0.1:80 (weight 1, 3 active, 2 inactive)"
void describe(trace::Phrases& to, const Destination& dest);
// " (weight 1, 3 active, 2 inactive)"
trace::Why load_of(const Destination& dest);

}  // namespace lvs::ipvs
