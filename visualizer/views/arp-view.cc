// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/arp-view.h"

#include <algorithm>

#include "models/session/arp-history.h"
#include "models/session/packet-list-model.h"
#include "models/walk/packet-fields.h"
#include "models/walk/roles.h"

namespace lvs::view {

namespace {

using Does = ArpRound::Does;

// The question that the moment is about: the last one asked by then; without one yet, the first.
ArpRound roundAt(Session& session) {
  const Walk& walk = session.walk();
  const int last = static_cast<int>(walk.steps.size()) - 1;
  ArpRound round = arpRoundOf(walk, 0, last);
  for (int i = round.question + 1; round.asked && i <= session.moment().step; ++i) {
    const Step& step = walk.steps[static_cast<std::size_t>(i)];
    if (!step.headers.arp || !step.headers.arpRequest || step.data.stage != trace::Stage::arp_out) continue;
    round = arpRoundOf(walk, i, last);
    i = round.question;
  }
  return round;
}

}  // namespace

ArpView::ArpView(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "arp", parent), session_(session) {
  connect(&session, &Session::momentChanged, this, [this] { update(); });
}

bool ArpView::fits(Session& session) {
  const Step* step = session.step();
  if (step == nullptr || !step->headers.arp || session.hostPinned()) return false;
  const ArpRound round = roundAt(session);
  return round.asked && round.hosts.size() > 1;
}

// Has happened by the moment that is looked at.
bool ArpView::known(int step) const { return step >= 0 && step <= session_.moment().step; }

void ArpView::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  if (session_.step() == nullptr) return;
  const ArpRound round = roundAt(session_);
  const QString target = shortName(session_.info(), round.target);
  const QString address = textOf(round.target);
  c.text({c.px(12), c.px(6), rect.width() - c.px(24), c.px(20)}, Type::smallBold, c.colors.muted,
         tr("%1 asks all: who has %2?")
             .arg(session_.hostName(round.asker), target == address ? target : target + " (" + address + ")"));
  const double split = rect.width() * 0.56, top = c.px(30);
  const auto answers = static_cast<double>(std::ranges::count(round.hosts, Does::answers, &ArpRound::Host::does));
  const double cache = c.px(30) + c.px(22) * std::max(answers, 1.0);
  const double hosts = drawHosts(c, {c.px(12), top, split - c.px(18), rect.height() - top - c.px(70)}, round);
  const double bottom = std::max(hosts, top + cache);
  drawCache(c, {split, top, rect.width() - split - c.px(12), bottom - top}, round);
  const double strip = std::max(bottom + c.px(8), rect.height() - c.px(96));
  drawHistory(c, {c.px(12), strip, rect.width() - c.px(24), rect.height() - strip - c.px(6)}, round);
}

// Those that answer come first, then those that keep silent; whom it is not about are counted where there is no room.
double ArpView::drawHosts(Canvas& c, const QRectF& area, const ArpRound& round) {
  std::vector<ArpRound::Host> hosts = round.hosts;
  const auto weight = [](const ArpRound::Host& host) {
    return host.does == Does::answers ? 0 : host.does == Does::silent ? 1 : 2;
  };
  std::ranges::stable_sort(hosts, {}, weight);
  const double row = std::clamp(area.height() / static_cast<double>(hosts.size()), c.px(26), c.px(36));
  const auto room = static_cast<std::size_t>(std::max(1.0, area.height() / row));
  const std::size_t shown = hosts.size() <= room ? hosts.size() : room - 1;
  double y = area.top();
  for (std::size_t i = 0; i < shown; ++i, y += row)
    drawHost(c, {area.left(), y, area.width(), row - c.px(3)}, hosts[i]);
  if (shown == hosts.size()) return y;
  const auto silent = std::count_if(hosts.begin() + static_cast<std::ptrdiff_t>(shown), hosts.end(),
                                    [](const ArpRound::Host& host) { return host.does == Does::silent; });
  const auto rest = static_cast<int>(hosts.size() - shown);
  c.text({area.left(), y, area.width(), row}, Type::small, c.colors.muted,
         tr("and %1 more: %2 silent, %3 do not have it").arg(rest).arg(silent).arg(rest - static_cast<int>(silent)));
  return y + row;
}

QString ArpView::saidBy(const ArpRound::Host& host, bool known) const {
  if (!known) return session_.veiled() ? QString("?") : tr("hears it");
  switch (host.does) {
    case Does::answers: return tr("answers");
    case Does::silent: return host.level >= 0 ? tr("keeps silent: arp_ignore=%1").arg(host.level) : tr("keeps silent");
    case Does::notMine: return tr("does not have it");
    case Does::nothing: break;
  }
  return {};
}

