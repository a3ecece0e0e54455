// SPDX-License-Identifier: GPL-2.0-or-later
// ip route get (iproute2 6.1 ip/iproute.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/machine.h"
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
  return fmt::format("table {} ", text_of_table(match.route->table));
}

// "10.0.0.2 via 10.0.0.1 dev eth0 src 10.0.0.9 uid 0 "
std::string first_line(const host::Host& host, const RouteGet& get, const host::FlowKey& key,
                       const host::Route& route) {
  std::string line;
  if (route.type != RouteType::unicast && !text_of(route.type).empty()) line += fmt::format("{} ", text_of(route.type));
  line += get.dst.text() + " ";
  if (!get.src.is_any()) line += fmt::format("from {} ", get.src.text());
  if (!route.gateway.is_any()) line += fmt::format("via {} ", route.gateway.text());
  line += fmt::format("dev {} ", route.dev->name());
  line += table_text(host, key);
  if (key.in == nullptr && get.src.is_any() && !route.src.is_any()) line += fmt::format("src {} ", route.src.text());
  if (get.mark != 0) line += get.mark < 16 ? fmt::format("mark {} ", get.mark) : fmt::format("mark {:#x} ", get.mark);
  if (key.in == nullptr) line += "uid 0 ";
  return line;
}

// What is known of the way besides: kept by the kernel's cache, as iproute2 says.
std::string cache_line(const host::Host& host, const host::FlowKey& key, const host::Route& route) {
  std::string line = "\n    cache ";
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
  return line;
}

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
  io.print(first_line(host, get, key, route) + cache_line(host, key, route) + "\n");
  return 0;
}

}  // namespace

CommandResultOrError parse_route_get(Args& args) {
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

}  // namespace lvs::control::ip
