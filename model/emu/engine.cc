// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/engine.h"

#include <sys/epoll.h>

#include <array>

namespace lvs::emu {
namespace {

constexpr int kRounds = 16;  // hosts among themselves, before the world is looked at again
constexpr base::Time kLongest = std::chrono::seconds(1);

}  // namespace

void Lateness::note(base::Time due, base::Time now) {
  ++timers;
  const base::Time by = now - due;
  if (by > kTick) ++late;
  if (by <= worst) return;
  worst = by;
  worst_at = now;
}

Engine::Engine() : epoll_(os::check(::epoll_create1(EPOLL_CLOEXEC), "epoll")) {}

Engine::~Engine() {
  calls_.clear();
  // Frames under way name interfaces of hosts.
  taps_.clear();
  lines_.clear();
}

Station& Engine::add_station(std::string name) {
  const auto number = static_cast<trace::HostId>(stations_.size() + 1);
  return *stations_.emplace_back(std::make_unique<Station>(std::move(name), number, 1, clock_));
}

Switch& Engine::add_switch() { return *switches_.emplace_back(std::make_unique<Switch>(clock_)); }

Line& Engine::add_line(const control::LabSegment& segment, FrameSink& to) {
  const std::uint64_t seed = lines_.size() + 1;
  return *lines_.emplace_back(std::make_unique<Line>(segment, seed, clock_, to));
}

TapPort& Engine::add_tap(std::string where, os::Tap tap) {
  TapPort& port = *taps_.emplace_back(std::make_unique<TapPort>(std::move(where), std::move(tap)));
  auto& watched = *watched_.emplace_back(std::make_unique<Watched>());
  watched.tap = &port;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &watched;
  os::check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, port.tap().fd(), &event), "epoll");
  return port;
}

void Engine::watch(int fd, std::function<void()> ready) {
  auto& watched = *watched_.emplace_back(std::make_unique<Watched>());
  watched.ready = std::move(ready);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &watched;
  os::check(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event), "epoll");
}

void Engine::run() {
  stopped_ = false;
  while (!stopped_) turn();
  flush();
}

void Engine::flush() {
  for (const auto& tap : taps_) tap->flush();
}

void Engine::turn() {
  wait(next_due());
  run_due();
  for (Watched* watched : ready_) {
    if (watched->tap == nullptr) {
      watched->ready();
      continue;
    }
    watched->tap->drain();
    if (!watched->tap->gone()) continue;
    // Level-triggered: a dead descriptor would be ready for ever.
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watched->tap->tap().fd(), nullptr);
    if (on_gone) on_gone(*watched->tap);
  }
  settle();
}

base::Time Engine::next_due() const {
  if (busy_) return clock_.now();
  base::Time due = base::kNever;
  for (const auto& station : stations_) due = std::min(due, station->wanted());
  for (const auto& line : lines_) due = std::min(due, line->next());
  if (!calls_.empty()) due = std::min(due, calls_.begin()->first);
  return due;
}

void Engine::wait(base::Time until) {
  flush();  // of the last turn, and of what was called between two
  std::array<epoll_event, 16> events;
  timespec limit{};
  if (!busy_) {
    const base::Time left = std::min(until == base::kNever ? kLongest : until - clock_.read(), kLongest);
    if (left > base::Time{0}) {
      limit.tv_sec = static_cast<time_t>(left.count() / 1'000'000'000);
      limit.tv_nsec = static_cast<long>(left.count() % 1'000'000'000);
    }
  }
  int count = -1;
  if (!coarse_) count = ::epoll_pwait2(epoll_.get(), events.data(), static_cast<int>(events.size()), &limit, nullptr);
  // Before Linux 5.11, and where a seccomp profile is older than that: whole milliseconds.
  if (coarse_ || (count < 0 && (errno == ENOSYS || errno == EPERM))) {
    coarse_ = true;
    const auto left = limit.tv_sec * 1'000 + (limit.tv_nsec + 999'999) / 1'000'000;
    count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), static_cast<int>(left));
  }
  ready_.clear();
  for (int i = 0; i < count; ++i) {
    ready_.push_back(static_cast<Watched*>(events[static_cast<std::size_t>(i)].data.ptr));
  }
  clock_.refresh();
}

void Engine::note_late(base::Time due) {
  lateness_.note(due, clock_.now());
  if (clock_.now() - due > Lateness::kTick && on_late) on_late(clock_.now() - due);
}

void Engine::run_due() {
  for (const auto& station : stations_) {
    if (station->wanted() > clock_.now()) continue;
    note_late(station->wanted());
    station->advance();
  }
  for (const auto& line : lines_) {
    if (line->next() > clock_.now()) continue;
    note_late(line->next());
    line->advance();
  }
  while (!calls_.empty() && calls_.begin()->first <= clock_.now()) {
    const auto call = calls_.extract(calls_.begin());
    note_late(call.key());
    call.mapped()();
  }
}

// Frames between hosts of ours go to and fro until all is quiet, but not for ever: two of them may have much to say.
void Engine::settle() {
  busy_ = true;
  for (int round = 0; busy_ && round < kRounds; ++round) {
    busy_ = false;
    for (const auto& station : stations_) {
      if (!station->has_frames()) continue;
      busy_ = true;
      station->receive();
    }
  }
}

}  // namespace lvs::emu
