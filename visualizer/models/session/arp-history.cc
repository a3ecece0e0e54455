// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/arp-history.h"

#include "models/walk/packet-fields.h"
#include "models/walk/roles.h"

namespace lvs::view {

namespace {

constexpr std::size_t kTables = 64;  // of a host, the newest

// "10.0.0.100 dev eth0 lladdr 02:00:00:00:04:00 REACHABLE": the MAC address; "" where the table has none for it.
QString macIn(const QString& table, const QString& address) {
  for (const QString& line : table.split('\n')) {
    if (!line.startsWith(address + ' ')) continue;
    const QStringList words = line.split(' ', Qt::SkipEmptyParts);
    const auto at = words.indexOf("lladdr");
    if (at >= 0 && at + 1 < words.size()) return words[at + 1];
  }
  return {};
}

}  // namespace

std::vector<ArpHistory> arpHistoryOf(Session& session, base::Ipv4Addr address, std::uint32_t record) {
  std::vector<ArpHistory> out;
  if (session.index().size() == 0) return out;
  const base::Time now = session.index().entry(record).at;
  const QString name = textOf(address);
  for (const trace::HostInfo& host : session.info().hosts) {
    ArpHistory one{host.id, {}};
    for (const JournalLine& table : session.journal().history(session.index(), host.id, "ip neigh", record, kTables)) {
      const QString mac = macIn(table.text, name);
      if (!one.spans.empty()) one.spans.back().to = table.at;
      if (!one.spans.empty() && one.spans.back().mac == mac) continue;
      if (one.spans.empty() && mac.isEmpty()) continue;
      QString owner;
      if (const auto known = base::MacAddr::parse(mac.toStdString())) {
        if (const trace::HostInfo* has = hostOf(session.info(), *known)) owner = QString::fromStdString(has->name);
      }
      one.spans.push_back({table.at, table.at, mac, owner});
    }
    if (one.spans.empty()) continue;
    one.spans.back().to = now;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace lvs::view
