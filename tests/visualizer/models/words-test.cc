// SPDX-License-Identifier: GPL-2.0-or-later
// Links, the command line, and translations.
#include <gtest/gtest.h>

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTranslator>

#include "command-line.h"
#include "main-window.h"
#include "models/session/links.h"
#include "models/walk/why-text.h"
#include "trace/advice.h"
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

// Every option that is read is in the text of --help.
TEST(CommandLine, HelpHasEveryOption) {
  QFile file(LVS_SOURCE_DIR "/visualizer/command-line.cc");
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  const QString source = file.readAll();
  int found = 0;
  static const QRegularExpression name("\\{\"(--[a-z]+)\",");
  for (auto at = name.globalMatch(source); at.hasNext(); ++found) {
    const QString option = at.next().captured(1);
    EXPECT_TRUE(usage().contains(option)) << option.toStdString();
  }
  EXPECT_GE(found, 19);
}

TEST(CommandLine, ComplaintsNameTheWord) {
  EXPECT_EQ(complaint({"--thme", "dark"}), "unknown option --thme; see --help");
  EXPECT_EQ(complaint({"--theme", "blue"}), "--theme is light or dark, not blue");
  EXPECT_EQ(complaint({"--size", "9x9"}), "--size takes WIDTHxHEIGHT, 100 to 20000, not 9x9");
  EXPECT_EQ(complaint({"--at"}), "--at needs a value");
  EXPECT_EQ(complaint({"a", "--ask", "--screenshot", "x.png"}), "--ask needs a value");
  EXPECT_EQ(complaint({"a", "--tab", "foo"}),
            "--tab is one of ipvs, stats, addresses, neighbours, sysctls, console, events, check, not foo");
  EXPECT_EQ(complaint({"a", "--quiz", "--try"}), "--quiz, --try and --lesson exclude each other");
  EXPECT_EQ(complaint({"a", "--html", "b", "--screenshot", "c.png"}),
            "--html, --screenshot and --frames exclude each other");
  EXPECT_EQ(complaint({""}), "'': no such file");
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
  for (unsigned i = 0; i < static_cast<unsigned>(trace::AdviceId::count_); ++i) {
    const std::string text(trace::template_of(static_cast<trace::AdviceId>(i)));
    EXPECT_FALSE(reasons.translate("Advice", text.c_str()).isEmpty()) << text;
  }
  for (const char* name : {"viewer_zh.ts", "viewer_en.ts", "reasons_zh.ts"}) {
    QFile file(QString(LVS_SOURCE_DIR "/visualizer/i18n/") + name);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_FALSE(file.readAll().contains("unfinished")) << name;
  }
}

// What the hosts of a lab say, in Chinese: names of commands, states and protocols stay, English words do not.
TEST(Translations, TheJournalIsInOneLanguage) {
  application();
  Viewer viewer;
  QTranslator reasons;
  ASSERT_TRUE(reasons.load(":/i18n/reasons_zh.qm"));
  QCoreApplication::installTranslator(&reasons);
  const QSet<QString> names{"eth", "dev", "lladdr", "vrid", "wlc", "ActiveConn", "InActConn", "Masq"};
  int lines = 0;
  for (const char* lab : {"nat-walk", "all-down", "vrrp-takeover"}) {
    viewer.window.open(traceOf(lab));
    trace::TraceIndex& index = viewer.session().index();
    for (std::size_t i = 0; i < index.journal().size(); ++i) {
      trace::JournalRecord entry;
      ASSERT_TRUE(index.journal_record(i, entry));
      if (QSet<QString>{"command", "output", "table", "mark", "kernel", "keepalived", "lab", "lab-options", "check"}
              .contains(QString::fromStdString(entry.kind))) {
        continue;
      }
      const QString text = textOf(entry.said);
      ASSERT_FALSE(text.isEmpty()) << lab << " " << entry.kind << ": " << entry.text;
      for (auto word = QRegularExpression("[A-Za-z]*[a-z]{3}[A-Za-z]*").globalMatch(text); word.hasNext();) {
        const QString found = word.next().captured();
        EXPECT_TRUE(names.contains(found) || QString::fromStdString(entry.text).startsWith(found))
            << found.toStdString() << " in " << text.toStdString();
      }
      ++lines;
    }
  }
  QCoreApplication::removeTranslator(&reasons);
  EXPECT_GT(lines, 30);
}

TEST(Translations, WordsOfALaterVersionAreLeftToItsEnglish) {
  EXPECT_EQ(textOf({{trace::WhyId::lost_turn}}), "not its turn");
  EXPECT_EQ(textOf({{trace::WhyId::lost_turn}, {trace::WhyId::count_}}), "");
}

}  // namespace
}  // namespace lvs::view
