// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/cure.h"

#include <QCoreApplication>

#include "trace/file/cure.h"

namespace lvs::view {

namespace {

// What the line brings about.
QString effectOf(trace::Cure::Kind kind) {
  using Kind = trace::Cure::Kind;
  const auto worded = [](const char* text) { return QCoreApplication::translate("Cure", text); };
  switch (kind) {
    case Kind::forward: return worded(QT_TRANSLATE_NOOP("Cure", "the host then passes on what is not for itself"));
    case Kind::rp_filter: return worded(QT_TRANSLATE_NOOP("Cure", "the way back may then be another one"));
    case Kind::tunnel_up: return worded(QT_TRANSLATE_NOOP("Cure", "tunl0 then takes tunnelled packets"));
    case Kind::add_server:
      return worded(QT_TRANSLATE_NOOP("Cure", "the service then has a server; or give one a weight above 0"));
    case Kind::listen: return worded(QT_TRANSLATE_NOOP("Cure", "somebody then listens on port 80"));
    case Kind::arp_ignore:
      return worded(QT_TRANSLATE_NOOP("Cure", "with the VIP on lo, only the director answers for it"));
    case Kind::arp_announce:
      return worded(QT_TRANSLATE_NOOP("Cure", "its questions then name its own address as the sender"));
    case Kind::finding: break;
  }
  return {};
}

}  // namespace

QString mistakeText(const trace::CarriedFinding& finding) {
  return QCoreApplication::translate("Rule", finding.mistake.c_str());
}

QString adviceText(const trace::CarriedFinding& finding) {
  if (!finding.advice) return QString::fromStdString(finding.cure);
  const QString text =
      QCoreApplication::translate("Advice", std::string(trace::template_of(finding.advice->id)).c_str());
  return QString::fromStdString(trace::filled(text.toStdString(), *finding.advice));
}

namespace {

// The sentence that names what was seen is English.
QString tellingOf(const trace::CarriedFinding& finding) {
  const QString mistake = mistakeText(finding);
  if (mistake != QString::fromStdString(finding.mistake)) return mistake;
  return mistake + "\n" + QString::fromStdString(finding.sentence);
}

}  // namespace

std::optional<Cure> cureOf(Session& session, const Step& step) {
  const auto cure = trace::cure_of(session.index(), session.carried(), step.record, step.data);
  if (!cure) return {};
  const QString why = cure->finding == nullptr ? effectOf(cure->kind) : tellingOf(*cure->finding);
  const QString rule = cure->finding == nullptr ? QString() : QString::fromStdString(cure->finding->rule);
  const QString line = cure->typed ? QString::fromStdString(cure->line) : adviceText(*cure->finding);
  return Cure{QString::fromStdString(cure->host), line, why, rule, cure->typed};
}

}  // namespace lvs::view
