// SPDX-License-Identifier: GPL-2.0-or-later
// ip route: add, append, prepend, change, replace, delete (iproute2 6.1 ip/iproute.c).
#include "control/programs/ip/route.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

using host::FibRoute;
using host::RouteType;
using AddMode = host::Fib::AddMode;

constexpr auto kTypes = std::to_array<std::pair<std::string_view, RouteType>>({
    {"unicast", RouteType::unicast},
    {"local", RouteType::local},
    {"broadcast", RouteType::broadcast},
    {"multicast", RouteType::multicast},
    {"blackhole", RouteType::blackhole},
    {"unreachable", RouteType::unreachable},
    {"prohibit", RouteType::prohibit},
    {"throw", RouteType::throw_},
});

constexpr std::string_view kKnown =
    "to via dev src metric table proto scope mtu [lock] advmss initcwnd initrwnd tos onlink nexthop [via dev weight "
    "onlink], types unicast "
    "local broadcast multicast blackhole "
    "unreachable prohibit throw";

struct RouteChange {
  FibRoute route;
  std::string dev;
  std::vector<std::string> hop_devs;  // of route.hops; empty: not given
  bool removal = false;
  AddMode mode = AddMode::add;
  bool scope_given = false;
  bool table_given = false;
  bool proto_given = false;
  bool type_given = false;
  bool to_given = false;
};

int apply(Machine& machine, Io& io, const RouteChange& change) {
  host::Host& host = machine.host();
  FibRoute route = change.route;
  if (!change.dev.empty()) {
    route.dev = host.device(interface_of(change.dev));
    if (route.dev == nullptr) return no_device(io, change.dev);
  }
  for (std::size_t i = 0; i < route.hops.size(); ++i) {
    const std::string& name = change.hop_devs[i];
    if (name.empty()) continue;
    if ((route.hops[i].dev = host.device(interface_of(name))) != nullptr) continue;
    no_device(io, name);
    io.complain("Error: cannot parse nexthop\n");
    return 255;
  }
  const host::FibError error = change.removal ? host.fib.remove(route) : host.fib.add(route, change.mode);
  if (error == host::FibError::none) return 0;
  const std::uint32_t table = route.table == 0 ? host::table::main : route.table;
  if (error == host::FibError::no_such && std::ranges::count(host.fib.tables(), table) == 0)
    io.complain("Error: FIB table does not exist.\n");
  else
    io.complain(fmt::format("{}\n", host::text_of(error)));
  return 2;
}

// What iproute2 fills in before it asks the kernel.
void complete(RouteChange& change) {
  FibRoute& route = change.route;
  const bool for_host = route.type == RouteType::local;
  const bool for_link = route.type == RouteType::broadcast || route.type == RouteType::multicast;
  if (!change.table_given && (for_host || route.type == RouteType::broadcast)) route.table = host::table::local;
  if (change.removal) {
    if (!change.type_given) route.type = RouteType::none;
    if (!change.scope_given) route.scope = host::Scope::nowhere;
    if (!change.proto_given) route.proto = host::RouteProto::unspec;
    return;
  }
  if (change.scope_given) return;
  if (for_host) {
    route.scope = host::Scope::host;
  } else if (for_link || (route.type == RouteType::unicast && route.gateway.is_any() && route.hops.empty())) {
    route.scope = host::Scope::link;
  }
}

constexpr auto kKeys = std::to_array<std::string_view>({"to", "via", "dev", "oif", "src", "metric", "priority",
                                                        "preference", "table", "proto", "protocol", "scope", "mtu",
                                                        "tos", "dsfield", "advmss", "initcwnd", "initrwnd"});
constexpr auto kUnmodelled = std::to_array<std::string_view>({"nhid",
                                                              "encap",
                                                              "realms",
                                                              "realm",
                                                              "window",
                                                              "rtt",
                                                              "rttvar",
                                                              "rto_min",
                                                              "cwnd",
                                                              "reordering",
                                                              "hoplimit",
                                                              "quickack",
                                                              "congctl",
                                                              "features",
                                                              "mark",
                                                              "pref",
                                                              "expires",
                                                              "ttl-propagate",
                                                              "fastopen_no_cookie",
                                                              "equalize",
                                                              "pervasive",
                                                              "nat",
                                                              "as",
                                                              "from",
                                                              "vrf",
                                                              "ssthresh",
                                                              "help"});

