// SPDX-License-Identifier: GPL-2.0-or-later
// test and [ (dash): texts and whole numbers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/numbers.h"
#include "control/machine/registry.h"

namespace lvs::control {
namespace {

constexpr auto kNumeric = std::to_array<std::string_view>({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"});
constexpr std::string_view kKnown = "= != -eq -ne -lt -le -gt -ge -n -z !";

struct Answer {
  int status = 0;
  std::string complaint{};
};

std::optional<std::int64_t> number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return base::number<std::int64_t>(text);
}

Answer compare_numbers(std::string_view left, std::string_view how, std::string_view right) {
  const auto a = number(left), b = number(right);
  if (!a || !b) return {2, fmt::format("Illegal number: {}", a ? right : left)};
  const bool holds = how == "-eq"   ? *a == *b
                     : how == "-ne" ? *a != *b
                     : how == "-lt" ? *a < *b
                     : how == "-le" ? *a <= *b
                     : how == "-gt" ? *a > *b
                                    : *a >= *b;
  return {holds ? 0 : 1};
}

}  // namespace

CommandResultOrError parse_test(const std::vector<Word>& words) {
  const std::string program = words.front().text;
  std::vector<std::string> args;
  for (std::size_t i = 1; i < words.size(); ++i) args.push_back(words[i].text);
  if (program.ends_with('[')) {
    if (args.empty() || args.back() != "]") return refusal(2, "/bin/sh: 1: [: missing ]\n");
    args.pop_back();
  }
  bool negated = false;
  while (args.size() > 1 && args.front() == "!") {
    negated = !negated;
    args.erase(args.begin());
  }
  Answer answer{1};
  if (args.size() == 1) {
    answer.status = args[0].empty() ? 1 : 0;
  } else if (args.size() == 2 && (args[0] == "-n" || args[0] == "-z")) {
    answer.status = args[1].empty() == (args[0] == "-z") ? 0 : 1;
  } else if (args.size() == 3 && (args[1] == "=" || args[1] == "!=")) {
    answer.status = (args[0] == args[2]) == (args[1] == "=") ? 0 : 1;
  } else if (args.size() == 3 && std::ranges::find(kNumeric, args[1]) != kNumeric.end()) {
    answer = compare_numbers(args[0], args[1], args[2]);
  } else if (!args.empty()) {
    const std::size_t odd = args.size() == 2 ? 1 : 2;
    const Word& word = words[std::min(odd, words.size() - 1)];
    return base::Error{SyntaxError{word.column, word.text, "this test is not modelled", std::string(kKnown)}};
  }
  if (!answer.complaint.empty())
    return refusal(answer.status, fmt::format("/bin/sh: 1: {}: {}\n", program, answer.complaint));
  const int status = negated ? 1 - answer.status : answer.status;
  return instant([status](Machine&, Io&) { return status; });
}

}  // namespace lvs::control
