// SPDX-License-Identifier: GPL-2.0-or-later
// ip route show and flush (iproute2 6.1 ip/iproute.c print_route(), filter_nlmsg()).
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "control/machine/machine.h"
#include "control/programs/ip/listing.h"
#include "control/programs/ip/route.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

using host::FibRoute;
using host::RouteType;

struct RouteFilter {
  std::optional<std::uint32_t> table = host::table::main;  // none: all
  std::string dev;
  std::optional<host::RouteProto> proto;
  std::optional<host::Scope> scope;
  std::optional<RouteType> type;
  std::optional<base::Ipv4Addr> via, src;
  std::optional<base::Ipv4Prefix> exact, root, match;
  bool cache = false;

  bool takes(const FibRoute& route) const {
    // The kernel names neither device nor gateway of a route with several (iproute2: filter_nlmsg()).
    const bool several = !route.hops.empty();
    if (!dev.empty() && (several || route.dev == nullptr || route.dev->name() != interface_of(dev))) return false;
    if (proto && route.proto != *proto) return false;
    if (scope && route.scope != *scope) return false;
    if (type && route.type != *type) return false;
    if (via && (several || route.gateway != *via)) return false;
    if (src && route.pref_src != *src) return false;
    if (exact && (route.dst.length != exact->length || route.dst.network() != exact->network())) return false;
    if (root && (route.dst.length < root->length || !root->contains(route.dst.addr))) return false;
    if (match && (route.dst.length > match->length || !route.dst.contains(match->addr))) return false;
    return true;
  }
};

std::string destination(const base::Ipv4Prefix& dst) {
  if (dst.length == 0 && dst.addr.is_any()) return "default";
  return dst.length == 32 ? dst.addr.text() : fmt::format("{}/{}", dst.addr.text(), dst.length);
}

// Kernel: fib_nexthop_info(); iproute2: print_rt_flags().
void put_flags(Listing& out, bool dead, bool onlink, bool linkdown) {
  out.open_array("flags");
  if (dead) out.element("dead", "dead ");
  if (onlink) out.element("onlink", "onlink ");
  if (linkdown) out.element("linkdown", "linkdown ");
  out.close_array();
}

// What the kernel shows of a next hop: without its link it is dead where that is taken seriously (kernel:
// fib_nexthop_info()).
bool shown_dead(const host::Host& host, const host::Device& dev, bool dead, bool linkdown) {
  return dead || (linkdown && host.conf_either(dev, host::Conf::ignore_routes_with_linkdown));
}

// Of several next hops, each on a line of its own.
void put_hops(Listing& out, const host::Host& host, const FibRoute& route, const Options& options) {
  out.open_array("nexthops");
  for (const host::FibNextHop& hop : route.hops) {
    out.open_object();
    out.words(options.oneline ? "\\\tnexthop " : "\n\tnexthop ");
    if (!hop.gateway.is_any())
      out.put("gateway", hop.gateway.text(), "via " + out.paint(Paint::inet, hop.gateway.text() + " "));
    out.put("dev", hop.dev->name(), fmt::format("dev {} ", hop.dev->name()));
    out.put("weight", std::uint64_t{hop.weight}, fmt::format("weight {} ", hop.weight));
    put_flags(out, shown_dead(host, *hop.dev, hop.dead, hop.linkdown), hop.onlink, hop.linkdown);
    out.close_object();
  }
  out.close_array();
}

void put_route(Listing& out, const host::Host& host, const FibRoute& route, const RouteFilter& filter,
               const Options& options) {
  const auto put = [&](std::string_view key, const std::string& value, std::string_view word = {},
                       Paint paint = Paint::none) {
    const std::string text = out.paint(paint, value + " ");
    out.put(key, value, word.empty() ? text : fmt::format("{} {}", word, text));
  };
  const bool all = options.details;
  out.open_object();
  if (route.type != RouteType::unicast || all) put("type", std::string(text_of(route.type)));
  put("dst", destination(route.dst), {}, route.dst.length == 0 ? Paint::none : Paint::inet);
  if (route.tos != 0) put("tos", fmt::format("{:#04x}", route.tos), "tos");
  const bool single = route.hops.empty();
  if (single && !route.gateway.is_any() && !filter.via) put("gateway", route.gateway.text(), "via", Paint::inet);
  if (single && route.dev != nullptr && filter.dev.empty()) put("dev", route.dev->name(), "dev", Paint::name);
  if (route.table != host::table::main && !filter.table) put("table", text_of_table(route.table), "table");
  if ((route.proto != host::RouteProto::boot || all) && !filter.proto) put("protocol", text_of(route.proto), "proto");
  if ((route.scope != host::Scope::global || all) && !filter.scope) put("scope", text_of(route.scope), "scope");
  if (!route.pref_src.is_any() && !filter.src) put("prefsrc", route.pref_src.text(), "src", Paint::inet);
  if (route.metric != 0) out.put("metric", std::uint64_t{route.metric}, fmt::format("metric {} ", route.metric));
  const bool dead =
      single && route.dev != nullptr && shown_dead(host, *route.dev, route.linkdown && !route.dev->up, route.linkdown);
  put_flags(out, dead, single && route.onlink, single && route.linkdown);
  put_metrics(out, route.mtu, route.mtu_locked, route.tcp);
  if (!single) put_hops(out, host, route, options);
  out.words("\n");
  out.close_object();
}