// The words behind add, change, del ...: the first that is wrong ends it.
class ChangeParser {
 public:
  ChangeParser(Args& args, RouteChange change) : args_(args), change_(std::move(change)) {}

  CommandResultOrError run() {
    while (!args_.empty() && !ended_) take(args_.take());
    if (ended_) return std::move(*ended_);
    complete(change_);
    return instant([change = change_](Machine& machine, Io& io) { return apply(machine, io, change); });
  }

 private:
  void refuse(CommandPtr command) { ended_ = std::move(command); }
  void fail(std::string reason, std::string known = {}) {
    ended_ = base::Error{args_.unknown(std::move(reason), std::move(known))};
  }

  void take(const std::string& word) {
    if (word == "nexthop") return hops();
    if (word == "onlink") {
      change_.route.onlink = true;
      return;
    }
    if (const auto type = route_type_of(word); type && !change_.to_given) {
      change_.route.type = *type;
      change_.type_given = true;
      return;
    }
    if (std::ranges::find(kUnmodelled, word) != kUnmodelled.end())
      return fail("not modelled here", std::string(kKnown));
    const bool keyed = std::ranges::find(kKeys, word) != kKeys.end();
    if (keyed && args_.empty()) return refuse(incomplete());
    const std::string text = keyed ? args_.take() : word;
    if (looks_like_ipv6(text)) return fail("IPv6 is not modelled");
    if (!keyed || word == "to") return destination(text);
    take_value(word, text);
  }

  void take_value(const std::string& word, const std::string& text) {
    FibRoute& route = change_.route;
    if (word == "via") return gateway(text);
    if (word == "src") return address(text, route.pref_src);
    if (word == "mtu") return mtu(text);
    if (word == "advmss" || word.starts_with("init")) return tcp_metric(word, text);
    if (word == "dev" || word == "oif") {
      change_.dev = text;
    } else if (word == "metric" || word == "priority" || word == "preference") {
      number("metric", text, route.metric);
    } else if (word == "table") {
      if (!set(route.table, table_of(text))) refuse(invalid_argument(text, "\"table\" value is invalid\n"));
      change_.table_given = true;
    } else if (word == "proto" || word == "protocol") {
      if (!set(route.proto, proto_of(text)))
        fail("this protocol is not modelled", "kernel boot static redirect keepalived");
      change_.proto_given = true;
    } else if (word == "scope") {
      if (!set(route.scope, scope_of(text))) refuse(invalid_argument(text, "invalid \"scope\" value\n"));
      change_.scope_given = true;
    } else {  // tos, dsfield
      number("tos", text.starts_with("0x") ? text : "0x" + text, route.tos, text);
    }
  }

  template <class T, class Value>
  static bool set(T& to, const std::optional<Value>& value) {
    if (value) to = *value;
    return value.has_value();
  }
  template <class T>
  void number(std::string_view name, const std::string& text, T& to) {
    number(name, text, to, text);
  }
  template <class T>
  void number(std::string_view name, const std::string& text, T& to, const std::string& typed) {
    const auto value = base::c_number(text, std::numeric_limits<T>::max());
    if (!value) return refuse(invalid_argument(typed, fmt::format("\"{}\" value is invalid\n", name)));
    to = static_cast<T>(*value);
  }
  void address(const std::string& text, base::Ipv4Addr& to) {
    if (!set(to, iproute_address(text))) refuse(bad_inet_address(text));
  }

  void gateway(std::string text) {
    if (text == "inet" && !args_.empty()) text = args_.take();
    if (text == "inet6") return fail("IPv6 is not modelled");
    address(text, change_.route.gateway);
  }

  // "nexthop" has been taken: the rest of the line is next hops (iproute2: parse_nexthops()).
  void hops() {
    for (;;) {
      if (args_.empty()) return refuse(refusal(255, "Error: unexpected end of line after \"nexthop\"\n"));
      change_.route.hops.emplace_back();
      change_.hop_devs.emplace_back();
      while (!args_.empty() && !ended_ && hop_word()) {
      }
      if (ended_ || args_.empty()) return;
      const std::string& word = args_.take();
      if (word == "nexthop") continue;
      return refuse(
          refusal(255, fmt::format("Error: \"nexthop\" or end of line is expected instead of \"{}\"\n", word)));
    }
  }

