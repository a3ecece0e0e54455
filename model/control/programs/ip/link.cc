// SPDX-License-Identifier: GPL-2.0-or-later
// ip link: show, set, delete (iproute2 6.1 ip/iplink.c, ip/ipaddress.c).
#include <fmt/format.h>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"

namespace lvs::control::ip {

std::string device_name(const host::Device& dev) {
  return dev.kind() == host::DeviceKind::ipip ? dev.name() + "@NONE" : dev.name();
}

std::string state_of(const host::Device& dev) {
  if (!dev.up) return "DOWN";
  if (dev.kind() == host::DeviceKind::ethernet) return dev.carrier ? "UP" : "DOWN";
  return "UNKNOWN";
}

std::string flags_of(const host::Device& dev) {
  std::string flags;
  const auto add = [&](bool set, std::string_view name) {
    if (!set) return;
    if (!flags.empty()) flags += ',';
    flags += name;
  };
  const bool ethernet = dev.kind() == host::DeviceKind::ethernet;
  add(dev.up && !dev.carrier, "NO-CARRIER");
  add(dev.is_loopback(), "LOOPBACK");
  add(ethernet, "BROADCAST");
  add(dev.kind() == host::DeviceKind::ipip && !dev.tunnel_remote.is_any(), "POINTOPOINT");
  add(ethernet, "MULTICAST");
  add(dev.noarp && !dev.is_loopback(), "NOARP");
  add(dev.promiscuous, "PROMISC");
  add(dev.up, "UP");
  add(dev.up && dev.carrier, "LOWER_UP");
  return "<" + flags + ">";
}

std::string link_line(Machine& machine, const host::Device& dev, bool with_mode) {
  // A tunnel that was never up has no queueing discipline yet; all others have been up before the first command.
  const bool noop = dev.kind() == host::DeviceKind::ipip && !dev.up && !machine.has_been_up(dev.index());
  return fmt::format("{}: {}: {} mtu {} qdisc {} state {}{} group default qlen {}", dev.index(), device_name(dev),
                     flags_of(dev), dev.mtu, noop ? "noop" : "noqueue", state_of(dev), with_mode ? " mode DEFAULT" : "",
                     dev.tx_queue_length);
}

std::string hardware_line(const host::Device& dev) {
  switch (dev.kind()) {
    case host::DeviceKind::loopback: return "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00";
    case host::DeviceKind::ethernet: return fmt::format("    link/ether {} brd ff:ff:ff:ff:ff:ff", dev.mac.text());
    case host::DeviceKind::ipip:
      return fmt::format("    link/ipip {} {} {}", dev.tunnel_local.text(), dev.tunnel_remote.is_any() ? "brd" : "peer",
                         dev.tunnel_remote.text());
  }
  return {};
}

namespace {

constexpr std::string_view kKnownSet = "dev up down address mtu arp promisc txqueuelen";

struct LinkSet {
  std::string dev;
  std::optional<bool> up, arp, promisc;
  std::optional<std::uint32_t> mtu;
  std::optional<unsigned> queue;
  std::optional<base::MacAddr> mac;
};

std::string counters(const host::Device& dev) {
  const host::DeviceCounters& c = dev.counters;
  std::string text = "    RX:  bytes packets errors dropped  missed   mcast           \n";
  text += fmt::format("    {:>10} {:>7} {:>6} {:>7} {:>7} {:>7} \n", c.rx_bytes, c.rx_packets, c.rx_errors,
                      c.rx_dropped, 0, 0);
  text += "    TX:  bytes packets errors dropped carrier collsns           \n";
  text += fmt::format("    {:>10} {:>7} {:>6} {:>7} {:>7} {:>7} \n", c.tx_bytes, c.tx_packets, c.tx_errors,
                      c.tx_dropped, c.tx_carrier_errors, c.collisions);
  return text;
}

int apply(Machine& machine, Io& io, const LinkSet& set) {
  host::Host& host = machine.host();
  host::Device* dev = host.device(set.dev);
  if (dev == nullptr) return no_device(io, set.dev);
  const auto error = [&](std::string_view text) {
    io.complain(fmt::format("Error: {}\n", text));
    return 2;
  };
  if (set.mac) {
    if (dev->kind() == host::DeviceKind::ipip) return rtnetlink_error(io, "Operation not supported");
    if (set.mac->is_multicast() || set.mac->is_zero()) return rtnetlink_error(io, "Cannot assign requested address");
    host.set_mac(*dev, *set.mac);
  }
  if (set.mtu) {
    const bool loopback = dev->is_loopback();
    const std::uint32_t most = dev->kind() == host::DeviceKind::ipip ? 65515 : 65535;
    if (!loopback && *set.mtu < 68) return error("mtu less than device minimum.");
    if (!loopback && *set.mtu > most) return error("mtu greater than device maximum.");
    host.set_mtu(*dev, *set.mtu);
  }
  if (set.arp) host.set_arp(*dev, *set.arp);
  if (set.promisc) dev->promiscuous = *set.promisc;
  if (set.queue) dev->tx_queue_length = *set.queue;
  if (set.up) {
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
    for (const std::string_view known :
         {"multicast", "allmulticast", "dynamic", "trailers", "name", "alias", "netns",     "master",
          "nomaster",  "group",        "vf",      "xdp",      "link", "type",  "broadcast", "brd",
          "protodown", "addrgenmode",  "carrier", "peer",     "mode", "state", "vrf"}) {
      if (word == known) return base::Error{args.unknown("not modelled here", std::string(kKnownSet))};
    }
    if (!set.dev.empty()) return base::Error{args.unknown("unknown word behind ip link set", std::string(kKnownSet))};
    set.dev = word;
  }
  if (set.dev.empty()) return refusal(255, "Not enough information: \"dev\" argument is required.\n");
  return instant([set](Machine& machine, Io& io) { return apply(machine, io, set); });
}

CommandResultOrError parse_show(Args& args, const Options& options) {
  std::string name;
  bool up = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "up") {
      up = true;
    } else if (word == "dev") {
      if (args.empty()) return incomplete();
      name = args.take();
    } else if (word == "group" || word == "master" || word == "vrf" || word == "type" || word == "nomaster") {
      return base::Error{args.unknown("not modelled here", "dev up")};
    } else {
      if (!name.empty()) return duplicate_or_garbage("dev", word);
      name = word;
    }
  }
  return instant([name, up, options](Machine& machine, Io& io) {
    if (!name.empty() && machine.host().device(name) == nullptr) {
      io.complain(fmt::format("Device \"{}\" does not exist.\n", name));
      return 1;
    }
    for (const auto& dev : machine.host().devices()) {
      if ((!name.empty() && dev->name() != name) || (up && !dev->up)) continue;
      if (options.brief) {
        const std::string hardware = hardware_line(*dev);
        const std::size_t start = hardware.find(' ', 9) + 1;
        io.print(fmt::format("{:<16} {:<14} {} {} \n", device_name(*dev), state_of(*dev),
                             hardware.substr(start, hardware.find(' ', start) - start), flags_of(*dev)));
        continue;
      }
      const char* const separator = options.oneline ? "\\" : "\n";
      io.print(link_line(machine, *dev, true) + separator + hardware_line(*dev));
      if (options.stats > 0) {
        std::string text = "\n" + counters(*dev);
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
    if (word == "dev" && !args.empty()) {
      name = args.take();
    } else if (word == "type" || !name.empty()) {
      return base::Error{args.unknown("not modelled here", "dev")};
    } else {
      name = word;
    }
  }
  if (name.empty()) return refusal(255, "Not enough information: \"dev\" argument is required.\n");
  if (name.starts_with("eth")) return base::Error{args.unknown("taking the interface of a cable away is not modelled")};
  return instant([name](Machine& machine, Io& io) {
    host::Device* dev = machine.host().device(name);
    if (dev == nullptr) return no_device(io, name);
    return config_error(io, machine.host().remove_device(*dev));
  });
}

}  // namespace

CommandResultOrError parse_link(Args& args, const Options& options) {
  if (args.empty()) return parse_show(args, options);
  const std::string& word = args.take();
  if (abbreviates(word, "set")) return parse_set(args);
  if (abbreviates(word, "show") || abbreviates(word, "lst") || abbreviates(word, "list"))
    return parse_show(args, options);
  if (abbreviates(word, "delete")) return parse_delete(args);
  return base::Error{args.unknown("unknown word behind ip link", "set show delete")};
}

}  // namespace lvs::control::ip
