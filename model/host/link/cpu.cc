// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link/cpu.h"

#include <algorithm>

#include "host/link/egress.h"

namespace lvs::host {

base::Time CpuModel::cost(CpuStage stage) const {
  switch (stage) {
    case CpuStage::receive: return receive;
    case CpuStage::route: return route;
    case CpuStage::rewrite: return rewrite;
    case CpuStage::droute: return droute;
    case CpuStage::encapsulate: return encapsulate;
    case CpuStage::count_: break;
  }
  return {};
}

Cpu::~Cpu() {
  if (timer_.armed()) env_.cancel(timer_);
}

void Cpu::receive(Device& in, PacketPtr frame) {
  if (busy_) {
    if (backlog_.size() >= model.backlog) {
      ++counters.dropped;
      ++in.counters.rx_dropped;
      return env_.drop(std::move(frame), trace::Drop::cpu_backlog, trace::Stage::wire_in);
    }
    frame->in = &in;
    backlog_.push(std::move(frame));
    counters.max_backlog = std::max(counters.max_backlog, static_cast<std::uint32_t>(backlog_.size()));
    return;
  }
  serve(in, std::move(frame));
  if (end_turn()) serve_all();
}

void Cpu::run(Run program, void* self) {
  if (run_ != nullptr) return;
  run_ = program;
  run_self_ = self;
  run_after_ = backlog_.size();
  if (!busy_) serve_all();
}

// Everybody who waits, until a turn takes time.
void Cpu::serve_all() {
  do {
    if (run_ != nullptr && run_after_ == 0) {
      serve_programs();
      continue;
    }
    PacketPtr frame = backlog_.pop();
    if (frame == nullptr) return;
    if (run_after_ > 0) --run_after_;
    Device& in = *frame->in;
    serve(in, std::move(frame));
  } while (end_turn());
}

void Cpu::serve(Device& in, PacketPtr frame) {
  busy_ = serving_ = true;
  cost_ = model.receive;
  count(*frame);
  process_(self_, in, std::move(frame));
}

void Cpu::serve_programs() {
  busy_ = serving_ = true;
  const Run program = run_;
  run_ = nullptr;
  program(run_self_);
  counters.programs += spent_;
}

// True: it took no time, and the next may have the CPU.
bool Cpu::end_turn() {
  serving_ = false;
  const base::Time length = cost_ + spent_;
  cost_ = spent_ = base::Time{0};
  counters.busy += length;
  if (length > base::Time{0}) {
    timer_.owner = this;
    env_.arm_exactly(timer_, env_.now() + length);
    return false;
  }
  flush_held();
  busy_ = false;
  return true;
}

void Cpu::count(const Packet& frame) {
  ++counters.processed;
  if (frame.head_size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize) return;
  const std::uint8_t* bytes = frame.data();
  if (wire::ConstEthernet{bytes}.type() != static_cast<std::uint16_t>(wire::EtherType::ipv4)) return;
  ++counters.ip_packets;
  counters.ip_bytes += wire::ConstIpv4{bytes + wire::Ethernet::kSize}.total_length();
}

void Cpu::flush_held() {
  while (PacketPtr frame = held_.pop()) {
    Device& out = *frame->out;
    egress_.send(out, std::move(frame));
  }
}

void Cpu::hold(Device& out, PacketPtr frame) {
  frame->out = &out;
  held_.push(std::move(frame));
}

void Cpu::on_timer(base::Timer& timer) {
  Cpu& cpu = *static_cast<TimerWithOwner&>(timer).owner;
  cpu.flush_held();
  cpu.busy_ = false;
  cpu.serve_all();
}

}  // namespace lvs::host
