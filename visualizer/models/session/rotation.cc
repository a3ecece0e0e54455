// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/rotation.h"

#include <QStringList>
#include <algorithm>

#include "models/walk/roles.h"

namespace lvs::view {

namespace {

constexpr std::size_t kMostKnown = 512;  // moments; a screen shows some forty

}  // namespace

const Rotation::Tables& Rotation::at(Session& session, std::uint32_t record) {
  if (const auto found = known_.find(record); found != known_.end()) return found->second;
  if (known_.size() >= kMostKnown) known_.clear();
  Tables& tables = known_[record];
  for (const trace::HostInfo& host : session.info().hosts) {
    QString text;
    if (!session.journal().table(session.index(), host.id, "ipvsadm -Ln", record, text)) continue;
    // "  -> 10.0.0.21:80                 Route   1      1          0"
    for (const QString& line : text.split('\n')) {
      const QStringList words = line.split(' ', Qt::SkipEmptyParts);
      if (line.contains(":Port") || words.size() < 4) continue;
      if (words[0] != QLatin1String("->")) continue;
      const auto address = base::Ipv4Addr::parse(words[1].section(':', 0, 0).toStdString());
      if (!address) continue;
      const auto [place, added] = tables.weights.try_emplace(*address, words[3].toInt());
      if (!added) place->second = std::max(place->second, words[3].toInt());
    }
    // An empty table says nothing yet.
    tables.any = tables.any || !tables.weights.empty() || text.contains("TCP ") || text.contains("UDP ");
  }
  return tables;
}

Rotation::State Rotation::of(Session& session, trace::HostId server, std::uint32_t record) {
  const trace::HostInfo* host = session.info().host(server);
  if (host == nullptr || kindOf(*host) != HostKind::server) return State::unknown;
  const Tables& tables = at(session, record);
  if (!tables.any) return State::unknown;
  State state = State::out;
  for (const trace::InterfaceInfo& interface : host->interfaces) {
    for (const base::Ipv4Prefix& prefix : interface.addresses) {
      const auto found = tables.weights.find(prefix.addr);
      if (found == tables.weights.end()) continue;
      if (found->second > 0) return State::in;
      state = State::drained;
    }
  }
  return state;
}

}  // namespace lvs::view
