// SPDX-License-Identifier: GPL-2.0-or-later
// Priorities, buffers and limits of keepalived's processes (keepalived: core/global_parser.c). In virtual time they
// change nothing but what the dumps say; what cannot be read is told as keepalived tells it.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

using Integers = std::numeric_limits<std::int32_t>;
constexpr std::uint64_t kMostNatural = std::numeric_limits<std::uint32_t>::max();
constexpr int kMostRealTime = 99;  // sched_get_priority_max(SCHED_RR)

template <class T>
void keep_shown(ConfReader& r, const std::string& name, T value) {
  r.conf.global.shown[name] = fmt::format("{}", value);
}

// "vrrp" of vrrp_rt_priority.
std::string tuned_process(const ConfWords& w) { return w[0].substr(0, w[0].find('_')); }

void take_auto_priority(ConfReader& r, const ConfWords& w) {
  r.conf.global.max_auto_priority_set = true;
  if (w.size() < 2) return;
  if (const auto value = r.numbers.integer(w[1], -1, kMostRealTime, true)) return keep_shown(r, w[0], *value);
  r.conf.global.max_auto_priority_set = false;
  r.report.error(
      fmt::format("max_auto_priority '{}' must be in [0, {}] (or -1 to disable) - ignoring", w[1], kMostRealTime));
}

void take_auto_delay(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("min_auto_priority_delay requires delay time");
  if (const auto value = r.numbers.integer(w[1], 1, 10'000'000, true)) return keep_shown(r, w[0], *value);
  r.report.error(fmt::format("min_auto_priority_delay '{}' must be in [1, 10000000] - ignoring", w[1]));
}

void take_process_priority(ConfReader& r, const ConfWords& w) {
  keep_shown(r, w[0], 0);
  if (w.size() < 2) return r.report.error(fmt::format("No {} process priority specified", tuned_process(w)));
  if (const auto value = r.numbers.integer(w[1], -20, 19, true)) return keep_shown(r, w[0], *value);
  r.report.error(fmt::format("Invalid {} process priority specified", tuned_process(w)));
}

void take_real_time(ConfReader& r, const ConfWords& w) {
  const std::string process = tuned_process(w);
  if (w.size() < 2) return r.report.error(fmt::format("No {} process real-time priority specified", process));
  const auto value = r.numbers.integer(w[1], Integers::min(), Integers::max(), true);
  if (!value) return r.report.error(fmt::format("{} process real-time priority '{}' invalid", process, w[1]));
  const bool low = *value<1, high = *value> kMostRealTime;
  if (low || high)
    r.report.error(fmt::format("{} process real-time priority {} {} than {} {} - setting to {}", process, *value,
                               low ? "less" : "greater", low ? "minimum" : "maximum", low ? 1 : kMostRealTime,
                               low ? "minimum" : "maximum"));
  keep_shown(r, w[0], low ? 1 : high ? kMostRealTime : *value);
}

void take_limit(ConfReader& r, const ConfWords& w) {
  const std::string process = tuned_process(w);
  if (w[0].ends_with("_rtime"))
    r.report.log(fmt::format("Keyword '{}' is deprecated - please use '{}_rlimit_rttime'", w[0], process));
  const auto value = r.numbers.natural(r.word(w, 1), 1, kMostNatural, true);
  if (!value) r.report.error(fmt::format("Invalid {} real-time limit - {}", process, r.word(w, 1)));
  // keepalived halves it elsewhere, and wants something left.
  keep_shown(r, process + "_rlimit_rttime", value == 1 ? 2 : value.value_or(0));
}

// A machine has one processor, 0.
void take_affinity(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error(fmt::format("No {} cpu_id set specified", tuned_process(w)));
  for (std::size_t i = 1; i < w.size(); ++i) {
    if (!r.numbers.integer(w[i], 0, 0, true))
      return r.report.error(fmt::format("Invalid cpu_id:{} specified for {} process",
                                        static_cast<int>(std::strtol(w[i].c_str(), nullptr, 10)), tuned_process(w)));
  }
}

void take_no_swap(ConfReader& r, const ConfWords& w) { keep_shown(r, w[0], 1); }

void take_force(ConfReader& r, const ConfWords& w) {
  const std::string& word = w.size() > 1 ? w[1] : "yes";
  const bool on = word == "true" || word == "on" || word == "yes";
  if (!on && word != "false" && word != "off" && word != "no")
    return r.report.error(fmt::format("Invalid value '{}' for global {} specified", word, w[0]));
  keep_shown(r, w[0], on ? 1 : 0);
}

void take_buffers(ConfReader& r, const ConfWords& w) {
  constexpr std::string_view kEnd = "_rcv_bufs";
  const std::string type = w[0].substr(0, w[0].size() - kEnd.size());
  if (w.size() < 2) return r.report.error(fmt::format("{}_rcv_bufs size missing", type));
  const auto value = r.numbers.natural(w[1], 0, kMostNatural, false);
  if (!value) return r.report.error(fmt::format("{}_rcv_bufs size ({}) invalid", type, w[1]));
  if (*value != 0) keep_shown(r, w[0], *value);
}

