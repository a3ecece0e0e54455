// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/links.h"

#include <QFileInfo>
#include <QStringList>
#include <QUrl>
#include <limits>

namespace lvs::view {

namespace {

const QString kScheme = QStringLiteral("lvs://");

}  // namespace

QString linkTo(const QString& file, Moment moment) {
  const QString path = QFileInfo(file).absoluteFilePath();
  return kScheme + QString::fromLatin1(QUrl::toPercentEncoding(path, "/")) +
         QString("#%1,%2").arg(moment.walk + 1).arg(moment.step + 1);
}

std::optional<Moment> momentFrom(const QString& text) {
  const QStringList parts = text.split(',');
  if (parts.isEmpty() || parts.size() > 2) return {};
  bool ok = false;
  const unsigned walk = parts[0].toUInt(&ok);
  if (!ok || walk == 0) return {};
  Moment moment{walk - 1, 0};
  if (parts.size() == 2) {
    const int step = parts[1].toInt(&ok);
    if (!ok || step < 1) return {};
    moment.step = step - 1;
  }
  return moment;
}

std::optional<Link> linkFrom(const QString& text) {
  if (!text.startsWith(kScheme)) return Link{text, {}};
  const QString rest = text.mid(kScheme.size());
  const qsizetype hash = rest.lastIndexOf('#');
  Link link{QUrl::fromPercentEncoding(rest.left(hash < 0 ? rest.size() : hash).toUtf8()), {}};
  if (link.file.isEmpty()) return {};
  if (hash >= 0) {
    link.moment = momentFrom(rest.mid(hash + 1));
    if (!link.moment) return {};
  }
  return link;
}

}  // namespace lvs::view
