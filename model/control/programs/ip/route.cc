// SPDX-License-Identifier: GPL-2.0-or-later
// ip route: add, append, prepend, change, replace, delete, get (iproute2 6.1 ip/iproute.c).
#include "control/programs/ip/route.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

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
    "to via dev src metric table proto scope mtu [lock] tos onlink, types unicast local broadcast multicast blackhole "
    "unreachable prohibit throw";

struct RouteChange {
  FibRoute route;
  std::string dev;
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
    route.dev = host.device(change.dev);
    if (route.dev == nullptr) return no_device(io, change.dev);
  }
  const host::FibError error = change.removal ? host.fib.remove(route) : host.fib.add(route, change.mode);
  if (error == host::FibError::none) return 0;
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
  } else if (for_link || (route.type == RouteType::unicast && route.gateway.is_any())) {
    route.scope = host::Scope::link;
  }
}

CommandResultOrError parse_change(Args& args, RouteChange change) {
  FibRoute& route = change.route;
  std::optional<CommandPtr> refused;
  std::optional<SyntaxError> error;
  const auto refuse = [&](CommandPtr command) {
    if (!refused) refused = std::move(command);
  };
  while (!args.empty() && !refused && !error) {
    const std::string& word = args.take();
    if (word == "onlink") {
      route.onlink = true;
      continue;
    }
    const auto type = std::ranges::find(kTypes, word, &decltype(kTypes)::value_type::first);
    if (type != kTypes.end() && !change.to_given) {
      route.type = type->second;
      change.type_given = true;
      continue;
    }
    static constexpr auto kKeys =
        std::to_array<std::string_view>({"to", "via", "dev", "oif", "src", "metric", "priority", "preference", "table",
                                         "proto", "protocol", "scope", "mtu", "tos", "dsfield"});
    static constexpr auto kUnmodelled = std::to_array<std::string_view>(
        {"nexthop",  "nhid",      "encap",    "realms",   "realm",    "weight",  "window",        "rtt",
         "rttvar",   "rto_min",   "cwnd",     "initcwnd", "initrwnd", "advmss",  "reordering",    "hoplimit",
         "quickack", "congctl",   "features", "mark",     "pref",     "expires", "ttl-propagate", "fastopen_no_cookie",
         "equalize", "pervasive", "nat"});
    if (std::ranges::find(kUnmodelled, word) != kUnmodelled.end()) {
      return base::Error{args.unknown("not modelled here", std::string(kKnown))};
    }
    const bool keyed = std::ranges::find(kKeys, word) != kKeys.end();
    if (keyed && args.empty()) return incomplete();
    std::string text = keyed ? args.take() : word;
    if (looks_like_ipv6(text)) return base::Error{args.unknown("IPv6 is not modelled")};
    if (word == "via") {
      if (text == "inet" && !args.empty()) text = args.take();
      if (text == "inet6") return base::Error{args.unknown("IPv6 is not modelled")};
      const auto addr = iproute_address(text);
      if (!addr)
        refuse(bad_inet_address(text));
      else
        route.gateway = *addr;
    } else if (word == "dev" || word == "oif") {
      change.dev = text;
    } else if (word == "src") {
      const auto addr = iproute_address(text);
      if (!addr)
        refuse(bad_inet_address(text));
      else
        route.pref_src = *addr;
    } else if (word == "metric" || word == "priority" || word == "preference") {
      const auto number = base::c_number(text, 0xffffffff);
      if (!number)
        refuse(invalid_argument(text, "\"metric\" value is invalid\n"));
      else
        route.metric = static_cast<std::uint32_t>(*number);
    } else if (word == "table") {
      const auto table = table_of(text);
      if (!table)
        refuse(invalid_argument(text, "\"table\" value is invalid\n"));
      else
        route.table = *table;
      change.table_given = true;
    } else if (word == "proto" || word == "protocol") {
      const auto proto = proto_of(text);
      if (!proto) return base::Error{args.unknown("this protocol is not modelled", "kernel boot static redirect")};
      route.proto = *proto;
      change.proto_given = true;
    } else if (word == "scope") {
      const auto scope = scope_of(text);
      if (!scope)
        refuse(invalid_argument(text, "invalid \"scope\" value\n"));
      else
        route.scope = *scope;
      change.scope_given = true;
    } else if (word == "mtu") {
      if (text == "lock") {
        route.mtu_locked = true;
        if (args.empty()) return incomplete();
        text = args.take();
      }
      const auto number = base::c_number(text, 0xffffffff);
      if (!number)
        refuse(invalid_argument(text, "\"mtu\" value is invalid\n"));
      else
        route.mtu = static_cast<std::uint32_t>(*number);
    } else if (word == "tos" || word == "dsfield") {
      const auto number = base::c_number(text.starts_with("0x") ? text : "0x" + text, 255);
      if (!number)
        refuse(invalid_argument(text, "\"tos\" value is invalid\n"));
      else
        route.tos = static_cast<std::uint8_t>(*number);
    } else {
      if (change.to_given) {
        refuse(duplicate_or_garbage("to", text));
        continue;
      }
      const auto prefix = iproute_prefix(text);
      if (!prefix)
        refuse(bad_prefix(text));
      else
        route.dst = *prefix;
      change.to_given = true;
    }
  }
  if (refused) return *refused;
  complete(change);
  return instant([change](Machine& machine, Io& io) { return apply(machine, io, change); });
}

