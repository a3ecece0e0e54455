// SPDX-License-Identifier: GPL-2.0-or-later
// What an administrator would see on the selected host at this moment: tables, commands run, events.
#pragma once

#include <QStringList>

#include "models/session/session.h"
#include "views/panel.h"

namespace lvs::view {

class ConsoleView : public Panel {
  Q_OBJECT
 public:
  enum class Tab { ipvs, stats, addresses, neighbours, sysctls, console, events, check, count_ };

  ConsoleView(const Style& style, Session& session, QWidget* parent);

  Tab tab() const { return tab_; }
  void setTab(Tab tab);
  void nextTab(int direction);
  // What the tab shows, line by line; commands begin with "HOST# ".
  QStringList lines(Tab tab);
  // What was asked of the host at the present moment, and the answer; shown behind the console's lines.
  void addAnswer(const QString& line, const QString& text);
  // Left free at the bottom.
  void setFoot(double height);
  void addJournal(QStringList& out, const Step& step, const QString& prompt, Tab tab);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  QString title(Tab tab) const;
  void drawTabs(Canvas& canvas, const QRectF& rect);
  QStringList findings() const;
  void pressable(const QRectF& rect, int line);

  struct Answer {
    trace::HostId host;
    QStringList lines;
  };

  Session& session_;
  std::vector<Answer> answers_;
  double foot_ = 0;
  Tab tab_ = Tab::ipvs;
  int scroll_ = 0;
};

}  // namespace lvs::view
