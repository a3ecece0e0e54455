// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/grade/report.h"

#include <fmt/format.h>

#include <iterator>

#include "base/json-writer.h"
#include "base/numbers.h"
#include "base/printable.h"
#include "common/units.h"

namespace lvs::scenarios {
namespace {

struct Words {
  const char *passed, *failed, *not_asked, *at, *moment, *walk, *hint, *broken, *points, *title;
};
constexpr Words kEnglish{"ok",
                         "FAIL",
                         "not asked: ",
                         "at {:.3f} s: ",
                         "what happened: ",
                         "look at it: ",
                         "hint: ",
                         ": could not be graded\n",
                         ": {} of {} points",
                         ": "};
constexpr Words kChinese{"通过",   "未过",   "未评：",       "第 {:.3f} 秒：", "发生了什么：",
                         "查看：", "提示：", "：无法评分\n", "：{} / {} 分",   "："};

std::string text_of_check(std::size_t number, const GradedCheck& check, bool chinese) {
  const Words& words = chinese ? kChinese : kEnglish;
  const char* const verdict = !check.skipped.empty() ? "-" : check.passed ? words.passed : words.failed;
  std::string text = fmt::format("  {:>2}  {:<4}  {}/{}  {}\n", number, verdict, check.points, check.of,
                                 chinese ? check.text_zh : check.text);
  const auto more = [&](const char* label, const std::string& what) {
    if (!what.empty()) text += fmt::format("                 {}{}\n", label, what);
  };
  more(words.not_asked, check.skipped);
  if (check.passed || !check.skipped.empty()) return text;
  more("", (check.at ? fmt::format(fmt::runtime(words.at), *check.at) : "") + (chinese ? check.what_zh : check.what));
  more(words.moment, chinese ? check.moment_zh : check.moment);
  more(words.walk, check.walk);
  more(words.hint, chinese ? check.hint_zh : check.hint);
  return text;
}

std::string text_of(const GradedLab& lab) {
  const Words& words = lab.chinese ? kChinese : kEnglish;
  std::string text = lab.name;
  if (!lab.error.empty()) {
    text += words.broken;
    for (const std::string& line : split(lab.error, '\n')) text += "  " + line + "\n";
  } else {
    text += fmt::format(fmt::runtime(words.points), lab.points(), lab.of());
    text += (lab.title.empty() ? "" : words.title + lab.title) + "\n";
    for (std::size_t i = 0; i < lab.checks.size(); ++i) text += text_of_check(i + 1, lab.checks[i], lab.chinese);
  }
  return base::printable(text);
}

std::string json_of(const GradedLab& lab) {
  std::string text;
  base::JsonWriter json(text);
  json.open('{').text("lab", lab.name).text("folder", lab.folder).text_if("title", lab.title);
  json.number("points", lab.points()).number("of", lab.of()).text_if("error", lab.error).open('[', "checks");
  for (const GradedCheck& check : lab.checks) {
    json.line("\n  ").open('{').number("line", check.line).text("check", check.text);
    json.number("points", check.points).number("of", check.of).number("passed", check.passed);
    json.text_if("skipped", check.skipped).text_if("what", check.what);
    if (check.at) json.fixed("at", *check.at, 6);
    json.text_if("host", check.host).text_if("moment", check.moment).text_if("walk", check.walk);
    if (!check.passed) json.text_if("hint", check.hint);
    json.close('}');
  }
  json.close(']').close('}');
  return text;
}

// As RFC 4180, and nothing that a spreadsheet takes for a formula.
std::string csv_field(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string csv_of(const GradedLab& lab) {
  std::string failed;
  for (std::size_t i = 0; i < lab.checks.size(); ++i) {
    if (!lab.checks[i].passed && lab.checks[i].skipped.empty())
      failed += (failed.empty() ? "" : " ") + std::to_string(i + 1);
  }
  if (!lab.error.empty()) failed.clear();
  return fmt::format("{},{},{},{},{}\n", csv_field(lab.name), lab.points(), lab.of(), failed, csv_field(lab.error));
}

}  // namespace

GradeReport report_of(const GradedLab& lab) {
  return {text_of(lab), json_of(lab), csv_of(lab), lab.points(), lab.of(), !lab.error.empty()};
}

std::string grades_json(const std::vector<GradeReport>& reports) {
  std::string text = "{\"labs\":[";
  for (std::size_t i = 0; i < reports.size(); ++i) text += (i == 0 ? "\n" : ",\n") + reports[i].json;
  return text + "\n]}\n";
}

std::string grades_csv(const std::vector<GradeReport>& reports) {
  std::string text = "lab,points,of,failed,error\n";
  for (const GradeReport& report : reports) text += report.csv;
  return text;
}

std::string pack(const GradeReport& report) {
  return fmt::format("{} {} {} {} {} {}\n{}{}{}", report.points, report.of, report.broken ? 1 : 0, report.text.size(),
                     report.json.size(), report.csv.size(), report.text, report.json, report.csv);
}

std::optional<GradeReport> unpack(std::string_view bytes) {
  std::array<std::size_t, 6> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto value = base::take_number<std::size_t>(bytes);
    if (!value || bytes.empty() || bytes.front() != (i + 1 == numbers.size() ? '\n' : ' ')) return {};
    bytes.remove_prefix(1);
    numbers[i] = *value;
  }
  const std::size_t size = bytes.size(), text = numbers[3], json = numbers[4], csv = numbers[5];
  if (text > size || json > size - text || csv != size - text - json) return {};
  GradeReport report;
  report.points = static_cast<unsigned>(numbers[0]);
  report.of = static_cast<unsigned>(numbers[1]);
  report.broken = numbers[2] != 0;
  report.text = bytes.substr(0, text);
  report.json = bytes.substr(text, json);
  report.csv = bytes.substr(text + json);
  return report;
}

}  // namespace lvs::scenarios
