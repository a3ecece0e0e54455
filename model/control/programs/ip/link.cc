// SPDX-License-Identifier: GPL-2.0-or-later
// ip link: show, set, delete (add: link-add.cc) (iproute2 6.1 ip/iplink.c, ip/ipaddress.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"
#include "control/programs/ip/link.h"
#include "host/link/shaper.h"
#include "host/virtual/bridge.h"

namespace lvs::control::ip {

std::string device_name(const host::Device& dev) {
  if (dev.kind() == host::DeviceKind::ipip) return dev.name() + "@NONE";
  const host::Device* const lower = dev.link == nullptr ? nullptr : dev.link->lower();
  return lower == nullptr ? dev.name() : dev.name() + "@" + lower->name();
}

std::string state_of(const host::Device& dev) {
  if (!dev.up) return "DOWN";
  if (!dev.is_ethernet()) return "UNKNOWN";
  // A dummy's carrier and that of a bridge without ports never come or go, and so say nothing.
  if (dev.link != nullptr && dev.link->type() == "dummy") return "UNKNOWN";
  if (const auto* bridge = dynamic_cast<const host::BridgeLink*>(dev.link.get());
      bridge != nullptr && !bridge->had_ports()) {
    return "UNKNOWN";
  }
  if (dev.carrier) return "UP";
  // What it rides on is missing (RFC 2863: lowerLayerDown).
  return dev.link != nullptr && dev.link->lower() != nullptr ? "LOWERLAYERDOWN" : "DOWN";
}

std::string flags_of(const host::Device& dev) {
  std::string flags;
  const auto add = [&](bool set, std::string_view name) {
    if (!set) return;
    if (!flags.empty()) flags += ',';
    flags += name;
  };
  const bool ethernet = dev.is_ethernet();
  add(dev.up && !dev.carrier, "NO-CARRIER");
  add(dev.is_loopback(), "LOOPBACK");
  add(ethernet, "BROADCAST");
  add(dev.kind() == host::DeviceKind::ipip && !dev.tunnel_remote.is_any(), "POINTOPOINT");
  add(ethernet && dev.multicast, "MULTICAST");
  add(dev.noarp && !dev.is_loopback(), "NOARP");
  add(dev.promiscuous, "PROMISC");
  add(dev.up, "UP");
  add(dev.up && dev.carrier, "LOWER_UP");
  const host::Device* const lower = dev.link == nullptr ? nullptr : dev.link->lower();
  add(lower != nullptr && !lower->up, "M-DOWN");
  return "<" + flags + ">";
}

namespace {

std::string_view qdisc_of(const host::Device& dev) {
  const host::Shaper* const shaper = dev.shaper;
  if (shaper == nullptr) return "noqueue";
  return std::holds_alternative<host::Netem>(shaper->setting()) ? "netem" : "tbf";
}

}  // namespace

std::string link_line(Machine& machine, const host::Device& dev, bool with_mode) {
  // What was never up has no queueing discipline yet; lo and cables have been up before the first command.
  const bool made = dev.kind() == host::DeviceKind::ipip || dev.kind() == host::DeviceKind::made;
  const bool noop = made && !dev.up && !machine.has_been_up(dev.index());
  return fmt::format("{}: {}: {} mtu {} qdisc {} {}state {}{} group default qlen {}", dev.index(), device_name(dev),
                     flags_of(dev), dev.mtu, noop ? "noop" : qdisc_of(dev),
                     dev.master == nullptr ? "" : "master " + dev.master->name() + " ", state_of(dev),
                     with_mode ? " mode DEFAULT" : "", dev.tx_queue_length);
}

std::string hardware_line(const host::Device& dev) {
  switch (dev.kind()) {
    case host::DeviceKind::loopback: return "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00";
    case host::DeviceKind::ethernet:
    case host::DeviceKind::made: return fmt::format("    link/ether {} brd ff:ff:ff:ff:ff:ff", dev.mac.text());
    case host::DeviceKind::ipip:
      return fmt::format("    link/ipip {} {} {}", dev.tunnel_local.text(), dev.tunnel_remote.is_any() ? "brd" : "peer",
                         dev.tunnel_remote.text());
  }
  return {};
}

std::string link_counters(const host::Device& dev, bool errors) {
  const host::DeviceCounters& c = dev.counters;
  std::string text = "    RX:  bytes packets errors dropped  missed   mcast           \n";
  text += fmt::format("    {:>10} {:>7} {:>6} {:>7} {:>7} {:>7} \n", c.rx_bytes, c.rx_packets, c.rx_errors,
                      c.rx_dropped, 0, 0);
  if (errors) {
    text += "    RX errors:  length    crc   frame    fifo overrun\n";
    text += fmt::format("    {:>18} {:>6} {:>7} {:>7} {:>7} \n", 0, 0, 0, 0, 0);
  }
  text += "    TX:  bytes packets errors dropped carrier collsns           \n";
  text += fmt::format("    {:>10} {:>7} {:>6} {:>7} {:>7} {:>7} \n", c.tx_bytes, c.tx_packets, c.tx_errors,
                      c.tx_dropped, c.tx_carrier_errors, c.collisions);
  if (errors) {
    text += "    TX errors: aborted   fifo  window heartbt transns\n";
    text += fmt::format("    {:>18} {:>6} {:>7} {:>7} {:>7} \n", 0, 0, 0, 0, c.carrier_changes);
  }
  return text;
}

namespace {

constexpr std::string_view kKnownSet = "dev up down address mtu arp promisc txqueuelen master nomaster name";
constexpr std::string_view kKnownShow = "dev up type master";

// "eth0": of lab.conf.
bool is_cable(std::string_view name) {
  return name.starts_with("eth") && name.size() > 3 && name.find_first_not_of("0123456789", 3) == name.npos;
}

// As `type` spells it; empty: a cable or lo.
std::string type_of(const host::Device& dev) {
  if (dev.link != nullptr) return std::string(dev.link->type());
  return dev.kind() == host::DeviceKind::ipip ? "ipip" : "";
}

struct LinkSet {
  std::string dev;
  std::optional<bool> up, arp, promisc;
  std::optional<std::string> master;  // empty: none
  std::string name;                   // a new one
  std::optional<std::uint32_t> mtu;
  std::optional<unsigned> queue;
  std::optional<base::MacAddr> mac;
};

int apply(Machine& machine, Io& io, const LinkSet& set) {
  host::Host& host = machine.host();
  host::Device* dev = host.device(interface_of(set.dev));
  if (dev == nullptr) return no_device(io, set.dev);
  const auto error = [&](std::string_view text) {
    io.complain(fmt::format("Error: {}\n", text));
    return 2;
  };
  if (!set.name.empty()) {
    if (dev->up) return rtnetlink_error(io, "Device or resource busy");
    if (host.device(set.name) != nullptr) return rtnetlink_error(io, "File exists");
    host.rename(*dev, set.name);
  }
  if (set.master) {
    host::Device* const master = set.master->empty() ? nullptr : host.device(*set.master);
    if (!set.master->empty() && master == nullptr) {
      io.complain(fmt::format("Error: argument \"{}\" is wrong: Device does not exist\n\n", *set.master));
      return 255;
    }
    if (master != nullptr && (master->link == nullptr || master->link->type() != "bridge"))
      return rtnetlink_error(io, "Operation not supported");
    if (!host.set_master(*dev, master)) return rtnetlink_error(io, "Invalid argument");
  }
  if (set.mac) {
    if (dev->kind() == host::DeviceKind::ipip) return rtnetlink_error(io, "Operation not supported");
    if (set.mac->is_multicast() || set.mac->is_zero()) return rtnetlink_error(io, "Cannot assign requested address");
    host.set_mac(*dev, *set.mac);
    dev->mac_set = true;
    host.settle_links();
  }
  if (set.mtu) {
    const bool loopback = dev->is_loopback();
    const std::uint32_t most = dev->kind() == host::DeviceKind::ipip ? 65515 : 65535;
    if (!loopback && *set.mtu < 68) return error("mtu less than device minimum.");
    if (!loopback && *set.mtu > most) return error("mtu greater than device maximum.");
    const host::Device* const below = dev->link != nullptr && dev->link->follows_lower() ? dev->link->lower() : nullptr;
    if (below != nullptr && *set.mtu > below->mtu) return rtnetlink_error(io, "Numerical result out of range");
    host.set_mtu(*dev, *set.mtu);
    dev->mtu_set = true;
    host.settle_links();
  }
  if (set.arp) host.set_arp(*dev, *set.arp);
  if (set.promisc) dev->promiscuous = *set.promisc;
  if (set.queue) dev->tx_queue_length = *set.queue;
  if (set.up) {
    const host::Device* const lower = dev->link != nullptr && dev->link->follows_lower() ? dev->link->lower() : nullptr;
    if (*set.up && lower != nullptr && !lower->up) return rtnetlink_error(io, "Network is down");
    host.set_up(*dev, *set.up);
    if (*set.up) machine.note_up(dev->index());
  }
  return 0;
}

CommandResultOrError parse_set(Args& args) {
  LinkSet set;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "up" || word == "down") {
      set.up = word == "up";
      continue;
    }
    if (word == "dev" || word == "address" || word == "mtu" || word == "arp" || word == "promisc" ||
        word == "txqueuelen" || word == "qlen" || word == "txqlen") {
      if (args.empty()) return incomplete();
      const std::string& text = args.take();
      if (word == "dev") {
        if (!set.dev.empty()) return duplicate_or_garbage("dev", text);
        set.dev = text;
      } else if (word == "address") {
        set.mac = base::MacAddr::parse(text);
        if (!set.mac) return refusal(1, fmt::format("\"{}\" is invalid lladdr.\n", text));
      } else if (word == "mtu") {
        const auto number = base::c_number(text, 0xffffffff);
        if (!number) return invalid_argument(text, "Invalid \"mtu\" value\n");
        set.mtu = static_cast<std::uint32_t>(*number);
      } else if (word == "arp" || word == "promisc") {
        if (text != "on" && text != "off") {
          return refusal(1,
                         fmt::format("Error: argument of \"{}\" must be \"on\" or \"off\", not \"{}\"\n", word, text));
        }
        (word == "arp" ? set.arp : set.promisc) = text == "on";
      } else {
        const auto number = base::c_number(text, 0x7fffffff);
        if (!number) return invalid_argument(text, "Invalid \"txqueuelen\" value\n");
        set.queue = static_cast<unsigned>(*number);
      }
      continue;
    }
    if (word == "nomaster") {
      set.master = "";
      continue;
    }
    if (word == "master" || word == "name") {
      if (args.empty()) return incomplete();
      const std::string& text = args.take();
      if (word == "master") {
        set.master = text;
      } else {
        if (text.size() > 15) return invalid_argument(text, "\"name\" not a valid ifname");
        set.name = text;
      }
      continue;
    }
    if (is_other_link_word(word)) return base::Error{args.unknown("not modelled here", std::string(kKnownSet))};
    if (!set.dev.empty()) return base::Error{args.unknown("unknown word behind ip link set", std::string(kKnownSet))};
    set.dev = word;
  }
  if (set.dev.empty()) return refusal(255, "Not enough information: \"dev\" argument is required.\n");
  if (!set.name.empty() && is_cable(set.dev))
    return base::Error{args.unknown("the interface of a cable keeps its name")};
  return instant([set](Machine& machine, Io& io) { return apply(machine, io, set); });
}

