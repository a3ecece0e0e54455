// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/ticks.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

#include "os/fd.h"

namespace lvs::referee {
namespace {

// Slots of 8^6 ticks are those of timers up to 63 times that.
constexpr base::Time kTurn = kTick * (1 << 18);
constexpr base::Time kMiddle = kTick / 2;

std::int64_t number_after(const std::string& text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string::npos) throw std::runtime_error("/proc/timer_list does not tell the kernel's ticks");
  return std::stoll(text.substr(at + word.size()));
}

void sleep_until_phase(base::Time length, base::Time phase) {
  const base::Time past = (ticks_counted() - phase) % length;
  std::this_thread::sleep_for(length - past);
}

}  // namespace

base::Time ticks_counted() {
  const std::string list = os::read_file("/proc/timer_list");
  const base::Time now(number_after(list, "\nnow at "));
  // Ticks begin where the monotonic clock is a multiple of them (kernel: tick_init_jiffy_update()).
  return number_after(list, "\njiffies: ") * kTick + now % kTick;
}

void wait_for_wheel() { sleep_until_phase(kTurn, kMiddle); }
void wait_for_tick() { sleep_until_phase(kTick, kMiddle); }

}  // namespace lvs::referee
