// SPDX-License-Identifier: GPL-2.0-or-later
// ip route get (iproute2 6.1 ip/iproute.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/listing.h"
#include "control/programs/ip/route.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

using host::RouteType;

struct RouteGet {
  base::Ipv4Addr dst, src;
  std::string in, out;
  std::uint32_t mark = 0;
  std::uint8_t tos = 0;
  std::uint8_t protocol = 0;
  std::uint16_t sport = 0, dport = 0;
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

// Which table has answered, if it is not main; while nobody has touched the rules, local and main are one.
std::string table_text(const host::Host& host, const host::FlowKey& key) {
  const host::FibMatch match = host.fib.lookup(key);
  if (!host.fib.has_custom_rules() || match.route == nullptr || match.route->table == host::table::main) return {};
  return text_of_table(match.route->table);
}

// "10.0.0.2 via 10.0.0.1 dev eth0 src 10.0.0.9 uid 0 "
void put_way(Listing& out, const host::Host& host, const RouteGet& get, const host::FlowKey& key,
             const host::Route& route) {
  const auto put = [&](std::string_view name, const std::string& value, std::string_view word = {},
                       Paint paint = Paint::none) {
    const std::string text = out.paint(paint, value + " ");
    out.put(name, value, word.empty() ? text : fmt::format("{} {}", word, text));
  };
  if (route.type != RouteType::unicast && !text_of(route.type).empty()) put("type", std::string(text_of(route.type)));
  put("dst", get.dst.text(), {}, Paint::inet);
  if (!get.src.is_any())
    out.put("from", get.src.text(), out.paint(Paint::inet, fmt::format("from {} ", get.src.text())));
  if (!route.gateway.is_any()) put("gateway", route.gateway.text(), "via", Paint::inet);
  put("dev", route.dev->name(), "dev", Paint::name);
  if (const std::string table = table_text(host, key); !table.empty()) put("table", table, "table");
  if (key.in == nullptr && get.src.is_any() && !route.src.is_any())
    put("prefsrc", route.src.text(), "src", Paint::inet);
  out.open_array("flags");
  out.close_array();
  if (get.mark >= 16)
    put("mark", fmt::format("{:#x}", get.mark), "mark");
  else if (get.mark != 0)
    out.put("mark", std::uint64_t{get.mark}, fmt::format("mark {} ", get.mark));
  if (key.in == nullptr) out.put("uid", std::uint64_t{0}, "uid 0 ");
}

// What is known of the way besides: kept by the kernel's cache, as iproute2 says.
void put_cache(Listing& out, const host::Host& host, const host::FlowKey& key, const host::Route& route) {
  const auto learned = host.fib.learned(key);
  const bool redirected = learned && !learned->gateway.is_any();
  const bool also_local = route.also_local || route.dev->is_loopback();
  const bool broadcast = route.type == RouteType::broadcast, multicast = route.type == RouteType::multicast;
  std::vector<std::string_view> flags;
  // Kernel: RTCF_LOCAL, which every route by lo has.
  if (route.type == RouteType::local || (key.in == nullptr && route.dev->is_loopback()) ||
      ((broadcast || multicast) && also_local)) {
    flags.push_back("local");
  }
  if (redirected) flags.push_back("redirected");
  if (route.redirect) flags.push_back("redirect");
  if (broadcast) flags.push_back("brd");
  if (multicast) flags.push_back("mc");
  out.words("\n    cache ");
  out.open_array("cache");
  for (std::size_t i = 0; i < flags.size(); ++i)
    out.element(std::string(flags[i]),
                fmt::format("{}{}{}", i == 0 ? "<" : ",", flags[i], i + 1 == flags.size() ? "> " : ""));
  out.close_array();
  if (learned) {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(learned->expires - host.now()).count();
    out.put("expires", static_cast<std::uint64_t>(left), learned_text(host, learned));
  }
  const bool has_mtu = learned && learned->mtu != 0;
  const bool of_route = !also_local && route.mtu != route.dev->mtu;
  put_metrics(out,
              has_mtu    ? learned->mtu
              : of_route ? route.mtu
                         : 0,
              route.mtu_locked || (learned && learned->mtu_locked), route.tcp);
  if (key.in != nullptr) out.put("iif", key.in->name(), fmt::format("iif {} ", key.in->name()));
}

int get(Machine& machine, Io& io, const RouteGet& get, const Options& options) {
  host::Host& host = machine.host();
  host::FlowKey key;
  key.dst = get.dst;
  key.src = get.src;
  key.mark = get.mark;
  key.tos = get.tos;
  key.protocol = get.protocol;
  key.sport = get.sport;
  key.dport = get.dport;
  if (!get.out.empty() && (key.out = host.device(interface_of(get.out))) == nullptr) return no_device(io, get.out);
  if (!get.in.empty() && (key.in = host.device(interface_of(get.in))) == nullptr) return no_device(io, get.in);
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
  Listing out(options);
  out.open_array();
  out.open_object();
  put_way(out, host, get, key, route);
  put_cache(out, host, key, route);
  out.words("\n");
  out.close_object();
  out.close_array();
  io.print(out.take());
  return 0;
}

}  // namespace

CommandResultOrError parse_route_get(Args& args, const Options& options) {
  RouteGet query;
  bool to = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    static constexpr auto kKeys = std::to_array<std::string_view>(
        {"to", "from", "iif", "oif", "dev", "mark", "tos", "ipproto", "sport", "dport"});
    const bool keyed = std::ranges::find(kKeys, word) != kKeys.end();
    if (keyed && args.empty()) return incomplete();
    const std::string& text = keyed ? args.take() : word;
    if (looks_like_ipv6(text)) return base::Error{args.unknown("IPv6 is not modelled")};
    if (word == "iif") {
      query.in = text;
    } else if (word == "oif" || word == "dev") {
      query.out = text;
    } else if (word == "ipproto") {
      const auto protocol = protocol_number(text);
      if (!protocol) return invalid_argument(text, "Invalid \"ipproto\" value\n");
      query.protocol = *protocol;
    } else if (word == "sport" || word == "dport") {
      const auto port = base::c_number(text, 65535);
      if (!port) return invalid_argument(text, fmt::format("invalid {}\n", word));
      (word == "sport" ? query.sport : query.dport) = static_cast<std::uint16_t>(*port);
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
        return base::Error{args.unknown("not modelled here", "to from iif oif mark tos ipproto sport dport")};
      }
      (word == "from" ? query.src : query.dst) = prefix->addr;
      to = to || word != "from";
    }
  }
  if (!to) return refusal(1, "need at least a destination address\n");
  return instant([query, options](Machine& machine, Io& io) { return get(machine, io, query, options); });
}

}  // namespace lvs::control::ip
