// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/filter.h"

#include <QCoreApplication>
#include <utility>

#include "models/walk/walk.h"

namespace lvs::view {

namespace {

QString worded(const char* source) { return QCoreApplication::translate("Filter", source); }

QString textOf(const trace::FilterError& error) {
  using What = trace::FilterError::What;
  const QString word = QString::fromStdString(error.word);
  switch (error.what) {
    case What::unknown_word:
      return worded(
                 QT_TRANSLATE_NOOP(
                     "Filter", "unknown word %1; known are host, addr, port, hook, verdict, drop, conn, arp, rewrite"))
          .arg(word);
    case What::needs_value: return worded(QT_TRANSLATE_NOOP("Filter", "%1 needs a value")).arg(word);
    case What::no_address: return worded(QT_TRANSLATE_NOOP("Filter", "%1 is no address and no role")).arg(word);
    case What::no_port: return worded(QT_TRANSLATE_NOOP("Filter", "%1 is no port")).arg(word);
    case What::no_packet: return worded(QT_TRANSLATE_NOOP("Filter", "there is no packet %1")).arg(word);
  }
  return word;
}

}  // namespace

std::optional<trace::Filter> parseFilter(const QString& text, const trace::TraceIndex& index, QString& error) {
  const auto title = [](trace::Stage stage) { return stageTitle(stage).toStdString(); };
  auto filter = trace::Filter::parse(text.toStdString(), index, title);
  if (filter) return std::move(*filter);
  error = textOf(filter.error());
  return std::nullopt;
}

}  // namespace lvs::view
