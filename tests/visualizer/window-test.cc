// SPDX-License-Identifier: GPL-2.0-or-later
// The window as a user drives it: keys, filters, what it remembers, and files that are not as they should be.
#include <gtest/gtest.h>

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QLineEdit>
#include <QSettings>
#include <QtTest/QTest>

#include "drawing/plain-letters.h"
#include "models/session/live.h"
#include "screens/walk-screen.h"
#include "views/console-view.h"
#include "views/quiz-panel.h"
#include "window.h"

namespace lvs::view {
namespace {

TEST(Keys, StagesPacketsAndJumps) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  Session& session = viewer.session();
  viewer.press(Qt::Key_U);  // every stage
  viewer.press(Qt::Key_Right);
  EXPECT_EQ(session.moment(), (Moment{0, 1}));
  viewer.press(Qt::Key_Left);
  viewer.press(Qt::Key_Left);
  EXPECT_EQ(session.moment(), (Moment{0, 0})) << "there is nothing before the first stage";
  viewer.press(Qt::Key_End);
  EXPECT_EQ(session.moment().step, static_cast<int>(session.walk().steps.size()) - 1);
  viewer.press(Qt::Key_Right);
  EXPECT_EQ(session.moment(), (Moment{1, 0})) << "after the last stage comes the next packet";
  viewer.press(Qt::Key_Up);
  EXPECT_EQ(session.moment().walk, 0u);
  const trace::HostId before = session.host();
  viewer.press(Qt::Key_Right, Qt::ShiftModifier);
  EXPECT_NE(session.host(), before);
  viewer.press(Qt::Key_R);
  EXPECT_TRUE(session.step()->rewritten());
  viewer.press(Qt::Key_L, Qt::ControlModifier);
  EXPECT_TRUE(QGuiApplication::clipboard()->text().endsWith(
      QString("nat-walk.pcapng#%1,%2").arg(session.moment().walk + 1).arg(session.moment().step + 1)));
}

TEST(Keys, LooksAndTabs) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  viewer.window.open(traceOf("dr-walk"));
  EXPECT_EQ(viewer.window.tab(), 1);
  viewer.press(Qt::Key_1);
  EXPECT_EQ(viewer.window.tab(), 0);
  viewer.press(Qt::Key_3);
  EXPECT_TRUE(viewer.drawn().contains("VS/DR")) << "two traces can be compared";
  viewer.press(Qt::Key_1);
  viewer.press(Qt::Key_T);
  EXPECT_EQ(viewer.window.style().theme, ThemeKind::dark);
  viewer.press(Qt::Key_P);
  EXPECT_TRUE(viewer.window.style().projector);
  viewer.press(Qt::Key_L);
  EXPECT_EQ(viewer.window.language(), "zh");
  const QSize fit = viewer.window.canvasWidget().size();
  viewer.press(Qt::Key_Plus);
  EXPECT_GT(viewer.window.canvasWidget().width(), fit.width());
  viewer.press(Qt::Key_F);
  EXPECT_EQ(viewer.window.canvasWidget().size(), fit);
  viewer.press(Qt::Key_Space);
  EXPECT_TRUE(viewer.window.playing());
  viewer.press(Qt::Key_Space);
  EXPECT_FALSE(viewer.window.playing());
  viewer.press(Qt::Key_Tab);
  EXPECT_EQ(viewer.window.walkScreen()->console().tab(), ConsoleView::Tab::stats);
}

TEST(Keys, CopiesTheTable) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  ASSERT_TRUE(viewer.session().nextRewrite());
  viewer.press(Qt::Key_C, Qt::ControlModifier);
  EXPECT_TRUE(QGuiApplication::clipboard()->text().contains("-> RemoteAddress:Port"));
}

TEST(Keys, FollowsAConnection) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  Session& session = viewer.session();
  ASSERT_TRUE(session.nextRewrite());
  const std::size_t all = session.rows();
  viewer.press(Qt::Key_C);
  EXPECT_LT(session.rows(), all);
  EXPECT_GE(session.rows(), 3u);
  viewer.press(Qt::Key_C);
  EXPECT_EQ(session.rows(), all);
}

