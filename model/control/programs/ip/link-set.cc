// SPDX-License-Identifier: GPL-2.0-or-later
// ip link set (iproute2 6.1 ip/iplink.c, kernel: do_setlink()).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/bond-words.h"
#include "control/programs/ip/link.h"
#include "host/virtual/macvlan.h"

namespace lvs::control::ip {
namespace {

constexpr std::string_view kKnownSet =
    "dev up down address mtu arp promisc multicast allmulticast txqueuelen master nomaster name group alias type bond, "
    "macvlan";

struct LinkSet {
  std::string dev;
  std::optional<bool> up, arp, promisc, multicast, allmulticast;
  std::optional<std::string> master, alias;  // empty: none
  std::string name;                          // a new one
  std::optional<std::uint32_t> mtu, group;
  std::optional<unsigned> queue;
  std::optional<base::MacAddr> mac;
  std::string type;
  BondWords bond;
  std::optional<host::MacvlanLink::Mode> macvlan;
};

int said(Io& io, std::string_view text) {
  io.complain(fmt::format("Error: {}\n", text));
  return 2;
}

int set_master(host::Host& host, Io& io, host::Device& dev, const std::string& name) {
  host::Device* const master = name.empty() ? nullptr : host.device(interface_of(name));
  if (!name.empty() && master == nullptr) {
    io.complain(fmt::format("Error: argument \"{}\" is wrong: Device does not exist\n\n", name));
    return 255;
  }
  if (master != nullptr) {
    const std::string_view type = master->link == nullptr ? "" : master->link->type();
    if (type != "bridge" && type != "bond") return rtnetlink_error(io, "Operation not supported");
    if (type == "bond" && dev.up && dev.master != master) return said(io, "Device can not be enslaved while up.");
    if (dev.receiver != nullptr && dev.master == nullptr) return rtnetlink_error(io, "Device or resource busy");
  }
  return host.set_master(dev, master) ? 0 : rtnetlink_error(io, "Invalid argument");
}

int set_mac(host::Host& host, Io& io, host::Device& dev, const base::MacAddr& mac) {
  if (dev.kind() == host::DeviceKind::ipip) return rtnetlink_error(io, "Operation not supported");
  if (mac.is_multicast() || mac.is_zero()) return rtnetlink_error(io, "Cannot assign requested address");
  host.set_mac(dev, mac);
  dev.mac_set = true;
  host.settle_links();
  return 0;
}

int set_mtu(host::Host& host, Io& io, host::Device& dev, std::uint32_t mtu) {
  const bool loopback = dev.is_loopback();
  const std::uint32_t most = dev.kind() == host::DeviceKind::ipip ? 65515 : 65535;
  if (dev.tunnel_any_protocol && (mtu < 68 || mtu > most)) return rtnetlink_error(io, "Invalid argument");
  if (!loopback && mtu < 68) return said(io, "mtu less than device minimum.");
  if (!loopback && mtu > most) return said(io, "mtu greater than device maximum.");
  const host::Device* const below = dev.link != nullptr && dev.link->follows_lower() ? dev.link->lower() : nullptr;
  if (below != nullptr && mtu > below->mtu) return rtnetlink_error(io, "Numerical result out of range");
  const auto* const macvlan = dynamic_cast<const host::MacvlanLink*>(dev.link.get());
  if (macvlan != nullptr && mtu > macvlan->lower()->mtu) return rtnetlink_error(io, "Invalid argument");
  host.set_mtu(dev, mtu);
  dev.mtu_set = true;
  host.settle_links();
  return 0;
}

int set_name(host::Host& host, Io& io, host::Device& dev, const std::string& name) {
  if (dev.up) return rtnetlink_error(io, "Device or resource busy");
  if (host.device(name) != nullptr) return rtnetlink_error(io, "File exists");
  host.rename(dev, name);
  return 0;
}

int set_up(Machine& machine, Io& io, host::Device& dev, bool up) {
  const host::Device* const lower = dev.link != nullptr && dev.link->follows_lower() ? dev.link->lower() : nullptr;
  if (up && lower != nullptr && !lower->up) return rtnetlink_error(io, "Network is down");
  machine.host().set_up(dev, up);
  if (up) machine.note_up(dev.index());
  return 0;
}

int set_type(Machine& machine, Io& io, host::Device& dev, const LinkSet& set) {
  if (dev.link == nullptr || dev.link->type() != set.type) return rtnetlink_error(io, "Operation not supported");
  if (set.type == "bond") return change_bond(machine, io, dev, set.bond);
  if (set.macvlan) dynamic_cast<host::MacvlanLink&>(*dev.link).mode = *set.macvlan;
  return 0;
}

int change(Machine& machine, Io& io, host::Device& dev, const LinkSet& set) {
  host::Host& host = machine.host();
  int status = set.type.empty() ? 0 : set_type(machine, io, dev, set);
  if (status == 0 && set.mac) status = set_mac(host, io, dev, *set.mac);
  if (status == 0 && set.mtu) status = set_mtu(host, io, dev, *set.mtu);
  if (status != 0) return status;
  if (set.group && !set.dev.empty()) {
    dev.group = *set.group;
    host.fib.flush_cache();
  }
  if (!set.name.empty() && (status = set_name(host, io, dev, set.name)) != 0) return status;
  if (set.alias) dev.alias = *set.alias;
  if (set.master && (status = set_master(host, io, dev, *set.master)) != 0) return status;
  if (set.arp) host.set_arp(dev, *set.arp);
  if (set.promisc) dev.promiscuous = *set.promisc;
  if (set.multicast) dev.multicast = *set.multicast;
  if (set.allmulticast) dev.allmulticast = *set.allmulticast;
  if (set.queue) dev.tx_queue_length = *set.queue;
  return set.up ? set_up(machine, io, dev, *set.up) : 0;
}

int apply_set(Machine& machine, Io& io, const LinkSet& set) {
  host::Host& host = machine.host();
  if (!set.dev.empty()) {
    host::Device* const dev = host.device(interface_of(set.dev));
    return dev == nullptr ? no_device(io, set.dev) : change(machine, io, *dev, set);
  }
  // All of a group (kernel: rtnl_group_changelink()).
  for (std::size_t i = 0; i < host.devices().size(); ++i) {
    host::Device& dev = *host.devices()[i];
    if (dev.group != *set.group) continue;
    if (const int status = change(machine, io, dev, set); status != 0) return status;
  }
  return 0;
}

using SetEnded = std::optional<CommandResultOrError>;

SetEnded take_switch(const std::string& word, const std::string& text, LinkSet& set) {
  if (text != "on" && text != "off") {
    return CommandResultOrError(
        refusal(1, fmt::format("Error: argument of \"{}\" must be \"on\" or \"off\", not \"{}\"\n", word, text)));
  }
  auto& to = word == "arp"         ? set.arp
             : word == "promisc"   ? set.promisc
             : word == "multicast" ? set.multicast
                                   : set.allmulticast;
  to = text == "on";
  return std::nullopt;
}

// A word with its value.
SetEnded take_keyed(const std::string& word, const std::string& text, LinkSet& set) {
  const auto wrong = [&](std::string_view reason) { return CommandResultOrError(invalid_argument(text, reason)); };
  if (word == "dev") {
    if (!set.dev.empty()) return CommandResultOrError(duplicate_or_garbage("dev", text));
    set.dev = text;
  } else if (word == "address") {
    set.mac = base::MacAddr::parse(text);
    if (!set.mac) return CommandResultOrError(refusal(1, fmt::format("\"{}\" is invalid lladdr.\n", text)));
  } else if (word == "mtu") {
    const auto number = base::c_number(text, 0xffffffff);
    if (!number) return wrong("Invalid \"mtu\" value\n");
    set.mtu = static_cast<std::uint32_t>(*number);
  } else if (word == "master") {
    set.master = text;
  } else if (word == "alias") {
    constexpr std::size_t kLongest = 255;  // IFALIASZ - 1
    if (text.size() > kLongest) return wrong("alias too long\n");
    set.alias = text;
  } else if (word == "group") {
    set.group = group_of(text);
    if (!set.group) return wrong("Invalid \"group\" value\n");
  } else if (word == "name") {
    if (text.size() > 15) return wrong("\"name\" not a valid ifname");
    set.name = text;
  } else {
    const auto number = base::c_number(text, 0x7fffffff);
    if (!number) return wrong("Invalid \"txqueuelen\" value\n");
    set.queue = static_cast<unsigned>(*number);
  }
  return std::nullopt;
}

// "type bond ...": the rest of the line.
SetEnded take_type_words(Args& args, LinkSet& set) {
  if (args.empty()) return CommandResultOrError(incomplete());
  set.type = args.take();
  if (set.type != "bond" && set.type != "macvlan")
    return CommandResultOrError(base::Error{args.unknown("not modelled here", "bond macvlan")});
  while (!args.empty()) {
    const std::string word = args.take();
    if (set.type == "bond") {
      if (auto ended = take_bond_word(args, word, set.bond)) return ended;
      continue;
    }
    if (word != "mode") return CommandResultOrError(base::Error{args.unknown("not modelled here", "mode")});
    if (args.empty()) return CommandResultOrError(incomplete());
    const std::string& text = args.take();
    using Kind = host::MacvlanLink::Mode;
    for (const Kind mode : {Kind::private_, Kind::vepa, Kind::bridge})
      if (text == host::name_of(mode)) set.macvlan = mode;
    if (!set.macvlan)
      return CommandResultOrError(base::Error{args.unknown("not modelled here", "private vepa bridge")});
  }
  return std::nullopt;
}

SetEnded take_set_word(Args& args, LinkSet& set) {
  static constexpr auto kKeys =
      std::to_array<std::string_view>({"dev", "address", "mtu", "arp", "promisc", "multicast", "allmulticast",
                                       "txqueuelen", "qlen", "txqlen", "master", "name", "group", "alias"});
  static constexpr auto kSwitches = std::to_array<std::string_view>({"arp", "promisc", "multicast", "allmulticast"});
  const std::string& word = args.take();
  if (word == "up" || word == "down") {
    set.up = word == "up";
    return std::nullopt;
  }
  if (word == "nomaster") {
    set.master = "";
    return std::nullopt;
  }
  if (word == "type") return take_type_words(args, set);
  if (std::ranges::find(kKeys, word) != kKeys.end()) {
    if (args.empty()) return CommandResultOrError(incomplete());
    const std::string& text = args.take();
    return std::ranges::find(kSwitches, word) != kSwitches.end() ? take_switch(word, text, set)
                                                                 : take_keyed(word, text, set);
  }
  if (is_other_link_word(word))
    return CommandResultOrError(base::Error{args.unknown("not modelled here", std::string(kKnownSet))});
  if (!set.dev.empty())
    return CommandResultOrError(base::Error{args.unknown("unknown word behind ip link set", std::string(kKnownSet))});
  set.dev = word;
  return std::nullopt;
}

}  // namespace

CommandResultOrError parse_link_set(Args& args) {
  LinkSet set;
  while (!args.empty())
    if (auto ended = take_set_word(args, set)) return std::move(*ended);
  if (set.dev.empty() && !set.group) return refusal(255, "Not enough information: \"dev\" argument is required.\n");
  if (!set.name.empty() && is_cable(set.dev))
    return base::Error{args.unknown("the interface of a cable keeps its name")};
  return instant([set](Machine& machine, Io& io) { return apply_set(machine, io, set); });
}

}  // namespace lvs::control::ip
