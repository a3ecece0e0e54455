// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawing/frames.h"

#include "drawing/export.h"

namespace lvs::view {

int exportFrames(QWidget& screen, Session& session, const QString& pattern, QString& error) {
  if (session.empty()) return 0;
  const Moment before = session.moment();
  const int steps = static_cast<int>(session.walk().steps.size());
  int written = 0;
  for (int step = 0; step < steps; ++step) {
    session.go({before.walk, step});
    QString file = pattern;
    file.replace("%1", QString::number(step + 1).rightJustified(3, '0'));
    if (!exportScreen(screen, file, error)) break;
    ++written;
  }
  session.go(before);
  return written;
}

}  // namespace lvs::view
