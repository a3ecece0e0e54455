// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "ns3/lvs-tap.h"
#include "ns3/nstime.h"
#include "os/fd.h"

namespace ns3 {

class RealtimeSimulatorImpl;

/** How late the simulation was against real time. */
struct LvsLateness {
  /** One tick of a kernel with HZ=250: what a real timer may be late by. */
  static constexpr int64_t TICK_NS = 4'000'000;
  Time worst;         ///< greatest lag of simulated behind real time
  Time worstAt;       ///< when, in simulated time
  uint64_t late = 0;  ///< looks that found more than a tick
  uint64_t looks = 0;
};

/**
 * The outside world of a simulation in real time: one thread that waits for TAPs and other descriptors, and puts what
 * they bring before the simulator as events. Simulator::Run() runs between Start() and Stop().
 *
 * A TAP has two batches, one being filled and one being simulated. A reader that is ahead by a full batch waits, and
 * the kernel's queue of the interface fills instead: what is dropped there is counted there (os::LinkCounters).
 */
class LvsRealtime {
 public:
  LvsRealtime();
  ~LvsRealtime();
  LvsRealtime(const LvsRealtime&) = delete;
  LvsRealtime& operator=(const LvsRealtime&) = delete;

  /** The simulator in this program becomes RealtimeSimulatorImpl; before anything else asks for one. */
  static void UseRealtimeSimulator();

  void Add(Ptr<LvsTap> tap);
  /** \p ready is called in the simulator's thread whenever \p fd can be read. */
  void Watch(int fd, std::function<void()> ready);
  /** Begins reading; from within the simulation. */
  void Start();
  /** Ends the thread. */
  void Stop();

  const LvsLateness& GetLateness() const { return m_lateness; }
  /** Told of each look that found the simulation late by more than a tick. */
  std::function<void(Time lag)> onLate;

 private:
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kAhead = 4096;  // frames that wait to be simulated, a TAP
  static constexpr std::size_t kBurst = 32;    // frames that come in at one time: less than a queue of a segment holds

  struct Source {
    Ptr<LvsTap> tap;              // or
    std::function<void()> ready;  // called with its descriptor not watched, which is then watched again
    int fd = -1;
    LvsTap::Batch filling, simulating;
    std::size_t frame = 0, byte = 0;  // of `simulating`: what comes next
    Time free;                        // when the line from the machine is
    bool posted = false;              // an event is on its way
    bool blocked = false;             // too far ahead: not watched until the simulator has caught up
  };

  void ReadAll();
  void ReadTap(Source& source);
  void Drain(Source* source);
  void CallReady(Source* source);
  void Rearm(Source& source);
  void Look();

  lvs::os::Fd m_epoll;
  lvs::os::Fd m_wake;
  std::list<Source> m_sources;
  LvsTap::Batch m_reading;  // of the thread
  std::mutex m_mutex;       // of the sources' batches and flags
  std::thread m_thread;
  std::atomic<bool> m_stop{false};
  LvsLateness m_lateness;
};

}  // namespace ns3
