// SPDX-License-Identifier: GPL-2.0-or-later
// Links, the command line, and translations.
#include <gtest/gtest.h>

#include <QFile>
#include <QTranslator>

#include "command-line.h"
#include "main-window.h"
#include "models/links.h"
#include "models/why-text.h"
#include "visualizer/window.h"

namespace lvs::view {
namespace {

TEST(Links, RoundTrip) {
  const QString link = linkTo("/tmp/a b#1.pcapng", {2, 7});
  EXPECT_EQ(link, "lvs:///tmp/a%20b%231.pcapng#3,8");
  const auto back = linkFrom(link);
  ASSERT_TRUE(back && back->moment);
  EXPECT_EQ(back->file, "/tmp/a b#1.pcapng");
  EXPECT_EQ(*back->moment, (Moment{2, 7}));
}

TEST(Links, WhatIsNone) {
  for (const char* text : {"lvs://", "lvs://x#", "lvs://x#0,1", "lvs://x#1,0", "lvs://x#1,2,3", "lvs://x#-1"}) {
    EXPECT_FALSE(linkFrom(text)) << text;
  }
  EXPECT_EQ(linkFrom("run.pcapng")->file, "run.pcapng");
}

std::string complaint(const QStringList& words) {
  QString error;
  EXPECT_FALSE(parseCommandLine(words, error));
  return error.toStdString();
}

TEST(CommandLine, Values) {
  QString error;
  const auto options = parseCommandLine({"a.pcapng", "--at", "3,8", "--size=640x400", "--theme", "dark", "--lang", "zh",
                                         "--screen", "compare", "--screenshot", "o.png", "b.pcapng", "--projector"},
                                        error);
  ASSERT_TRUE(options) << error.toStdString();
  EXPECT_EQ(options->files, (QStringList{"a.pcapng", "b.pcapng"}));
  EXPECT_EQ(*options->at, (Moment{2, 7}));
  EXPECT_EQ(*options->size, QSize(640, 400));
  EXPECT_EQ(*options->theme, ThemeKind::dark);
  EXPECT_EQ(*options->screen, ScreenName::compare);
  EXPECT_TRUE(options->projector);
}

TEST(CommandLine, ComplaintsNameTheWord) {
  EXPECT_EQ(complaint({"--thme", "dark"}), "unknown option --thme; see --help");
  EXPECT_EQ(complaint({"--theme", "blue"}), "--theme is light or dark, not blue");
  EXPECT_EQ(complaint({"--size", "9x9"}), "--size takes WIDTHxHEIGHT, 100 to 20000, not 9x9");
  EXPECT_EQ(complaint({"--at"}), "--at needs a value");
  EXPECT_EQ(complaint({"--screenshot", "x.png"}), "a picture needs a file to show");
}

TEST(Translations, EveryReasonAndTextHasOne) {
  application();
  Viewer viewer;  // takes the resources
  QTranslator reasons;
  ASSERT_TRUE(reasons.load(":/i18n/reasons_zh.qm"));
  for (const QString& text : whyTemplates())
    EXPECT_FALSE(reasons.translate("Why", text.toUtf8()).isEmpty()) << text.toStdString();
  for (const QString& text : dropTemplates())
    EXPECT_FALSE(reasons.translate("Drop", text.toUtf8()).isEmpty()) << text.toStdString();
  for (const char* name : {"viewer_zh.ts", "viewer_en.ts", "reasons_zh.ts"}) {
    QFile file(QString(LVS_SOURCE_DIR "/visualizer/i18n/") + name);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_FALSE(file.readAll().contains("unfinished")) << name;
  }
}

}  // namespace
}  // namespace lvs::view
