// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/startup/line-errors.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

namespace lvs::control {
namespace {

constexpr std::size_t kMostErrors = 20;
constexpr std::string_view kReserved[] = {"do", "then", "else", "elif", "if", "while", "until", "{", "!", "time"};

// Walks over sh text, knowing where commands begin.
class CommandFinder {
 public:
  CommandFinder(std::string_view text, std::size_t place) : text_(text), place_(place) {}

  // Where the command around the place begins and ends.
  std::optional<std::pair<std::size_t, std::size_t>> run() {
    levels_ = {{0, false}};
    while (at_ < text_.size() && !found_) step();
    if (!found_ && place_ < text_.size()) end(text_.size());
    return found_;
  }

 private:
  struct Level {
    std::size_t start;  // of the command at work
    bool quoted;        // within double quotes
  };

  void end(std::size_t at) {
    if (!found_ && place_ >= levels_.back().start && place_ < at) found_ = {levels_.back().start, at};
  }
  // A sign of `length` between commands.
  void separate(std::size_t length) {
    end(at_);
    at_ += length;
    levels_.back().start = at_;
    skip_reserved();
  }
  void skip_reserved() {
    for (;;) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
      levels_.back().start = at_;
      const std::size_t length = std::min(text_.find_first_of(" \t\n;&|()", at_), text_.size()) - at_;
      if (length == 0 || std::ranges::find(kReserved, text_.substr(at_, length)) == std::end(kReserved)) return;
      at_ += length;
    }
  }
  void open(std::size_t length, bool quoted) {
    at_ += length;
    levels_.push_back({at_, quoted});
    if (!quoted) skip_reserved();
  }
  void close() {
    end(at_);
    ++at_;
    if (levels_.size() > 1) {
      levels_.pop_back();
      return;
    }
    levels_.back().start = at_;  // behind a pattern of case
    skip_reserved();
  }

  void step() {
    const char c = text_[at_];
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == '\\') {
      at_ += 2;
    } else if (levels_.back().quoted) {
      if (c == '"') {
        levels_.pop_back();
        ++at_;
      } else if (c == '$' && next == '(') {
        open(2, false);
      } else {
        ++at_;
      }
    } else if (c == '\'') {
      at_ = std::min(text_.find('\'', at_ + 1), text_.size() - 1) + 1;
    } else if (c == '"') {
      // What is in quotes belongs to the command around it.
      levels_.push_back({levels_.back().start, true});
      ++at_;
    } else if (c == '#' && (at_ == 0 || std::string_view(" \t\n;").find(text_[at_ - 1]) != std::string_view::npos)) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '$' && next == '(') {
      open(2, false);
    } else if (c == '(') {
      open(1, false);
    } else if (c == ')') {
      close();
    } else if ((c == '&' && (next == '>' || (at_ > 0 && text_[at_ - 1] == '>'))) || (c == '|' && is_behind_arrow())) {
      ++at_;
    } else if (c == ';' || c == '&' || c == '|' || c == '\n') {
      separate(next == c && c != '\n' ? 2 : 1);
    } else {
      ++at_;
    }
  }
  bool is_behind_arrow() const { return at_ > 0 && text_[at_ - 1] == '>'; }

  std::string_view text_;
  std::size_t place_;
  std::size_t at_ = 0;
  std::vector<Level> levels_;
  std::optional<std::pair<std::size_t, std::size_t>> found_;
};

std::optional<std::size_t> offset_of(const std::string& text, std::size_t line, std::size_t column) {
  std::size_t at = 0;
  for (std::size_t i = 1; i < line; ++i) {
    at = text.find('\n', at);
    if (at++ == std::string::npos) return std::nullopt;
  }
  at += column - 1;
  return column > 0 && at < text.size() ? std::optional(at) : std::nullopt;
}

// A variable may be unknown only because what sets it was taken out.
bool may_follow(const ScriptError& error) { return error.error.reason.starts_with("nothing in this line sets"); }

}  // namespace

std::optional<std::string> without_command_at(const std::string& text, std::size_t line, std::size_t column) {
  const auto place = offset_of(text, line, column);
  if (!place) return std::nullopt;
  const auto command = CommandFinder(text, *place).run();
  if (!command) return std::nullopt;
  std::string result = text;
  for (std::size_t i = command->first; i < command->second; ++i)
    if (result[i] != '\n') result[i] = i == command->first ? ':' : ' ';
  return result;
}

std::vector<ScriptError> all_errors(std::string text, const FirstError& first) {
  std::vector<ScriptError> errors;
  std::set<std::tuple<std::size_t, std::size_t>> places;
  for (std::size_t round = 0; round < kMostErrors; ++round) {
    auto error = first(text);
    if (!error) break;
    if (!places.emplace(error->line, error->error.column).second) break;
    auto rest = without_command_at(text, error->line, error->error.column);
    if (round == 0 || !may_follow(*error)) errors.push_back(std::move(*error));
    if (!rest || *rest == text) break;
    text = std::move(*rest);
  }
  std::ranges::sort(errors, {}, [](const ScriptError& error) { return std::pair(error.line, error.error.column); });
  return errors;
}

}  // namespace lvs::control
