// SPDX-License-Identifier: GPL-2.0-or-later
// A viewer on no screen, on traces of shipped labs, and what it wrote where.
#pragma once

#include <QApplication>
#include <QString>
#include <memory>

#include "drawing/text-audit.h"
#include "main-window.h"

namespace lvs::view {

// The one application of the test program; it needs no display.
QApplication& application();

// The trace of a shipped lab, made by lvs-lab when it is asked for first. Fails the test where that is not possible.
QString traceOf(const QString& lab);

// A file below a folder that goes away with the program.
QString temporary(const QString& name);

struct Viewer {
  explicit Viewer(QSize size = {1280, 800}, std::unique_ptr<QSettings> settings = nullptr);

  // Draws the whole window anew; the audit then knows its texts.
  const TextAudit& drawn();
  void press(int key, Qt::KeyboardModifiers modifiers = {});
  Session& session() { return *window.session(); }

  TextAudit audit;
  MainWindow window;
};

}  // namespace lvs::view
