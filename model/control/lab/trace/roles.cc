// SPDX-License-Identifier: GPL-2.0-or-later
// Who is who in a run, read off the configuration: who balances is the director, whom it balances to are the servers,
// who only forwards is a router. Of the rest, who waits for others to ask - a name server, a web server behind a
// proxy - is a host, and all others are clients.
#include <algorithm>

#include "control/lab/trace/run-trace.h"
#include "control/machine/machine.h"

namespace lvs::control {
namespace {

using base::Ipv4Addr;

std::vector<Ipv4Addr> addresses_of(const Machine& machine) {
  std::vector<Ipv4Addr> out;
  for (const auto& device : machine.host().devices()) {
    if (device->is_loopback()) continue;
    for (const host::InterfaceAddress& address : device->addresses) out.push_back(address.prefix.addr);
  }
  return out;
}

// A machine whose frames a lab writes by hand may have no address: then those that others look for at its cards.
std::vector<Ipv4Addr> addresses_of(const Machine& machine, const std::vector<Machine*>& all) {
  std::vector<Ipv4Addr> out = addresses_of(machine);
  if (!out.empty()) return out;
  for (Machine* other : all) {
    for (const host::Neighbour* entry : other->host().neighbours.entries()) {
      const bool here = std::ranges::any_of(machine.host().devices(), [&](const auto& device) {
        return device->kind() == host::DeviceKind::ethernet && device->mac == entry->mac && !entry->mac.is_zero();
      });
      if (here && std::ranges::find(out, entry->addr) == out.end()) out.push_back(entry->addr);
    }
  }
  return out;
}

std::size_t ethernets_of(const Machine& machine) {
  return static_cast<std::size_t>(std::ranges::count_if(
      machine.host().devices(), [](const auto& device) { return device->kind() == host::DeviceKind::ethernet; }));
}

// "VIP" for one, "VIP1", "VIP2", ... for several; of servers a number always.
void name_addresses(std::vector<trace::AddressRole>& roles, std::string_view kind, const std::vector<Ipv4Addr>& list,
                    bool always_numbered) {
  std::size_t number = 0;
  for (const Ipv4Addr address : list) {
    ++number;
    if (std::ranges::find(roles, address, &trace::AddressRole::address) != roles.end()) continue;
    std::string name(kind);
    if (list.size() > 1 || always_numbered) name += std::to_string(number);
    roles.push_back({address, std::move(name)});
  }
}

void append_new(std::vector<Ipv4Addr>& list, Ipv4Addr address) {
  if (std::ranges::find(list, address) == list.end()) list.push_back(address);
}

// Ports from here on are chosen by the kernel for who asks (net.ipv4.ip_local_port_range).
constexpr std::uint16_t kFirstChosen = 32768;

bool serves(Machine& machine) {
  const auto listens = [](const host::TcpEndpoint* each) { return each->state() == host::TcpState::listen; };
  const auto waits = [](const host::UdpSocket* each) {
    return !each->connected() && each->local().port != 0 && each->local().port < kFirstChosen;
  };
  return std::ranges::any_of(machine.sockets().tcp_endpoints(), listens) ||
         std::ranges::any_of(machine.sockets().udp_sockets(), waits);
}

}  // namespace

void RolesSeen::look(Machine& machine) {
  if (serves(machine)) serving.insert(machine.host().id());
  for (const ipvs::VirtualService* service : machine.ipvs().services()) {
    directors.insert(machine.host().id());
    if (service->key.fwmark == 0) append_new(virtuals, service->key.addr);
    for (const ipvs::Destination* dest : service->destinations) append_new(balanced, dest->addr);
  }
  for (const auto& device : machine.host().devices()) {
    for (const host::InterfaceAddress& address : device->addresses) {
      if (!address.prefix.addr.is_loopback()) owners[address.prefix.addr].insert(machine.host().id());
    }
  }
}

void describe_roles(const std::vector<Machine*>& machines, RolesSeen& seen, trace::RunInfo& info) {
  for (Machine* machine : machines) seen.look(*machine);
  std::vector<Ipv4Addr> virtuals = seen.virtuals;
  const std::vector<Ipv4Addr>& balanced = seen.balanced;
  const auto is_virtual = [&](Ipv4Addr a) { return std::ranges::find(virtuals, a) != virtuals.end(); };
  const auto is_balanced = [&](Ipv4Addr a) { return std::ranges::find(balanced, a) != balanced.end(); };

  std::vector<Ipv4Addr> directors, servers, clients;
  for (const Machine* machine : machines) {
    const std::vector<Ipv4Addr> own = addresses_of(*machine, machines);
    std::string role = "client";
    if (seen.directors.contains(machine->host().id())) {
      role = "director";
    } else if (std::ranges::any_of(own, is_balanced)) {
      role = "server";
    } else if (machine->host().sysctls.get(host::Ipv4Key::ip_forward) != 0 || ethernets_of(*machine) > 1) {
      role = "router";
    } else if ((virtuals.empty() && balanced.empty()) || seen.serving.contains(machine->host().id())) {
      role = "host";  // nothing is balanced here, or nobody asks the VIP from here
    }
    for (const Ipv4Addr address : own) {
      if (is_virtual(address)) continue;
      if (role == "director") append_new(directors, address);
      if (role == "server" && is_balanced(address)) append_new(servers, address);
      if (role == "client") append_new(clients, address);
    }
    for (trace::HostInfo& known : info.hosts) {
      if (known.id == machine->host().id()) known.role = role;
    }
  }
  for (const Ipv4Addr address : balanced) {  // of machines that are not modelled
    if (!is_virtual(address) && std::ranges::find(directors, address) == directors.end()) append_new(servers, address);
  }
  if (virtuals.empty() && balanced.empty()) {
    for (const auto& [address, hosts] : seen.owners) {
      if (hosts.size() > 1) virtuals.push_back(address);
    }
  }
  info.roles.clear();
  name_addresses(info.roles, "VIP", virtuals, false);
  name_addresses(info.roles, "DIP", directors, false);
  name_addresses(info.roles, "RIP", servers, true);
  name_addresses(info.roles, "CIP", clients, false);
}

}  // namespace lvs::control
