// SPDX-License-Identifier: GPL-2.0-or-later
// Hosts of the core on TAPs, in real time: epoll, batches, timers. One thread, no ns-3.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "emu/line.h"
#include "emu/station.h"
#include "emu/switch.h"
#include "emu/tap-port.h"
#include "emu/wall-clock.h"
#include "os/fd.h"

namespace lvs::emu {

// How late this program was for its own timers.
struct Lateness {
  // One tick of a kernel with HZ=250, as Debian's: what a real timer may be late by.
  static constexpr base::Time kTick = std::chrono::milliseconds(4);

  base::Time worst{};
  base::Time worst_at{};     // since the start
  std::uint64_t late = 0;    // timers late by more than a tick
  std::uint64_t timers = 0;  // all that came

  void note(base::Time due, base::Time now);
};

class Engine {
 public:
  Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  WallClock& clock() { return clock_; }

  // --- the set-up; everything lives as long as the engine
  Station& add_station(std::string name);
  Switch& add_switch();
  // A line that delivers to `to`.
  Line& add_line(const control::LabSegment& segment, FrameSink& to);
  TapPort& add_tap(std::string where, os::Tap tap);
  const std::vector<std::unique_ptr<Station>>& stations() const { return stations_; }
  const std::vector<std::unique_ptr<TapPort>>& taps() const { return taps_; }
  const std::vector<std::unique_ptr<Line>>& lines() const { return lines_; }

  // `ready` is called whenever `fd` can be read.
  void watch(int fd, std::function<void()> ready);
  // Calls `what` at `when`, or as soon after as can be. Calls for one time come in the order in which they were asked.
  void at(base::Time when, std::function<void()> what) { calls_.emplace(when, std::move(what)); }

  // --- running
  void run();  // until stop()
  void stop() { stopped_ = true; }
  void turn();  // waits for something to do, and does it
  const Lateness& lateness() const { return lateness_; }
  // Told of each time that a timer was late by more than a tick, with how much.
  std::function<void(base::Time)> on_late;
  // Told once of each TAP whose interface is gone.
  std::function<void(const TapPort&)> on_gone;

 private:
  struct Watched {
    TapPort* tap = nullptr;
    std::function<void()> ready;
  };

  base::Time next_due() const;
  void wait(base::Time until);
  void run_due();
  void settle();
  void flush();
  void note_late(base::Time due);

  WallClock clock_;
  os::Fd epoll_;
  std::vector<std::unique_ptr<Station>> stations_;
  std::vector<std::unique_ptr<Switch>> switches_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::vector<std::unique_ptr<TapPort>> taps_;
  std::vector<std::unique_ptr<Watched>> watched_;
  std::vector<Watched*> ready_;
  std::multimap<base::Time, std::function<void()>> calls_;
  Lateness lateness_;
  bool stopped_ = false;
  bool coarse_ = false;  // the kernel waits in milliseconds
  bool busy_ = false;    // hosts have frames left from the last turn
};

}  // namespace lvs::emu
