// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/options/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/shell/builtins.h"

namespace lvs::control {
namespace {

// Options that take a value.
constexpr std::string_view kWithValue = "pntdua";

// read [-r] [-p TEXT] NAMES: one line; white space cuts it, the last name takes the rest. Of bash: at most so long
// (-t), so many characters (-n), up to another character (-d), from another file (-u), into an array (-a).
class ReadRunner final : public Runner {
 public:
  ReadRunner(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : scope_(scope), in_(streams.in), err_(streams.err), root_(root) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string& word = words[i].text;
      if (word.size() < 2 || word[0] != '-' || !names_.empty()) {
        names_.push_back(word);
        continue;
      }
      for (std::size_t at = 1; at < word.size(); ++at) {
        if (!scope.bash && word[at] != 'r' && word[at] != 'p') bad_option_ = word[at];
        raw_ = raw_ || word[at] == 'r';
        if (kWithValue.find(word[at]) == std::string_view::npos) continue;
        const std::string value = at + 1 < word.size()   ? word.substr(at + 1)
                                  : i + 1 < words.size() ? words[++i].text
                                                         : "";
        take_value(word[at], value);
        break;
      }
    }
    if (names_.empty()) names_.emplace_back("REPLY");
  }

  bool advance() override {
    if (bad_option_ != '\0') {
      err_->write(fmt::format("{}read: Illegal option -{}\n", place_of(scope_), bad_option_));
      scope_.status = 2;
      return true;
    }
    for (;;) {
      const std::string_view ready = in_->ready();
      std::size_t end = ready.find(delimiter_);
      const std::size_t left = most_ - line_.size();
      const bool enough = most_ != 0 && std::min(end, ready.size()) >= left;
      if (enough) end = left;
      if (end == std::string_view::npos && !in_->ended() && !timed_out_) {
        in_->watch([&root = root_] { root.wake(); });
        if (patience_ && !alarm_) {
          alarm_ = std::make_unique<Alarm>(root_.machine().host(), [this] {
            timed_out_ = true;
            root_.wake();
          });
          alarm_->set_after(*patience_);
        }
        return false;
      }
      line_ += ready.substr(0, end);
      const std::size_t takes = end == std::string_view::npos ? ready.size() : end + (enough ? 0 : 1);
      in_->take(std::min(takes, ready.size()));
      const bool continues = !raw_ && end != std::string_view::npos && line_.ends_with('\\');
      if (continues) {
        line_.pop_back();
        continue;
      }
      alarm_.reset();
      assign();
      constexpr int kTimedOut = 142;
      scope_.status = end != std::string_view::npos ? 0 : timed_out_ ? kTimedOut : 1;
      return true;
    }
  }

 private:
  void take_value(char option, const std::string& value) {
    if (option == 'n') most_ = base::number<std::size_t>(value).value_or(0);
    if (option == 't')
      patience_ = std::chrono::duration_cast<base::Time>(
          std::chrono::duration<double>(base::number<double>(value).value_or(0)));
    if (option == 'd') delimiter_ = value.empty() ? '\0' : value[0];
    if (option == 'a') array_ = value;
    if (option == 'u') {
      const auto file = scope_.files.find(base::number<int>(value).value_or(-1));
      if (file != scope_.files.end() && file->second.in) in_ = file->second.in;
    }
  }

  // -a NAME: as many elements as there are words.
  void assign_array() {
    std::vector<std::string> words;
    std::string_view rest = line_;
    skip_blanks(rest);
    while (!rest.empty()) words.push_back(take_field(rest, false));
    scope_.variables[array_] = words.empty() ? "" : words.front();
    for (std::size_t i = 0; i < words.size(); ++i) scope_.variables[fmt::format("{}[{}]", array_, i)] = words[i];
    scope_.variables[array_ + "[#]"] = std::to_string(words.size());
  }

  // What separates words.
  void read_separators() {
    const auto ifs = scope_.variables.find("IFS");
    if (ifs != scope_.variables.end()) separators_ = ifs->second;
    for (const char c : separators_)
      if (c == ' ' || c == '\t' || c == '\n') blanks_ += c;
  }
  void skip_blanks(std::string_view& rest) const {
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks_), rest.size()));
  }

  // Up to a separator, or (`last`) all that is left; what separates it from the next one goes too.
  std::string take_field(std::string_view& rest, bool last) const {
    std::string value;
    std::size_t at = 0;
    for (; at < rest.size() && (last || separators_.find(rest[at]) == std::string::npos); ++at) {
      if (!raw_ && rest[at] == '\\' && at + 1 < rest.size()) ++at;
      value += rest[at];
    }
    rest.remove_prefix(at);
    skip_blanks(rest);
    if (!rest.empty() && separators_.find(rest[0]) != std::string::npos) rest.remove_prefix(1);
    if (last) value.erase(value.find_last_not_of(blanks_) + 1);
    skip_blanks(rest);
    return value;
  }

  void assign() {
    read_separators();
    if (!array_.empty()) return assign_array();
    std::string_view rest = line_;
    skip_blanks(rest);
    for (std::size_t i = 0; i < names_.size(); ++i)
      scope_.variables[names_[i]] = take_field(rest, i + 1 == names_.size());
  }

  ShellScope& scope_;
  InputPtr in_;
  OutputPtr err_;
  ShellRoot& root_;
  char bad_option_ = '\0';
  char delimiter_ = '\n';
  std::size_t most_ = 0;
  std::string array_, separators_ = " \t\n", blanks_;
  std::optional<base::Time> patience_;
  std::unique_ptr<Alarm> alarm_;
  bool timed_out_ = false;
  std::vector<std::string> names_;
  std::string line_;
  bool raw_ = false;
};

}  // namespace

bool is_read_option(const std::string& word) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (kWithValue.find(word[i]) != std::string_view::npos) return true;
    if (word[i] != 'r' && word[i] != 's') return false;
  }
  return true;
}

std::unique_ptr<Runner> run_read(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                                 ShellRoot& root) {
  return std::make_unique<ReadRunner>(words, scope, streams, root);
}

}  // namespace lvs::control