CommandResultOrError parse_show(Args& args, const Options& options) {
  std::string name, type, master;
  bool up = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "up") {
      up = true;
    } else if (word == "dev") {
      if (args.empty()) return incomplete();
      name = args.take();
    } else if (word == "type" || word == "master") {
      if (args.empty()) return incomplete();
      (word == "type" ? type : master) = args.take();
    } else if (word == "group" || word == "vrf" || word == "nomaster" || word == "dynamic" || word == "help") {
      return base::Error{args.unknown("not modelled here", std::string(kKnownShow))};
    } else {
      if (!name.empty()) return duplicate_or_garbage("dev", word);
      name = word;
    }
  }
  return instant([=](Machine& machine, Io& io) {
    if (!master.empty() && machine.host().device(master) == nullptr) {
      io.complain(fmt::format("Error: argument \"{}\" is wrong: Device does not exist\n\n", master));
      return 255;
    }
    if (!name.empty() && machine.host().device(name) == nullptr) {
      io.complain(fmt::format("Device \"{}\" does not exist.\n", name));
      return 1;
    }
    for (const auto& dev : machine.host().devices()) {
      if ((!name.empty() && dev->name() != name) || (up && !dev->up)) continue;
      if (!type.empty() && type_of(*dev) != type) continue;
      if (!master.empty() && (dev->master == nullptr || dev->master->name() != master)) continue;
      if (options.brief) {
        const std::string hardware = hardware_line(*dev);
        const std::size_t start = hardware.find(' ', 9) + 1;
        io.print(fmt::format("{:<16} {:<14} {} {} \n", device_name(*dev), state_of(*dev),
                             hardware.substr(start, hardware.find(' ', start) - start), flags_of(*dev)));
        continue;
      }
      const char* const separator = options.oneline ? "\\" : "\n";
      const auto details = options.details ? link_details(*dev, true, separator) : std::string();
      if (!details) return no_details(io, *dev);
      io.print(link_line(machine, *dev, true) + separator + hardware_line(*dev) + *details);
      if (options.stats > 0) {
        std::string text = "\n" + link_counters(*dev, options.stats > 1);
        text.pop_back();
        if (options.oneline) {
          for (char& c : text) c = c == '\n' ? '\\' : c;
        }
        io.print(text);
      }
      io.print("\n");
    }
    return 0;
  });
}

