// SPDX-License-Identifier: GPL-2.0-or-later
#include "window.h"

#include <gtest/gtest.h>

#include <QFileInfo>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest/QTest>

namespace lvs::view {

QApplication& application() {
  static int argc = 1;
  static char name[] = "test-visualizer";
  static char* argv[] = {name, nullptr};
  qputenv("QT_QPA_PLATFORM", "offscreen");
  static auto* app = new QApplication(argc, argv);  // outlives everything else
  return *app;
}

QString temporary(const QString& name) {
  static const QTemporaryDir folder;
  return folder.filePath(name);
}

QString traceOf(const QString& lab) {
  const QString file = temporary(lab + ".pcapng");
  if (QFileInfo::exists(file)) return file;
  QProcess run;
  run.start(LVS_PROGRAM_DIR "/lvs-lab", {"run", LVS_SOURCE_DIR "/scenarios/labs/" + lab, "--trace", file});
  const bool ended = run.waitForFinished(120'000);
  EXPECT_TRUE(ended && QFileInfo::exists(file))
      << "lvs-lab run " << lab.toStdString() << ": " << run.readAllStandardError().toStdString()
      << run.errorString().toStdString();
  return file;
}

Viewer::Viewer(QSize size, std::unique_ptr<QSettings> settings) : window((application(), std::move(settings)), &audit) {
  window.setAttribute(Qt::WA_DontShowOnScreen);
  window.resize(size);
  window.show();
  QApplication::processEvents();
}

const TextAudit& Viewer::drawn() {
  QApplication::processEvents();
  QImage image(window.canvasWidget().size(), QImage::Format_RGB32);
  audit.clear();
  window.canvasWidget().render(&image);
  return audit;
}

void Viewer::press(int key, Qt::KeyboardModifiers modifiers) {
  QTest::keyClick(&window, static_cast<Qt::Key>(key), modifiers);
}

}  // namespace lvs::view
