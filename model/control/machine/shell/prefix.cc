// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/prefix.h"
#include "base/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

constexpr auto kPrefixes = std::to_array<std::string_view>({"env", "exec", "nice", "nohup", "sudo", "timeout"});

// 5, 0.5, 2m
std::optional<base::Time> duration(std::string_view text) {
  std::string_view unit = text;
  auto number = base::take_number<double>(unit);
  constexpr double kMost = 1e9;
  if (!number || *number < 0 || *number > kMost) return std::nullopt;
  double& value = *number;
  if (unit == "m")
    value *= 60;
  else if (unit == "h")
    value *= 3600;
  else if (unit == "d")
    value *= 86400;
  else if (!unit.empty() && unit != "s")
    return std::nullopt;
  return std::chrono::duration_cast<base::Time>(std::chrono::duration<double>(value));
}

class Reader {
 public:
  explicit Reader(const std::vector<Word>& words) : words_(words) {}

  CommandPrefix run() {
    while (at_ < words_.size() && is_prefix(words_[at_].text) && !failed()) {
      Word tool = words_[at_++];
      tool.text.erase(0, tool.text.rfind('/') + 1);
      if (tool.text == "exec" && at_ == 1)
        prefix_.replaces = true;
      else if (tool.text == "env")
        env();
      else if (tool.text == "timeout")
        timeout();
      else if (tool.text == "sudo")
        options(tool, {"-n", "-E", "-H", "-S"}, "-u");
      else if (tool.text == "nice")
        options(tool, {}, "-n");
      if (tool.text == "exec" && at_option())
        prefix_.error = SyntaxError{words_[at_].column, words_[at_].text, "this option of exec is not modelled", {}};
      if (!failed() && at_ >= words_.size())
        prefix_.error = SyntaxError{tool.column, tool.text, "a command is missing behind this", {}};
    }
    prefix_.words = at_;
    return std::move(prefix_);
  }

 private:
  bool failed() const { return prefix_.error.has_value() || !prefix_.complaint.empty(); }
  bool at_option() const { return at_ < words_.size() && words_[at_].text.size() > 1 && words_[at_].text[0] == '-'; }

  void options(const Word& tool, std::initializer_list<std::string_view> plain, std::string_view with_value) {
    for (; at_option(); ++at_) {
      const std::string& word = words_[at_].text;
      if (word == "--") {
        ++at_;
        return;
      }
      if (word == with_value && at_ + 1 < words_.size()) {
        ++at_;
        if (tool.text == "sudo" && words_[at_].text != "root")
          prefix_.error = SyntaxError{words_[at_].column, words_[at_].text, "there is no user but root", {}};
      } else if (std::ranges::find(plain, word) == plain.end()) {
        prefix_.error = SyntaxError{words_[at_].column, word, "this option of " + tool.text + " is not modelled", {}};
        return;
      }
    }
  }

  void env() {
    options({"env", words_[at_ - 1].column}, {}, {});
    for (; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_].text;
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos || !is_variable_name(std::string_view(word).substr(0, equals))) return;
      prefix_.variables.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
  }

  void timeout() {
    for (; at_option(); ++at_) {
      const std::string& word = words_[at_].text;
      std::string name = word.starts_with("--signal=") ? word.substr(9) : word.starts_with("-s") ? word.substr(2) : "";
      if ((word == "-s" || word == "--signal") && at_ + 1 < words_.size()) name = words_[++at_].text;
      const auto signal = signal_number(name);
      if (name.empty() || !signal || default_action(*signal) == SignalAction::stop) {
        prefix_.error = SyntaxError{words_[at_].column, word, "not modelled here", "-s SIGNAL"};
        return;
      }
      prefix_.timeout_signal = *signal;
    }
    constexpr std::string_view kHint = "Try 'timeout --help' for more information.\n";
    if (at_ + 1 >= words_.size()) {
      prefix_.complaint = kHint;
      return;
    }
    prefix_.timeout = duration(words_[at_].text);
    if (!prefix_.timeout)
      prefix_.complaint = fmt::format("timeout: invalid time interval '{}'\n{}", words_[at_].text, kHint);
    ++at_;
  }

  const std::vector<Word>& words_;
  std::size_t at_ = 0;
  CommandPrefix prefix_;
};

}  // namespace

bool is_prefix(const std::string& word) {
  return std::ranges::find(kPrefixes, std::string_view(word).substr(word.rfind('/') + 1)) != kPrefixes.end() &&
         (word.find('/') == std::string::npos || word.starts_with("/usr/bin/") || word.starts_with("/bin/"));
}

CommandPrefix read_prefix(const std::vector<Word>& words) { return Reader(words).run(); }

}  // namespace lvs::control