CommandResultOrError parse_delete(Args& args) {
  std::string name;
  while (!args.empty()) {
    const std::string& word = args.take();
    if ((word == "dev" || word == "type") && args.empty()) return incomplete();
    if (word == "dev") {
      name = args.take();
    } else if (word == "type") {
      args.take();  // what it is has been known for long
    } else if (!name.empty()) {
      return base::Error{args.unknown("not modelled here", "dev type")};
    } else {
      name = word;
    }
  }
  if (name.empty()) return refusal(255, "Not enough information: \"dev\" argument is required.\n");
  if (is_cable(name)) return base::Error{args.unknown("taking the interface of a cable away is not modelled")};
  return instant([name](Machine& machine, Io& io) {
    host::Device* dev = machine.host().device(name);
    if (dev == nullptr) return no_device(io, name);
    return config_error(io, machine.host().remove_device(*dev));
  });
}

}  // namespace

bool is_other_link_word(std::string_view word) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"multicast",    "allmulticast", "dynamic",     "trailers",     "alias",        "netns",
       "group",        "vf",           "xdp",         "xdpgeneric",   "xdpdrv",       "xdpoffload",
       "link",         "type",         "broadcast",   "brd",          "protodown",    "protodown_reason",
       "addrgenmode",  "carrier",      "peer",        "mode",         "state",        "vrf",
       "index",        "numtxqueues",  "numrxqueues", "gso_max_size", "gso_max_segs", "gro_max_size",
       "link-netnsid", "parentdev",    "allmulti",    "link-netns",   "help",         "master",
       "nomaster"});
  return std::ranges::find(kWords, word) != kWords.end();
}

CommandResultOrError parse_link(Args& args, const Options& options) {
  if (args.empty()) return parse_show(args, options);
  const std::string& word = args.take();
  if (abbreviates(word, "add")) return parse_link_add(args);
  if (abbreviates(word, "set")) return parse_set(args);
  if (abbreviates(word, "show") || abbreviates(word, "lst") || abbreviates(word, "list"))
    return parse_show(args, options);
  if (abbreviates(word, "delete")) return parse_delete(args);
  return base::Error{args.unknown("unknown word behind ip link", "add set show delete")};
}

}  // namespace lvs::control::ip
