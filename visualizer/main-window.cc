// SPDX-License-Identifier: GPL-2.0-or-later
#include "main-window.h"

#include <QCloseEvent>
#include <QCoreApplication>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLineEdit>
#include <QMimeData>
#include <QScrollBar>
#include <algorithm>

#include "models/session/compare-model.h"
#include "models/session/live.h"
#include "panes/lesson-panel.h"
#include "panes/try-pane.h"
#include "screens/compare-screen.h"
#include "screens/help-overlay.h"
#include "screens/message-screen.h"
#include "screens/results-screen.h"
#include "screens/walk-screen.h"
#include "views/accessible.h"
#include "views/console-view.h"
#include "views/packet-list.h"
#include "views/panel.h"
#include "views/quiz-panel.h"
#include "views/top-bar.h"

// The library is static: its translations have to be asked for by name, and from outside any namespace.
static void takeTranslations() { Q_INIT_RESOURCE(translations); }

namespace lvs::view {

namespace {

// What shows between the panels.
class Ground : public Panel {
 public:
  explicit Ground(const Style& style) : Panel(style, "content", nullptr) {}

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override { canvas.painter.fillRect(rect, canvas.colors.background); }
};

// Below this a message says so.
constexpr QSize kHopeless{320, 200};

}  // namespace

MainWindow::MainWindow(std::unique_ptr<QSettings> settings, TextAudit* audit)
    : settings_(std::move(settings)),
      scroll_(new QScrollArea(this)),
      content_(new Ground(style_)),
      top_(new TopBar(style_, content_)),
      nothing_(new MessageScreen(style_, content_)),
      compare_(new CompareScreen(style_, content_)),
      results_(new ResultsScreen(style_, content_)),
      help_(new HelpOverlay(style_, content_)),
      quiz_(new QuizPanel(style_, content_)),
      lesson_(new LessonPanel(style_, content_)),
      try_(new TryPane(style_, content_)),
      filter_(new QLineEdit(content_)) {
  takeTranslations();
  installAccessibility();
  style_.audit = audit;
  setAcceptDrops(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(100, 60);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setFocusPolicy(Qt::NoFocus);
  scroll_->setWidget(content_);
  filter_->hide();
  for (QObject* one : {static_cast<QObject*>(filter_), static_cast<QObject*>(quiz_), static_cast<QObject*>(lesson_),
                       static_cast<QObject*>(try_)})
    one->installEventFilter(this);
  play_.setTimerType(Qt::PreciseTimer);
  connect(&play_, &QTimer::timeout, this, [this] {
    Session* now = session();
    if (now == nullptr) return play(false);
    const Moment before = now->moment();
    now->nextStage(1);
    if (now->moment() == before) play(false);
  });
  connect(top_, &TopBar::chosen, this, &MainWindow::setTab);
  connect(try_, &TryPane::ran, this, &MainWindow::tried);
  connect(try_, &TryPane::closed, this, [this] { setFocus(); });
  resize(1280, 800);
  recall();
  setLanguage(language_);
  showTab();
}

MainWindow::~MainWindow() = default;

// --- opening ---

void MainWindow::apply(const Options& options) {
  if (options.theme) setTheme(*options.theme);
  if (options.language) setLanguage(*options.language);
  if (options.size) resize(*options.size);
  if (options.projector) setProjector(true);
  for (const QString& file : options.files) open(file, options.follow);
  if (options.screen) {
    if (!showScreen(*options.screen))
      say(*options.screen == ScreenName::compare   ? tr("To compare takes two traces or three")
          : *options.screen == ScreenName::results ? tr("Results are shown of a sweep's --json or --csv")
                                                   : tr("Walks are shown of a trace"));
    else if (*options.screen == ScreenName::compare && traces_.size() > CompareScreen::kMost)
      say(tr("To compare takes two traces or three"));
  } else if (!traces_.empty()) {
    setTab(0);
  }
  if (Session* now = session()) {
    if (!options.filter.isEmpty()) applyFilter(options.filter);
    if (options.at && !now->empty()) goTo(*now, *options.at);
    if (!options.find.isEmpty() && search(options.find, tr("No packet fits: %1").arg(options.find))) say({});
    if (WalkScreen* screen = walkScreen(); screen != nullptr && options.tab)
      screen->console().setTab(static_cast<ConsoleView::Tab>(*options.tab));
    if (options.quiz) quiz_->start(*now);
    if (options.tryIt) tryIt();
    if (WalkScreen* screen = walkScreen(); screen != nullptr && !options.ask.isEmpty() && screen->ask())
      screen->asked(options.ask);
    if (options.lesson) lessonOn();
  }
  relayout();
}

QString MainWindow::resultsError() const { return results_->error(); }

// As near as there is, and said so where that is not what was asked for.
void MainWindow::goTo(Session& session, Moment moment) {
  const auto packets = session.index().walks().size();
  session.go(moment);
  if (moment.walk >= packets) {
    say(tr("There is no packet %1: the trace has %2").arg(moment.walk + 1).arg(packets));
  } else if (const auto stages = session.walk().steps.size(); static_cast<std::size_t>(moment.step) >= stages) {
    say(tr("Packet %1 has no stage %2: it has %3").arg(moment.walk + 1).arg(moment.step + 1).arg(stages));
  }
}

void MainWindow::open(const QString& file, bool follow, bool remembered) {
  if (remembered && settings_ != nullptr && file != "-") {
    constexpr qsizetype kRecent = 12;
    QStringList files = settings_->value("recent").toStringList();
    const QString whole = QFileInfo(file).absoluteFilePath();
    files.removeAll(whole);
    files.prepend(whole);
    settings_->setValue("recent", files.mid(0, kRecent));
  }
  if (looksLikeResults(file)) {
    results_->open(file);
    refreshTabs();
    tab_ = resultsTab();
    return showTab();
  }
  Trace trace;
  trace.session = std::make_unique<Session>();
  trace.session->open(file);
  trace.screen = new WalkScreen(style_, *trace.session, content_);
  connect(&trace.screen->transport(), &TransportBar::pressed, this, &MainWindow::pressed);
  if (!traces_.empty()) {
    trace.screen->setShares(traces_.back().screen->shares());
  } else if (settings_ != nullptr) {
    QList<double> shares;
    for (const QVariant& share : settings_->value("window/splitters").toList()) shares += share.toDouble();
    trace.screen->setShares(shares);
  }
  if (follow) {
    trace.live = std::make_unique<Live>(*trace.session);
    TransportBar* bar = &trace.screen->transport();
    Live* live = trace.live.get();
    const auto tell = [this, bar, live] {
      bar->setLive(live->text());
      showTab();
    };
    connect(live, &Live::changed, this, tell);
    bar->setLive(live->text());
  }
  traces_.push_back(std::move(trace));
  compareThese();
  tab_ = static_cast<int>(traces_.size()) - 1;
  refreshTabs();
  showTab();
}

// --- what is in front ---

Session* MainWindow::session() {
  return tab_ >= 0 && tab_ < static_cast<int>(traces_.size()) ? traces_[static_cast<std::size_t>(tab_)].session.get()
                                                              : nullptr;
}

WalkScreen* MainWindow::walkScreen() {
  return session() == nullptr ? nullptr : traces_[static_cast<std::size_t>(tab_)].screen;
}

int MainWindow::resultsTab() const {
  return results_->empty() && results_->error().isEmpty()
             ? -1
             : static_cast<int>(traces_.size()) + (traces_.size() >= 2 ? 1 : 0);
}

// The method where the trace tells it, else what it is a trace of.
QString MainWindow::titleOf(Session& session) {
  switch (methodOf(session)) {
    case Method::nat: return "NAT";
    case Method::dr: return "DR";
    case Method::tun: return "TUN";
    case Method::unknown: break;
  }
  const QString title = QString::fromStdString(session.info().title);
  return title.isEmpty() ? QFileInfo(session.path()).completeBaseName() : title;
}

void MainWindow::refreshTabs() {
  QStringList tabs;
  for (const Trace& trace : traces_) tabs += titleOf(*trace.session);
  // Traces of the same method are told apart by their titles.
  const QStringList methods = tabs;
  for (qsizetype i = 0; i < tabs.size(); ++i) {
    if (methods.count(methods[i]) < 2) continue;
    const Session& session = *traces_[static_cast<std::size_t>(i)].session;
    tabs[i] = session.path() == "-" ? tr("standard input") : QFileInfo(session.path()).completeBaseName();
    if (traces_[static_cast<std::size_t>(i)].tried) tabs[i] = tr("tried");
  }
  if (compareTab() >= 0) tabs += tr("Compare");
  if (resultsTab() >= 0) tabs += tr("Results");
  for (qsizetype i = 0; i < tabs.size(); ++i) tabs[i] = QString("%1  %2").arg(i + 1).arg(tabs[i]);
  top_->setTabs(tabs, tab_);
}

bool MainWindow::narrow() const { return width() < kHopeless.width() || height() < kHopeless.height(); }

// Why there is no screen to show; empty: there is one.
QString MainWindow::trouble() {
  if (narrow()) return tr("This window is too small: %1 x %2 at least").arg(kHopeless.width()).arg(kHopeless.height());
  if (tab_ == resultsTab() && tab_ >= 0) return {};
  if (traces_.empty())
    return tr(
        "Ctrl+O opens a trace, or drop one here. A run with --trace FILE.pcapng writes one: lvs-lab run LAB --trace "
        "walk.pcapng");
  if (Session* now = session(); now != nullptr && now->empty()) {
    if (!now->error().isEmpty()) return now->error();
    return now->path() + ": " + tr("no packets in it");
  }
  return {};
}

void MainWindow::showTab() {
  refreshTabs();
  const QString why = haveFonts() ? trouble() : QString("no fonts");
  const bool fine = why.isEmpty();
  const bool walk = session() != nullptr;
  for (std::size_t i = 0; i < traces_.size(); ++i) {
    traces_[i].screen->setVisible(fine && static_cast<int>(i) == tab_);
  }
  compare_->setVisible(fine && tab_ == compareTab());
  results_->setVisible(fine && tab_ == resultsTab());
  nothing_->setVisible(!fine);
  top_->setVisible(!narrow() && haveFonts());
  if (!fine) {
    const QString title = narrow() ? QString() : traces_.empty() ? tr("No trace is open") : tr("Nothing to show");
    nothing_->say(title, why);
  }
  top_->setHint(tab_ == compareTab()   ? tr("← → frame   ↑ ↓ packets   + − zoom   ? keys")
                : tab_ == resultsTab() ? tr("← → rate   Ctrl E export   ? keys")
                                       : QString());
  if (!walk && quiz_->running()) quiz_->stop();
  if (!walk && lesson_->running()) lesson_->stop();
  QString title = "lvs-visualizer";
  if (Session* now = session()) title = QFileInfo(now->path()).fileName() + " – " + title;
  setWindowTitle(title);
  relayout();
}

void MainWindow::setTab(int tab) {
  const int last = std::max({static_cast<int>(traces_.size()) - 1, compareTab(), resultsTab()});
  if (tab < 0 || tab > last) return;
  if (quiz_->running()) quiz_->stop();
  if (lesson_->running() && tab != tab_) lesson_->stop();
  play(false);
  tab_ = tab;
  say({});
  showTab();
}

bool MainWindow::showScreen(ScreenName name) {
  const int tab = name == ScreenName::compare   ? compareTab()
                  : name == ScreenName::results ? resultsTab()
                  : traces_.empty()             ? -1
                                                : 0;
  if (tab < 0) return false;
  setTab(tab);
  return true;
}

void MainWindow::showAll() {
  if (tab_ == compareTab()) compare_->toEnd();
}

void MainWindow::say(const QString& message) {
  message_ = message;
  if (WalkScreen* screen = walkScreen()) screen->transport().setMessage(message);
  if (!message.isEmpty() && walkScreen() == nullptr) top_->setHint(message);
}

bool MainWindow::applyFilter(const QString& text) {
  Session* now = session();
  if (now == nullptr) return false;
  QString error;
  const bool ok = now->setFilter(text, error);
  say(error);
  return ok;
}

// --- the window ---

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) open(url.toLocalFile());
  }
}

