// SPDX-License-Identifier: GPL-2.0-or-later
// ip tunnel: add, change, delete, show, mode ipip (iproute2 6.1 ip/iptunnel.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"
#include "control/programs/ip/listing.h"
#include "control/programs/ip/tunnel-words.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {
namespace {

constexpr std::string_view kKnown = "name mode ipip remote local dev ttl pmtudisc nopmtudisc";

enum class Verb { add, change, remove, show };

struct TunnelWords {
  Verb verb = Verb::add;
  std::string name, dev;
  bool mode_given = false;
  std::optional<base::Ipv4Addr> local, remote;
  std::optional<std::uint8_t> ttl;
  std::optional<bool> pmtudisc;
};

std::string tunnel_line(const host::Device& dev, bool color) {
  const auto or_any = [](base::Ipv4Addr addr) { return addr.is_any() ? std::string("any") : addr.text(); };
  const std::string link = tunnel_link_name(dev);
  return fmt::format(
      "{}{}/ip remote {}local {}{} ttl {}{}\n", painted(color, Paint::name, dev.name() + ": "),
      dev.tunnel_any_protocol ? "any" : "ip", painted(color, Paint::inet, or_any(dev.tunnel_remote) + " "),
      painted(color, Paint::inet, or_any(dev.tunnel_local)), link.empty() ? "" : " dev " + link,
      dev.tunnel_ttl == 0 ? "inherit" : fmt::format("{}", dev.tunnel_ttl), dev.tunnel_pmtudisc ? "" : " nopmtudisc");
}

// A fixed TTL would let a loop of tunnels go on, so path MTU discovery has to stop it (do_add()).
constexpr std::string_view kNoDiscovery = "ttl != 0 and nopmtudisc are incompatible\n";

bool is_tunnel(const host::Device& dev) { return dev.kind() == host::DeviceKind::ipip; }

int add(Machine& machine, Io& io, const TunnelWords& words) {
  host::Host& host = machine.host();
  host::Device* const link = words.dev.empty() ? nullptr : host.device(interface_of(words.dev));
  if (!words.dev.empty() && link == nullptr) return no_device(io, words.dev);
  const base::Ipv4Addr local = words.local.value_or(base::Ipv4Addr{});
  const base::Ipv4Addr remote = words.remote.value_or(base::Ipv4Addr{});
  if (host.device(words.name) != nullptr ||
      tunnel_between(host, local, remote, link == nullptr ? 0 : link->index()) != nullptr) {
    io.complain("add tunnel \"tunl0\" failed: File exists\n");
    return 1;
  }
  std::string name = words.name;
  for (int i = 0; name.empty(); ++i) {
    if (host.device(fmt::format("ipip{}", i)) == nullptr) name = fmt::format("ipip{}", i);
  }
  host::Device& dev = host.add_tunnel(name, local, remote, link);
  dev.tunnel_ttl = words.ttl.value_or(0);
  dev.tunnel_pmtudisc = words.pmtudisc.value_or(true);
  return 0;
}

int change(Machine& machine, Io& io, const TunnelWords& words) {
  host::Host& host = machine.host();
  host::Device* const link = words.dev.empty() ? nullptr : host.device(interface_of(words.dev));
  if (!words.dev.empty() && link == nullptr) return no_device(io, words.dev);
  host::Device* dev = host.device(words.name);
  if (dev == nullptr || !is_tunnel(*dev)) {
    io.complain(fmt::format("change tunnel \"{}\" failed: No such {}\n", words.name.empty() ? "tunl0" : words.name,
                            dev == nullptr ? "device" : "file or directory"));
    return 1;
  }
  if (words.ttl.value_or(dev->tunnel_ttl) != 0 && !words.pmtudisc.value_or(dev->tunnel_pmtudisc)) {
    io.complain(kNoDiscovery);
    return 1;
  }
  const unsigned index = link == nullptr ? dev->tunnel_link_index : link->index();
  const host::Device* const other =
      tunnel_between(host, words.local.value_or(dev->tunnel_local), words.remote.value_or(dev->tunnel_remote), index);
  if (other != nullptr && other != dev) {  // iproute2 calls it so
    io.complain(fmt::format("add tunnel \"{}\" failed: File exists\n", words.name));
    return 1;
  }
  if (words.local) dev->tunnel_local = *words.local;
  if (words.remote) dev->tunnel_remote = *words.remote;
  if (words.ttl) dev->tunnel_ttl = *words.ttl;
  if (words.pmtudisc) dev->tunnel_pmtudisc = *words.pmtudisc;
  if (index != dev->tunnel_link_index) host.bind_tunnel(*dev, link);
  host.fib.flush_cache();
  return 0;
}

int remove(Machine& machine, Io& io, const TunnelWords& words) {
  host::Device* dev = machine.host().device(words.name);
  std::string_view reason;
  if (dev == nullptr)
    reason = "No such device";
  else if (!is_tunnel(*dev))
    reason = "Operation not supported";
  else if (machine.host().remove_device(*dev) != host::ConfigError::none)
    reason = "Operation not permitted";
  if (reason.empty()) return 0;
  io.complain(fmt::format("delete tunnel \"{}\" failed: {}\n", words.name, reason));
  return 1;
}

// The kernel counts neither loops nor missing routes of a tunnel apart (iproute2: tnl_print_stats()).
std::string tunnel_counters(const host::DeviceCounters& c) {
  return fmt::format(
      "RX: Packets    Bytes        Errors CsumErrs OutOfSeq Mcasts\n"
      "    {:<10} {:<12} {:<6} {:<8} {:<8} {:<8}\n"
      "TX: Packets    Bytes        Errors DeadLoop NoRoute  NoBufs\n"
      "    {:<10} {:<12} {:<6} {:<8} {:<8} {:<6}\n",
      c.rx_packets, c.rx_bytes, c.rx_errors, 0, 0, 0, c.tx_packets, c.tx_bytes, c.tx_errors, c.collisions,
      c.tx_carrier_errors, c.tx_dropped);
}

int show(Machine& machine, Io& io, const TunnelWords& words, bool counters, bool color) {
  const host::Device* const link = words.dev.empty() ? nullptr : machine.host().device(interface_of(words.dev));
  if (!words.dev.empty() && link == nullptr) return no_device(io, words.dev);
  for (const auto& dev : machine.host().devices()) {
    if (!is_tunnel(*dev) || (!words.name.empty() && dev->name() != words.name)) continue;
    if (link != nullptr && dev->tunnel_link != link) continue;
    io.print(tunnel_line(*dev, color));
    if (counters) io.print(tunnel_counters(dev->counters));
  }
  return 0;
}

constexpr auto kKeys =
    std::to_array<std::string_view>({"mode", "remote", "local", "dev", "ttl", "hoplimit", "hlim", "name"});
constexpr auto kUnmodelled = std::to_array<std::string_view>(
    {"tos", "dsfield", "key", "ikey", "okey", "seq", "csum", "prl-default", "prl-delete", "prl-nodefault", "6rd-prefix",
     "6rd-reset", "external", "iseq", "oseq", "icsum", "ocsum"});

// What ends the command, or nothing.
using Ended = std::optional<CommandResultOrError>;

Ended take_value(Args& args, const std::string& word, const std::string& text, TunnelWords& words) {
  if (looks_like_ipv6(text)) return CommandResultOrError(base::Error{args.unknown("IPv6 is not modelled")});
  if (word == "mode") {
    if (text != "ipip" && text != "ip/ip" && text != "ipv4/ipv4")
      return CommandResultOrError(base::Error{args.unknown("this mode is not modelled", "ipip")});
    words.mode_given = true;
  } else if (word == "name") {
    words.name = text;
  } else if (word == "dev") {
    words.dev = text;
  } else if (word == "remote" || word == "local") {
    const auto addr = text == "any" ? base::Ipv4Addr{} : iproute_address(text);
    if (!addr) return CommandResultOrError(bad_address(text));
    (word == "remote" ? words.remote : words.local) = *addr;
  } else if (text == "inherit") {
    words.ttl = 0;
  } else {
    const auto ttl = base::c_number(text, 255);
    if (!ttl) return CommandResultOrError(invalid_argument(text, "invalid TTL\n"));
    words.ttl = static_cast<std::uint8_t>(*ttl);
  }
  return std::nullopt;
}

Ended take_word(Args& args, TunnelWords& words) {
  const std::string& word = args.take();
  if (word == "pmtudisc" || word == "nopmtudisc") {
    words.pmtudisc = word == "pmtudisc";
    return std::nullopt;
  }
  if (std::ranges::find(kKeys, word) != kKeys.end()) {
    if (args.empty()) return CommandResultOrError(incomplete());
    return take_value(args, word, args.take(), words);
  }
  if (std::ranges::find(kUnmodelled, word) != kUnmodelled.end())
    return CommandResultOrError(base::Error{args.unknown("not modelled here", std::string(kKnown))});
  if (!words.name.empty())
    return CommandResultOrError(base::Error{args.unknown("unknown word behind ip tunnel", std::string(kKnown))});
  words.name = word;
  return std::nullopt;
}

}  // namespace

