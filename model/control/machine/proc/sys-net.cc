// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/proc/sys-net.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/machine.h"
#include "host/virtual/bond.h"
#include "host/virtual/oper-state.h"

namespace lvs::control {
namespace {

using host::Device;

struct SysNetFile {
  std::string_view name;
  std::string (*read)(const Device& dev);  // without newline
  bool when_up = false;                    // else "Invalid argument"
};

std::string number(std::uint64_t value) { return std::to_string(value); }

// Kernel: dev_get_flags() without what comes of the state.
std::string flags(const Device& dev) {
  constexpr unsigned kUp = 1, kBroadcast = 2, kLoopback = 8, kPointToPoint = 0x10, kNoArp = 0x80, kPromisc = 0x100,
                     kAllMulticast = 0x200, kMaster = 0x400, kSlave = 0x800, kMulticast = 0x1000;
  const auto is_bond = [](const Device* other) {
    return other != nullptr && other->link != nullptr && other->link->type() == "bond";
  };
  unsigned bits = dev.up ? kUp : 0;
  if (dev.is_loopback()) bits |= kLoopback;
  if (dev.is_ethernet()) bits |= kBroadcast | (dev.multicast ? kMulticast : 0);
  if (!dev.tunnel_remote.is_any()) bits |= kPointToPoint;
  if (dev.noarp && !dev.is_loopback()) bits |= kNoArp;
  if (dev.promiscuous) bits |= kPromisc;
  if (dev.allmulticast) bits |= kAllMulticast;
  if (is_bond(&dev)) bits |= kMaster;
  if (is_bond(dev.master)) bits |= kSlave;
  return fmt::format("{:#x}", bits);
}

std::string address(const Device& dev) {
  if (dev.kind() != host::DeviceKind::ipip) return dev.is_loopback() ? "00:00:00:00:00:00" : dev.mac.text();
  const std::uint32_t local = dev.tunnel_local.value;
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}", local >> 24, local >> 16 & 0xff, local >> 8 & 0xff, local & 0xff);
}

std::string hardware_type(const Device& dev) {  // ARPHRD_LOOPBACK, _TUNNEL, _ETHER
  return dev.is_loopback() ? "772" : dev.kind() == host::DeviceKind::ipip ? "768" : "1";
}

constexpr auto kSysNetFiles = std::to_array<SysNetFile>({
    {"address", address},
    {"mtu", [](const Device& dev) { return number(dev.mtu); }},
    {"operstate", [](const Device& dev) { return std::string(host::oper_state_of(dev)); }},
    {"carrier", [](const Device& dev) { return number(dev.carrier ? 1 : 0); }, true},
    {"carrier_changes", [](const Device& dev) { return number(dev.counters.carrier_changes); }},
    {"ifindex", [](const Device& dev) { return number(dev.index()); }},
    {"flags", flags},
    {"type", hardware_type},
    {"tx_queue_len", [](const Device& dev) { return number(dev.tx_queue_length); }},
    {"statistics/rx_bytes", [](const Device& dev) { return number(dev.counters.rx_bytes); }},
    {"statistics/rx_packets", [](const Device& dev) { return number(dev.counters.rx_packets); }},
    {"statistics/rx_dropped", [](const Device& dev) { return number(dev.counters.rx_dropped); }},
    {"statistics/rx_errors", [](const Device& dev) { return number(dev.counters.rx_errors); }},
    {"statistics/tx_bytes", [](const Device& dev) { return number(dev.counters.tx_bytes); }},
    {"statistics/tx_packets", [](const Device& dev) { return number(dev.counters.tx_packets); }},
    {"statistics/tx_dropped", [](const Device& dev) { return number(dev.counters.tx_dropped); }},
    {"statistics/tx_errors", [](const Device& dev) { return number(dev.counters.tx_errors); }},
});
constexpr auto kBondFiles =
    std::to_array<std::string_view>({"bonding/mode", "bonding/slaves", "bonding/active_slave", "bonding/mii_status",
                                     "bonding/miimon", "bonding/primary"});

std::string bond_file(const host::BondLink& bond, std::string_view name) {
  const auto& set = bond.settings();
  if (name == "bonding/mode") return set.mode == host::BondLink::Mode::balance_rr ? "balance-rr 0" : "active-backup 1";
  if (name == "bonding/mii_status") return bond.carrier() ? "up" : "down";
  if (name == "bonding/miimon") return number(set.miimon);
  if (name == "bonding/primary") return set.primary;
  if (name == "bonding/active_slave") return bond.active() == nullptr ? "" : bond.active()->dev->name();
  std::string names;
  for (const auto& slave : bond.slaves()) names += (names.empty() ? "" : " ") + slave.dev->name();
  return names;
}

}  // namespace

std::optional<std::string> unmodelled_sys_net(std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == path.npos) return std::nullopt;  // the folder of an interface
  const std::string_view file = path.substr(slash + 1);
  if (std::ranges::find(kSysNetFiles, file, &SysNetFile::name) != kSysNetFiles.end()) return std::nullopt;
  if (std::ranges::find(kBondFiles, file) != kBondFiles.end()) return std::nullopt;
  return "this file of /sys/class/net is not modelled; known: address mtu operstate carrier carrier_changes ifindex "
         "flags type tx_queue_len statistics/{rx,tx}_{bytes,packets,dropped,errors} bonding/{mode,slaves,active_slave,"
         "mii_status,miimon,primary}";
}

Files::Content read_sys_net(Machine& machine, std::string_view path) {
  const std::size_t slash = path.find('/');
  const Device* const dev = machine.host().device(path.substr(0, slash));
  if (dev == nullptr || slash == path.npos) return {FileError::no_entry, {}};
  const std::string_view name = path.substr(slash + 1);
  if (name.starts_with("bonding/")) {
    const auto* const bond = dynamic_cast<const host::BondLink*>(dev->link.get());
    if (bond == nullptr) return {FileError::no_entry, {}};
    return {FileError::none, bond_file(*bond, name) + "\n"};
  }
  const auto file = std::ranges::find(kSysNetFiles, name, &SysNetFile::name);
  if (file == kSysNetFiles.end()) return {FileError::no_entry, {}};
  if (file->when_up && !dev->up) return {FileError::invalid, {}};
  return {FileError::none, file->read(*dev) + "\n"};
}

}  // namespace lvs::control
