// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as lines of commands: each is an error or runs, for a minute of virtual time at most.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "control/machine/machine.h"

using namespace lvs;
using namespace std::chrono_literals;

namespace {

struct Clock final : base::Clock {
  base::Time now() const override { return at; }
  void wake_at(base::Time when) override { wake = when; }
  base::Time at{};
  base::Time wake = base::kNever;
};

struct Nowhere final : host::Port {
  void transmit(host::PacketPtr) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Clock clock;
  Nowhere port;
  control::Machine machine("m", 1, 1, clock);
  machine.host().set_up(machine.host().add_ethernet("eth0", {{2, 0, 0, 0, 1, 0}}, &port), true);
  if (auto line = control::parse_line({reinterpret_cast<const char*>(data), size})) machine.start(*line);
  for (int steps = 0; clock.wake <= 60s && steps < 10000; ++steps) {
    clock.at = std::max(clock.at, std::exchange(clock.wake, base::kNever));
    machine.host().advance();
  }
  return 0;
}
