// SPDX-License-Identifier: GPL-2.0-or-later
#include "panes/try-pane.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace lvs::view {

TryPane::TryPane(const Style& style, QWidget* parent)
    : QWidget(parent),
      style_(style),
      title_(new QLabel(this)),
      about_(new QLabel(this)),
      said_(new QLabel(this)),
      hostLabel_(new QLabel(this)),
      fileLabel_(new QLabel(this)),
      host_(new QComboBox(this)),
      file_(new QComboBox(this)),
      switches_(new QWidget(this)),
      grid_(new QGridLayout(switches_)),
      text_(new QPlainTextEdit(this)),
      go_(new QPushButton(this)),
      save_(new QPushButton(this)),
      back_(new QPushButton(this)),
      close_(new QPushButton(this)) {
  setObjectName("try");
  setAutoFillBackground(true);
  layOut();
  connectAll();
  hide();
}

void TryPane::layOut() {
  grid_->setContentsMargins(0, 0, 0, 0);
  about_->setWordWrap(true);
  said_->setWordWrap(true);
  said_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  text_->setLineWrapMode(QPlainTextEdit::NoWrap);
  text_->setTabChangesFocus(true);
  auto* hosts = new QHBoxLayout;
  hosts->addWidget(hostLabel_);
  hosts->addWidget(host_, 1);
  auto* files = new QHBoxLayout;
  files->addWidget(fileLabel_);
  files->addWidget(file_, 1);
  files->addWidget(back_);
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(go_, 1);
  buttons->addWidget(save_);
  buttons->addWidget(close_);
  auto* all = new QVBoxLayout(this);
  all->addWidget(title_);
  all->addWidget(about_);
  all->addLayout(hosts);
  all->addWidget(switches_);
  all->addLayout(files);
  all->addWidget(text_, 1);
  all->addWidget(said_);
  all->addLayout(buttons);
  all->addStretch();
}

void TryPane::connectAll() {
  connect(host_, &QComboBox::currentIndexChanged, this, [this] {
    if (!filling_) fillSwitches();
  });
  connect(file_, &QComboBox::currentIndexChanged, this, [this] {
    if (!filling_) showFile();
  });
  connect(text_, &QPlainTextEdit::textChanged, this, &TryPane::edited);
  connect(go_, &QPushButton::clicked, this, &TryPane::run);
  connect(save_, &QPushButton::clicked, this, &TryPane::saveDialog);
  connect(close_, &QPushButton::clicked, this, &TryPane::close);
  connect(back_, &QPushButton::clicked, this, [this] {
    copy_ = std::make_unique<LabCopy>(session_->carried());
    fillFiles();
    fillSwitches();
  });
  connect(&run_, &LabRun::ended, this, [this](bool well, const QString& trace, const QString& output) {
    go_->setEnabled(true);
    say(output.trimmed().right(600));
    if (well || QFileInfo(trace).size() > 0) Q_EMIT ran(trace);
  });
}

void TryPane::open(Session& session) {
  if (session_ != &session || copy_ == nullptr) copy_ = std::make_unique<LabCopy>(session.carried());
  session_ = &session;
  retranslate();
  say({});
  for (QWidget* part :
       std::initializer_list<QWidget*>{hostLabel_, host_, switches_, fileLabel_, file_, back_, text_, go_, save_})
    part->setVisible(!copy_->empty());
  fillHosts();
  fillSwitches();
  fillFiles();
  restyle();
  show();
  raise();
  text_->setFocus();
}

void TryPane::close() {
  run_.stop();
  go_->setEnabled(true);
  hide();
  Q_EMIT closed();
}

void TryPane::say(const QString& text) {
  said_->setText(text);
  said_->setVisible(!text.isEmpty());
}

void TryPane::retranslate() {
  if (session_ == nullptr) return;
  const bool lab = copy_ != nullptr && !copy_->empty();
  title_->setText(tr("Try it: %1").arg(QString::fromStdString(session_->info().title)));
  about_->setText(
      lab ? tr("A copy of the lab. Change it, run it, and see before and after side by side; the lab stays as it is.")
          : tr("This trace carries no lab that could be changed and run again: it comes from a sweep, from lvs-emu or "
               "from an older program. lvs-lab run LAB --trace FILE writes one that carries its lab."));
  hostLabel_->setText(tr("Host"));
  fileLabel_->setText(tr("File"));
  go_->setText(tr("Run (Ctrl Return)"));
  save_->setText(tr("Save as a lab …"));
  back_->setText(tr("Take all back"));
  close_->setText(tr("Close (Esc)"));
  host_->setAccessibleName(tr("Host"));
  file_->setAccessibleName(tr("File"));
  text_->setAccessibleName(tr("Text of the file"));
}

void TryPane::restyle() {
  const QFont body = style_.font(Type::body), mono = style_.font(Type::console);
  const Palette& p = style_.palette();
  // A style sheet on the window keeps its palette from coming down to here.
  QPalette palette;
  palette.setColor(QPalette::Window, p.panel);
  palette.setColor(QPalette::WindowText, p.text);
  palette.setColor(QPalette::Base, p.background);
  palette.setColor(QPalette::Text, p.text);
  palette.setColor(QPalette::Button, p.background);
  palette.setColor(QPalette::ButtonText, p.text);
  palette.setColor(QPalette::Highlight, p.accent);
  palette.setColor(QPalette::HighlightedText, p.onAccent);
  setPalette(palette);
  for (QWidget* child : findChildren<QWidget*>()) {
    child->setFont(body);
    child->setPalette(palette);
  }
  title_->setFont(style_.font(Type::title));
  text_->setFont(mono);
  said_->setFont(mono);
  said_->setStyleSheet("color:" + p.drop.name());
  layout()->setSpacing(std::max(2, static_cast<int>(style_.px(6))));
}

