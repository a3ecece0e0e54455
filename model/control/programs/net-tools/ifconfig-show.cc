// SPDX-License-Identifier: GPL-2.0-or-later
// What ifconfig of net-tools 2.10 prints.
#include <fmt/format.h>

#include <algorithm>

#include "control/programs/net-tools/ifconfig.h"

namespace lvs::control {
namespace {

using host::InterfaceAddress;

bool is_bond(const host::Device* dev) { return dev != nullptr && dev->link != nullptr && dev->link->type() == "bond"; }

std::string flags_text(const host::Device& dev) {
  const bool ethernet = dev.is_ethernet();
  const bool running = dev.up && dev.carrier;
  unsigned bits = 0;
  std::string names;
  const auto add = [&](bool set, unsigned bit, std::string_view name) {
    if (!set) return;
    bits |= bit;
    names += names.empty() ? "" : ",";
    names += name;
  };
  add(dev.up, 0x1, "UP");
  add(ethernet, 0x2, "BROADCAST");
  add(dev.is_loopback(), 0x8, "LOOPBACK");
  add(dev.kind() == host::DeviceKind::ipip && !dev.tunnel_remote.is_any(), 0x10, "POINTOPOINT");
  add(running, 0x40, "RUNNING");
  add(dev.noarp && !dev.is_loopback(), 0x80, "NOARP");
  add(dev.promiscuous, 0x100, "PROMISC");
  add(dev.allmulticast, 0x200, "ALLMULTI");
  add(is_bond(dev.master), 0x800, "SLAVE");
  add(is_bond(&dev), 0x400, "MASTER");
  add(ethernet && dev.multicast, 0x1000, "MULTICAST");
  return fmt::format("{}<{}>", bits, names);
}

std::string amount(std::uint64_t bytes) {
  static constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", static_cast<double>(static_cast<std::uint64_t>(value * 10)) / 10, kUnits[unit]);
}

// net-tools: ife_print_short().
std::string short_flags(const host::Device& dev) {
  std::string flags;
  const auto add = [&](bool set, char letter) {
    if (set) flags += letter;
  };
  add(dev.allmulticast, 'A');
  add(dev.is_ethernet(), 'B');
  add(dev.is_loopback(), 'L');
  add(dev.is_ethernet() && dev.multicast, 'M');
  add(dev.promiscuous, 'P');
  add(dev.noarp && !dev.is_loopback(), 'O');
  add(!dev.tunnel_remote.is_any(), 'P');
  add(is_bond(dev.master), 's');
  add(is_bond(&dev), 'm');
  add(dev.up && dev.carrier, 'R');
  add(dev.up, 'U');
  return flags.empty() ? "[NO FLAGS]" : flags;
}

// Counters are the interface's, under its own name.
std::string short_line(const host::Device& dev, const std::string& label) {
  const host::DeviceCounters& c = dev.counters;
  const std::string counters =
      label == dev.name() ? fmt::format("{:>8} {:>6} {:>6} {:<6} {:>8} {:>6} {:>6} {:>6}", c.rx_packets, c.rx_errors,
                                        c.rx_dropped, 0, c.tx_packets, c.tx_errors, c.tx_dropped, 0)
                          : fmt::format("{:<55}", "     - no statistics available -");
  return fmt::format("{:<15.15} {:>5} {} {}\n", label, dev.mtu, counters, short_flags(dev));
}

void show_entry(Io& io, const host::Device& dev, const std::string& label, const InterfaceAddress* address,
                bool brief) {
  if (brief) return io.print(short_line(dev, label));
  io.print(fmt::format("{}: flags={}  mtu {}\n", label, flags_text(dev), dev.mtu));
  if (address != nullptr) {
    std::string line = fmt::format("        inet {}  netmask {}", address->prefix.addr.text(),
                                   base::Ipv4Addr{address->prefix.mask()}.text());
    if (dev.is_ethernet()) line += fmt::format("  broadcast {}", address->broadcast.text());
    if (!address->peer.is_any() && address->peer != address->prefix.addr && !dev.tunnel_remote.is_any()) {
      line += fmt::format("  destination {}", address->peer.text());
    }
    io.print(line + "\n");
  }
  switch (dev.kind()) {
    case host::DeviceKind::loopback:
      io.print(fmt::format("        loop  txqueuelen {}  (Local Loopback)\n", dev.tx_queue_length));
      break;
    case host::DeviceKind::ethernet:
    case host::DeviceKind::made:
      io.print(fmt::format("        ether {}  txqueuelen {}  (Ethernet)\n", dev.mac.text(), dev.tx_queue_length));
      break;
    case host::DeviceKind::ipip:
      io.print(fmt::format("        tunnel   txqueuelen {}  (IPIP Tunnel)\n", dev.tx_queue_length));
      break;
  }
  if (label == dev.name()) {
    const host::DeviceCounters& c = dev.counters;
    io.print(
        fmt::format("        RX packets {}  bytes {} ({})\n        RX errors {}  dropped {}  overruns 0  frame 0\n",
                    c.rx_packets, c.rx_bytes, amount(c.rx_bytes), c.rx_errors, c.rx_dropped));
    io.print(fmt::format(
        "        TX packets {}  bytes {} ({})\n        TX errors {}  dropped {} overruns 0  carrier {}  collisions "
        "{}\n",
        c.tx_packets, c.tx_bytes, amount(c.tx_bytes), c.tx_errors, c.tx_dropped, c.tx_carrier_errors, c.collisions));
  }
  io.print("\n");
}

}  // namespace

const InterfaceAddress* ifconfig_labelled(const host::Device& dev, const std::string& label) {
  const auto at = std::ranges::find(dev.addresses, label, &InterfaceAddress::label);
  return at == dev.addresses.end() ? nullptr : &*at;
}

int ifconfig_show(Machine& machine, Io& io, const IfconfigWords& words) {
  if (!words.name.empty()) {
    const host::Device* dev = machine.host().device(words.device());
    const InterfaceAddress* address = dev == nullptr ? nullptr : ifconfig_labelled(*dev, words.name);
    if (dev == nullptr) {
      io.complain(fmt::format("{}: error fetching interface information: Device not found\n", words.name));
      return 1;
    }
    show_entry(io, *dev, words.name, address,
               words.brief);  // of a label without an address only what is the interface's
    return 0;
  }
  std::vector<std::pair<std::string, const host::Device*>> entries;
  for (const auto& dev : machine.host().devices()) {
    if (!dev->up && !words.all) continue;
    entries.emplace_back(dev->name(), dev.get());
    for (const InterfaceAddress& address : dev->addresses) {
      if (std::ranges::find(entries, address.label, &decltype(entries)::value_type::first) == entries.end()) {
        entries.emplace_back(address.label, dev.get());
      }
    }
  }
  std::ranges::sort(entries);
  for (const auto& [label, dev] : entries) show_entry(io, *dev, label, ifconfig_labelled(*dev, label), words.brief);
  return 0;
}

}  // namespace lvs::control
