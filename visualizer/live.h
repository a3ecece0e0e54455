// SPDX-License-Identifier: GPL-2.0-or-later
// Watches a trace that is still being written, be it a file, a pipe or standard input.
#pragma once

#include <QObject>
#include <QTimer>

#include "session.h"

namespace lvs::view {

class Live : public QObject {
  Q_OBJECT
 public:
  explicit Live(Session& session, QObject* parent = nullptr);

  // Paused: what comes is taken in, but the moment stays where it is.
  bool paused() const { return paused_; }
  void setPaused(bool paused);
  QString text() const;

 Q_SIGNALS:
  void changed();

 private:
  void look();

  Session& session_;
  QTimer timer_;
  bool paused_ = false;
};

}  // namespace lvs::view