TEST(Keys, QuizCountsWhatWasRight) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  viewer.press(Qt::Key_Q);
  QuizPanel& quiz = viewer.window.quiz();
  ASSERT_TRUE(quiz.question());
  EXPECT_TRUE(viewer.session().veiled()) << "what comes is the answer";
  viewer.press(Qt::Key_1 + quiz.question()->right);
  EXPECT_EQ(quiz.correct(), 1);
  EXPECT_FALSE(viewer.session().veiled());
  viewer.press(Qt::Key_Return);
  viewer.press(Qt::Key_1 + (quiz.question()->right + 1) % 2);
  EXPECT_EQ(quiz.correct(), 1);
  EXPECT_EQ(quiz.asked(), 2);
  EXPECT_EQ(quiz.csv().count("\r\n"), 3) << "a heading and two answers";
  EXPECT_TRUE(quiz.csv().endsWith(",0\r\n"));
  EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "");
  viewer.press(Qt::Key_Q);
  EXPECT_FALSE(quiz.running());
}

TEST(Filter, NarrowsTheListAndSaysWhatIsWrong) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  Session& session = viewer.session();
  const std::size_t all = session.rows();
  for (const char* text : {"host:rs2", "addr:VIP", "port:80", "hook:FORWARD", "verdict:stolen", "arp", "rewrite",
                           "addr:10.0.1.1 host:client"}) {
    EXPECT_TRUE(viewer.window.applyFilter(text)) << text << ": " << viewer.window.message().toStdString();
    EXPECT_LE(session.rows(), all) << text;
    EXPECT_GE(session.rowOf(session.moment().walk), 0) << "the packet that is looked at is in the list";
  }
  for (const char* text : {"host:rs2", "hook:FORWARD", "verdict:stolen", "arp"}) {
    EXPECT_TRUE(viewer.window.applyFilter(text)) << text;
    EXPECT_LT(session.rows(), all) << text << " leaves something out";
  }
  const std::size_t before = session.rows();
  for (const char* text :
       {"color:red", "port:http", "addr:nobody", "host:", "conn:99999999", "host:nowhere", "port:81"}) {
    EXPECT_FALSE(viewer.window.applyFilter(text)) << text;
    EXPECT_FALSE(viewer.window.message().isEmpty()) << text;
    EXPECT_EQ(session.rows(), before) << "a wrong filter changes nothing";
  }
  viewer.press(Qt::Key_Slash);
  auto* line = viewer.window.findChild<QLineEdit*>();
  ASSERT_NE(line, nullptr);
  line->setText("");
  QTest::keyClick(line, Qt::Key_Return);
  EXPECT_EQ(session.rows(), all);
}

TEST(Window, RemembersHowItLooked) {
  const auto settings = [] { return std::make_unique<QSettings>(temporary("settings.ini"), QSettings::IniFormat); };
  {
    Viewer viewer({1000, 700}, settings());
    viewer.window.setTheme(ThemeKind::dark);
    viewer.window.setLanguage("zh");
    viewer.window.setProjector(true);
    viewer.window.close();
  }
  Viewer viewer({1000, 700}, settings());
  EXPECT_EQ(viewer.window.style().theme, ThemeKind::dark);
  EXPECT_EQ(viewer.window.language(), "zh");
  EXPECT_TRUE(viewer.window.style().projector);
  viewer.window.setLanguage("en");
}

TEST(Window, FilesThatAreNotAsTheyShouldBe) {
  const auto write = [](const char* name, const QByteArray& bytes) {
    QFile file(temporary(name));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    return file.fileName();
  };
  QFile whole(traceOf("nat-walk"));
  ASSERT_TRUE(whole.open(QIODevice::ReadOnly));
  const QByteArray bytes = whole.readAll();
  Viewer viewer;
  EXPECT_TRUE(viewer.drawn().contains("No trace is open"));
  for (const QString& file :
       {QString("/no/such/file.pcapng"), write("empty.pcapng", {}), write("garbage.pcapng", QByteArray(5000, 'x'))}) {
    viewer.window.open(file);
    EXPECT_TRUE(viewer.drawn().contains("Nothing to show")) << file.toStdString();
    for (const int key :
         {Qt::Key_Right, Qt::Key_Down, Qt::Key_R, Qt::Key_D, Qt::Key_C, Qt::Key_Q, Qt::Key_End, Qt::Key_Space})
      viewer.press(key);
  }
  for (const qsizetype size : {qsizetype{100}, bytes.size() / 3, bytes.size() - 5}) {
    viewer.window.open(write(qPrintable(QString("cut-%1.pcapng").arg(size)), bytes.left(size)));
    viewer.drawn();
    viewer.press(Qt::Key_End);
    viewer.drawn();
  }
  QByteArray damaged = bytes;
  for (qsizetype i = 3000; i < damaged.size(); i += 997) damaged[i] = static_cast<char>(~damaged[i]);
  viewer.window.open(write("damaged.pcapng", damaged));
  viewer.drawn();
  EXPECT_TRUE(viewer.drawn().contains("damaged.pcapng: ")) << "damage is told with its byte";
}

