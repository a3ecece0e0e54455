// SPDX-License-Identifier: GPL-2.0-or-later
// kill, as it is built into dash and into bash (builtins/kill.def).
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/usual/bash-parsers.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/procps/deliver.h"

namespace lvs::control {
namespace {

constexpr std::string_view kUsage =
    "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]\n";

std::string complaint(std::string_view text) { return fmt::format("{}kill: {}\n", kShellPlace, text); }

std::string names() {
  std::string text = "0\n";
  for (int signal = 1; signal <= 64; ++signal) {
    if (signal <= kLastSignal)
      text += signal == 29 ? "IO" : signal == 16 ? "16" : signal_name(signal);
    else if (signal < 34)
      text += std::to_string(signal);
    else if (signal == 34 || signal == 64)
      text += signal == 34 ? "RTMIN" : "RTMAX";
    else
      text += signal < 50 ? fmt::format("RTMIN+{}", signal - 34) : fmt::format("RTMAX-{}", 64 - signal);
    text += '\n';
  }
  return text;
}

std::optional<int> whole(std::string_view text) {
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool ok = problem == std::errc() && end == text.data() + text.size() && !text.empty();
  return ok ? std::optional(value) : std::nullopt;
}

// dash takes names without "SIG".
std::optional<int> decode(const std::string& text) {
  const bool digits = !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
  if (!digits && text.size() > 3 && (text.starts_with("SIG") || text.starts_with("sig"))) return std::nullopt;
  return signal_number(text);
}

CommandResultOrError list(const Args& args, std::string status) {
  if (args.left() == 0 && status.empty()) return refusal(0, {}, names());
  const auto number = whole(status);
  if (!number) return refusal(2, complaint("Illegal number: " + status));
  const int signal = *number > 128 ? *number - 128 : *number;
  if (signal < 1 || signal_name(signal).empty())
    return refusal(2, complaint("invalid signal number or exit status: " + status));
  return refusal(0, {}, std::string(signal_name(signal)) + "\n");
}

}  // namespace

CommandResultOrError parse_kill(const std::vector<Word>& words) {
  Args args(words);
  int signal = kSigTerm;
  if (args.peek().size() > 1 && args.peek()[0] == '-' && args.peek() != "--") {
    const std::string option = args.take().substr(1);
    if (option == "l") {
      std::string status = args.take();
      return list(args, std::move(status));
    }
    if (const auto decoded = decode(option)) {
      signal = *decoded;
    } else if (option[0] == 's') {
      const std::string name = option.size() > 1 ? option.substr(1) : args.take();
      if (name.empty()) return refusal(2, complaint("No arg for -s option"));
      const auto number = decode(name);
      if (!number) return refusal(2, complaint("invalid signal number or name: " + name));
      signal = *number;
    } else {
      return refusal(2, complaint(fmt::format("Illegal option -{}", option[0])));
    }
  }
  if (args.peek() == "--") args.take();
  if (default_action(signal) == SignalAction::stop)
    return base::Error{args.unknown("stopping a process is not modelled")};
  if (args.empty()) return refusal(2, complaint(kUsage).substr(0, complaint(kUsage).size() - 1));
  std::vector<std::string> targets;
  while (!args.empty()) {
    const std::string& text = args.take();
    if (text.starts_with('%')) return base::Error{args.unknown("job control is not modelled", "a PID")};
    if (text.starts_with('-')) return base::Error{args.unknown("process groups are not modelled", "a PID")};
    targets.push_back(text);
  }
  return CommandPtr(std::make_shared<Deliver>([signal, targets](Machine& machine, Io& io) {
    int status = 0;
    for (const std::string& text : targets) {
      const auto pid = whole(text);
      if (!pid) {
        io.complain(complaint("Illegal number: " + text));
        return 2;
      }
      if (machine.processes().send(static_cast<Pid>(*pid), signal)) continue;
      io.complain(complaint("No such process\n"));
      status = 1;
    }
    return status;
  }));
}

namespace {

constexpr std::string_view kBashUsage =
    "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string invalid_signal(const std::string& text) { return complaint(text + ": invalid signal specification"); }

// kill -l NUMBER or NAME, as often as it stands there.
CommandResultOrError bash_list(Args& args) {
  if (args.empty()) return base::Error{SyntaxError{1, "-l", "the list of bash is not modelled", "-l NUMBER, -l NAME"}};
  std::string text, wrong;
  while (!args.empty()) {
    const std::string word = args.take();
    auto signal = signal_number(word);
    if (is_number(word)) {
      const int number = whole(word).value_or(0);
      signal = number > 128 ? number - 128 : number;
    }
    if (!signal || *signal < 0 || *signal > kLastSignal || (*signal != 0 && signal_name(*signal).empty()))
      wrong += invalid_signal(word);
    else
      text += is_number(word) ? fmt::format("{}\n", *signal == 0 ? "EXIT" : signal_name(*signal))
                              : fmt::format("{}\n", *signal);
  }
  return refusal(wrong.empty() ? 0 : 1, wrong, text);
}

}  // namespace

CommandResultOrError parse_bash_kill(const std::vector<Word>& words) {
  Args args(words);
  int signal = kSigTerm;
  if (args.peek().size() > 1 && args.peek()[0] == '-' && args.peek() != "--") {
    const std::string option = args.take().substr(1);
    if (option == "l" || option == "L") return bash_list(args);
    std::string name = option;
    if (option == "s" || option == "n") {
      if (args.empty()) return refusal(1, complaint(fmt::format("-{}: option requires an argument", option)));
      name = args.take();
    }
    const auto number = signal_number(name);
    if (!number) return refusal(1, invalid_signal(name));
    signal = *number;
  }
  if (args.peek() == "--") args.take();
  if (default_action(signal) == SignalAction::stop)
    return base::Error{args.unknown("stopping a process is not modelled")};
  if (args.empty()) return refusal(2, std::string(kBashUsage));
  std::vector<std::string> targets;
  while (!args.empty()) {
    const std::string& text = args.take();
    if (text.starts_with('%')) return base::Error{args.unknown("job control is not modelled", "a PID")};
    if (text.starts_with('-') && is_number(text.substr(1)))
      return base::Error{args.unknown("process groups are not modelled", "a PID")};
    targets.push_back(text);
  }
  return CommandPtr(std::make_shared<Deliver>([signal, targets](Machine& machine, Io& io) {
    bool any = false;
    for (const std::string& text : targets) {
      const auto pid = is_number(text) ? whole(text) : std::nullopt;
      if (!pid) {
        io.complain(complaint(text + ": arguments must be process or job IDs"));
      } else if (machine.processes().send(static_cast<Pid>(*pid), signal)) {
        any = true;
      } else {
        io.complain(complaint(fmt::format("({}) - No such process", *pid)));
      }
    }
    return any ? 0 : 1;
  }));
}

}  // namespace lvs::control