void ArpView::drawHost(Canvas& c, const QRectF& at, const ArpRound::Host& host) {
  const bool decided = known(host.step);
  const bool here = session_.step()->data.host == host.host;
  const bool answers = decided && host.does == Does::answers;
  c.roundRect(at, here ? c.colors.accentSoft : c.colors.background, answers || here ? c.colors.accent : c.colors.line,
              answers ? 2.4 : 1.4, 5, !decided);
  const double name = at.width() * 0.28;
  c.text({at.left() + c.px(8), at.top(), name, at.height()}, Type::bodyBold, c.colors.text,
         session_.hostName(host.host));
  const QString said = saidBy(host, decided);
  const bool arrived = answers && known(host.arrived);
  const double rank = arrived ? c.px(40) : 0;
  c.text({at.left() + name + c.px(12), at.top(), at.width() - name - c.px(20) - rank, at.height()},
         answers ? Type::bodyBold : Type::body, answers ? c.colors.accent : c.colors.muted, said);
  if (arrived) c.disc({at.right() - c.px(22), at.center().y()}, c.colors.accent, QString::number(host.rank), false);
  spot({at, session_.hostName(host.host), said, [this, step = host.step] {
          if (step >= 0) session_.go({session_.moment().walk, step});
        }});
}

// What the asker makes of each answer, in the order in which they come.
void ArpView::drawCache(Canvas& c, const QRectF& area, const ArpRound& round) {
  c.roundRect(area, c.colors.background, c.colors.line, 1.6, 6);
  c.text({area.left() + c.px(10), area.top() + c.px(3), area.width() - c.px(20), c.px(20)}, Type::smallBold,
         c.colors.muted, tr("ARP cache of %1").arg(session_.hostName(round.asker)));
  std::vector<ArpRound::Host> arrived;
  for (const ArpRound::Host& host : round.hosts) {
    if (host.rank > 0 && known(host.arrived)) arrived.push_back(host);
  }
  std::ranges::sort(arrived, {}, &ArpRound::Host::rank);
  double y = area.top() + c.px(24);
  const double row = c.px(22);
  if (arrived.empty()) {
    c.text({area.left() + c.px(10), y, area.width() - c.px(20), row}, Type::body, c.colors.muted, tr("no answer yet"));
  }
  for (const ArpRound::Host& host : arrived) {
    if (y + row > area.bottom()) break;
    const QRectF at(area.left() + c.px(6), y, area.width() - c.px(12), row);
    if (host.taken) {
      c.painter.fillRect(at, c.colors.changedBack);
      c.painter.fillRect(QRectF(at.left(), at.top(), c.px(4), at.height()), c.colors.changedBar);
    }
    const QString from = QString("%1. %2").arg(host.rank).arg(session_.hostName(host.host));
    const QString fate = host.taken ? tr("taken") : tr("too late");
    const double wide = c.width(Type::small, fate) + c.px(8);
    c.text({at.left() + c.px(8), y, at.width() - wide - c.px(12), row}, host.taken ? Type::bodyBold : Type::body,
           host.taken ? c.colors.text : c.colors.muted, from, {.strike = !host.taken});
    c.text({at.right() - wide, y, wide - c.px(2), row}, Type::small, c.colors.text, fate,
           {.align = Qt::AlignRight | Qt::AlignVCenter});
    spot({at, from, fate + "  " + QString::fromStdString(host.mac.text()), [this, step = host.arrived] {
            session_.go({session_.moment().walk, step});
          }});
    y += row;
  }
}

// Whom each host takes for the owner, from the first entry to now; equal spans in time would be too thin to see, so a
// span has the width that its name needs.
void ArpView::drawHistory(Canvas& c, const QRectF& area, const ArpRound& round) {
  const std::vector<ArpHistory> all = arpHistoryOf(session_, round.target, session_.step()->record);
  c.text({area.left(), area.top(), area.width(), c.px(18)}, Type::smallBold, c.colors.muted,
         tr("%1 → MAC in every cache, over time (ms)").arg(shortName(session_.info(), round.target)));
  double y = area.top() + c.px(19);
  const double row = c.px(20);
  if (all.empty()) {
    c.text({area.left(), y, area.width(), row}, Type::small, c.colors.muted, tr("no cache has it"));
    return;
  }
  for (const ArpHistory& one : all) {
    if (y + row > area.bottom() + 1) break;
    const double name = c.px(78);
    c.text({area.left(), y, name - c.px(4), row}, Type::small, c.colors.text, session_.hostName(one.host),
           {.mayElide = true});
    double x = area.left() + name;
    const double each =
        std::min(c.px(190), (area.right() - x) / static_cast<double>(std::max<std::size_t>(one.spans.size(), 1)));
    for (const ArpHistory::Span& span : one.spans) {
      const QRectF at(x, y + c.px(1), each - c.px(2), row - c.px(3));
      const bool now = &span == &one.spans.back() && !span.mac.isEmpty();
      c.roundRect(at, now ? c.colors.changedBack : c.colors.panel, now ? c.colors.changedBar : c.colors.line, 1.2, 3,
                  span.mac.isEmpty());
      const QString who = span.mac.isEmpty() ? tr("unknown") : span.owner.isEmpty() ? span.mac : span.owner;
      const QString since = milliseconds(span.from - session_.index().zero());
      c.text(at.adjusted(c.px(5), 0, -c.px(4), 0), now ? Type::smallBold : Type::small, c.colors.text,
             who + "  " + since, {.mayElide = true});
      spot({at, session_.hostName(one.host) + ": " + who, span.mac + "  " + since + " ms", {}});
      x += each;
    }
    y += row;
  }
}

}  // namespace lvs::view
