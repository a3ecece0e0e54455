// SPDX-License-Identifier: GPL-2.0-or-later
// Scheduling decisions as text: why the others lost.
#include <fmt/format.h>

#include "ipvs/sched/scheduler.h"

namespace lvs::ipvs {

std::string compare_loads(std::string_view what, std::uint64_t loser, int loser_weight, std::uint64_t winner,
                          int winner_weight) {
  const bool equal =
      loser * static_cast<std::uint64_t>(winner_weight) == winner * static_cast<std::uint64_t>(loser_weight);
  return fmt::format("{} {}/{} {} {}/{}{}", what, loser, loser_weight, equal ? '=' : '>', winner, winner_weight,
                     equal ? ", further back in the list" : "");
}

std::string compare_overheads(const Destination& loser, const Destination& winner) {
  return compare_loads("overhead", overhead(loser), loser.weight, overhead(winner), winner.weight);
}

std::string explain_losers(const VirtualService& service, const Destination* winner) {
  std::string out;
  for (const Destination* dest : service.destinations) {
    if (dest == winner) continue;
    std::string reason = "not chosen";
    if (dest->weight <= 0) {
      reason = "weight 0";
    } else if (dest->overloaded) {
      reason = "overloaded";
    } else if (winner != nullptr && service.scheduler != nullptr) {
      reason = service.scheduler->why_lost(*dest, *winner);
    }
    if (!out.empty()) out += '\n';
    out += fmt::format("{}:{}: {}", dest->addr.text(), dest->port, reason);
  }
  return out;
}

}  // namespace lvs::ipvs
