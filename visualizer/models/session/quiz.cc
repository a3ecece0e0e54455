// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/quiz.h"

#include <QCoreApplication>
#include <algorithm>
#include <random>

#include "models/walk/roles.h"
#include "models/walk/why-text.h"

namespace lvs::view {

namespace {

using trace::Stage;

QString worded(const char* text) { return QCoreApplication::translate("Quiz", text); }

// The right choice among up to three others, in an order that depends on the place only.
bool choose(Question& question, const QString& right, QStringList others, std::uint32_t seed) {
  others.removeAll(right);
  others.removeDuplicates();
  if (others.isEmpty()) return false;
  std::minstd_rand random(seed * 2654435761u + 1);
  std::ranges::shuffle(others, random);
  question.choices = others.mid(0, 3);
  question.right = static_cast<int>(random() % static_cast<unsigned>(question.choices.size() + 1));
  question.choices.insert(question.right, right);
  return true;
}

QString changeName(unsigned bits) {
  const QString badge = badgeOf(bits & (changed::rewritten | changed::mac));
  return badge.isEmpty() ? worded(QT_TRANSLATE_NOOP("Quiz", "no address")) : badge;
}

std::optional<Question> about(Session& session, const Walk& walk, int from) {
  const Step& now = walk.steps[static_cast<std::size_t>(from)];
  const Step& next = walk.steps[static_cast<std::size_t>(from) + 1];
  if (next.data.part != now.data.part || now.dropped()) return {};
  Question q{{walk.number, from}, {walk.number, from + 1}, {}, {}, 0};
  const auto seed = next.record;
  const QString host = session.hostName(next.data.host);

  if (next.dropped()) {
    const QString right = QString::fromStdString(std::string(trace::name_of(next.data.drop)));
    q.text = worded(QT_TRANSLATE_NOOP("Quiz", "The packet ends on %1. Why?")).arg(host);
    return choose(q, right,
                  {"ip_ttl", "ip_rpfilter", "arp_ignored", "no_socket", "ip_forwarding_off", "ip_csum", "otherhost"},
                  seed)
               ? std::optional(q)
               : std::nullopt;
  }
  if (next.data.stage == Stage::ipvs_in && next.data.hook_name == "ip_vs_in" && now.data.stage != Stage::ipvs_in) {
    const base::Ipv4Addr server{static_cast<std::uint32_t>(next.data.why.args[0])};
    QStringList others;
    for (const trace::AddressRole& role : session.info().roles) {
      if (roleOf(session.info(), role.address).kind == Role::Kind::server)
        others += shortName(session.info(), role.address);
    }
    q.text = worded(QT_TRANSLATE_NOOP("Quiz", "Which real server does IPVS give this packet to?"));
    if (others.size() > 1 && choose(q, shortName(session.info(), server), others, seed)) return q;
  }
  if (next.data.stage == Stage::ipvs_xmit || next.data.stage == Stage::ipvs_out) {
    q.text = worded(QT_TRANSLATE_NOOP("Quiz", "Which address does IPVS change in this packet?"));
    if (choose(q, changeName(next.diff.bits & changed::rewritten), {"IP dst", "IP src", "+ IPIP", worded("no address")},
               seed))
      return q;
  }
  if (next.data.stage == Stage::wire_in && next.data.host != now.data.host) {
    QStringList others;
    for (const trace::HostInfo& other : session.info().hosts) others += QString::fromStdString(other.name);
    others.removeAll(session.hostName(now.data.host));
    q.text = worded(QT_TRANSLATE_NOOP("Quiz", "Whose MAC address is on the frame: which host takes it?"));
    if (others.size() > 1 && choose(q, host, others, seed)) return q;
  }
  const bool hook = next.data.stage == Stage::local_in || next.data.stage == Stage::forward ||
                    next.data.stage == Stage::local_out || next.data.stage == Stage::pre_routing ||
                    next.data.stage == Stage::post_routing;
  if (hook && next.visit == now.visit && next.data.stage != now.data.stage) {
    q.text = worded(QT_TRANSLATE_NOOP("Quiz", "Which hook does the packet pass next on %1?")).arg(host);
    if (choose(q, stageTitle(next.data.stage), {"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"}, seed))
      return q;
  }
  return {};
}

}  // namespace

std::optional<Question> questionAfter(Session& session, Moment from) {
  if (session.empty()) return {};
  int step = from.step;
  constexpr std::size_t kLookAt = 200;  // packets
  const auto start = static_cast<std::size_t>(std::max(session.rowOf(from.walk), 0));
  for (std::size_t row = start; row < session.rows() && row < start + kLookAt; ++row) {
    const Walk& walk = session.walk(session.walkAt(row));
    for (; step + 1 < static_cast<int>(walk.steps.size()); ++step) {
      if (auto question = about(session, walk, step)) return question;
    }
    step = 0;
  }
  return {};
}

}  // namespace lvs::view
