// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/signals.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string>

namespace lvs::control {
namespace {

struct Row {
  std::string_view name, text;
};

// By number, from 1 on.
constexpr auto kSignals = std::to_array<Row>({
    {"HUP", "Hangup"},
    {"INT", "Interrupt"},
    {"QUIT", "Quit"},
    {"ILL", "Illegal instruction"},
    {"TRAP", "Trace/breakpoint trap"},
    {"ABRT", "Aborted"},
    {"BUS", "Bus error"},
    {"FPE", "Floating point exception"},
    {"KILL", "Killed"},
    {"USR1", "User defined signal 1"},
    {"SEGV", "Segmentation fault"},
    {"USR2", "User defined signal 2"},
    {"PIPE", "Broken pipe"},
    {"ALRM", "Alarm clock"},
    {"TERM", "Terminated"},
    {"STKFLT", "Stack fault"},
    {"CHLD", "Child exited"},
    {"CONT", "Continued"},
    {"STOP", "Stopped (signal)"},
    {"TSTP", "Stopped"},
    {"TTIN", "Stopped (tty input)"},
    {"TTOU", "Stopped (tty output)"},
    {"URG", "Urgent I/O condition"},
    {"XCPU", "CPU time limit exceeded"},
    {"XFSZ", "File size limit exceeded"},
    {"VTALRM", "Virtual timer expired"},
    {"PROF", "Profiling timer expired"},
    {"WINCH", "Window changed"},
    {"POLL", "I/O possible"},
    {"PWR", "Power failure"},
    {"SYS", "Bad system call"},
});
static_assert(kSignals.size() == kLastSignal);

// Those of real time, as the C library leaves them to programs; named from the nearer end.
constexpr int kFirstRealTime = 34, kLastRealTime = 64;
struct RealTime {
  std::string name, text;
};
const RealTime* real_time(int signal) {
  static const auto all = [] {
    std::array<RealTime, kLastRealTime - kFirstRealTime + 1> rows;
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
      const int left = static_cast<int>(rows.size()) - 1 - i;
      const std::string behind = i == 0   ? "RTMIN"
                                 : i < 16 ? "RTMIN+" + std::to_string(i)
                                          : "RTMAX-" + std::to_string(left);
      rows[static_cast<std::size_t>(i)] = {left == 0 ? "RTMAX" : behind, "Real-time signal " + std::to_string(i)};
    }
    return rows;
  }();
  return signal >= kFirstRealTime && signal <= kLastRealTime ? &all[static_cast<std::size_t>(signal - kFirstRealTime)]
                                                             : nullptr;
}

}  // namespace

std::optional<int> signal_number(std::string_view text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size()) {
    return number >= 0 && number <= kLastRealTime ? std::optional(number) : std::nullopt;
  }
  std::string name(text);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (name.starts_with("SIG")) name.erase(0, 3);
  const auto found = std::ranges::find(kSignals, name, &Row::name);
  if (found == kSignals.end()) {
    for (int signal = kFirstRealTime; signal <= kLastRealTime; ++signal) {
      if (real_time(signal)->name == name) return signal;
    }
    return std::nullopt;
  }
  return static_cast<int>(found - kSignals.begin()) + 1;
}

std::string_view signal_name(int signal) {
  if (const RealTime* const row = real_time(signal)) return row->name;
  return signal >= 1 && signal <= kLastSignal ? kSignals[static_cast<std::size_t>(signal - 1)].name : "";
}

std::string_view signal_text(int signal) {
  if (const RealTime* const row = real_time(signal)) return row->text;
  return signal >= 1 && signal <= kLastSignal ? kSignals[static_cast<std::size_t>(signal - 1)].text : "";
}

SignalAction default_action(int signal) {
  switch (signal) {
    case 0:
    case kSigChld:
    case kSigCont:
    case kSigUrg:
    case kSigWinch: return SignalAction::ignore;
    case kSigStop:
    case kSigTstp:
    case kSigTtin:
    case kSigTtou: return SignalAction::stop;
    default: return SignalAction::end;
  }
}

}  // namespace lvs::control
