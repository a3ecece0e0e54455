// SPDX-License-Identifier: GPL-2.0-or-later
#include "failover/report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <functional>
#include <ostream>

#include "common/statistics.h"

namespace lvs::scenarios {
namespace {

using Value = std::function<double(const FailoverResult&)>;

// Runs that differ in their seeds alone, in the order in which they first come.
std::vector<std::vector<const FailoverRun*>> groups_of(const std::vector<FailoverRun>& runs) {
  std::vector<std::vector<const FailoverRun*>> groups;
  for (const FailoverRun& run : runs) {
    const auto alike = std::ranges::find_if(groups, [&](const auto& group) {
      const FailoverSpec& spec = group.front()->spec;
      return spec.advert_int == run.spec.advert_int && spec.preempt == run.spec.preempt && spec.sync == run.spec.sync;
    });
    if (alike == groups.end()) {
      groups.push_back({&run});
    } else {
      alike->push_back(&run);
    }
  }
  return groups;
}

double mean(const std::vector<const FailoverRun*>& group, const Value& value) {
  std::vector<double> values;
  for (const FailoverRun* run : group) values.push_back(value(run->result));
  return estimate(values).mean;
}

std::string range(const std::vector<const FailoverRun*>& group, const Value& value) {
  double least = value(group.front()->result), most = least;
  for (const FailoverRun* run : group) {
    least = std::min(least, value(run->result));
    most = std::max(most, value(run->result));
  }
  return fmt::format("{:.2f}-{:.2f}", least, most);
}

std::string share(const std::vector<const FailoverRun*>& group, const Value& died) {
  const double of = mean(group, [](const FailoverResult& r) { return r.sessions; });
  return fmt::format("{:.1f} of {:.1f}", mean(group, died), of);
}

}  // namespace

void print_table(std::ostream& out, const std::vector<FailoverRun>& runs) {
  fmt::print(out, "{:>6} {:>4} {:>7} | {:^49} | {:^36}\n", "advert", "", "", "the master dies", "it returns");
  fmt::print(out, "{:>6} {:>4} {:>7} | {:>12} {:>7} {:>11} {:>6} {:>13} | {:>7} {:>11} {:>6} {:>9}\n", "_int s", "sync",
             "preempt", "formula s", "gap s", "from-to", "lost", "sessions died", "gap s", "from-to", "lost", "died");
  for (const auto& group : groups_of(runs)) {
    const FailoverSpec& spec = group.front()->spec;
    const double down = master_down_time(spec);
    const auto death = [](const FailoverResult& r) { return r.death.outage; };
    const auto back = [](const FailoverResult& r) { return r.back.outage; };
    fmt::print(out, "{:>6g} {:>4} {:>7} | {:>12} {:>7.2f} {:>11} {:>6.0f} {:>13} | {:>7.3f} {:>11} {:>6.1f} {:>9.1f}\n",
               spec.advert_int, spec.sync ? "on" : "off", spec.preempt ? "on" : "off",
               fmt::format("{:.2f}-{:.2f}", down - spec.advert_int, down), mean(group, death), range(group, death),
               mean(group, [](const FailoverResult& r) { return r.death.lost; }),
               share(group, [](const FailoverResult& r) { return r.death.died; }), mean(group, back),
               range(group, back), mean(group, [](const FailoverResult& r) { return r.back.lost; }),
               mean(group, [](const FailoverResult& r) { return r.back.died; }));
  }
  fmt::print(
      out,
      "\ngap: the longest time between two answers. formula: 3 x advert_int + (256 - priority) / 256 x advert_int "
      "after the last\nadvert, which came up to one advert_int before the death.\n");
}

std::string to_csv(const std::vector<FailoverRun>& runs) {
  std::string text =
      "advert_int_s,priority,sync,preempt,seed,run,formula_least_s,formula_most_s,sessions,death_gap_s,death_lost,"
      "death_died,back_gap_s,back_lost,back_died\n";
  for (const FailoverRun& run : runs) {
    const FailoverSpec& s = run.spec;
    const FailoverResult& r = run.result;
    text += fmt::format("{:g},{},{},{},{},{},{:.6f},{:.6f},{:.0f},{:.6f},{:.0f},{:.0f},{:.6f},{:.0f},{:.0f}\n",
                        s.advert_int, s.priority, s.sync ? "on" : "off", s.preempt ? "on" : "off", s.seed, s.run,
                        master_down_time(s) - s.advert_int, master_down_time(s), r.sessions, r.death.outage,
                        r.death.lost, r.death.died, r.back.outage, r.back.lost, r.back.died);
  }
  return text;
}

}  // namespace lvs::scenarios