void TryPane::fillHosts() {
  filling_ = true;
  const QString before = host_->currentText();
  host_->clear();
  for (const trace::HostInfo& host : session_->info().hosts) {
    if (host.modelled) host_->addItem(QString::fromStdString(host.name));
  }
  const QString now = before.isEmpty() ? session_->hostName(session_->host()) : before;
  host_->setCurrentIndex(std::max(host_->findText(now), 0));
  filling_ = false;
}

// A box for each: as it is, or one of its values.
void TryPane::fillSwitches() {
  for (QWidget* old : switches_->findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) delete old;
  const QString name = host_->currentText();
  const trace::HostInfo* host = session_->info().host(std::string_view(name.toStdString()));
  known_ = host == nullptr || copy_->empty() ? std::vector<LabSwitch>{} : switchesOf(*session_, host->id);
  constexpr int kBox = 110;  // of a value, with "(now)"
  double widest = 0;
  const QFontMetricsF metrics(style_.font(Type::body));
  for (const LabSwitch& each : known_) widest = std::max(widest, metrics.horizontalAdvance(each.name));
  const int across = 2 * (widest + style_.px(kBox) + style_.px(12)) > width() ? 1 : 2;
  int place = 0;
  for (const LabSwitch& each : known_) {
    auto* label = new QLabel(each.name, switches_);
    auto* box = new QComboBox(switches_);
    box->setAccessibleName(each.name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(5);
    box->setMinimumWidth(static_cast<int>(style_.px(kBox)));
    box->addItem(tr("%1 (now)").arg(each.now), QString());
    for (const QString& value : each.values) {
      if (value != each.now) box->addItem(value, value);
    }
    box->setCurrentIndex(std::max(box->findData(copy_->turned(name, each)), 0));
    connect(box, &QComboBox::activated, this,
            [this, name, each, box] { turn(name, each.name, box->currentData().toString()); });
    grid_->addWidget(label, place / across, place % across * 2);
    grid_->addWidget(box, place / across, place % across * 2 + 1);
    ++place;
  }
  grid_->setColumnStretch(0, 1);
  grid_->setColumnStretch(2, 1);
  restyle();
}

void TryPane::turn(const QString& host, const QString& name, const QString& value) {
  const trace::HostInfo* info = session_->info().host(std::string_view(host.toStdString()));
  if (info == nullptr) return;
  for (const LabSwitch& each : switchesOf(*session_, info->id)) {
    if (each.name == name) copy_->turn(host, each, value);
  }
  fillFiles();
  file_->setCurrentIndex(std::max(file_->findData(host + ".startup"), 0));
  showFile();
}

// Changed ones have a mark.
void TryPane::fillFiles() {
  filling_ = true;
  const QString before = file_->currentData().toString();
  file_->clear();
  for (const QString& name : copy_->names()) file_->addItem(copy_->changed(name) ? name + " *" : name, name);
  int at = file_->findData(before);
  if (at < 0) at = file_->findData(host_->currentText() + ".startup");
  file_->setCurrentIndex(std::max(at, 0));
  filling_ = false;
  showFile();
}

void TryPane::showFile() {
  filling_ = true;
  text_->setPlainText(copy_->text(file_->currentData().toString()));
  text_->moveCursor(QTextCursor::End);
  filling_ = false;
  const bool any = !copy_->empty();
  go_->setEnabled(any && !run_.running());
  save_->setEnabled(any);
  text_->setEnabled(any);
}

void TryPane::edited() {
  if (filling_ || copy_ == nullptr) return;
  const QString name = file_->currentData().toString();
  copy_->setText(name, text_->toPlainText());
  file_->setItemText(file_->currentIndex(), copy_->changed(name) ? name + " *" : name);
}

void TryPane::run() {
  if (copy_ == nullptr || copy_->empty()) return;
  QString error;
  say({});
  if (run_.run(*copy_, session_->carried(), error)) {
    go_->setEnabled(false);
  } else {
    say(error);
  }
}

QString TryPane::save(const QString& folder) { return copy_->write(folder); }

void TryPane::saveDialog() {
  const QString folder = QFileDialog::getSaveFileName(
      this, "lvs-visualizer", QString::fromStdString(session_->info().title) + "-tried", tr("A new folder") + " (*)");
  if (folder.isEmpty()) return;
  const QString why = QFileInfo::exists(folder) ? tr("%1 is there already").arg(folder) : save(folder);
  say(why.isEmpty() ? tr("written: %1").arg(folder) : why);
}

void TryPane::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter && (event->modifiers() & Qt::ControlModifier)) return run();
  if (event->key() == Qt::Key_Escape) return close();
  // Keys of the walk are not meant while somebody types.
  event->accept();
}

}  // namespace lvs::view
