// SPDX-License-Identifier: GPL-2.0-or-later
// Sockets of programs that listen on all of IPv6. IPv6 is off: nobody comes, but netstat and ss list them.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/numbers.h"
#include "control/machine/kept.h"

namespace lvs::control {

struct SixListener {
  bool tcp = true;
  std::uint16_t port = 0;
  unsigned backlog = 0;
  unsigned descriptor = 0;
};

// In place of those that this process had.
inline void keep_six_listeners(Machine& machine, Pid pid, const std::vector<SixListener>& listeners) {
  std::string text;
  for (const SixListener& each : listeners)
    text += fmt::format("{} {} {} {} ", each.tcp ? 1 : 0, each.port, each.backlog, each.descriptor);
  keep(machine, fmt::format("six/{}", pid), std::move(text));
}

inline std::vector<SixListener> six_listeners(Machine& machine, Pid pid) {
  const std::string text = kept(machine, fmt::format("six/{}", pid));
  std::vector<SixListener> listeners;
  std::string_view rest = text;
  const auto next = [&]() -> unsigned {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    return base::number<unsigned>(word).value_or(0);
  };
  while (!rest.empty()) {
    SixListener& each = listeners.emplace_back();
    each.tcp = next() != 0;
    each.port = static_cast<std::uint16_t>(next());
    each.backlog = next();
    each.descriptor = next();
  }
  return listeners;
}

}  // namespace lvs::control