  // One word of a next hop with its value (iproute2: parse_one_nh()); false: none of them.
  bool hop_word() {
    const std::string& next = args_.peek();
    host::FibNextHop& hop = change_.route.hops.back();
    constexpr std::string_view kOther[] = {"encap", "realms", "as"};
    if (std::ranges::find(kOther, next) != std::end(kOther)) {
      args_.take();
      fail("not modelled of a next hop", "via dev weight onlink");
      return true;
    }
    if (next != "via" && next != "dev" && next != "weight" && next != "onlink") return false;
    const std::string word = args_.take();
    if (word == "onlink") {
      hop.onlink = true;
      return true;
    }
    if (args_.empty()) {
      refuse(incomplete());
      return true;
    }
    std::string text = args_.take();
    if (word == "via") {
      if (text == "inet" && !args_.empty()) text = args_.take();
      if (text == "inet6" || looks_like_ipv6(text))
        fail("IPv6 is not modelled");
      else
        address(text, hop.gateway);
    } else if (word == "dev") {
      change_.hop_devs.back() = text;
    } else {
      constexpr unsigned kMost = 256;
      const auto weight = base::c_number(text, kMost);
      if (!weight || *weight == 0)
        refuse(invalid_argument(text, "\"weight\" is invalid\n"));
      else
        hop.weight = static_cast<unsigned>(*weight);
    }
    return true;
  }

  void mtu(std::string text) {
    if (text == "lock") {
      change_.route.mtu_locked = true;
      if (args_.empty()) return refuse(incomplete());
      text = args_.take();
    }
    number("mtu", text, change_.route.mtu);
  }

  // Kernel: ip_metrics_convert().
  void tcp_metric(const std::string& word, const std::string& text) {
    constexpr std::uint32_t kMost = 65535 - 40;
    host::TcpMetrics& tcp = change_.route.tcp;
    if (text == "lock") return fail("not modelled of this", "mtu lock");
    if (word == "initcwnd") return number(word, text, tcp.first_congestion);
    if (word == "initrwnd") return number(word, text, tcp.first_window);
    number("mss", text, tcp.advertised_mss);
    tcp.advertised_mss = std::min(tcp.advertised_mss, kMost);
  }

  void destination(const std::string& text) {
    if (change_.to_given) return refuse(duplicate_or_garbage("to", text));
    if (!set(change_.route.dst, iproute_prefix(text))) refuse(bad_prefix(text));
    change_.to_given = true;
  }

  Args& args_;
  RouteChange change_;
  std::optional<CommandResultOrError> ended_;
};

}  // namespace

std::optional<RouteType> route_type_of(std::string_view text) {
  const auto type = std::ranges::find(kTypes, text, &decltype(kTypes)::value_type::first);
  if (type == kTypes.end()) return std::nullopt;
  return type->second;
}

std::string_view text_of(RouteType type) {
  const auto found = std::ranges::find(kTypes, type, &decltype(kTypes)::value_type::second);
  return found == kTypes.end() ? std::string_view{} : found->first;
}

CommandResultOrError parse_route(Args& args, const Options& options) {
  if (args.empty()) return parse_route_list(args, options, false);
  const std::string& word = args.take();
  const auto change = [&](AddMode mode) {
    return ChangeParser(args, {.route = {}, .dev = {}, .hop_devs = {}, .mode = mode}).run();
  };
  if (abbreviates(word, "list") || abbreviates(word, "show") || abbreviates(word, "lst"))
    return parse_route_list(args, options, false);
  if (abbreviates(word, "get")) return parse_route_get(args, options);
  if (abbreviates(word, "add")) return change(AddMode::add);
  if (abbreviates(word, "change") || word == "chg") return change(AddMode::change);
  if (abbreviates(word, "replace")) return change(AddMode::replace);
  if (abbreviates(word, "prepend")) return change(AddMode::prepend);
  if (abbreviates(word, "append")) return change(AddMode::append);
  if (abbreviates(word, "delete"))
    return ChangeParser(args, {.route = {}, .dev = {}, .hop_devs = {}, .removal = true}).run();
  if (abbreviates(word, "flush")) return parse_route_list(args, options, true);
  return base::Error{
      args.unknown("unknown word behind ip route", "show get add append prepend change replace del flush")};
}

}  // namespace lvs::control::ip
