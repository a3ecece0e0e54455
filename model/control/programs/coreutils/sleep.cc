// SPDX-License-Identifier: GPL-2.0-or-later
// sleep (coreutils): numbers of seconds, or with s, m, h or d behind; several add up.
#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <optional>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/words/libc-numbers.h"

namespace lvs::control {
namespace {

class Sleep final : public Task {
 public:
  Sleep(Machine& machine, base::Time length, Done done)
      : done_(std::move(done)), alarm_(machine.host(), [this] { done_(0); }) {
    alarm_.set_after(length);
  }

 private:
  Done done_;
  Alarm alarm_;
};

class SleepCommand final : public Command {
 public:
  explicit SleepCommand(base::Time length) : length_(length) {}
  std::unique_ptr<Task> start(Machine& machine, Io&, Done done) const override {
    if (length_ > base::Time{0}) return std::make_unique<Sleep>(machine, length_, std::move(done));
    done(0);
    return nullptr;
  }

 private:
  base::Time length_;
};

std::optional<double> seconds_of(const std::string& text) {
  if (text.empty() || std::isspace(static_cast<unsigned char>(text[0])) != 0) return std::nullopt;
  std::string unit = text;
  auto value = take_strtod(unit);
  if (!value || !(*value >= 0)) return std::nullopt;
  if (unit == "m")
    *value *= 60;
  else if (unit == "h")
    *value *= 3600;
  else if (unit == "d")
    *value *= 86400;
  else if (!unit.empty() && unit != "s")
    return std::nullopt;
  return value;
}

}  // namespace

CommandResultOrError parse_sleep(const std::vector<Word>& words) {
  Args args(words);
  constexpr std::string_view kHint = "Try 'sleep --help' for more information.\n";
  if (args.empty()) return refusal(1, fmt::format("sleep: missing operand\n{}", kHint));
  double total = 0;
  std::string errors;
  while (!args.empty()) {
    const std::string& text = args.take();
    if (text.size() > 1 && text[0] == '-') {
      if (text[1] == '-') return base::Error{args.unknown("no option of sleep is modelled")};
      return refusal(1, fmt::format("sleep: invalid option -- '{}'\n{}", text[1], kHint));
    }
    if (const auto seconds = seconds_of(text)) {
      total += *seconds;
    } else {
      errors += fmt::format("sleep: invalid time interval '{}'\n", text);
    }
  }
  if (!errors.empty()) return refusal(1, errors.append(kHint));
  // Longer than any run can be told apart from for ever by nobody.
  constexpr double kLongest = 1e9;
  const auto length = std::chrono::duration<double>(std::min(total, kLongest));
  return CommandPtr(std::make_shared<SleepCommand>(std::chrono::duration_cast<base::Time>(length)));
}

}  // namespace lvs::control
