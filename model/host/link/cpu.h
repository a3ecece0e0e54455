// SPDX-License-Identifier: GPL-2.0-or-later
// The cost of handling packets: one server with a finite backlog. A frame is processed at its turn; what it causes
// leaves at the start of its turn plus the cost of the stages it passed. Programs that work with sockets take turns
// too, where the model gives them a cost.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "base/timer-wheel.h"
#include "host/env/env.h"
#include "host/packet/packet.h"

namespace lvs::host {

class Egress;

// What a packet may pass. A packet is charged for the dearest stage only: a rewrite includes its routing.
enum class CpuStage : std::uint8_t { receive, route, rewrite, droute, encapsulate, count_ };

// What a program does with its sockets, beside the packets that come of it.
struct ProgramCosts {
  base::Time wake{};        // it is told that a socket is ready: a change of context
  base::Time call{};        // accept, connect, read, write, close
  base::Time connection{};  // accept or connect, beside the call
  base::Time kilobyte{};    // 1000 bytes read or written: copying

  bool any() const { return wake + call + connection + kilobyte > base::Time{0}; }
};

struct CpuModel {
  bool enabled = false;
  base::Time receive{};          // delivered locally, or dropped early
  base::Time route{};            // forwarded unchanged
  base::Time rewrite{};          // addresses or ports rewritten (NAT), each direction
  base::Time droute{};           // sent on by IPVS unchanged (DR)
  base::Time encapsulate{};      // IPVS TUN
  base::Time send{};             // a packet of the machine's own sockets
  ProgramCosts user, kernel;     // programs, and threads of the kernel
  std::uint32_t backlog = 1000;  // frames (Linux: net.core.netdev_max_backlog)

  base::Time cost(CpuStage stage) const;
  // Do programs cost time?
  bool programs() const { return enabled && (user.any() || kernel.any()); }
};

struct CpuCounters {
  std::uint64_t processed = 0;   // frames
  std::uint64_t ip_packets = 0;  // of these, IPv4
  std::uint64_t ip_bytes = 0;    // and their IP total lengths
  std::uint64_t dropped = 0;     // backlog full
  base::Time busy{};             // time spent serving
  base::Time programs{};         // of it, in the turns of programs
  std::uint32_t max_backlog = 0;
};

class Cpu {
 public:
  // Whoever processes a frame when its turn has come.
  using Process = void (*)(void* self, Device& in, PacketPtr frame);
  Cpu(Env& env, Egress& egress, Process process, void* self)
      : env_(env), egress_(egress), process_(process), self_(self), timer_(&Cpu::on_timer) {}
  ~Cpu();

  CpuModel model;
  CpuCounters counters;

  // Takes a frame from the NIC; it is processed now, later, or dropped.
  void receive(Device& in, PacketPtr frame);
  // The packet in process passes a stage.
  void charge(CpuStage stage) {
    if (!serving_) return;
    const base::Time cost = model.cost(stage);
    if (cost > cost_) cost_ = cost;
  }
  // The present turn takes so much longer.
  void spend(base::Time cost) {
    if (serving_) spent_ += cost;
  }
  // Programs have something to do: `program` is called at their turn, behind the frames that wait already. Once,
  // however often it is asked for until then.
  using Run = void (*)(void* self);
  void run(Run program, void* self);
  void forget_run() { run_ = nullptr; }
  // True while outputs must wait for the end of the turn; then hold() keeps them.
  bool serving() const { return serving_; }
  std::size_t backlog() const { return backlog_.size(); }  // frames waiting
  void hold(Device& out, PacketPtr frame);

 private:
  struct TimerWithOwner : base::Timer {
    using base::Timer::Timer;
    Cpu* owner = nullptr;
  };
  static void on_timer(base::Timer& timer);
  void serve_all();
  void serve(Device& in, PacketPtr frame);
  void serve_programs();
  bool end_turn();
  void count(const Packet& frame);
  void flush_held();

  Env& env_;
  Egress& egress_;
  Process process_;
  void* self_;
  PacketQueue backlog_;
  PacketQueue held_;      // outputs of the present turn; packet->out says where
  bool serving_ = false;  // processing right now
  bool busy_ = false;     // between the start and the end of a turn
  base::Time cost_{}, spent_{};
  Run run_ = nullptr;
  void* run_self_ = nullptr;
  std::size_t run_after_ = 0;  // so many frames
  TimerWithOwner timer_;
};

}  // namespace lvs::host
