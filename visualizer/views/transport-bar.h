// SPDX-License-Identifier: GPL-2.0-or-later
// The buttons below: start, back, play, on, end; where we are, and what the colours of the timeline mean.
#pragma once

#include "models/session/session.h"
#include "views/panel.h"

namespace lvs::view {

class TransportBar : public Panel {
  Q_OBJECT
 public:
  enum class Button { start, back, play, forward, end, count_ };

  TransportBar(const Style& style, Session& session, QWidget* parent);

  void setPlaying(bool playing, double stagesPerSecond);
  // A few words that stand until the next key.
  void setMessage(const QString& text);
  // What kind of run is watched: "live", "paused"; empty for a file.
  // What the lanes above say of directors and servers.
  void setStates(bool masters, bool failures);
  void setLive(const QString& text);

 Q_SIGNALS:
  void pressed(lvs::view::TransportBar::Button button);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  void drawSign(Canvas& canvas, const QRectF& at, Button button, const QColor& color);
  QString nameOf(Button button) const;
  QString saying();
  double legend(Canvas& canvas, const QRectF& rect, double from);

  Session& session_;
  bool playing_ = false, masters_ = false, failures_ = false;
  double speed_ = 2;
  QString message_, live_;
};

}  // namespace lvs::view
