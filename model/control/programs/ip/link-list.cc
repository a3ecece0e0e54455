// SPDX-License-Identifier: GPL-2.0-or-later
// What listings of `ip link` and `ip addr` say of an interface (iproute2 6.1 ip/ipaddress.c print_linkinfo(),
// print_link_stats64()).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "control/machine/machine.h"
#include "control/programs/ip/link.h"
#include "control/programs/ip/listing.h"
#include "host/link/shaper.h"
#include "host/virtual/oper-state.h"

namespace lvs::control::ip {

namespace {

const host::Device* lower_of(const host::Device& dev) {
  return dev.link == nullptr ? dev.tunnel_link : dev.link->lower();
}

}  // namespace

std::string device_name(const host::Device& dev) {
  if (dev.kind() == host::DeviceKind::ipip) {
    const std::string link = tunnel_link_name(dev);
    return dev.name() + "@" + (link.empty() ? "NONE" : link);
  }
  const host::Device* const lower = lower_of(dev);
  return lower == nullptr ? dev.name() : dev.name() + "@" + lower->name();
}

std::string tunnel_link_name(const host::Device& dev) {
  if (dev.tunnel_link != nullptr) return dev.tunnel_link->name();
  return dev.tunnel_link_index == 0 ? std::string() : fmt::format("if{}", dev.tunnel_link_index);
}

std::string state_of(const host::Device& dev) {
  std::string state(host::oper_state_of(dev));
  for (char& c : state) c = static_cast<char>(c - 'a' + 'A');
  return state;
}

// In the order of iproute2's print_link_flags().
std::vector<std::string_view> flag_names(const host::Device& dev) {
  std::vector<std::string_view> flags;
  const auto add = [&](bool set, std::string_view name) {
    if (set) flags.push_back(name);
  };
  const auto of_bond = [](const host::Device* other) {
    return other != nullptr && other->link != nullptr && other->link->type() == "bond";
  };
  const bool ethernet = dev.is_ethernet();
  add(dev.up && !dev.carrier, "NO-CARRIER");
  add(dev.is_loopback(), "LOOPBACK");
  add(ethernet, "BROADCAST");
  add(dev.kind() == host::DeviceKind::ipip && !dev.tunnel_remote.is_any(), "POINTOPOINT");
  add(ethernet && dev.multicast, "MULTICAST");
  add(dev.noarp && !dev.is_loopback(), "NOARP");
  add(dev.allmulticast, "ALLMULTI");
  add(dev.promiscuous, "PROMISC");
  add(of_bond(&dev), "MASTER");
  add(of_bond(dev.master), "SLAVE");
  add(dev.up, "UP");
  add(dev.up && dev.carrier, "LOWER_UP");
  const host::Device* const lower = lower_of(dev);
  add(lower != nullptr && !lower->up, "M-DOWN");
  return flags;
}

std::string flags_of(const host::Device& dev) { return fmt::format("<{}>", fmt::join(flag_names(dev), ",")); }

namespace {

std::string qdisc_of(const host::Device& dev) {
  const host::Shaper* const shaper = dev.shaper;
  if (shaper == nullptr) return "noqueue";
  return std::holds_alternative<host::Netem>(shaper->setting()) ? "netem" : "tbf";
}

// Only JSON names what an interface rides on apart from its name.
void put_lower(Listing& out, const host::Device& dev) {
  if (!out.json()) return;
  const host::Device* const lower = lower_of(dev);
  if (dev.kind() == host::DeviceKind::ipip && dev.tunnel_link_index == 0) out.put("link", JsonNull{}, "");
  if (dev.tunnel_link_index != 0 && lower == nullptr) out.put("link_index", std::uint64_t{dev.tunnel_link_index}, "");
  if (lower != nullptr) out.put("link", lower->name(), "");
}

void put_flags(Listing& out, const host::Device& dev, std::string_view text) {
  out.words(text);
  out.open_array("flags");
  if (out.json())
    for (const std::string_view flag : flag_names(dev)) out.element(std::string(flag), "");
  out.close_array();
}

}  // namespace

namespace {

Paint paint_of(std::string_view state) {
  return state == "UP" ? Paint::up : state == "DOWN" ? Paint::down : Paint::none;
}

}  // namespace

void put_link_line(Listing& out, Machine& machine, const host::Device& dev, bool with_mode) {
  // What was never up has no queueing discipline yet; lo and cables have been up before the first command.
  const bool made = dev.kind() == host::DeviceKind::ipip || dev.kind() == host::DeviceKind::made;
  const bool noop = made && !dev.up && !machine.has_been_up(dev.index());
  const std::string qdisc = noop ? "noop" : qdisc_of(dev), state = state_of(dev), group = group_text(dev.group);
  out.put("ifindex", std::uint64_t{dev.index()}, fmt::format("{}: ", dev.index()));
  put_lower(out, dev);
  out.put("ifname", dev.name(), out.paint(Paint::name, device_name(dev) + ": "));
  put_flags(out, dev, flags_of(dev));
  out.put("mtu", std::uint64_t{dev.mtu}, fmt::format(" mtu {}", dev.mtu));
  out.put("qdisc", qdisc, " qdisc " + qdisc);
  if (dev.master != nullptr) out.put("master", dev.master->name(), " master " + dev.master->name());
  out.put("operstate", state, " state " + out.paint(paint_of(state), state + " "));
  if (with_mode) out.put("linkmode", std::string("DEFAULT"), "mode DEFAULT ");
  out.put("group", group, "group " + group);
  out.put("txqlen", std::uint64_t{dev.tx_queue_length}, fmt::format(" qlen {}", dev.tx_queue_length));
}

void put_hardware(Listing& out, const host::Device& dev) {
  const auto put = [&](std::string_view type, const std::string& address, std::string_view word,
                       const std::string& other) {
    out.put("link_type", std::string(type), fmt::format("    link/{} ", type));
    out.put("address", address, out.paint(Paint::mac, address));
    if (word == "peer") out.put("link_pointtopoint", true, "");
    out.put("broadcast", other, fmt::format(" {} {}", word, out.paint(Paint::mac, other)));
  };
  const bool tunnel = dev.kind() == host::DeviceKind::ipip;
  if (dev.is_loopback()) return put("loopback", "00:00:00:00:00:00", "brd", "00:00:00:00:00:00");
  if (!tunnel) return put("ether", dev.mac.text(), "brd", "ff:ff:ff:ff:ff:ff");
  put("ipip", dev.tunnel_local.text(), dev.tunnel_remote.is_any() ? "brd" : "peer", dev.tunnel_remote.text());
}

void put_brief(Listing& out, const host::Device& dev) {
  put_lower(out, dev);
  const std::string state = state_of(dev);
  out.put("ifname", dev.name(), out.paint(Paint::name, fmt::format("{:<16} ", device_name(dev))));
  out.put("operstate", state, out.paint(paint_of(state), fmt::format("{:<14} ", state)));
}

void put_brief_link(Listing& out, const host::Device& dev) {
  put_brief(out, dev);
  const std::string address = dev.kind() == host::DeviceKind::ipip ? dev.tunnel_local.text()
                              : dev.is_loopback()                  ? "00:00:00:00:00:00"
                                                                   : dev.mac.text();
  out.put("address", address, out.paint(Paint::mac, address + " "));
  put_flags(out, dev, flags_of(dev) + " \n");
}

namespace {

struct Count {
  std::string_view key;
  std::uint64_t value;
  unsigned width;
};

// iproute2: print_num().
std::string count_text(std::uint64_t count, const Options& options) {
  constexpr std::string_view kPrefixes = "kMGTPE";
  const std::uint64_t base = options.binary ? 1024 : 1000;
  if (!options.human || count < base) return std::to_string(count);
  std::size_t prefix = 0;
  std::uint64_t unit = base;
  while (count / base >= unit && prefix + 1 < kPrefixes.size()) {
    unit *= base;
    ++prefix;
  }
  int precision = 2;
  for (std::uint64_t most = 10; precision > 0 && count / unit >= most; most *= 10) --precision;
  return fmt::format("{:.{}f}{}{}", static_cast<double>(count) / static_cast<double>(unit), precision,
                     kPrefixes[prefix], options.binary ? "i" : "");
}

// A line of names is there already.
void put_counts(Listing& out, const Options& options, std::initializer_list<Count> counts) {
  out.words("    ");
  for (const Count& each : counts)
    out.put(each.key, each.value, fmt::format("{:>{}} ", count_text(each.value, options), each.width));
  out.words("\n");
}

}  // namespace

void put_counters(Listing& out, const host::Device& dev, const Options& options) {
  const bool errors = options.stats > 1;
  const host::DeviceCounters& c = dev.counters;
  out.open_object("stats64");
  out.open_object("rx");
  out.words("    RX:  bytes packets errors dropped  missed   mcast           \n");
  put_counts(out, options,
             {{"bytes", c.rx_bytes, 10},
              {"packets", c.rx_packets, 7},
              {"errors", c.rx_errors, 6},
              {"dropped", c.rx_dropped, 7},
              {"over_errors", 0, 7},
              {"multicast", 0, 7}});
  if (errors) {
    out.words("    RX errors:  length    crc   frame    fifo overrun\n");
    put_counts(out, options,
               {{"length_errors", 0, 18},
                {"crc_errors", 0, 6},
                {"frame_errors", 0, 7},
                {"fifo_errors", 0, 7},
                {"missed_errors", 0, 7}});
  }
  out.close_object();
  out.open_object("tx");
  out.words("    TX:  bytes packets errors dropped carrier collsns           \n");
  put_counts(out, options,
             {{"bytes", c.tx_bytes, 10},
              {"packets", c.tx_packets, 7},
              {"errors", c.tx_errors, 6},
              {"dropped", c.tx_dropped, 7},
              {"carrier_errors", c.tx_carrier_errors, 7},
              {"collisions", c.collisions, 7}});
  if (errors) {
    out.words("    TX errors: aborted   fifo  window heartbt transns\n");
    put_counts(out, options,
               {{"aborted_errors", 0, 18},
                {"fifo_errors", 0, 6},
                {"window_errors", 0, 7},
                {"heartbeat_errors", 0, 7},
                {"carrier_changes", c.carrier_changes, 7}});
  }
  out.close_object();
  out.close_object();
}

}  // namespace lvs::control::ip
