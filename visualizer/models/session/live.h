// SPDX-License-Identifier: GPL-2.0-or-later
// Watches a trace that is still being written, be it a file, a pipe or standard input. A file of that name that takes
// the place of the first (lvs-emu --trace-size, or a run that begins again) is gone on with.
#pragma once

#include <QObject>
#include <QTimer>
#include <cstdint>

#include "models/session/session.h"

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
  // Which file the name stood for, and how long it was.
  struct File {
    std::uint64_t device = 0, number = 0;
    std::int64_t size = -1;
  };
  static File fileOf(const QString& path);
  bool replaced() const;
  void look();

  Session& session_;
  QTimer timer_;
  File file_;
  int files_ = 1;  // so far
  bool paused_ = false;
  bool waiting_ = false;  // the next file is there, and paused
};

}  // namespace lvs::view
