// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/course/plan.h"

#include <fmt/format.h>

#include "control/lab/text.h"

namespace lvs::scenarios {
namespace {

using control::lab_text::take_word;
using control::lab_text::trim;

// What stands before the next bar.
std::string_view take_field(std::string_view& text) {
  const std::size_t bar = text.find('|');
  const std::string_view field = trim(text.substr(0, bar));
  text.remove_prefix(bar == std::string_view::npos ? text.size() : bar + 1);
  return field;
}

}  // namespace

base::Result<std::vector<CourseChapter>, std::string> parse_course(std::string_view text, const std::string& file) {
  std::vector<CourseChapter> chapters;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::string word(take_word(line));
    std::string_view first = take_field(line);
    const std::string_view zh = take_field(line);
    const auto wrong = [&](std::string_view what) { return fmt::format("{}:{}: {}", file, number, what); };
    if (first.empty() || zh.empty()) return base::Error{wrong("a name, a bar and its Chinese are missing")};
    if (word == "chapter") {
      chapters.push_back({std::string(first), std::string(zh), {}});
    } else if (word == "lab" || word == "exercise") {
      if (chapters.empty()) return base::Error{wrong("no chapter has begun")};
      CourseEntry entry{word == "exercise", std::string(first), std::string(zh), {}};
      for (std::string_view more = line; !trim(more).empty();) entry.exercises.emplace_back(take_word(more));
      chapters.back().entries.push_back(std::move(entry));
    } else {
      return base::Error{wrong("'" + word + "' is none of chapter, lab, exercise")};
    }
  }
  return chapters;
}

}  // namespace lvs::scenarios