std::string cached_line(const host::Host& host, const host::Fib::Learned& learned, const FibRoute& route,
                        const RouteFilter& filter, bool color) {
  std::string line = painted(color, Paint::inet, learned.dst.text() + " ");
  if (!route.gateway.is_any() && !filter.via) line += "via " + painted(color, Paint::inet, route.gateway.text() + " ");
  if (filter.dev.empty()) line += "dev " + painted(color, Paint::name, route.dev->name() + " ");
  line += "\n    cache ";
  if (!learned.gateway.is_any()) line += "<redirected> ";
  line += learned_text(host, learned);
  if (learned.mtu != 0) line += fmt::format("mtu {}{} ", learned.mtu_locked ? "lock " : "", learned.mtu);
  return line + "\n";
}

// Runs `visit` over the routes that the filter takes; a status, with a message when it is not 0.
template <class Visit>
int each_route(Machine& machine, Io& io, const RouteFilter& filter, Visit visit) {
  host::Host& host = machine.host();
  if (!filter.dev.empty() && host.device(interface_of(filter.dev)) == nullptr) return no_device(io, filter.dev);
  std::vector<std::uint32_t> tables = host.fib.tables();
  if (filter.table) {
    const bool built_in = *filter.table >= host::table::default_ && *filter.table <= host::table::local;
    if (!built_in && std::ranges::find(tables, *filter.table) == tables.end()) {
      io.complain("Error: ipv4: FIB table does not exist.\n");
      return 2;
    }
    tables = {*filter.table};
  }
  // The kernel keeps them in 256 buckets.
  std::ranges::stable_sort(tables, {}, [](std::uint32_t table) { return table & 0xff; });
  for (const std::uint32_t table : tables) {
    for (const FibRoute* route : host.fib.routes(table)) {
      if (filter.takes(*route)) visit(*route);
    }
  }
  return 0;
}

// What was learned about single addresses (kernel: fib_dump_info_fnhe()).
int show_cache(Machine& machine, Io& io, const RouteFilter& filter, bool color) {
  host::Host& host = machine.host();
  if (!filter.dev.empty() && host.device(interface_of(filter.dev)) == nullptr) return no_device(io, filter.dev);
  for (const host::Fib::Learned& each : host.fib.learned()) {
    FibRoute route = *each.route;
    route.dst = {each.dst, 32};
    if (!each.gateway.is_any()) route.gateway = each.gateway;
    if (filter.takes(route)) io.print(cached_line(host, each, route, filter, color));
  }
  return 0;
}

int show(Machine& machine, Io& io, const RouteFilter& filter, const Options& options) {
  if (filter.cache) return show_cache(machine, io, filter, options.color);
  Listing out(options);
  out.open_array();
  const int status = each_route(machine, io, filter,
                                [&](const FibRoute& route) { put_route(out, machine.host(), route, filter, options); });
  out.close_array();
  if (status == 0) io.print(out.take());
  if (status == 2 && options.json) io.print("[");
  if (status == 2) io.complain("Dump terminated\n");
  return status;
}

int flush(Machine& machine, Io& io, const RouteFilter& filter) {
  if (filter.cache) return 0;  // what was learned stays: the kernel makes nothing but lookups void
  std::vector<FibRoute> doomed;
  const int status = each_route(machine, io, filter, [&](const FibRoute& route) { doomed.push_back(route); });
  if (status == 2) io.complain("Flush terminated\n");
  if (status != 0) return status;
  for (const FibRoute& route : doomed) machine.host().fib.remove(route);
  return 0;
}

