// SPDX-License-Identifier: GPL-2.0-or-later
#include "panes/ask-line.h"

#include <QCompleter>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <algorithm>

namespace lvs::view {

namespace {

// What is asked most; the rest is typed.
const QStringList kLines{"arp -n",
                         "cat /proc/net/ip_vs_conn",
                         "conntrack -L",
                         "date",
                         "ifconfig",
                         "ip -s link",
                         "ip addr",
                         "ip neigh",
                         "ip route",
                         "ip rule",
                         "ip tunnel",
                         "ip route get ",
                         "iptables -S",
                         "iptables-save",
                         "ipvsadm -Ln --stats",
                         "ipvsadm -Ln --rate",
                         "ipvsadm -Ln",
                         "ipvsadm -Lnc",
                         "ipvsadm -Sn",
                         "netstat -natp",
                         "netstat -s",
                         "ps ax",
                         "route -n",
                         "ss -tanp",
                         "ss -uanp",
                         "sysctl -a",
                         "sysctl net.ipv4.",
                         "tcpvsadm -L -n"};

}  // namespace

AskLine::AskLine(const Style& style, QWidget* parent)
    : QWidget(parent), style_(style), prompt_(new QLabel(this)), line_(new QLineEdit(this)) {
  setObjectName("ask");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(4, 0, 4, 0);
  row->setSpacing(4);
  row->addWidget(prompt_);
  row->addWidget(line_, 1);
  auto* completer = new QCompleter(kLines, this);
  completer->setCompletionMode(QCompleter::InlineCompletion);
  line_->setCompleter(completer);
  line_->setFrame(false);
  line_->installEventFilter(this);
  hide();
}

void AskLine::open(const QString& host) {
  setHost(host);
  restyle();
  show();
  raise();
  line_->setFocus();
  at_ = history_.size();
}

void AskLine::setHost(const QString& host) {
  prompt_->setText(host + "#");
  line_->setAccessibleName(tr("Command on %1").arg(host));
  line_->setPlaceholderText(tr("a command that reads, answered as of this moment (Esc: close)"));
}

void AskLine::restyle() {
  const Palette& p = style_.palette();
  prompt_->setFont(style_.font(Type::console));
  line_->setFont(style_.font(Type::console));
  QPalette palette;
  palette.setColor(QPalette::Base, p.background);
  palette.setColor(QPalette::Text, p.text);
  palette.setColor(QPalette::WindowText, p.accent);
  palette.setColor(QPalette::PlaceholderText, p.muted);
  prompt_->setPalette(palette);
  line_->setPalette(palette);
}

bool AskLine::eventFilter(QObject* watched, QEvent* event) {
  if (watched != line_ || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const int key = static_cast<QKeyEvent*>(event)->key();
  if (key == Qt::Key_Escape) {
    hide();
    Q_EMIT closed();
    return true;
  }
  if (key == Qt::Key_Return || key == Qt::Key_Enter) {
    const QString text = line_->text().trimmed();
    if (text.isEmpty()) return true;
    history_.removeAll(text);
    history_ += text;
    at_ = history_.size();
    line_->clear();
    Q_EMIT asked(text);
    return true;
  }
  const bool up = key == Qt::Key_Up;
  if (!up && key != Qt::Key_Down) return false;
  at_ = std::clamp<qsizetype>(at_ + (up ? -1 : 1), 0, history_.size());
  line_->setText(at_ < history_.size() ? history_[at_] : QString());
  return true;
}

}  // namespace lvs::view
