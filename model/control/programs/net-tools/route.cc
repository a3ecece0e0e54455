// SPDX-License-Identifier: GPL-2.0-or-later
// route of net-tools 2.10: add, del and the table.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/names/host-names.h"
#include "control/programs/net-tools/route-list.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

using host::FibRoute;
using host::RouteType;

constexpr std::string_view kKnown =
    "-n -e -v -F -4 -A inet; add|del [-net|-host] TARGET[/N] [netmask M] [gw G] [metric N] [reject] [dev D]";

constexpr std::string_view kUsage =
    "Usage: inet_route [-vF] del {-host|-net} Target[/prefix] [gw Gw] [metric M] [[dev] If]\n"
    "       inet_route [-vF] add {-host|-net} Target[/prefix] [gw Gw] [metric M]\n"
    "                              [netmask N] [mss Mss] [window W] [irtt I]\n"
    "                              [mod] [dyn] [reinstate] [[dev] If]\n"
    "       inet_route [-vF] add {-host|-net} Target[/prefix] [metric M] reject\n"
    "       inet_route [-FC] flush      NOT supported\n";

struct RouteWords {
  bool removal = false;
  bool bad_mask = false;  // for the kernel: bits of the target that the mask has not
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
  if (words.bad_mask) {
    io.complain(fmt::format("{}: Invalid argument\n", call));
    return 7;
  }
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
  const HostNames names(machine, numeric);
  const auto cut = [](std::string name) { return name.substr(0, 15); };
  io.print("Kernel IP routing table\nDestination     Gateway         Genmask         Flags ");
  io.print(form == RouteList::sizes     ? "  MSS Window  irtt Iface\n"
           : form == RouteList::metrics ? "Metric Ref    Use Iface\n"
                                        : "Metric Ref    Use Iface    MSS   Window irtt\n");
  for (const FibRoute* route : machine.host().fib.routes(host::table::main)) {
    const bool barred = route->type == RouteType::unreachable || route->type == RouteType::prohibit;
    if (route->type != RouteType::unicast && !barred) continue;
    std::string flags = barred ? "!" : "U";
    if (!barred && !route->gateway.is_any()) flags += 'G';
    if (!barred && route->dst.length == 32) flags += 'H';
    const bool named = !numeric && route->dst.length == 0;
    // Of a network /etc/networks would know the name.
    const std::string target = named                     ? "default"
                               : route->dst.length == 32 ? names.of(route->dst.addr)
                                                         : route->dst.addr.text();
    const std::string gateway = barred                    ? "-"
                                : route->gateway.is_any() ? route->gateway.text()
                                                          : names.of(route->gateway);
    io.print(fmt::format("{:<15} {:<15} {:<15} {:<5} ", cut(target), cut(gateway),
                         base::Ipv4Addr{route->dst.mask()}.text(), flags));
    const std::string device = barred || route->dev == nullptr ? "-" : route->dev->name();
    const std::string_view none = barred ? "-" : "0";
    // kernel: fib_route_seq_show(); windows and round trips of routes are not modelled.
    constexpr unsigned kHeaders = 40;
    const std::uint32_t mss = route->tcp.advertised_mss;
    const std::string size = barred ? "-" : fmt::format("{}", mss == 0 ? 0 : mss + kHeaders);
    if (form == RouteList::sizes) {
      io.print(fmt::format("{:>5} {:<5} {:>6} {}\n", size, none, none, device));
      continue;
    }
    io.print(fmt::format("{:<6} {:<3} {:>6} ", route->metric, none, 0));
    io.print(form == RouteList::metrics ? device + "\n"
                                        : fmt::format("{:<8} {:<5} {:<6} {}\n", device, size, none, none));
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
      const auto addr = inet_aton_of(text);
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

// net-tools: INET_setroute(). A mask beside a host is always wrong, 255.255.255.255 too.
std::optional<std::string> check_mask(base::Ipv4Addr addr, base::Ipv4Addr netmask, bool host) {
  if (netmask.is_any()) return std::nullopt;
  const std::uint32_t rest = ~netmask.value;
  if (host) return fmt::format("route: netmask {:08x} doesn't make sense with host route\n{}", rest, kUsage);
  if ((rest & (rest + 1)) != 0) return fmt::format("route: bogus netmask {}\n{}", netmask.text(), kUsage);
  if ((addr.value & rest) != 0) return fmt::format("route: netmask doesn't match route address\n{}", kUsage);
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

struct ListWords {
  bool numeric = false;
  unsigned extended = 0;
};

// Options before the verb; false: one that is not known here. -v, -F and the family are as without.
bool take_option(Args& args, ListWords& listed) {
  const std::string& word = args.take();
  if (word == "-A") return !args.empty() && args.take() == "inet";
  if (word == "--inet" || word == "--verbose" || word == "--fib") return true;
  listed.numeric = listed.numeric || word == "--numeric";
  listed.extended += word == "--extend" ? 1 : 0;
  if (word.starts_with("--")) return word == "--numeric" || word == "--extend";
  for (const char letter : word.substr(1)) {
    listed.numeric = listed.numeric || letter == 'n';
    listed.extended += letter == 'e' ? 1 : 0;
    if (std::string_view("nNevF4").find(letter) == std::string_view::npos) return false;
  }
  return true;
}

CommandResultOrError parse_route_of_addresses(const std::vector<Word>& words) {
  Args args(words);
  ListWords listed;
  while (args.peek().starts_with('-'))
    if (!take_option(args, listed))
      return base::Error{args.unknown("this option of route is not modelled", std::string(kKnown))};
  if (args.empty())
    return instant([listed](Machine& machine, Io& io) {
      return show(machine, io, listed.numeric,
                  listed.extended == 0   ? RouteList::metrics
                  : listed.extended == 1 ? RouteList::sizes
                                         : RouteList::all);
    });
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
  const std::string_view name = std::string_view(target).substr(0, target.find('/'));
  const auto addr = name == "default" ? base::Ipv4Addr{} : inet_aton_of(name);
  if (!addr) return refusal(6, fmt::format("{}: Host name lookup failure\n", name));
  std::optional<base::Ipv4Addr> netmask;
  if (const std::size_t slash = target.find('/'); slash != std::string::npos) {
    const auto length = base::number<unsigned>(std::string_view(target).substr(slash + 1));
    if (!length || *length > 32)
      return base::Error{SyntaxError{words.front().column, target, "not modelled here", "TARGET/N with N up to 32"}};
    if (*length < 32) netmask = base::Ipv4Addr{base::Ipv4Prefix{{}, *length}.mask()};  // 32 is as none
  }
  if (auto ended = parse_options(args, parsed, netmask)) return std::move(*ended);
  const bool host = as_host || (!as_net && name != "default");
  const base::Ipv4Addr mask = netmask.value_or(base::Ipv4Addr{});
  if (auto wrong = check_mask(*addr, mask, host)) return refusal(3, *wrong);
  parsed.route.dst.addr = *addr;
  parsed.route.dst.length = host ? 32 : static_cast<unsigned>(std::popcount(mask.value));
  parsed.bad_mask = !host && parsed.route.dst.network() != *addr;
  complete(parsed);
  return instant([parsed](Machine& machine, Io& io) { return apply(machine, io, parsed); });
}

}  // namespace

int list_routes(Machine& machine, Io& io, bool numeric, RouteList form) { return show(machine, io, numeric, form); }

CommandResultOrError parse_route(const std::vector<Word>& words) {
  std::vector<std::size_t> operands;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string& before = words[i - 1].text;
    const bool target = (before == "add" || before == "del" || before == "delete") && words[i].text != "default";
    if (target || before == "-host" || before == "gw") operands.push_back(i);
  }
  return with_host_names(words, operands, parse_route_of_addresses);
}

}  // namespace lvs::control
