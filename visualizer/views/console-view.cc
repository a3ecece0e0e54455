// SPDX-License-Identifier: GPL-2.0-or-later
#include "views/console-view.h"

#include <QWheelEvent>
#include <algorithm>

#include "models/session/cure.h"
#include "models/session/packet-list-model.h"

namespace lvs::view {

namespace {

constexpr std::size_t kJournalLines = 400;  // the newest

// Heads of columns take no lines of their own where lines are few: that of the destinations stands behind the service,
// that of the connections in the place of the command that printed them.
void foldHeads(QStringList& all, int inSight) {
  const auto isHead = [](const QString& line) { return line.startsWith("  -> RemoteAddress"); };
  const auto head = std::ranges::find_if(all, isHead);
  if (head != all.end()) {
    const qsizetype column = head->indexOf("Forward");
    const QString columns = head->mid(column);
    for (QString& line : all) {
      const bool service = line.startsWith("TCP  ") || line.startsWith("UDP  ") || line.startsWith("FWM  ");
      if (service && column > 0 && line.trimmed().size() < column)
        line = line.trimmed().leftJustified(column) + columns;
    }
    all.removeIf(isHead);
  }
  if (all.size() <= inSight) return;
  all.removeIf([](const QString& line) { return line.endsWith("# ipvsadm -Lnc"); });
}

}  // namespace

ConsoleView::ConsoleView(const Style& style, Session& session, QWidget* parent)
    : Panel(style, "console", parent), session_(session) {
  connect(&session, &Session::momentChanged, this, [this] {
    scroll_ = 0;
    update();
  });
}

void ConsoleView::setTab(Tab tab) {
  tab_ = tab;
  scroll_ = 0;
  update();
}

void ConsoleView::nextTab(int direction) {
  const int count = static_cast<int>(Tab::count_);
  setTab(static_cast<Tab>((static_cast<int>(tab_) + direction + count) % count));
}

void ConsoleView::addAnswer(const QString& line, const QString& text) {
  const Step* step = session_.step();
  if (step == nullptr) return;
  constexpr std::size_t kMost = 30;
  QStringList lines{QString("%1# %2        (t = %3 ms)")
                        .arg(session_.hostName(session_.host()), line, milliseconds(session_.timeOf(*step)))};
  for (const QString& each : text.split('\n')) {
    if (!each.isEmpty()) lines += each;
  }
  if (answers_.size() == kMost) answers_.erase(answers_.begin());
  answers_.push_back({session_.host(), lines});
  setTab(Tab::console);
}

void ConsoleView::setFoot(double height) {
  foot_ = height;
  update();
}

// Names of commands are not translated.
QString ConsoleView::title(Tab tab) const {
  switch (tab) {
    case Tab::ipvs: return "ipvsadm";
    case Tab::stats: return "--stats";
    case Tab::addresses: return "ip addr";
    case Tab::neighbours: return "ip neigh";
    case Tab::sysctls: return "sysctl";
    case Tab::console: return tr("Console");
    case Tab::events: return tr("Events");
    case Tab::check: return tr("Check");
    case Tab::count_: break;
  }
  return {};
}

// Commands and what they printed, or what else the host has said.
void ConsoleView::addJournal(QStringList& out, const Step& step, const QString& prompt, Tab tab) {
  for (const JournalLine& line :
       session_.journal().lines(session_.index(), session_.host(), {}, step.record, kJournalLines)) {
    // What a daemon logs belongs to what was typed.
    const bool command = line.kind == "command" || line.kind == "output" || line.kind == "keepalived";
    const bool aside = line.kind == "mark" || line.kind == "lab" || line.kind == "lab-options" || line.kind == "check";
    if (command != (tab == Tab::console) || aside) continue;
    const QStringList parts = line.text.split('\n', Qt::SkipEmptyParts);
    for (qsizetype i = 0; i < parts.size(); ++i) {
      if (line.kind == "output") {
        // "STATUS COMMAND", and below it what was printed.
        out += i == 0 ? prompt + parts[i].section(' ', 1) : parts[i];
        if (i + 1 == parts.size() && line.text.section(' ', 0, 0) != "0") {
          out += tr("[status %1]").arg(line.text.section(' ', 0, 0));
        }
      } else if (tab == Tab::console) {
        out += (i == 0 && line.kind == "command" ? prompt : QString()) + parts[i];
      } else {
        const QString time = milliseconds(line.at - session_.index().zero()).rightJustified(10);
        // A Chinese letter is as wide as two others.
        QString kind = kindText(line.kind);
        const auto wide = std::ranges::count_if(kind, [](QChar c) { return c.unicode() >= 0x2e80; });
        kind = kind.leftJustified(9 - wide);
        out += i == 0 ? time + "  " + kind + parts[i] : QString(21, ' ') + parts[i];
      }
    }
  }
}

// What lvs-lab check has found in the lab: two lines each.
QStringList ConsoleView::findings() const {
  const trace::Carried& carried = session_.carried();
  if (session_.veiled()) return {tr("hidden while a question is open")};
  if (!carried.checked) return {tr("the trace does not carry what lvs-lab check has found")};
  if (carried.findings.empty()) return {tr("lvs-lab check: no mistake was found")};
  QStringList out;
  for (const trace::CarriedFinding& finding : carried.findings) {
    out += QString("%1: %2  [%3]")
               .arg(QString::fromStdString(finding.host), mistakeText(finding), QString::fromStdString(finding.rule));
    const QString commands = finding.advice ? QString::fromStdString(finding.advice->line()) : QString();
    out += commands.isEmpty() ? "    " + adviceText(finding) : QString::fromStdString(finding.host) + "# " + commands;
  }
  return out;
}

// A finding leads to its walk.
void ConsoleView::pressable(const QRectF& rect, int line) {
  const auto& all = session_.carried().findings;
  const auto at = static_cast<std::size_t>(line / 2);
  if (session_.veiled() || at >= all.size()) return;
  const trace::CarriedFinding& finding = all[at];
  const auto walk = trace::walk_of(session_.index(), finding);
  const QString name = QString::fromStdString(finding.host) + ": " + mistakeText(finding);
  std::function<void()> press;
  if (walk) press = [this, to = *walk] { session_.go({to, 0}), session_.nextDrop(); };
  spot({rect, name, QString::fromStdString(finding.sentence), press});
}

QStringList ConsoleView::lines(Tab tab) {
  QStringList out;
  const Step* step = session_.step();
  if (step == nullptr) return out;
  const trace::HostId host = session_.host();
  const Journal& journal = session_.journal();
  const QString prompt = session_.hostName(host) + "# ";
  const auto table = [&](const QString& command, bool optional = false) {
    QString text;
    const bool there = journal.table(session_.index(), host, command, step->record, text);
    if (!there && optional) return;
    QString head = prompt + command;
    if (out.isEmpty()) head += QString("        (t = %1 ms)").arg(milliseconds(session_.timeOf(*step)));
    out += head;
    if (!there) return;
    for (const QString& line : text.split('\n')) {
      if (!line.isEmpty()) out += line;
    }
  };
  switch (tab) {
    case Tab::ipvs: {
      QString text;
      if (journal.table(session_.index(), host, "ipvsadm -Ln", step->record, text)) {
        table("ipvsadm -Ln");
        table("ipvsadm -Lnc", true);
        // These heading lines say nothing that a lecture needs.
        for (const char* heading : {"IP Virtual Server", "Prot LocalAddress", "IPVS connection entries"}) {
          out.removeIf([&](const QString& line) { return line.startsWith(heading); });
        }
      } else {
        // No director: its neighbours and addresses tell more than an empty list.
        table("ip neigh");
        table("ip route", true);
      }
      break;
    }
    case Tab::stats: table("ipvsadm -Ln --stats"); break;
    case Tab::addresses:
      table("ip addr");
      table("ip route", true);
      break;
    case Tab::neighbours: table("ip neigh"); break;
    case Tab::sysctls: table("sysctl"); break;
    case Tab::console:
    case Tab::events:
      addJournal(out, *step, prompt, tab);
      for (const Answer& answer : answers_) {
        if (tab == Tab::console && answer.host == host) out += answer.lines;
      }
      break;
    case Tab::check: return findings();
    case Tab::count_: break;
  }
  return out;
}

// All tabs fit: narrow windows and wide languages shrink them together.
void ConsoleView::drawTabs(Canvas& c, const QRectF& rect) {
  double x = c.px(6);
  const double tabHeight = c.px(22);
  double needed = 0;
  for (int i = 0; i < static_cast<int>(Tab::count_); ++i)
    needed += c.width(Type::smallBold, title(static_cast<Tab>(i))) + c.px(16);
  const double squeeze = std::min(1.0, (rect.width() - c.px(12)) / needed);
  for (int i = 0; i < static_cast<int>(Tab::count_); ++i) {
    const Tab tab = static_cast<Tab>(i);
    const double w = (c.width(Type::smallBold, title(tab)) + c.px(16)) * squeeze;
    const QRectF at(x, c.px(3), w, tabHeight);
    if (tab == tab_) {
      c.roundRect(at.adjusted(c.px(1), 0, -c.px(1), 0), c.colors.accentSoft, {}, 0, 4);
      c.painter.fillRect(QRectF(at.left() + c.px(5), at.bottom() - c.px(2), at.width() - c.px(10), c.px(2)),
                         c.colors.accent);
    }
    c.text(at.adjusted(c.px(4), 0, -c.px(4), 0), tab == tab_ ? Type::smallBold : Type::small,
           tab == tab_ ? c.colors.text : c.colors.muted, title(tab), {.align = Qt::AlignCenter});
    spot({at, title(tab), {}, [this, tab] { setTab(tab); }});
    x += w;
  }
}

void ConsoleView::paint(Canvas& c, const QRectF& rect) {
  c.panelGround(rect);
  if (session_.step() == nullptr) return;
  drawTabs(c, rect);
  QStringList all = lines(tab_);
  const double top = c.px(28);
  const double row = c.px(16);
  const int inSight = std::max(1, static_cast<int>((rect.height() - foot_ - top - c.px(3)) / row));
  if (tab_ == Tab::ipvs && all.size() > inSight) foldHeads(all, inSight);
  const int most = std::max(0, static_cast<int>(all.size()) - inSight);
  scroll_ = std::clamp(scroll_, 0, most);
  // Histories show their end, tables their beginning.
  const bool history = tab_ == Tab::console || tab_ == Tab::events;
  const int first = history ? most - scroll_ : scroll_;
  const int shown = std::min(inSight, static_cast<int>(all.size()) - first);
  if (all.isEmpty()) {
    c.text({c.px(10), top, rect.width() - c.px(20), c.px(20)}, Type::small, c.colors.muted, tr("nothing so far"));
    return;
  }
  // One size for all lines, or columns would not stand below each other.
  double widest = 1;
  for (int i = 0; i < shown; ++i) widest = std::max(widest, c.width(Type::console, all[first + i]));
  const double factor = std::clamp((rect.width() - c.px(16)) / widest, 0.75, 1.0);
  for (int i = 0; i < shown; ++i) {
    const QString& line = all[first + i];
    const bool prompt =
        line.contains("# ") && (tab_ == Tab::check ? !line.section("# ", 0, 0).contains(' ')
                                                   : line.startsWith(session_.hostName(session_.host()) + "# "));
    if (tab_ == Tab::check) pressable({0, top + i * row, rect.width(), row}, first + i);
    c.text({c.px(10), top + i * row, rect.width() - c.px(16), row}, Type::console,
           prompt ? c.colors.accent : c.colors.text, line,
           {.overflow = Overflow::elide, .mayElide = true, .factor = factor});
  }
  if (most > 0) {
    const double track = rect.height() - foot_ - top - c.px(4);
    const double size = std::max(track * inSight / static_cast<double>(all.size()), c.px(14));
    const double at = top + (track - size) * first / most;
    c.roundRect({rect.width() - c.px(5), at, c.px(4), size}, c.colors.line, {}, 0, 2);
  }
}

void ConsoleView::wheelEvent(QWheelEvent* event) {
  const bool history = tab_ == Tab::console || tab_ == Tab::events;
  const int lines = event->angleDelta().y() / 40;
  scroll_ += history ? lines : -lines;
  update();
}

}  // namespace lvs::view
