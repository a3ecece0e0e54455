// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/why-text.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <array>

#include "trace/why.h"

namespace lvs::view {

namespace {

constexpr auto kDrops = std::to_array<const char*>({
#define LVS_VIEW_TEXT(name, text) text,
    LVS_DROP_REASONS(LVS_VIEW_TEXT)
#undef LVS_VIEW_TEXT
});

QString translated(const char* context, const char* text) { return QCoreApplication::translate(context, text); }

// In UTF-8: a name's phrases may end within a letter.
std::string filled(const trace::Why& why) {
  const QString text = translated("Why", std::string(trace::template_of(why.id)).c_str());
  const auto drop = [](trace::Drop reason) {
    const auto at = static_cast<std::size_t>(reason);
    return at < kDrops.size() ? translated("Drop", kDrops[at]).toStdString() : std::string(trace::text_of(reason));
  };
  std::string out = trace::fill(text.toStdString(), why.args, drop);
  // The prefix of all addresses has a name in every language.
  if (why.id == trace::WhyId::route_gateway && out.starts_with("default ")) {
    out.replace(0, 8, QCoreApplication::translate("StageSentence", "default ").toStdString());
  }
  return out;
}

QString stageSentence(const trace::Record& record) {
  using trace::Stage;
  const auto worded = [](const char* text) { return QCoreApplication::translate("StageSentence", text); };
  switch (record.stage) {
    case Stage::wire_in: return worded(QT_TRANSLATE_NOOP("StageSentence", "The frame comes in from the wire"));
    case Stage::pre_routing: return worded(QT_TRANSLATE_NOOP("StageSentence", "PREROUTING lets it pass"));
    case Stage::routing: return worded(QT_TRANSLATE_NOOP("StageSentence", "The routing table is asked where it goes"));
    case Stage::local_in: return worded(QT_TRANSLATE_NOOP("StageSentence", "INPUT: the packet is for this host"));
    case Stage::forward:
      return worded(QT_TRANSLATE_NOOP("StageSentence", "FORWARD: the packet passes through, TTL less one"));
    case Stage::local_out: return worded(QT_TRANSLATE_NOOP("StageSentence", "OUTPUT: the packet leaves this host"));
    case Stage::post_routing:
      return worded(QT_TRANSLATE_NOOP("StageSentence", "POSTROUTING: the last hook before the wire"));
    case Stage::ipvs_in:
      return worded(QT_TRANSLATE_NOOP("StageSentence", "IPVS looks for the connection or the service"));
    case Stage::ipvs_out: return worded(QT_TRANSLATE_NOOP("StageSentence", "IPVS knows this reply"));
    case Stage::ipvs_xmit: return worded(QT_TRANSLATE_NOOP("StageSentence", "IPVS sends it to the real server"));
    case Stage::tunnel_in: return worded(QT_TRANSLATE_NOOP("StageSentence", "The outer IP header is taken off"));
    case Stage::tunnel_out:
      return worded(QT_TRANSLATE_NOOP("StageSentence", "The tunnel puts an outer IP header in front"));
    case Stage::socket: return worded(QT_TRANSLATE_NOOP("StageSentence", "Handed to the socket"));
    case Stage::neighbour:
      return record.verdict == trace::Verdict::queue
                 ? worded(QT_TRANSLATE_NOOP("StageSentence", "It waits: ARP asks for the next hop's MAC address"))
                 : worded(QT_TRANSLATE_NOOP("StageSentence", "The neighbour table knows the next hop's MAC address"));
    case Stage::arp_in: return worded(QT_TRANSLATE_NOOP("StageSentence", "ARP message received"));
    case Stage::arp_out: return worded(QT_TRANSLATE_NOOP("StageSentence", "ARP message sent"));
    case Stage::wire_out: return worded(QT_TRANSLATE_NOOP("StageSentence", "The frame goes out to the wire"));
  }
  return {};
}

}  // namespace

QString whyText(const trace::Why& why) {
  if (why.id == trace::WhyId{}) return {};
  if (why.id >= trace::WhyId::count_) return translated("Why", "reason %1").arg(static_cast<unsigned>(why.id));
  return QString::fromStdString(filled(why));
}

QString textOf(const trace::Phrases& phrases) {
  std::string out;
  for (const trace::Why& phrase : phrases) {
    if (phrase.id >= trace::WhyId::count_) return {};
    out += phrase.id == trace::WhyId::none ? "\n" : filled(phrase);
  }
  return QString::fromStdString(out);
}

QString dropText(trace::Drop drop) {
  const auto at = static_cast<std::size_t>(drop);
  if (at >= kDrops.size()) return QString::number(at);
  return QString::fromStdString(std::string(trace::name_of(drop))) + ": " + translated("Drop", kDrops[at]);
}

QString sentenceOf(const trace::Record& record) {
  QString why = whyText(record.why);
  if (record.stage == trace::Stage::arp_in && record.why.id == trace::WhyId::neigh_kept) {
    why = QCoreApplication::translate("StageSentence", "The cache %1").arg(why);
  }
  if (record.verdict == trace::Verdict::drop) {
    return why.isEmpty() ? dropText(record.drop) : dropText(record.drop) + "; " + why;
  }
  if (why.isEmpty()) return stageSentence(record);
  // A word of English gets its capital; names of sysctls and programs are written as they are.
  static const QRegularExpression kWord("^[a-z]+(?![a-z_=0-9:])");
  return kWord.match(why).hasMatch() ? why.left(1).toUpper() + why.mid(1) : why;
}

QStringList whyTemplates() {
  QStringList out;
  for (int i = 1; i < static_cast<int>(trace::WhyId::count_); ++i) {
    out += QString::fromStdString(std::string(trace::template_of(static_cast<trace::WhyId>(i))));
  }
  return out;
}

QStringList dropTemplates() { return QStringList(kDrops.begin(), kDrops.end()); }

}  // namespace lvs::view
