// SPDX-License-Identifier: GPL-2.0-or-later
// Startup files as scripts: statements of many lines, and what lines define for those behind them.
#include <gtest/gtest.h>

#include "control/lab/lab.h"
#include "control/lab/script.h"
#include "control/lab/startup/startup.h"

namespace lvs::control {
namespace {

struct Case {
  const char* name;
  const char* text;
  std::vector<std::pair<int, std::string>> statements;  // line, text
};

class Statements : public testing::TestWithParam<Case> {};

TEST_P(Statements, AreWhole) {
  const std::vector<LabLine> lines = startup_lines("a.startup", GetParam().text);
  ASSERT_EQ(lines.size(), GetParam().statements.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].place.line, GetParam().statements[i].first);
    EXPECT_EQ(lines[i].text, GetParam().statements[i].second);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Startup, Statements,
    testing::Values(
        Case{"lines", "a\n\n# b\n  c  \n", {{1, "a"}, {4, "c"}}},
        Case{"backslash", "a \\\n b\nc\n", {{1, "a  b"}, {3, "c"}}},
        Case{"loop", "for i in 1 2\ndo\n  echo $i\ndone\nb\n", {{1, "for i in 1 2\ndo\n  echo $i\ndone"}, {5, "b"}}},
        Case{"done_as_a_word", "echo done for if\nb\n", {{1, "echo done for if"}, {2, "b"}}},
        Case{"choice", "case x in\n a) b;;\nesac\nc\n", {{1, "case x in\n a) b;;\nesac"}, {4, "c"}}},
        Case{"function", "f()\n{\n  a\n}\nf\n", {{1, "f()\n{\n  a\n}"}, {5, "f"}}},
        Case{"nested", "if a; then\n while b; do\n  c\n done\nfi\n", {{1, "if a; then\n while b; do\n  c\n done\nfi"}}},
        Case{"here_document", "cat <<E\n# x\n\nE\nb\n", {{1, "cat <<E\n# x\n\nE"}, {5, "b"}}},
        Case{"quotes", "echo 'a\nb'\nc\n", {{1, "echo 'a\nb'"}, {3, "c"}}},
        Case{"pipe", "a |\nb\nc &&\nd\n", {{1, "a |\nb"}, {3, "c &&\nd"}}},
        Case{"substitution", "A=$(b\nc)\nd\n", {{1, "A=$(b\nc)"}, {3, "d"}}},
        Case{"group", "{\na\n} > f\n(\nb\n)\n", {{1, "{\na\n} > f"}, {4, "(\nb\n)"}}},
        Case{"no_end", "for i in 1\ndo a\nb\n", {{1, "for i in 1\ndo a\nb"}}}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(Startup, AStatementWithoutEndIsReadOnce) {
  std::string text = "cat <<E\n";
  for (int i = 0; i < 100'000; ++i) text += "a line\n";
  EXPECT_EQ(startup_lines("a.startup", text).size(), 1u);
}

TEST(Startup, LinesSeeWhatOthersHaveDefined) {
  Definitions before;
  EXPECT_EQ(before.take("A=1"), "");
  EXPECT_EQ(before.take("echo $A"), "A=1; ");
  EXPECT_EQ(before.take("f() { echo $A; }"), "A=1; ");
  EXPECT_EQ(before.take("B=2 # two"), "A=1; f() { echo $A; }; ");
  EXPECT_EQ(before.take("if [ -z \"$A\" ]; then A=3; fi"), "A=1; f() { echo $A; }; B=2 # two\n");
  EXPECT_EQ(before.take("ip link"), "A=1; f() { echo $A; }; B=2 # two\nif [ -z \"$A\" ]; then A=3; fi; ");
}

TEST(Startup, WhatALineOfSeveralCommandsDefinesCountsToo) {
  Definitions before;
  EXPECT_EQ(before.take("mkdir -p /srv/x && cd /srv/x"), "");
  EXPECT_EQ(before.take("V=10.0.0.1; ip addr add $V/32 dev lo"), "cd /srv/x; ");
  EXPECT_EQ(before.take("for i in 1 2; do W=$i; echo $W; done; ls || Z=1"), "cd /srv/x; V=10.0.0.1; ");
  EXPECT_EQ(before.take("ip link | grep eth0 && Y=1"), "cd /srv/x; V=10.0.0.1; ");
  EXPECT_EQ(before.take("cd /tmp && sleep 1 &"), "cd /srv/x; V=10.0.0.1; ");
  EXPECT_EQ(before.take("ls"), "cd /srv/x; V=10.0.0.1; ");
}

std::vector<std::string> errors_of(const std::string& startup) {
  const LabReading reading = parse_lab({{"lab.conf", "a[0]=x\n"}, {"a.startup", startup}});
  const auto script = parse_script(reading.lab);
  std::vector<std::string> texts;
  if (!script)
    for (const LabMessage& error : script.error()) texts.push_back(error.text().substr(0, 35));
  return texts;
}

TEST(Startup, ErrorsNameTheLineWithinTheStatement) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(errors_of("A=eth0\nfor i in 1 2; do\n  ip addr show $A\n  bogus $i\ndone\n"),
            Texts{"a.startup:4: column 3: 'bogus': thi"});
  EXPECT_EQ(errors_of("A=1\nB=\"$B 2\"\necho $A $B\n"), Texts{});
  EXPECT_EQ(errors_of("A=1\n\necho $A $C\n"), Texts{"a.startup:3: column 9: '$C': nothin"});
}

}  // namespace
}  // namespace lvs::control
