// SPDX-License-Identifier: GPL-2.0-or-later
// route of net-tools 2.10: add, del and the table.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/programs/net-tools/route-list.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

using host::FibRoute;
using host::RouteType;

constexpr std::string_view kKnown =
    "-n; add|del [-net|-host] TARGET[/N] [netmask M] [gw G] [metric N] [reject] [dev D]";

struct RouteWords {
  bool removal = false;
  FibRoute route;
  std::string dev;
  bool gateway = false;
};

// SIOCADDRT's words for what ip calls otherwise.
std::string_view ioctl_error(host::FibError error) {
  switch (error) {
    case host::FibError::exists: return "File exists";
    case host::FibError::no_such: return "No such process";
    case host::FibError::no_device:
    case host::FibError::onlink_device_missing: return "No such device";
    case host::FibError::no_device_up:
    case host::FibError::onlink_device_down:
    case host::FibError::network_down: return "Network is down";
    case host::FibError::gateway_unreachable: return "Network is unreachable";
    default: return "Invalid argument";
  }
}

int apply(Machine& machine, Io& io, const RouteWords& words) {
  const char* const call = words.removal ? "SIOCDELRT" : "SIOCADDRT";
  FibRoute route = words.route;
  if (!words.dev.empty()) {
    // "eth0:0" is eth0, and the address of that label the source (kernel: rtentry_to_fib_config()).
    const std::size_t colon = words.dev.find(':');
    route.dev = machine.host().device(words.dev.substr(0, colon));
    bool known = route.dev != nullptr;
    if (known && colon != std::string::npos) {
      const auto& addresses = route.dev->addresses;
      const auto labelled = std::ranges::find(addresses, words.dev, &host::InterfaceAddress::label);
      known = labelled != addresses.end();
      if (known) route.pref_src = labelled->prefix.addr;
    }
    if (!known) {
      io.complain(fmt::format("{}: No such device\n", call));
      return 7;
    }
  }
  // An ioctl() has no NLM_F_EXCL: a second route to the same target is taken and stands in front (kernel:
  // ip_rt_ioctl()).
  const host::FibError error =
      words.removal ? machine.host().fib.remove(route) : machine.host().fib.add(route, host::Fib::AddMode::prepend);
  if (error == host::FibError::none) return 0;
  io.complain(fmt::format("{}: {}\n", call, ioctl_error(error)));
  return 7;
}

// /proc/net/route: main table, unicast and what bars the way.
int show(Machine& machine, Io& io, bool numeric, RouteList form) {
  io.print("Kernel IP routing table\nDestination     Gateway         Genmask         Flags ");
  io.print(form == RouteList::route ? "Metric Ref    Use Iface\n" : "  MSS Window  irtt Iface\n");
  for (const FibRoute* route : machine.host().fib.routes(host::table::main)) {
    const bool barred = route->type == RouteType::unreachable || route->type == RouteType::prohibit;
    if (route->type != RouteType::unicast && !barred) continue;
    std::string flags = barred ? "!" : "U";
    if (!barred && !route->gateway.is_any()) flags += 'G';
    if (!barred && route->dst.length == 32) flags += 'H';
    const bool named = !numeric && route->dst.length == 0;
    std::string gateway = barred ? "-" : route->gateway.text();
    io.print(fmt::format("{:<15} {:<15} {:<15} {:<5} ", named ? "default" : route->dst.addr.text(), gateway,
                         base::Ipv4Addr{route->dst.mask()}.text(), flags));
    if (form == RouteList::route)
      io.print(fmt::format("{:<6} {:<3} {:>6} ", route->metric, barred ? "-" : "0", 0));
    else
      io.print(fmt::format("{:>5} {:<5} {:>6} ", barred ? "-" : "0", barred ? "-" : "0", barred ? "-" : "0"));
    io.print(fmt::format("{}\n", barred || route->dev == nullptr ? "-" : route->dev->name()));
  }
  return 0;
}

