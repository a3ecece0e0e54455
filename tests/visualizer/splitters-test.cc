// SPDX-License-Identifier: GPL-2.0-or-later
// Heads of tables, and the ground between panels that can be dragged.
#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <QtTest/QTest>

#include "screens/walk-screen.h"
#include "views/console-view.h"
#include "views/packet-list.h"
#include "window.h"

namespace lvs::view {
namespace {

// ux: "ipvsadm tab without column heads".
TEST(ConsoleView, TablesHaveHeadsHoweverSmallTheWindow) {
  for (const QSize size : {QSize(1024, 700), QSize(1280, 800), QSize(1920, 1080)}) {
    Viewer viewer(size);
    viewer.window.open(traceOf("nat-walk"));
    viewer.session().go({1, 4});
    viewer.session().selectHost(viewer.session().info().host("director")->id);
    const TextAudit& drawn = viewer.drawn();
    EXPECT_TRUE(drawn.contains("Forward Weight ActiveConn InActConn")) << size.width();
    EXPECT_TRUE(drawn.contains("pro expire state       source")) << size.width();
    EXPECT_TRUE(drawn.contains("192.168.1.12:80")) << size.width();
  }
}

TEST(Splitters, AreDraggedAndRemembered) {
  const QTemporaryDir folder;
  const QString file = folder.filePath("settings.ini");
  {
    Viewer viewer({1280, 800}, std::make_unique<QSettings>(file, QSettings::IniFormat));
    viewer.window.open(traceOf("nat-walk"));
    viewer.drawn();
    WalkScreen& screen = *viewer.window.walkScreen();
    const QRect lists = screen.packets().geometry();
    const QPoint ground(lists.left() + 100, lists.top() - 3);
    QTest::mousePress(&screen, Qt::LeftButton, {}, ground);
    QTest::mouseMove(&screen, ground - QPoint(0, 120));
    QTest::mouseRelease(&screen, Qt::LeftButton, {}, ground - QPoint(0, 120));
    EXPECT_NEAR(screen.packets().height(), lists.height() + 120, 12);
    EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "");
    viewer.window.close();
  }
  Viewer again({1280, 800}, std::make_unique<QSettings>(file, QSettings::IniFormat));
  again.window.open(traceOf("nat-walk"));
  again.drawn();
  WalkScreen& screen = *again.window.walkScreen();
  EXPECT_GT(screen.packets().height(), 220);
  const QRect lists = screen.packets().geometry();
  QTest::mouseDClick(&screen, Qt::LeftButton, {}, {lists.left() + 100, lists.top() - 3});
  EXPECT_LT(screen.packets().height(), 160) << "as it was made";
}

}  // namespace
}  // namespace lvs::view
