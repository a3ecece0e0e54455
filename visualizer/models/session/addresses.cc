// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/addresses.h"

#include <QStringList>

namespace lvs::view {

std::vector<HeldAddress> addressesAt(Session& session, trace::HostId host, std::uint32_t record) {
  std::vector<HeldAddress> out;
  QString text;
  if (session.journal().table(session.index(), host, "ip addr", record, text)) {
    // "3: eth0: <...>" or "4: eth0.5@eth0: <...>", and below it "    inet 10.0.0.1/24 ...".
    QString interface;
    for (const QString& line : text.split('\n')) {
      if (!line.startsWith(' ')) interface = line.section(": ", 1, 1).section('@', 0, 0);
      const QStringList words = line.split(' ', Qt::SkipEmptyParts);
      if (words.size() < 2 || words[0] != QLatin1String("inet")) continue;
      const auto address = base::Ipv4Addr::parse(words[1].section('/', 0, 0).toStdString());
      if (address && !address->is_loopback()) out.push_back({interface, *address});
    }
    return out;
  }
  const trace::HostInfo* info = session.info().host(host);
  if (info == nullptr) return out;
  for (const trace::InterfaceInfo& interface : info->interfaces) {
    for (const base::Ipv4Prefix& prefix : interface.addresses) {
      if (!prefix.addr.is_loopback()) out.push_back({QString::fromStdString(interface.name), prefix.addr});
    }
  }
  return out;
}

}  // namespace lvs::view
