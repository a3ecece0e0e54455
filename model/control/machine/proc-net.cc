// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/proc-net.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/machine.h"
#include "control/machine/proc/conntrack-text.h"

namespace lvs::control {
namespace {

constexpr auto kFiles = std::to_array<std::string_view>({"arp", "ip_vs", "ip_vs_conn", "ip_vs_stats", "nf_conntrack"});

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
      ipvs::IpVs::kVersion, ipvs::IpVs::kTableSize);
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

// Kernel: ct_seq_show().
std::string nf_conntrack(Machine& machine) {
  std::string text;
  const host::Host& host = machine.host();
  machine.host().tables.conntrack().each(
      [&](const host::ConntrackEntry& entry) { text += conntrack_text(host, entry, true) + " zone=0 use=2\n"; });
  return text;
}

}  // namespace

std::optional<std::string> unmodelled_proc_net(std::string_view name) {
  if (std::ranges::find(kFiles, name) != kFiles.end()) return std::nullopt;
  return "this file of /proc/net is not modelled; known: arp ip_vs ip_vs_conn ip_vs_stats nf_conntrack";
}

std::optional<std::string> read_proc_net(Machine& machine, std::string_view name) {
  if (name == "arp") return arp(machine);
  if (name == "ip_vs") return ip_vs(machine);
  if (name == "ip_vs_conn") return ip_vs_conn(machine);
  if (name == "ip_vs_stats") return ip_vs_stats(machine);
  if (name == "nf_conntrack") return nf_conntrack(machine);
  return std::nullopt;
}

}  // namespace lvs::control