struct RouteGet {
  base::Ipv4Addr dst, src;
  std::string in, out;
  std::uint32_t mark = 0;
  std::uint8_t tos = 0;
};

int route_error(Io& io, const host::Route& route) {
  switch (route.error) {
    case host::RouteError::host_unreachable: return rtnetlink_error(io, "No route to host");
    case host::RouteError::prohibited: return rtnetlink_error(io, "Permission denied");
    case host::RouteError::invalid: return rtnetlink_error(io, "Invalid argument");
    case host::RouteError::no_device: return rtnetlink_error(io, "No such device");
    default: return rtnetlink_error(io, "Network is unreachable");
  }
}

}  // namespace

std::string learned_text(const host::Host& host, const std::optional<host::Fib::Learned>& learned) {
  if (!learned) return {};
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(learned->expires - host.now());
  return fmt::format("expires {}sec ", left.count());
}

namespace {

int get(Machine& machine, Io& io, const RouteGet& get) {
  host::Host& host = machine.host();
  host::FlowKey key;
  key.dst = get.dst;
  key.src = get.src;
  key.mark = get.mark;
  key.tos = get.tos;
  if (!get.out.empty() && (key.out = host.device(get.out)) == nullptr) return no_device(io, get.out);
  if (!get.in.empty() && (key.in = host.device(get.in)) == nullptr) return no_device(io, get.in);
  host::Route route;
  if (key.in != nullptr) {
    trace::Drop drop = trace::Drop::none;
    route = host.fib.input(key, drop);
    if (drop == trace::Drop::ip_rpfilter) return rtnetlink_error(io, "Invalid cross-device link");
    if (drop != trace::Drop::none) return rtnetlink_error(io, "Invalid argument");
  } else {
    route = host.fib.output(key);
  }
  if (!route.valid() || route.type == RouteType::unreachable || route.type == RouteType::prohibit ||
      route.type == RouteType::blackhole) {
    return route_error(io, route);
  }
  std::string line;
  std::string flags;
  const auto type = std::ranges::find(kTypes, route.type, &decltype(kTypes)::value_type::second);
  if (route.type != RouteType::unicast && type != kTypes.end()) line += std::string(type->first) + " ";
  line += get.dst.text() + " ";
  if (!get.src.is_any()) line += fmt::format("from {} ", get.src.text());
  if (!route.gateway.is_any()) line += fmt::format("via {} ", route.gateway.text());
  line += fmt::format("dev {} ", route.dev->name());
  if (key.in == nullptr && get.src.is_any() && !route.src.is_any()) line += fmt::format("src {} ", route.src.text());
  if (get.mark != 0) line += get.mark < 16 ? fmt::format("mark {} ", get.mark) : fmt::format("mark {:#x} ", get.mark);
  if (key.in == nullptr) line += "uid 0 ";
  line += "\n    cache ";
  const auto learned = host.fib.learned(key);
  const bool redirected = learned && !learned->gateway.is_any();
  // Kernel: RTCF_LOCAL, which every route by lo has.
  if (route.type == RouteType::local || (key.in == nullptr && route.dev->is_loopback())) line += "<local> ";
  if (redirected || route.redirect)
    line += fmt::format("<{}{}{}> ", redirected ? "redirected" : "", redirected && route.redirect ? "," : "",
                        route.redirect ? "redirect" : "");
  const bool also_local = route.also_local || route.dev->is_loopback();
  if (route.type == RouteType::broadcast) line += also_local ? "<local,brd> " : "<brd> ";
  if (route.type == RouteType::multicast) line += also_local ? "<local,mc> " : "<mc> ";
  line += learned_text(host, learned);
  const bool has_mtu = learned && learned->mtu != 0;
  if (has_mtu || (!also_local && route.mtu != route.dev->mtu)) {
    line += fmt::format("mtu {}{} ", route.mtu_locked || (learned && learned->mtu_locked) ? "lock " : "",
                        has_mtu ? learned->mtu : route.mtu);
  }
  if (key.in != nullptr) line += fmt::format("iif {} ", key.in->name());
  io.print(line + "\n");
  return 0;
}

CommandResultOrError parse_get(Args& args) {
  RouteGet query;
  bool to = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    static constexpr auto kKeys = std::to_array<std::string_view>({"to", "from", "iif", "oif", "dev", "mark", "tos"});
    const bool keyed = std::ranges::find(kKeys, word) != kKeys.end();
    if (keyed && args.empty()) return incomplete();
    const std::string& text = keyed ? args.take() : word;
    if (looks_like_ipv6(text)) return base::Error{args.unknown("IPv6 is not modelled")};
    if (word == "iif") {
      query.in = text;
    } else if (word == "oif" || word == "dev") {
      query.out = text;
    } else if (word == "mark" || word == "tos") {
      const auto number = base::c_number(text, word == "mark" ? 0xffffffff : 255);
      if (!number) return invalid_argument(text, fmt::format("invalid {}\n", word));
      if (word == "mark")
        query.mark = static_cast<std::uint32_t>(*number);
      else
        query.tos = static_cast<std::uint8_t>(*number);
    } else {
      const auto prefix = iproute_prefix(text);
      if (!prefix) {
        if (text.find_first_not_of("0123456789./abcdefx") == std::string::npos) return bad_prefix(text);
        return base::Error{args.unknown("not modelled here", "to from iif oif mark tos")};
      }
      (word == "from" ? query.src : query.dst) = prefix->addr;
      to = to || word != "from";
    }
  }
  if (!to) return refusal(1, "need at least a destination address\n");
  return instant([query](Machine& machine, Io& io) { return get(machine, io, query); });
}

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
  const auto change = [&](AddMode mode) { return parse_change(args, {.route = {}, .dev = {}, .mode = mode}); };
  if (abbreviates(word, "list") || abbreviates(word, "show") || abbreviates(word, "lst"))
    return parse_route_list(args, options, false);
  if (abbreviates(word, "get")) return parse_get(args);
  if (abbreviates(word, "add")) return change(AddMode::add);
  if (abbreviates(word, "change") || word == "chg") return change(AddMode::change);
  if (abbreviates(word, "replace")) return change(AddMode::replace);
  if (abbreviates(word, "prepend")) return change(AddMode::prepend);
  if (abbreviates(word, "append")) return change(AddMode::append);
  if (abbreviates(word, "delete")) return parse_change(args, {.route = {}, .dev = {}, .removal = true});
  if (abbreviates(word, "flush")) return parse_route_list(args, options, true);
  return base::Error{
      args.unknown("unknown word behind ip route", "show get add append prepend change replace del flush")};
}

}  // namespace lvs::control::ip
