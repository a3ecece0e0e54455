// SPDX-License-Identifier: GPL-2.0-or-later
// How the window looks: theme, language, projector mode, zoom, and where its parts are.
#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLineEdit>
#include <QScrollBar>
#include <algorithm>

#include "main-window.h"
#include "models/session/live.h"
#include "panes/lesson-panel.h"
#include "panes/try-pane.h"
#include "screens/compare-screen.h"
#include "screens/help-overlay.h"
#include "screens/message-screen.h"
#include "screens/results-screen.h"
#include "screens/walk-screen.h"
#include "views/packet-list.h"
#include "views/quiz-panel.h"
#include "views/top-bar.h"

namespace lvs::view {

namespace {

// Below this the content keeps its size and scrolls.
constexpr QSize kLeast{800, 500};

}  // namespace

void MainWindow::setTheme(ThemeKind theme) {
  style_.theme = theme;
  restyle();
}

void MainWindow::setLanguage(const QString& language) {
  language_ = language == "zh" ? "zh" : "en";
  QCoreApplication::removeTranslator(&translator_);
  QCoreApplication::removeTranslator(&reasons_);
  const QString folder = ":/i18n/";
  // English needs a file too: for its plurals.
  if (translator_.load(folder + "viewer_" + language_ + ".qm")) QCoreApplication::installTranslator(&translator_);
  if (language_ != "en" && reasons_.load(folder + "reasons_" + language_ + ".qm"))
    QCoreApplication::installTranslator(&reasons_);
  // What Qt's own dialogs say.
  QCoreApplication::removeTranslator(&dialogs_);
  if (language_ == "zh" && dialogs_.load("qtbase_zh_CN", QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
    QCoreApplication::installTranslator(&dialogs_);
  for (const Trace& trace : traces_) {
    trace.screen->packets().model().retranslate();
    if (trace.live != nullptr) trace.screen->transport().setLive(trace.live->text());
  }
  compareThese();
  try_->retranslate();
  lesson_->setLanguage(language_);
  filter_->setPlaceholderText(tr("host:rs1  addr:VIP  port:80  hook:FORWARD  verdict:drop  conn:1  arp  rewrite"));
  showTab();
  restyle();
}

void MainWindow::setProjector(bool on) {
  style_.projector = on;
  relayout();
}

void MainWindow::setZoom(double zoom) {
  zoom_ = std::clamp(zoom, 0.5, 4.0);
  relayout();
}

void MainWindow::restyle() {
  const Palette& p = style_.palette();
  QPalette palette;
  palette.setColor(QPalette::Window, p.background);
  palette.setColor(QPalette::WindowText, p.text);
  palette.setColor(QPalette::Base, p.background);
  palette.setColor(QPalette::Text, p.text);
  palette.setColor(QPalette::Button, p.panel);
  palette.setColor(QPalette::ButtonText, p.text);
  palette.setColor(QPalette::ToolTipBase, p.panel);
  palette.setColor(QPalette::ToolTipText, p.text);
  palette.setColor(QPalette::Highlight, p.accent);
  palette.setColor(QPalette::HighlightedText, p.onAccent);
  palette.setColor(QPalette::PlaceholderText, p.muted);
  setPalette(palette);
  setStyleSheet(QString("QScrollBar:vertical{width:%1px;background:transparent;border:none}"
                        "QScrollBar::handle:vertical{background:%2;border-radius:%3px;min-height:24px}"
                        "QScrollBar::add-line,QScrollBar::sub-line{height:0;width:0}"
                        "QScrollBar::add-page,QScrollBar::sub-page{background:transparent}"
                        "QScrollBar:horizontal{height:%1px;background:transparent;border:none}"
                        "QScrollBar::handle:horizontal{background:%2;border-radius:%3px;min-width:24px}")
                    .arg(std::max(6, static_cast<int>(style_.px(9))))
                    .arg(p.line.name())
                    .arg(std::max(3, static_cast<int>(style_.px(4)))));
  relayout();
}

void MainWindow::relayout() {
  scroll_->setGeometry(rect());
  const QSize view = size();
  // Larger than the window when zoomed in, or when the window is tiny; never smaller.
  QSizeF room = QSizeF(view) * std::max(zoom_, 1.0);
  if (!narrow()) room = room.expandedTo(QSizeF(kLeast));
  const QSize whole = room.toSize();
  content_->resize(whole);
  const bool scrolls = whole.width() > view.width() || whole.height() > view.height();
  const auto policy = scrolls ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff;
  scroll_->setHorizontalScrollBarPolicy(policy);
  scroll_->setVerticalScrollBarPolicy(policy);
  style_.scale = scaleOf(room) * std::min(zoom_, 1.0) * (style_.projector ? 1.2 : 1);
  if (narrow()) style_.scale = 0.6;

  const int bar = top_->isHidden() ? 0 : static_cast<int>(whole.height() * 0.055);
  top_->setGeometry(0, 0, whole.width(), bar);
  const QRect below(0, bar, whole.width(), whole.height() - bar);
  // The walk stays to be seen beside a pane; only what is in front makes room.
  const bool beside = !try_->isHidden() && session() != nullptr;
  const int wide = std::max(whole.width() * 35 / 100, static_cast<int>(style_.px(430)));
  QWidget* guest = !quiz_->isHidden() ? static_cast<QWidget*>(quiz_) : !lesson_->isHidden() ? lesson_ : nullptr;
  for (const Trace& trace : traces_) {
    const bool front = trace.screen == walkScreen();
    trace.screen->setGuest(front ? guest : nullptr);
    trace.screen->setSlim(front && beside);
    trace.screen->setGeometry(front && beside ? below.adjusted(0, 0, -wide, 0) : below);
    trace.screen->relayout();
  }
  compare_->setGeometry(try_->isHidden() ? below : below.adjusted(0, 0, -wide, 0));
  results_->setGeometry(below);
  nothing_->setGeometry(below);
  help_->setGeometry(content_->rect());
  help_->raise();
  quiz_->raise();
  lesson_->raise();
  try_->setGeometry(whole.width() - wide, bar, wide, whole.height() - bar);
  if (try_->isVisible()) try_->restyle();
  try_->raise();
  const int lineHeight = static_cast<int>(style_.px(34));
  filter_->setFont(style_.font(Type::mono));
  filter_->setGeometry(static_cast<int>(style_.px(8)), bar + static_cast<int>(style_.px(4)),
                       whole.width() - static_cast<int>(style_.px(16)), lineHeight);
  filter_->raise();
  content_->update();
  for (QWidget* child : content_->findChildren<QWidget*>()) child->update();
}

void MainWindow::resizeEvent(QResizeEvent*) { showTab(); }

}  // namespace lvs::view
