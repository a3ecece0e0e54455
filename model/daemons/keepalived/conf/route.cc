// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of virtual_routes and static_routes (keepalived: alloc_route()).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/shell/shell.h"
#include "control/words/word.h"
#include "daemons/keepalived/conf/address.h"
#include "daemons/keepalived/conf/conf.h"

namespace lvs::keepalived {
namespace {

constexpr const char* kIpv6Route = "IPv6 is not modelled";

// Options that have a word behind them; what is none of them, and no kind of route, is a destination.
constexpr auto kWithValue = std::to_array<std::string_view>(
    {"src",  "via",    "gw",         "table",   "proto",  "protocol", "scope",    "metric",   "priority", "preference",
     "dev",  "oif",    "mtu",        "advmss",  "window", "hoplimit", "rtt",      "rttvar",   "rto_min",  "initcwnd",
     "cwnd", "realms", "reordering", "dsfield", "tos",    "ssthresh", "initrwnd", "features", "quickack", "congctl"});
constexpr auto kAlone = std::to_array<std::string_view>(
    {"onlink", "to", "unicast", "blackhole", "unreachable", "prohibit", "throw", "add", "append", "prepend"});

class RouteLine {
 public:
  RouteLine(ConfReader& reader, const ConfWords& words, bool is_static)
      : r_(reader), words_(words), static_(is_static) {}

  std::optional<ConfRoute> read() {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (!take(words_[i], i)) return std::nullopt;
    }
    if (destination_.empty()) {
      r_.report.error("Route must have a destination");
      return std::nullopt;
    }
    if (!route_.dont_track && route_.device.empty()) {
      r_.report.error(
          fmt::format("Warning - cannot track route {} with no interface specified, not tracking", destination_));
      route_.dont_track = true;
    }
    if (const auto line = control::parse_line("ip route add " + route_.text); !line) {
      r_.report.refuse(route_.text, line.error().reason);
      return std::nullopt;
    }
    return std::move(route_);
  }

 private:
  bool refuse(const std::string& word, const char* why) {
    r_.report.refuse(word, why);
    return false;
  }

  void keep(std::string_view word) {
    route_.words.emplace_back(word);
    route_.text.append(route_.text.empty() ? "" : " ").append(word);
  }

  // The word at `i`, and what belongs to it; false: the line is no route.
  bool take(const std::string& word, std::size_t& i) {
    if (control::looks_like_ipv6(word) || word == "inet6") return refuse(word, kIpv6Route);
    if (word == "inet") return true;
    if (word == "no_track") {
      route_.dont_track = true;
      return true;
    }
    if (word == "track_group" && static_) return refuse(word, "groups of static routes are not modelled");
    if (word == "or") {
      r_.report.error("\"or\" for routes is deprecated. Please use \"nexthop\"");
      return refuse(word, "routes with several ways are not modelled");
    }
    if (word == "nexthop") return refuse(word, "routes with several ways are not modelled");
    if (std::ranges::find(kAlone, word) != kAlone.end()) {
      keep(word);
      return true;
    }
    if (std::ranges::find(kWithValue, word) != kWithValue.end()) return option(word, r_.word(words_, ++i));
    return destination(word);
  }

  bool option(const std::string& word, const std::string& value) {
    if (word == "gw") r_.report.error("\"gw\" for routes is deprecated. Please use \"via\"");
    const bool device = word == "dev" || word == "oif";
    if (control::looks_like_ipv6(value) && !device) return refuse(value, kIpv6Route);
    if (device && !r_.has_interface(value)) {
      r_.report.error(fmt::format("WARNING - interface {} for VROUTE nexthop doesn't exist", value));
      return false;
    }
    if (device) route_.device = value;
    const bool way = word == "gw" || word == "via";
    if ((way || word == "src") && !base::Ipv4Addr::parse(value)) {
      r_.report.error(fmt::format("VRRP parsed invalid IP {}. skipping IP...", value));
      r_.report.error(fmt::format("invalid route {} address {}", way ? "via" : "src", value));
      return false;
    }
    // keepalived's own words for what ip(8) calls otherwise.
    keep(device ? "dev" : way ? "via" : word);
    keep(value);
    return true;
  }

  bool destination(const std::string& word) {
    const bool all = word == "default" || word == "any" || word == "all";
    if (!all && !base::Ipv4Addr::parse(word.substr(0, word.find('/')))) {
      r_.report.error(fmt::format("VRRP parsed invalid IP {}. skipping IP...", word));
      r_.report.error(fmt::format("unknown route keyword {}", word));
      return false;
    }
    destination_ = word;
    keep(all ? "default" : word);
    return true;
  }

  ConfReader& r_;
  const ConfWords& words_;
  bool static_;
  ConfRoute route_;
  std::string destination_;
};

}  // namespace

std::optional<ConfRoute> read_route(ConfReader& reader, const ConfWords& words, bool is_static) {
  return RouteLine(reader, words, is_static).read();
}

}  // namespace lvs::keepalived
