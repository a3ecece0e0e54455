// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/stop-guard.h"

#include <poll.h>

#include <array>
#include <utility>

namespace lvs::os {
namespace {

bool readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) > 0;
}

}  // namespace

StopGuard::StopGuard(int signals, std::chrono::milliseconds patience, std::function<void()> last)
    : last_(std::move(last)), end_(make_pipe()), thread_([this, signals, patience] { watch(signals, patience); }) {}

StopGuard::~StopGuard() {
  end_.write.reset();
  thread_.join();
}

void StopGuard::watch(int signals, std::chrono::milliseconds patience) {
  for (;;) {
    std::array<pollfd, 2> entries{{{signals, POLLIN, 0}, {end_.read.get(), POLLIN, 0}}};
    if (::poll(entries.data(), entries.size(), -1) < 0) continue;
    if (entries[1].revents != 0) return;
    // The program should be about to take it.
    pollfd end{end_.read.get(), POLLIN, 0};
    if (::poll(&end, 1, static_cast<int>(patience.count())) > 0) return;
    if (!readable(signals)) continue;
    last_();
    ::_exit(2);
  }
}

}  // namespace lvs::os
