// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/still.h"

#include <QRegularExpression>
#include <algorithm>
#include <optional>

namespace lvs::view {

// Linux takes the greater of conf/all and the interface's.
bool keepsStill(Session& session, trace::HostId host, std::uint32_t record) {
  QString text;
  if (!session.journal().table(session.index(), host, "sysctl", record, text)) return false;
  static const QRegularExpression kLine(R"(^net\.ipv4\.conf\.(\w+)\.arp_ignore = (\d+)$)");
  int all = 0;
  std::optional<int> least;  // of the NICs
  for (const QString& line : text.split('\n')) {
    const QRegularExpressionMatch match = kLine.match(line);
    if (!match.hasMatch()) continue;
    const int value = match.captured(2).toInt();
    if (match.captured(1) == QLatin1String("all")) {
      all = value;
    } else if (match.captured(1).startsWith(QLatin1String("eth"))) {
      least = std::min(least.value_or(value), value);
    }
  }
  return std::max(all, least.value_or(0)) != 0;
}

QString gatewayOf(Session& session, trace::HostId host, std::uint32_t record) {
  QString text;
  if (!session.journal().table(session.index(), host, "ip route", record, text)) return {};
  for (const QString& line : text.split('\n')) {
    if (line.startsWith("default via ")) return line.section(' ', 2, 2);
  }
  return {};
}

}  // namespace lvs::view
