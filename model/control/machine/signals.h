// SPDX-License-Identifier: GPL-2.0-or-later
// Signals: numbers, names, and how a process has ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lvs::control {

enum Signal : int {
  kSigHup = 1,
  kSigInt = 2,
  kSigQuit = 3,
  kSigKill = 9,
  kSigUsr1 = 10,
  kSigUsr2 = 12,
  kSigPipe = 13,
  kSigAlrm = 14,
  kSigTerm = 15,
  kSigChld = 17,
  kSigCont = 18,
  kSigStop = 19,
  kSigTstp = 20,
  kSigTtin = 21,
  kSigTtou = 22,
  kSigUrg = 23,
  kSigWinch = 28,
};
inline constexpr int kLastSignal = 31;

// "TERM", "SIGTERM", "term" or "15"; 0 is what kill -0 sends. Nothing: there is none of that name.
std::optional<int> signal_number(std::string_view text);
std::string_view signal_name(int signal);  // "TERM"
std::string_view signal_text(int signal);  // strsignal(3): "Terminated"

// What a signal does without a handler. Stopping is not modelled.
enum class SignalAction : std::uint8_t { end, ignore, stop };
SignalAction default_action(int signal);

struct ExitStatus {
  int code = 0;
  int signal = 0;  // 0: by itself

  int shell() const { return signal != 0 ? 128 + signal : code; }  // $?
};

}  // namespace lvs::control
