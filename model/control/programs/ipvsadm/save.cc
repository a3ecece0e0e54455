// SPDX-License-Identifier: GPL-2.0-or-later
// `ipvsadm -S`: the table as lines that `ipvsadm -R` reads; `ipvsadm -L -c` and `-L --daemon`.
#include <fmt/format.h>

#include <algorithm>

#include "control/programs/ipvsadm/ipvsadm.h"

namespace lvs::control::ipvsadm {
namespace {

using ipvs::Destination;
using ipvs::VirtualService;

std::string service_words(const VirtualService& service, const HostNames& names) {
  const ipvs::ServiceKey& key = service.key;
  if (key.fwmark != 0) return fmt::format("-f {}", static_cast<std::int32_t>(key.fwmark));
  const std::string_view option = key.protocol == ipvs::IpProto::udp    ? "-u"
                                  : key.protocol == ipvs::IpProto::sctp ? "--sctp-service"
                                                                        : "-t";
  return fmt::format("{} {}", option, address_text(key.addr, key.port, lower_name(key.protocol), names));
}

std::string server_words(const Destination& dest) {
  if (dest.method != ipvs::ForwardMethod::ipip) {
    return fmt::format("{} -w {}", dest.method == ipvs::ForwardMethod::masq ? "-m" : "-g", dest.weight);
  }
  std::string words = fmt::format("-i -w {} --tun-type ", dest.weight);
  if (dest.tunnel_type == ipvs::TunnelType::ipip) return words + "ipip";
  words += dest.tunnel_type == ipvs::TunnelType::gue ? fmt::format("gue --tun-port {}", dest.tunnel_port) : "gre";
  if ((dest.tunnel_flags & ipvs::tunnel_flag::csum) != 0) return words + " --tun-csum";
  if ((dest.tunnel_flags & ipvs::tunnel_flag::remcsum) != 0) return words + " --tun-remcsum";
  return words + " --tun-nocsum";
}

}  // namespace

void list_daemons(const ipvs::IpVs& ipvs, Io& io) {
  for (const ipvs::SyncConfig& daemon : ipvs.daemons()) {
    io.print(fmt::format("{} sync daemon (mcast={}, syncid={}, maxlen={}, group={}, port={}, ttl={})\n",
                         daemon.role == ipvs::SyncRole::master ? "master" : "backup", daemon.interface, daemon.syncid,
                         daemon.max_length, daemon.group.text(), daemon.port, daemon.ttl));
  }
}

void save(const ipvs::IpVs& ipvs, Io& io, const HostNames& names) {
  for (const VirtualService* service : ordered_services(ipvs, true)) {
    const std::string name = service_words(*service, names);
    std::string line = fmt::format("-A {} -s {}", name, service->scheduler_name());
    if (service->persistent()) {
      line += fmt::format(" -p {}", service->timeout);
      if (service->netmask != 0xffffffff) line += fmt::format(" -M {}", base::Ipv4Addr{service->netmask}.text());
    }
    if (!service->pe_name.empty()) line += " --pe " + service->pe_name;
    if (service->one_packet()) line += " -o";
    const std::string flags = scheduler_flags(service->scheduler_name(), service->flags);
    if (!flags.empty()) line += " -b " + flags;
    io.print(line + "\n");
    const std::string_view protocol = service->key.fwmark != 0 ? "" : lower_name(service->key.protocol);
    for (const Destination* dest : ordered_destinations(*service, true)) {
      io.print(fmt::format("-a {} -r {} {}\n", name, address_text(dest->addr, dest->port, protocol, names),
                           server_words(*dest)));
    }
  }
}

void list_connections(const ipvs::IpVs& ipvs, Io& io, const Request& request, const HostNames& names) {
  const bool engines = request.has(option::persistent_conn);
  io.print("IPVS connection entries\npro expire state       source             virtual            destination");
  io.print(engines ? "        pe name          pe_data\n" : "\n");
  for (const ipvs::ConnInfo& conn : ipvs.connections()) {
    const std::string_view protocol = lower_name(static_cast<ipvs::IpProto>(conn.protocol));
    const auto place = [&](base::Ipv4Addr addr, std::uint16_t port) {
      return address_text(addr, port, protocol, names);
    };
    const auto seconds =
        std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(conn.remaining).count());
    const std::string expire = fmt::format("{:02}:{:02}", seconds / 60, seconds % 60);
    const bool engine = engines && !conn.pe_name.empty();
    // Columns have a width only where another follows (ipvsadm 1.31, print_conn()).
    io.print(fmt::format("{:<3} {:<6} {:<11} {:<18} {:<18} {:<{}}", ipvs::protocol_name(conn.protocol), expire,
                         conn.state, place(conn.caddr, conn.cport), place(conn.vaddr, conn.vport),
                         place(conn.daddr, conn.dport), engine ? 16 : 0));
    io.print(engine ? fmt::format(" {:<18} {}\n", conn.pe_name, conn.pe_data) : "\n");
  }
}

}  // namespace lvs::control::ipvsadm
