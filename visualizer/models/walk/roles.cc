// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/roles.h"

#include "models/walk/packet-fields.h"

namespace lvs::view {

Role roleOf(const trace::RunInfo& info, base::Ipv4Addr address) {
  const std::string_view name = info.role_of(address);
  Role role{Role::Kind::none, QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()))};
  if (name.starts_with("CIP")) role.kind = Role::Kind::client;
  if (name.starts_with("VIP")) role.kind = Role::Kind::virtualService;
  if (name.starts_with("DIP")) role.kind = Role::Kind::director;
  if (name.starts_with("RIP")) role.kind = Role::Kind::server;
  return role;
}

QString shortName(const trace::RunInfo& info, base::Ipv4Addr address) {
  const Role role = roleOf(info, address);
  return role.name.isEmpty() ? textOf(address) : role.name;
}

const trace::HostInfo* hostOf(const trace::RunInfo& info, const base::MacAddr& mac) {
  for (const trace::HostInfo& host : info.hosts) {
    for (const trace::InterfaceInfo& interface : host.interfaces) {
      if (!mac.is_zero() && interface.mac == mac) return &host;
    }
  }
  return nullptr;
}

HostKind kindOf(const trace::HostInfo& host) {
  if (host.role == "client") return HostKind::client;
  if (host.role == "router") return HostKind::router;
  if (host.role == "director") return HostKind::director;
  if (host.role == "server") return HostKind::server;
  return HostKind::other;
}

}  // namespace lvs::view
