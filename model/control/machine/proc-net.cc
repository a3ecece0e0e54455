// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/proc-net.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/machine.h"
#include "control/machine/proc/conntrack-text.h"
#include "control/machine/proc/modules.h"
#include "host/virtual/bond.h"

namespace lvs::control {
namespace {

constexpr std::string_view kBonding = "bonding/";
constexpr auto kFiles = std::to_array<std::string_view>(
    {"arp", "dev", "ip_vs", "ip_vs_app", "ip_vs_conn", "ip_vs_stats", "ip_vs_stats_percpu", "nf_conntrack", "route"});

// Kernel: arp_seq_show().
std::string arp(Machine& machine) {
  std::string text = "IP address       HW type     Flags       HW address            Mask     Device\n";
  using host::NeighbourState;
  for (const host::Neighbour* entry : machine.host().neighbours.entries()) {
    if (entry->state == NeighbourState::none || entry->state == NeighbourState::noarp) continue;
    const unsigned flags = entry->state == NeighbourState::permanent ? 6 : entry->valid() ? 2 : 0;
    const base::MacAddr mac = entry->valid() ? entry->mac : base::MacAddr{};
    text += fmt::format("{:<16} 0x{:<10x}0x{:<10x}{}     *        {}\n", entry->addr.text(), 1, flags, mac.text(),
                        entry->dev->name());
  }
  return text;
}

std::string_view protocol_of(const ipvs::ServiceKey& key) {
  return key.fwmark != 0 ? "FWM" : ipvs::protocol_name(static_cast<std::uint8_t>(key.protocol));
}

std::string_view forward_name(ipvs::ForwardMethod method) { return ipvs::name_of(method); }

// Kernel: ip_vs_info_seq_show().
std::string ip_vs(Machine& machine) {
  std::string text = fmt::format(
      "IP Virtual Server version {} (size={})\n"
      "Prot LocalAddress:Port Scheduler Flags\n"
      "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n",
      ipvs::IpVs::kVersion, ip_vs_table_size(machine));
  for (const ipvs::VirtualService* service : machine.ipvs().services()) {
    const ipvs::ServiceKey& key = service->key;
    const char* const ops = service->one_packet() ? "ops " : "";
    if (key.fwmark != 0) {
      text += fmt::format("FWM  {:08X} {} {}", key.fwmark, service->scheduler_name(), ops);
    } else {
      text += fmt::format("{}  {:08X}:{:04X} {} {} ", protocol_of(key), key.addr.value, key.port,
                          service->scheduler_name(), ops);
    }
    if (service->persistent()) {
      constexpr unsigned kHz = 100;
      text += fmt::format("persistent {} {:08X}\n", service->timeout * kHz, service->netmask);
    } else {
      text += '\n';
    }
    for (const ipvs::Destination* dest : service->destinations) {
      text += fmt::format("  -> {:08X}:{:04X}      {:<7} {:<6} {:<10} {:<10}\n", dest->addr.value, dest->port,
                          forward_name(dest->method), dest->weight, dest->active_conns, dest->inactive_conns);
    }
  }
  return text;
}

// Kernel: ip_vs_conn_seq_show().
std::string ip_vs_conn(Machine& machine) {
  std::string text = "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n";
  for (const ipvs::ConnInfo& conn : machine.ipvs().connections()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(conn.remaining).count();
    text += fmt::format("{:<3} {:08X} {:04X} {:08X} {:04X} {:08X} {:04X} {:<11} {:7}",
                        ipvs::protocol_name(conn.protocol), conn.caddr.value, conn.cport, conn.vaddr.value, conn.vport,
                        conn.daddr.value, conn.dport, conn.state, seconds);
    if (!conn.pe_name.empty()) text += fmt::format(" {} {}", conn.pe_name, conn.pe_data);
    text += '\n';
  }
  return text;
}

// Kernel: ip_vs_stats_show().
std::string ip_vs_stats(Machine& machine) {
  const ipvs::Counters counters = machine.ipvs().total_stats().shown();
  const ipvs::Rates rates = machine.ipvs().total_stats().rates();
  return fmt::format(
      "   Total Incoming Outgoing         Incoming         Outgoing\n"
      "   Conns  Packets  Packets            Bytes            Bytes\n"
      "{:8X} {:8X} {:8X} {:16X} {:16X}\n\n"
      " Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n"
      "{:8X} {:8X} {:8X} {:16X} {:16X}\n",
      counters.conns, counters.in_packets, counters.out_packets, counters.in_bytes, counters.out_bytes, rates.cps,
      rates.in_pps, rates.out_pps, rates.in_bps, rates.out_bps);
}

// Kernel: ip_vs_stats_percpu_show(). Of one CPU, whose counters are never set back.
std::string ip_vs_stats_percpu(Machine& machine) {
  const ipvs::Counters live = machine.ipvs().total_stats().live, shown = machine.ipvs().total_stats().shown();
  const ipvs::Rates rates = machine.ipvs().total_stats().rates();
  std::string text =
      "       Total Incoming Outgoing         Incoming         Outgoing\n"
      "CPU    Conns  Packets  Packets            Bytes            Bytes\n";
  for (const auto& [name, each] : {std::pair{"0", live}, {"~", shown}})
    text += fmt::format("{:>3} {:8X} {:8X} {:8X} {:16X} {:16X}\n", name, each.conns, each.in_packets, each.out_packets,
                        each.in_bytes, each.out_bytes);
  return text + fmt::format(
                    "\n     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n"
                    "    {:8X} {:8X} {:8X} {:16X} {:16X}\n",
                    rates.cps, rates.in_pps, rates.out_pps, rates.in_bps, rates.out_bps);
}

// Kernel: ip_vs_app_seq_show(): the helper of FTP, and how many connections have it.
std::string ip_vs_app(Machine& machine) {
  std::size_t users = 0;
  for (const ipvs::ConnInfo& conn : machine.ipvs().connections())
    users += (conn.flags & ipvs::conn_flag::ftp) != 0 ? 1 : 0;
  return fmt::format("prot port    usecnt name\n{:<3}  {:<7} {:<6} {:<17}\n", "TCP", 21, users, "ftp");
}

// Kernel: ct_seq_show().
std::string nf_conntrack(Machine& machine) {
  std::string text;
  const host::Host& host = machine.host();
  machine.host().tables.conntrack().each(
      [&](const host::ConntrackEntry& entry) { text += conntrack_text(host, entry, true) + " zone=0 use=2\n"; });
  return text;
}

// Kernel: dev_seq_show().
std::string dev(Machine& machine) {
  std::string text =
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
      "compressed\n";
  for (const auto& each : machine.host().devices()) {
    const host::DeviceCounters& c = each->counters;
    text += fmt::format("{:>6}: {:7} {:7} {:4} {:4} {:4} {:5} {:10} {:9} {:8} {:7} {:4} {:4} {:4} {:5} {:7} {:10}\n",
                        each->name(), c.rx_bytes, c.rx_packets, c.rx_errors, c.rx_dropped, 0, 0, 0, 0, c.tx_bytes,
                        c.tx_packets, c.tx_errors, c.tx_dropped, 0, c.collisions, c.tx_carrier_errors, 0);
  }
  return text;
}

// Kernel: fib_route_seq_show(): numbers as they lie in memory, lines of 127 characters.
std::string route(Machine& machine) {
  using host::RouteType;
  const auto line = [](std::string text) {
    text.resize(std::max<std::size_t>(text.size(), 127), ' ');
    return text + "\n";
  };
  std::string text = line("Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT");
  for (const host::FibRoute* each : machine.host().fib.routes(host::table::main)) {
    if (each->type == RouteType::broadcast || each->type == RouteType::multicast) continue;
    const bool barred = each->type == RouteType::unreachable || each->type == RouteType::prohibit;
    const unsigned flags =
        1u | (each->gateway.is_any() ? 0 : 2u) | (each->dst.length == 32 ? 4u : 0) | (barred ? 0x200u : 0);
    const auto in_memory = [](std::uint32_t value) { return __builtin_bswap32(value); };
    text += line(fmt::format("{}\t{:08X}\t{:08X}\t{:04X}\t{}\t{}\t{}\t{:08X}\t{}\t{}\t{}",
                             each->dev == nullptr ? "*" : each->dev->name(), in_memory(each->dst.addr.value),
                             in_memory(each->gateway.value), flags, 0, 0, each->metric, in_memory(each->dst.mask()), 0,
                             0, 0));
  }
  return text;
}

// Kernel: bond_info_show_master(), bond_info_show_slave().
std::string bonding(const host::BondLink& bond, std::string_view kernel) {
  const host::BondLink::Settings& set = bond.settings();
  const bool backup = set.mode == host::BondLink::Mode::active_backup;
  std::string text = fmt::format("Ethernet Channel Bonding Driver: v{}\n\nBonding Mode: {}{}\n", kernel,
                                 backup ? "fault-tolerance (active-backup)" : "load balancing (round-robin)",
                                 backup && set.fail_over_mac ? " (fail_over_mac active)" : "");
  if (backup) {
    const bool primary =
        std::ranges::any_of(bond.slaves(), [&](const auto& slave) { return slave.dev->name() == set.primary; });
    text += fmt::format("Primary Slave: {}\n", primary ? set.primary + " (primary_reselect always)" : "None");
    text += fmt::format("Currently Active Slave: {}\n", bond.active() == nullptr ? "None" : bond.active()->dev->name());
  }
  text += fmt::format("MII Status: {}\nMII Polling Interval (ms): {}\nUp Delay (ms): {}\nDown Delay (ms): {}\n",
                      bond.carrier() ? "up" : "down", set.miimon, set.updelay, set.downdelay);
  text += "Peer Notification Delay (ms): 0\n";
  for (const host::BondLink::Slave& slave : bond.slaves()) {
    text += fmt::format(
        "\nSlave Interface: {}\nMII Status: {}\nSpeed: 10000 Mbps\nDuplex: full\nLink Failure Count: {}\n"
        "Permanent HW addr: {}\nSlave queue ID: 0\n",
        slave.dev->name(), slave.link ? "up" : "down", slave.failures, slave.permanent.text());
  }
  return text;
}

std::optional<std::string> bonding_file(Machine& machine, std::string_view name) {
  const host::Device* const dev = machine.host().device(name);
  const auto* const bond = dev == nullptr ? nullptr : dynamic_cast<const host::BondLink*>(dev->link.get());
  if (bond == nullptr) return std::nullopt;
  return bonding(*bond, machine.host().kernel().version);
}

}  // namespace

std::optional<std::string> unmodelled_proc_net(std::string_view name) {
  if (std::ranges::find(kFiles, name) != kFiles.end() || name.starts_with(kBonding)) return std::nullopt;
  return "this file of /proc/net is not modelled; known: arp bonding/NAME dev ip_vs ip_vs_app ip_vs_conn "
         "ip_vs_stats ip_vs_stats_percpu nf_conntrack route";
}

std::optional<std::string> read_proc_net(Machine& machine, std::string_view name) {
  if (name == "arp") return arp(machine);
  if (name == "dev") return dev(machine);
  if (name == "route") return route(machine);
  if (name.starts_with(kBonding)) return bonding_file(machine, name.substr(kBonding.size()));
  if (name == "ip_vs") return ip_vs(machine);
  if (name == "ip_vs_conn") return ip_vs_conn(machine);
  if (name == "ip_vs_app") return ip_vs_app(machine);
  if (name == "ip_vs_stats_percpu") return ip_vs_stats_percpu(machine);
  if (name == "ip_vs_stats") return ip_vs_stats(machine);
  if (name == "nf_conntrack") return nf_conntrack(machine);
  return std::nullopt;
}

}  // namespace lvs::control