void MainWindow::closeEvent(QCloseEvent* event) {
  remember();
  event->accept();
}

void MainWindow::remember() {
  if (settings_ == nullptr) return;
  settings_->setValue("window/geometry", saveGeometry());
  settings_->setValue("window/theme", style_.theme == ThemeKind::dark ? "dark" : "light");
  settings_->setValue("window/language", language_);
  settings_->setValue("window/projector", style_.projector);
  settings_->setValue("window/zoom", zoom_);
  settings_->setValue("window/speed", speed_);
  if (traces_.empty()) return;
  QVariantList shares;
  for (const double share : traces_.front().screen->shares()) shares += share;
  settings_->setValue("window/splitters", shares);
}

void MainWindow::recall() {
  const QString system = QLocale::system().name().startsWith("zh") ? "zh" : "en";
  if (settings_ == nullptr) return;
  restoreGeometry(settings_->value("window/geometry").toByteArray());
  style_.theme = settings_->value("window/theme") == "dark" ? ThemeKind::dark : ThemeKind::light;
  language_ = settings_->value("window/language", system).toString();
  style_.projector = settings_->value("window/projector", false).toBool();
  zoom_ = std::clamp(settings_->value("window/zoom", 1.0).toDouble(), 0.5, 4.0);
  speed_ = std::clamp(settings_->value("window/speed", 2).toInt(), 0, 5);
}

}  // namespace lvs::view
