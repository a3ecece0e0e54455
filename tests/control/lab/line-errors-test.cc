// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/startup/line-errors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace lvs::control {
namespace {

TEST(LineErrors, TakesOutTheCommandAround) {
  struct Row {
    std::size_t line, column;
    std::string text, rest;
  };
  const Row kRows[] = {
      {1, 6, "ping -Z a; b", ":        ; b"},
      {1, 4, "a; b -c", "a; :   "},
      {1, 14, "a && { x; foo -b; }; d", "a && { x; :     ; }; d"},
      {1, 21, "for i in 1 2; do foo $i; done", "for i in 1 2; do :     ; done"},
      {1, 9, "x=$(a; b c); d", "x=$(a; :  ); d"},
      {1, 13, "echo \"a; $(b c) d\" e", "echo \"a; $(:  ) d\" e"},
      {1, 18, "echo \"a; b\" 'c; d' e; f", ":                   ; f"},
      {1, 8, "a 2>&1 b | c", ":        | c"},
      {2, 6, "if a\nthen b\nfi", "if a\nthen :\nfi"},
      {1, 17, "case x in y) foo bar;; esac", "case x in y) :      ;; esac"},
      {2, 1, "a # it's; x\nb -c\nd", "a # it's; x\n:   \nd"},
  };
  for (const Row& row : kRows) {
    const auto rest = without_command_at(row.text, row.line, row.column);
    ASSERT_TRUE(rest) << row.text;
    std::string shown = *rest;
    EXPECT_EQ(shown.size(), row.text.size());
    EXPECT_EQ(shown, row.rest) << row.text;
  }
  EXPECT_FALSE(without_command_at("a", 1, 2));
  EXPECT_FALSE(without_command_at("a", 2, 1));
}

TEST(LineErrors, NamesEachCommandOfALine) {
  const auto first = [](const std::string& text) -> std::optional<ScriptError> {
    auto line = parse_line(text);
    return line ? std::nullopt : std::optional(ScriptError{1, line.error()});
  };
  const auto words = [&](const std::string& text) {
    std::string all;
    for (const ScriptError& error : all_errors(text, first))
      all += fmt::format("{}:{} ", error.error.column, error.error.word);
    return all;
  };
  EXPECT_EQ(words("true; echo a"), "");
  EXPECT_EQ(words("foo; ping -Z a; bar | baz"), "1:foo 11:-Z 17:bar 23:baz ");
  EXPECT_EQ(words("for i in 1 2; do foo $i; bar; done"), "18:foo 26:bar ");
  EXPECT_EQ(words("x=$(foo); echo $x; bar"), "5:foo 20:bar ");
  EXPECT_EQ(words("read -Q x; echo $x; bar"), "6:-Q 21:bar ");  // not that nothing sets x
  EXPECT_EQ(words("foo; echo 'a"), "1:foo 11: ");
}

}  // namespace
}  // namespace lvs::control
