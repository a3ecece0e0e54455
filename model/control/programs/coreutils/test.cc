// SPDX-License-Identifier: GPL-2.0-or-later
// test and [ as built into dash (src/bltin/test.c), and into bash: texts, whole numbers, files; ! -a -o ( ).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/usual/parsers.h"
#include "control/machine/usual/program-path.h"

namespace lvs::control {
namespace {

constexpr auto kNumeric = std::to_array<std::string_view>({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"});
constexpr auto kTexts = std::to_array<std::string_view>({"=", "!=", "<", ">", "-nt", "-ot"});
constexpr std::string_view kFileTests = "bcdefghkLprSstuwx";
constexpr std::string_view kOtherTests = "OG";
constexpr std::string_view kKnown =
    "= != < > -eq -ne -lt -le -gt -ge -n -z -b -c -d -e -f -h -L -p -r -S -s -t -w -x -nt -ot ! -a -o ( )";

bool is_binary(std::string_view word) {
  return std::ranges::find(kNumeric, word) != kNumeric.end() || std::ranges::find(kTexts, word) != kTexts.end();
}
bool is_unary(std::string_view word) {
  return word == "-n" || word == "-z" ||
         (word.size() == 2 && word[0] == '-' && kFileTests.find(word[1]) != std::string_view::npos);
}

std::optional<std::int64_t> number(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  return base::number<std::int64_t>(text);
}

// POSIX: what 1 to 4 words mean goes by their number; more go by precedence.
class Test {
 public:
  Test(const std::vector<std::string>& words, Files& files, bool bash) : words_(words), files_(files), bash_(bash) {}

  // 0, 1, or 2 with a complaint.
  int run(std::string& complaint) {
    if (words_.empty()) return 1;
    const bool holds = either();
    if (complaint_.empty() && at_ < words_.size()) left_over();
    complaint = complaint_;
    if (!complaint.empty()) return 2;
    return holds ? 0 : 1;
  }

 private:
  static constexpr unsigned kDeepest = 50;

  std::size_t left() const { return words_.size() - at_; }
  void complain(std::string_view word, std::string_view why) {
    if (complaint_.empty()) complaint_ = fmt::format("{}: {}", word, why);
    at_ = words_.size();
  }
  // There are words that belong nowhere.
  void left_over() {
    if (!bash_)
      complain(words_[at_ - 1], "unexpected operator");
    else if (words_.size() <= 3)
      complain(words_[words_.size() - 2], words_.size() == 2 ? "unary operator expected" : "binary operator expected");
    else
      complaint_ = "too many arguments";
  }
  void lacks_argument(const std::string& behind) {
    if (bash_ && words_.size() == 2)
      complain(words_.front(), "unary operator expected");
    else
      complain(behind, "argument expected");
  }

  bool either() {
    bool holds = both();
    while (left() > 0 && words_[at_] == "-o") {
      ++at_;
      const bool other = both();
      holds = holds || other;
    }
    return holds;
  }
  bool both() {
    bool holds = negation();
    while (left() > 0 && words_[at_] == "-a") {
      ++at_;
      const bool other = negation();
      holds = holds && other;
    }
    return holds;
  }
  bool negation() {
    bool negated = false;
    while (left() > 1 && words_[at_] == "!" && !(left() >= 3 && is_binary(words_[at_ + 1]))) {
      negated = !negated;
      ++at_;
    }
    return primary() != negated;
  }

  bool primary() {
    if (left() == 0) {
      lacks_argument(words_.back());
      return false;
    }
    if (left() >= 3 && is_binary(words_[at_ + 1])) {
      at_ += 3;
      return compare(words_[at_ - 3], words_[at_ - 2], words_[at_ - 1]);
    }
    const std::string& first = words_[at_];
    if (first == "(" && left() > 1 && ++depth_ < kDeepest) {
      ++at_;
      const bool holds = either();
      if (left() == 0 || words_[at_] != ")") {
        if (complaint_.empty()) complaint_ = "closing paren expected";
        at_ = words_.size();
        return false;
      }
      ++at_;
      return holds;
    }
    if (left() == 2 && is_binary(words_[at_ + 1])) {
      lacks_argument(words_[at_ + 1]);
      return false;
    }
    if (left() >= 2 && is_unary(first)) {
      at_ += 2;
      return of_one(first[1], words_[at_ - 1]);
    }
    ++at_;
    return !first.empty();
  }

  bool compare(const std::string& a, const std::string& how, const std::string& b) {
    if (how == "=") return a == b;
    if (how == "!=") return a != b;
    if (how == "<") return a < b;
    if (how == ">") return a > b;
    if (how == "-nt" || how == "-ot") {
      const auto first = files_.status(how == "-nt" ? a : b), second = files_.status(how == "-nt" ? b : a);
      if (bash_ && first.exists() && !second.exists()) return true;
      return first.exists() && second.exists() && first.changed > second.changed;
    }
    const auto x = number(a), y = number(b);
    if (!x || !y) {
      if (bash_)
        complain(x ? b : a, "integer expression expected");
      else
        complain("Illegal number", x ? b : a);
      return false;
    }
    if (how == "-eq") return *x == *y;
    if (how == "-ne") return *x != *y;
    if (how == "-lt") return *x < *y;
    if (how == "-le") return *x <= *y;
    return how == "-gt" ? *x > *y : *x >= *y;
  }

  bool of_one(char how, const std::string& word) {
    if (how == 'n') return !word.empty();
    if (how == 'z') return word.empty();
    if (word.empty()) return false;
    const bool program = is_program_path(word);
    const auto status = program ? Files::Status{Files::Kind::file, 0755, 1, {}} : files_.status(word);
    switch (how) {
      case 'd': return status.kind == Files::Kind::folder;
      case 'f': return status.kind == Files::Kind::file;
      case 's': return status.kind == Files::Kind::folder || status.size > 0;
      case 'x': return status.kind == Files::Kind::folder || status.executable();
      case 'c': return status.kind == Files::Kind::device;
      case 'h':
      case 'L': return files_.link(word).has_value();
      case 'b':
      case 'g':
      case 'k':
      case 'p':
      case 'S':
      case 't':  // nobody sits at a terminal
      case 'u': return false;
      default: return status.exists();  // root reads and writes all
    }
  }

  const std::vector<std::string>& words_;
  Files& files_;
  bool bash_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
  std::string complaint_;
};

CommandResultOrError take_test(const std::vector<Word>& words, bool bash) {
  const std::string program = words.front().text;
  std::vector<std::string> args;
  for (std::size_t i = 1; i < words.size(); ++i) args.push_back(words[i].text);
  if (program.ends_with('[')) {
    if (args.empty() || args.back() != "]")
      return refusal(2, fmt::format("{}[: missing {}\n", kShellPlace, bash ? "`]'" : "]"));
    args.pop_back();
  }
  for (std::size_t i = 0; i + 1 < args.size(); ++i) {
    const std::string& word = args[i];
    const bool after_value = i > 0 && !is_binary(args[i - 1]) && args[i - 1] != "!" && args[i - 1] != "-a" &&
                             args[i - 1] != "-o" && args[i - 1] != "(";
    const bool unary = word.size() == 2 && word[0] == '-' && kOtherTests.find(word[1]) != std::string_view::npos &&
                       !is_binary(args[i + 1]) && !after_value;
    const bool binary = i > 0 && word == "-ef";
    if (unary || binary)
      return base::Error{SyntaxError{words[i + 1].column, word, "this test is not modelled", std::string(kKnown)}};
    if (unary || !is_unary(word) || is_binary(args[i + 1]) || word == "-n" || word == "-z" || word == "-t") continue;
    if (names_program(args[i + 1])) continue;
    if (auto reason = Files::unmodelled(args[i + 1]))
      return base::Error{SyntaxError{words[i + 2].column, args[i + 1], std::move(*reason), {}}};
  }
  return instant([args, program, bash](Machine& machine, Io& io) {
    std::string complaint;
    const int status = Test(args, machine.files(), bash).run(complaint);
    if (!complaint.empty()) io.complain(fmt::format("{}{}: {}\n", kShellPlace, program, complaint));
    return status;
  });
}

}  // namespace

CommandResultOrError parse_test(const std::vector<Word>& words) { return take_test(words, false); }

// [ A == B ] is [ A = B ].
CommandResultOrError parse_bash_test(const std::vector<Word>& words) {
  std::vector<Word> same = words;
  for (std::size_t i = 2; i + 1 < same.size(); ++i)
    if (same[i].text == "==") same[i].text = "=";
  return take_test(same, true);
}

}  // namespace lvs::control