TEST(Window, AnySize) {
  Viewer viewer;
  viewer.window.open(traceOf("tun-walk"));
  for (const QSize size :
       {QSize(100, 60), QSize(300, 190), QSize(400, 300), QSize(640, 400), QSize(2560, 600), QSize(700, 2000)}) {
    viewer.window.resize(size);
    const bool tiny = size.width() < 320 || size.height() < 200;
    EXPECT_EQ(viewer.drawn().contains("This window is too small"), tiny) << size.width();
  }
}

TEST(Window, LettersWithoutFonts) {
  QImage image(400, 100, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  drawPlainLetters(painter, QRectF(0, 0, 400, 100), "NO FONTS", Qt::black);
  int dark = 0;
  for (int x = 0; x < image.width(); ++x) {
    for (int y = 0; y < image.height(); ++y) dark += qGray(image.pixel(x, y)) < 100 ? 1 : 0;
  }
  EXPECT_GT(dark, 500);
}

TEST(Live, FollowsAFileThatGrowsAndPauses) {
  QFile whole(traceOf("nat-walk"));
  ASSERT_TRUE(whole.open(QIODevice::ReadOnly));
  const QByteArray bytes = whole.readAll();
  QFile file(temporary("live.pcapng"));
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.write(bytes.left(bytes.size() / 4));
  file.flush();
  Viewer viewer;
  viewer.window.open(file.fileName(), true);
  Session& session = viewer.session();
  const std::size_t before = session.index().size();
  viewer.press(Qt::Key_Space);  // pause
  const Moment held = session.moment();
  file.write(bytes.mid(bytes.size() / 4, bytes.size() / 4));
  file.flush();
  ASSERT_TRUE(QTest::qWaitFor([&] { return session.index().size() > before; }, 5000));
  EXPECT_EQ(session.moment(), held);
  viewer.press(Qt::Key_Space);  // on
  EXPECT_EQ(session.moment().walk, session.walkAt(session.rows() - 1));
  file.write(bytes.mid(bytes.size() / 4 * 2));
  file.flush();
  Session complete;
  complete.open(traceOf("nat-walk"));
  EXPECT_TRUE(QTest::qWaitFor([&] { return session.index().size() == complete.index().size(); }, 5000));
}

TEST(Live, GoesOnWithTheFileThatTakesTheNameOver) {
  QFile whole(traceOf("nat-walk"));
  ASSERT_TRUE(whole.open(QIODevice::ReadOnly));
  const QByteArray bytes = whole.readAll();
  const QString name = temporary("rotated.pcapng");
  QFile::remove(name);
  const auto write = [&](const QByteArray& what, QIODevice::OpenMode mode) {
    QFile file(name);
    ASSERT_TRUE(file.open(mode));
    file.write(what);
  };
  Viewer viewer;
  viewer.window.open(name, true);  // nobody has begun yet
  Session& session = viewer.session();
  EXPECT_TRUE(session.empty());
  write(bytes.left(bytes.size() / 2), QIODevice::WriteOnly);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !session.empty(); }, 5000));
  const std::size_t half = session.index().size();
  // Rotated: the next one begins.
  QFile::remove(name + ".1");
  ASSERT_TRUE(QFile::rename(name, name + ".1"));
  write(bytes, QIODevice::WriteOnly);
  ASSERT_TRUE(QTest::qWaitFor([&] { return session.index().size() > half; }, 5000));
  const std::size_t all = session.index().size();
  // Paused, the moment stays.
  viewer.press(Qt::Key_Space);
  const Moment held = session.moment();
  ASSERT_TRUE(QFile::rename(name, name + ".2"));
  write(bytes.left(bytes.size() / 4 * 3), QIODevice::WriteOnly);
  QTest::qWait(400);
  EXPECT_EQ(session.moment(), held);
  EXPECT_EQ(session.index().size(), all);
  viewer.press(Qt::Key_Space);
  EXPECT_TRUE(QTest::qWaitFor([&] { return session.index().size() < all; }, 5000));
  EXPECT_GT(session.index().size(), half);
  // A run that begins again writes into the same file.
  write(bytes.left(bytes.size() / 2), QIODevice::WriteOnly | QIODevice::Truncate);
  EXPECT_TRUE(QTest::qWaitFor([&] { return session.index().size() == half; }, 5000));
  for (const char* suffix : {"", ".1", ".2"}) QFile::remove(name + suffix);
}

}  // namespace
}  // namespace lvs::view