// The words behind the target; what ends the command.
std::optional<CommandResultOrError> parse_options(Args& args, RouteWords& parsed,
                                                  std::optional<base::Ipv4Addr>& netmask) {
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "reject") {
      parsed.route.type = RouteType::unreachable;
      continue;
    }
    const bool keyed = word == "netmask" || word == "gw" || word == "metric" || word == "dev";
    if (!keyed && (word.starts_with('-') || word == "mss" || word == "window" || word == "irtt" || word == "mod" ||
                   word == "dyn" || word == "reinstate" || !parsed.dev.empty())) {
      return CommandResultOrError(base::Error{args.unknown("unknown word behind route", std::string(kKnown))});
    }
    if (keyed && args.empty()) return CommandResultOrError(base::Error{args.unknown("a value is missing behind this")});
    const std::string& text = keyed ? args.take() : word;
    if (word == "gw" || word == "netmask") {
      const auto addr = base::Ipv4Addr::parse(text);
      if (!addr) return CommandResultOrError(refusal(6, fmt::format("{}: Host name lookup failure\n", text)));
      if (word == "netmask")
        netmask = *addr;
      else
        parsed.route.gateway = *addr;
      parsed.gateway = parsed.gateway || word == "gw";
    } else if (word == "metric") {
      const auto number = base::c_number(text, 0x7fffffff);
      if (!number) return CommandResultOrError(base::Error{args.unknown("a number is needed here")});
      parsed.route.metric = static_cast<std::uint32_t>(*number);
    } else {
      parsed.dev = text;
    }
  }
  return std::nullopt;
}

// What the program fills in before it asks the kernel.
void complete(RouteWords& parsed) {
  FibRoute& route = parsed.route;
  if (parsed.removal) {
    if (route.type == RouteType::unicast) route.type = RouteType::none;
    route.scope = host::Scope::nowhere;
    route.proto = host::RouteProto::unspec;
  } else if (route.type == RouteType::unreachable) {
    route.scope = host::Scope::host;
  } else if (!parsed.gateway) {
    route.scope = host::Scope::link;
  }
}

}  // namespace

int list_routes(Machine& machine, Io& io, bool numeric, RouteList form) { return show(machine, io, numeric, form); }

CommandResultOrError parse_route(const std::vector<Word>& words) {
  Args args(words);
  bool numeric = false;
  while (args.peek().starts_with('-')) {
    if (args.take() != "-n")
      return base::Error{args.unknown("this option of route is not modelled", std::string(kKnown))};
    numeric = true;
  }
  if (args.empty())
    return instant([numeric](Machine& machine, Io& io) { return show(machine, io, numeric, RouteList::route); });
  RouteWords parsed;
  const std::string& verb = args.take();
  if (verb != "add" && verb != "del" && verb != "delete")
    return base::Error{args.unknown("unknown word behind route", std::string(kKnown))};
  parsed.removal = verb != "add";
  bool as_net = false, as_host = false;
  if (args.peek() == "-net" || args.peek() == "-host") {
    as_net = args.peek() == "-net";
    as_host = !as_net;
    args.take();
  }
  if (args.empty()) return base::Error{args.unknown("a target is missing behind this", std::string(kKnown))};
  const std::string target = args.take();
  if (looks_like_ipv6(target)) return base::Error{args.unknown("IPv6 is not modelled")};
  FibRoute& route = parsed.route;
  bool length_given = false;
  const auto prefix = iproute_prefix(target, &length_given);
  if (!prefix) return refusal(6, fmt::format("{}: Host name lookup failure\n", target));
  route.dst = *prefix;
  std::optional<base::Ipv4Addr> netmask;
  if (auto ended = parse_options(args, parsed, netmask)) return std::move(*ended);
  if (netmask) route.dst.length = static_cast<unsigned>(std::countl_one(netmask->value));
  if (as_net && !netmask && !length_given && route.dst.length == 32) {
    return base::Error{
        SyntaxError{words.front().column, target, "classes of networks are not modelled", "TARGET/N or netmask"}};
  }
  if (as_host) route.dst.length = 32;
  if (route.dst.network() != route.dst.addr) {
    return base::Error{SyntaxError{words.front().column, target, "route: netmask doesn't match route address", {}}};
  }
  complete(parsed);
  return instant([parsed](Machine& machine, Io& io) { return apply(machine, io, parsed); });
}

}  // namespace lvs::control