constexpr std::string_view kKnown = "to table dev proto scope type via src root match exact cache";

// A selector of show and flush with its value; what ends the command, or nothing. `keyed`: it has a word of its own.
std::optional<CommandResultOrError> take_selector(Args& args, const std::string& word, const std::string& text,
                                                  bool keyed, RouteFilter& filter) {
  const auto invalid = [&](std::string_view reason) { return CommandResultOrError(invalid_argument(text, reason)); };
  if (word == "table") {
    if (text == "all") {
      filter.table.reset();
    } else if (text == "cache") {
      filter.cache = true;
    } else {
      filter.table = table_of(text);
      if (!filter.table) return invalid("table id value is invalid\n");
      if (*filter.table == 0) filter.table.reset();
    }
  } else if (word == "dev" || word == "oif") {
    filter.dev = text;
  } else if (word == "proto" || word == "protocol") {
    if (text == "all") return std::nullopt;
    filter.proto = proto_of(text);
    if (!filter.proto)
      return CommandResultOrError(
          base::Error{args.unknown("this protocol is not modelled", "kernel boot static redirect keepalived")});
  } else if (word == "scope") {
    if (text == "all") return std::nullopt;
    filter.scope = scope_of(text);
    if (!filter.scope) return invalid("invalid \"scope\"\n");
  } else if (word == "type") {
    filter.type = route_type_of(text);
    if (!filter.type) return invalid("node type value is invalid\n");
  } else {
    const auto prefix = iproute_prefix(text);
    if (!prefix && !keyed && text.find('.') == std::string::npos)
      return CommandResultOrError(base::Error{args.unknown("not modelled here", std::string(kKnown))});
    if (!prefix) return CommandResultOrError(bad_prefix(text));
    if (word == "via")
      filter.via = prefix->addr;
    else if (word == "src")
      filter.src = prefix->addr;
    else
      (word == "root" ? filter.root : word == "match" ? filter.match : filter.exact) = prefix;
  }
  return std::nullopt;
}

}  // namespace

// In the order of their numbers (kernel: RTAX_*).
void put_metrics(Listing& out, std::uint32_t mtu, bool mtu_locked, const host::TcpMetrics& tcp) {
  if (mtu == 0 && tcp == host::TcpMetrics{}) return;
  out.open_array("metrics");
  out.open_object();
  if (mtu != 0) out.put("mtu", std::uint64_t{mtu}, fmt::format("mtu {}{} ", mtu_locked ? "lock " : "", mtu));
  const auto put = [&](std::string_view name, std::uint32_t value) {
    if (value != 0) out.put(name, std::uint64_t{value}, fmt::format("{} {} ", name, value));
  };
  put("advmss", tcp.advertised_mss);
  put("initcwnd", tcp.first_congestion);
  put("initrwnd", tcp.first_window);
  out.close_object();
  out.close_array();
}

CommandResultOrError parse_route_list(Args& args, const Options& options, bool flushing) {
  RouteFilter filter;
  bool any = false;
  while (!args.empty()) {
    std::string word = args.take();
    any = true;
    for (const std::string_view whole : {"table", "protocol", "scope", "type"}) {
      if (!abbreviates(word, whole)) continue;
      word = whole;
      break;
    }
    if (word == "cache") {
      filter.cache = true;
      continue;
    }
    if (word == "to" && !args.empty() && (args.peek() == "root" || args.peek() == "match" || args.peek() == "exact")) {
      word = args.take();
    }
    static constexpr std::string_view kKeys[] = {"to",   "table", "dev", "oif",  "proto", "protocol", "scope",
                                                 "type", "via",   "src", "root", "match", "exact"};
    const bool keyed = std::ranges::find(kKeys, word) != std::end(kKeys);
    if (keyed && args.empty()) return incomplete();
    const std::string& text = keyed ? args.take() : word;
    if (looks_like_ipv6(text)) return base::Error{args.unknown("IPv6 is not modelled")};
    if (auto ended = take_selector(args, word, text, keyed, filter)) return std::move(*ended);
  }
  if (!flushing && filter.cache && options.json)
    return base::Error{args.unknown("-j of what was learned is not modelled")};
  if (!flushing)
    return instant([filter, options](Machine& machine, Io& io) { return show(machine, io, filter, options); });
  if (!any) return refusal(1, "\"ip route flush\" requires arguments.\n");
  return instant([filter](Machine& machine, Io& io) { return flush(machine, io, filter); });
}

}  // namespace lvs::control::ip