CommandResultOrError parse_tunnel(Args& args, const Options& options) {
  if (options.json) return base::Error{args.unknown("-j of ip tunnel is not modelled", "addr link neigh route rule")};
  TunnelWords words;
  words.verb = Verb::show;
  if (!args.empty()) {
    const std::string& word = args.take();
    if (abbreviates(word, "add"))
      words.verb = Verb::add;
    else if (abbreviates(word, "change"))
      words.verb = Verb::change;
    else if (abbreviates(word, "delete"))
      words.verb = Verb::remove;
    else if (abbreviates(word, "show") || abbreviates(word, "lst") || abbreviates(word, "list"))
      words.verb = Verb::show;
    else
      return base::Error{args.unknown("unknown word behind ip tunnel", "add change del show")};
  }
  while (!args.empty())
    if (auto ended = take_word(args, words)) return std::move(*ended);
  switch (words.verb) {
    case Verb::add:
      if (words.ttl.value_or(0) != 0 && !words.pmtudisc.value_or(true)) return refusal(1, std::string(kNoDiscovery));
      if (!words.mode_given) return refusal(1, "cannot determine tunnel mode (ipip, gre, vti or sit)\n");
      return instant([words](Machine& machine, Io& io) { return add(machine, io, words); });
    case Verb::change: return instant([words](Machine& machine, Io& io) { return change(machine, io, words); });
    case Verb::remove: return instant([words](Machine& machine, Io& io) { return remove(machine, io, words); });
    case Verb::show: break;
  }
  return instant([words, counters = options.stats != 0, color = options.color](Machine& machine, Io& io) {
    return show(machine, io, words, counters, color);
  });
}

}  // namespace lvs::control::ip
