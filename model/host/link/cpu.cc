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
}

void Cpu::serve(Device& in, PacketPtr frame) {
  for (Device* dev = &in; frame != nullptr; frame = backlog_.pop()) {
    if (frame->in != nullptr) dev = frame->in;
    busy_ = serving_ = true;
    cost_ = model.receive;
    count(*frame);
    process_(self_, *dev, std::move(frame));
    serving_ = false;
    counters.busy += cost_;
    if (cost_ > base::Time{0}) {
      timer_.owner = this;
      return env_.arm_exactly(timer_, env_.now() + cost_);
    }
    flush_held();
    busy_ = false;
  }
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
  if (PacketPtr frame = cpu.backlog_.pop()) {
    Device& in = *frame->in;
    cpu.serve(in, std::move(frame));
  }
}

}  // namespace lvs::host