// keepalived looks at the first word whichever is meant to be a number.
void take_buffer_policy(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("vrrp_rx_bufs_policy missing");
  const auto is = [](std::string word, std::string_view name) {
    for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return word == name;
  };
  bool mtu = false, advert = false, size = false;
  for (std::size_t i = 1; i < w.size(); ++i) {
    if (is(w[i], "MTU")) {
      mtu = true;
    } else if (is(w[i], "ADVERT")) {
      advert = true;
    } else if (r.numbers.natural(w[1], 0, kMostNatural, false)) {
      size = true;
    } else {
      r.report.error(fmt::format("Invalid vrrp_rx_bufs_policy {}", w[i]));
    }
  }
  if (size && (mtu || advert)) {
    r.report.error("Cannot set vrrp_rx_bufs_policy size and policy, ignoring policy");
  } else if (mtu && advert) {
    r.report.error("Cannot set both vrrp_rx_bufs_policy MTU and ADVERT, ignoring ADVERT");
  }
}

void take_multiplier(ConfReader& r, const ConfWords& w) {
  if (w.size() != 2) return r.report.error("Invalid vrrp_rx_bufs_multiplier");
  if (const auto value = r.numbers.natural(w[1], 1, kMostNatural, false)) return keep_shown(r, w[0], *value);
  r.report.error(fmt::format("Invalid vrrp_rx_bufs_multiplier {}", w[1]));
}

// "IRUSR|IWUSR" in one word or several; nothing where it cannot be read, which has been told.
std::optional<unsigned> bits_by_name(ConfReader& r, const ConfWords& w) {
  constexpr std::string_view kBits[] = {"IXOTH", "IWOTH", "IROTH", "IXGRP", "IWGRP",
                                        "IRGRP", "IXUSR", "IWUSR", "IRUSR"};
  unsigned bits = 0;
  bool named = false;  // and a | has to come next
  for (std::size_t i = 1; i < w.size(); ++i) {
    for (std::string_view rest = w[i]; !rest.empty();) {
      if (named && rest.front() != '|') {
        r.report.error(fmt::format("Invalid umask syntax {}", w[i]));
        return std::nullopt;
      }
      if (std::exchange(named, !named)) {
        rest.remove_prefix(1);
        continue;
      }
      const auto* const bit =
          std::ranges::find_if(kBits, [&](std::string_view name) { return rest.starts_with(name); });
      if (bit == std::end(kBits)) {
        r.report.error(fmt::format("Unknown umask bit {}", rest));
        return std::nullopt;
      }
      bits |= 1u << (bit - std::begin(kBits));
      rest.remove_prefix(bit->size());
    }
  }
  if (named) return bits;
  r.report.error("umask missing bit value");
  return std::nullopt;
}

void take_umask(ConfReader& r, const ConfWords& w) {
  constexpr long kMost = 0777;
  const std::string& word = r.word(w, 1);
  if (word.empty() || std::isdigit(static_cast<unsigned char>(word.front())) == 0) {
    if (const auto bits = bits_by_name(r, w)) r.conf.global.shown[w[0]] = fmt::format("{:o}", *bits);
    return;
  }
  if (w.size() != 2) return r.report.error("Extra parameter(s) to umask option");
  char* end = nullptr;
  const long value = std::strtol(word.c_str(), &end, 0);
  if (*end != '\0' || value < 0 || value > kMost) return r.report.error(fmt::format("invalid umask value {}", word));
  r.conf.global.shown[w[0]] = fmt::format("{:o}", value);
}

constexpr Keyword kTuning[] = {
    {.name = "max_auto_priority", .take = take_auto_priority},
    {.name = "min_auto_priority_delay", .take = take_auto_delay},
    {.name = "vrrp_priority", .take = take_process_priority},
    {.name = "vrrp_no_swap", .take = take_no_swap},
    {.name = "vrrp_rt_priority", .take = take_real_time},
    {.name = "vrrp_cpu_affinity", .take = take_affinity},
    {.name = "vrrp_rlimit_rttime", .take = take_limit},
    {.name = "vrrp_rlimit_rtime", .take = take_limit},
    {.name = "checker_priority", .take = take_process_priority},
    {.name = "checker_no_swap", .take = take_no_swap},
    {.name = "checker_rt_priority", .take = take_real_time},
    {.name = "checker_cpu_affinity", .take = take_affinity},
    {.name = "checker_rlimit_rttime", .take = take_limit},
    {.name = "checker_rlimit_rtime", .take = take_limit},
    {.name = "vrrp_netlink_cmd_rcv_bufs", .take = take_buffers},
    {.name = "vrrp_netlink_cmd_rcv_bufs_force", .take = take_force},
    {.name = "vrrp_netlink_monitor_rcv_bufs", .take = take_buffers},
    {.name = "vrrp_netlink_monitor_rcv_bufs_force", .take = take_force},
    {.name = "process_monitor_rcv_bufs", .take = take_buffers},
    {.name = "process_monitor_rcv_bufs_force", .take = take_force},
    {.name = "lvs_netlink_cmd_rcv_bufs", .take = take_buffers},
    {.name = "lvs_netlink_cmd_rcv_bufs_force", .take = take_force},
    {.name = "lvs_netlink_monitor_rcv_bufs", .take = take_buffers},
    {.name = "lvs_netlink_monitor_rcv_bufs_force", .take = take_force},
    {.name = "vrrp_rx_bufs_policy", .take = take_buffer_policy},
    {.name = "vrrp_rx_bufs_multiplier", .take = take_multiplier},
    {.name = "umask", .take = take_umask},
};

}  // namespace

std::span<const Keyword> tuning_keywords() { return kTuning; }

}  // namespace lvs::keepalived
