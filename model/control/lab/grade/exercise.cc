// SPDX-License-Identifier: GPL-2.0-or-later
// lab.check: settings, then sentences, one a line, each with its points in front and its hint below.
#include "control/lab/grade/exercise.h"

#include <algorithm>

#include "control/lab/diagnose/diagnose.h"
#include "control/lab/grade/sentence-parser.h"
#include "control/lab/text.h"
#include "control/machine/shell/shell.h"

namespace lvs::control {
namespace {

constexpr std::size_t kMostChecks = 100;

// One logical line: what stands on it, and the lines below it that begin with "|", "hint:" or "hint zh:".
struct Block {
  int line = 0;
  std::string_view text;
  std::size_t indent = 0;
  std::string hint, hint_zh, lines;
  bool has_lines = false;
};

std::string_view without_end(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

class Parser {
 public:
  Parser(const Lab& lab, const std::string& file) : lab_(lab), file_(file) {}

  void parse(std::string_view text) {
    int number = 0;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      take_line(++number, without_end(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    finish();
    if (errors_.empty() && exercise_.checks.empty()) error(0, 0, "there is no check in it");
  }

  Exercise exercise_;
  std::vector<LabMessage> errors_;

 private:
  void error(int line, std::size_t column, const std::string& reason) {
    const std::string where = column == 0 ? "" : "column " + std::to_string(column) + ": ";
    errors_.push_back({{file_, line}, where + reason});
  }

  void take_line(int number, std::string_view line) {
    const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view text = line.substr(indent);
    if (text.starts_with('#') || text.empty()) return;
    constexpr std::string_view kHint = "hint:", kChinese = "hint zh:";
    const bool chinese = text.starts_with(kChinese), hint = chinese || text.starts_with(kHint);
    const bool more = text.starts_with('|') || hint;
    if (more && block_.line == 0) return error(number, indent + 1, "this belongs below a check");
    if (text.starts_with('|')) {
      const std::string_view content = text.substr(text.starts_with("| ") ? 2 : 1);
      block_.lines += with_addresses(content, parser_.names) + "\n";
      block_.has_lines = true;
    } else if (hint) {
      std::string& to = chinese ? block_.hint_zh : block_.hint;
      const auto words = lab_text::trim(text.substr((chinese ? kChinese : kHint).size()));
      to += (to.empty() || chinese ? "" : " ") + std::string(words);
    } else {
      finish();
      block_ = {number, text, indent, {}, {}, {}, false};
    }
  }

  void finish() {
    if (block_.line == 0) return;
    const Block block = std::exchange(block_, {});
    try {
      if (!setting(block)) check(block);
    } catch (const SentenceFault& fault) {
      error(block.line, block.indent + fault.column, fault.reason);
    }
  }

  bool setting(const Block& block) {
    const std::size_t colon = block.text.find(':');
    const std::string_view key = lab_text::trim(block.text.substr(0, std::min(colon, block.text.size())));
    if (colon != std::string_view::npos && (key == "title" || key == "hand in" || key == "servers")) {
      std::string_view rest = lab_text::trim(block.text.substr(colon + 1));
      if (key == "title") {
        exercise_.title = std::string(rest);
        return true;
      }
      while (!rest.empty()) set_word(key, lab_text::take_word(rest), colon + 2);
      return true;
    }
    std::string_view rest = block.text;
    const std::string_view name = lab_text::take_word(rest);
    if (lab_text::take_word(rest) != "=") return false;
    if (!base::Ipv4Addr::parse(rest)) throw SentenceFault{1, "a name stands for an IPv4 address: NAME = 10.0.0.100"};
    if (lab_.find_host(name) != nullptr) throw SentenceFault{1, "\"" + std::string(name) + "\" is a host's name"};
    parser_.names[std::string(name)] = std::string(rest);
    return true;
  }

  void set_word(std::string_view key, std::string_view word, std::size_t column) {
    if (word.ends_with(',')) word.remove_suffix(1);
    if (word.empty()) return;
    if (key == "servers") {
      if (lab_.find_host(word) == nullptr)
        throw SentenceFault{column, "there is no host \"" + std::string(word) + "\""};
      parser_.servers.emplace_back(word);
    } else {
      const std::filesystem::path path(word);
      const bool leads_out = path.is_absolute() || std::ranges::find(path, "..") != path.end();
      if (leads_out) throw SentenceFault{column, "no file of the lab: \"" + std::string(word) + "\""};
      exercise_.hand_in.emplace_back(word);
    }
  }

  void check(const Block& block) {
    if (exercise_.checks.size() == kMostChecks)
      throw SentenceFault{1, "more than " + std::to_string(kMostChecks) + " checks"};
    Check check;
    check.place = {file_, block.line};
    check.hint = block.hint;
    check.hint_zh = block.hint_zh;
    check.points = parser_.sentence(block.text, block.has_lines ? &block.lines : nullptr, check);
    exercise_.checks.push_back(std::move(check));
  }

  const Lab& lab_;
  const std::string& file_;
  Block block_;
  SentenceParser parser_{lab_};
};

}  // namespace

unsigned Exercise::points() const {
  unsigned sum = 0;
  for (const Check& check : checks) sum += check.points;
  return sum;
}

base::Result<Exercise, std::vector<LabMessage>> parse_exercise(const Lab& lab, const std::string& file,
                                                               std::string_view text) {
  Parser parser(lab, file);
  parser.parse(text);
  if (!parser.errors_.empty()) return base::Error{std::move(parser.errors_)};
  return std::move(parser.exercise_);
}

}  // namespace lvs::control
