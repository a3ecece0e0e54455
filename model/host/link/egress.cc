// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link/egress.h"
#include "host/link/shaper.h"

#include <utility>

namespace lvs::host {

void Egress::transmit(Device& out, PacketPtr frame) {
  if (cpu_.serving()) return cpu_.hold(out, std::move(frame));
  send(out, std::move(frame));
}

void Egress::send(Device& out, PacketPtr frame) {
  if (!out.up || !out.carrier || out.port == nullptr) {
    ++out.counters.tx_dropped;
    return env_.drop(std::move(frame), trace::Drop::dev_down, trace::Stage::wire_out);
  }
  if (Shaper* const shaper = Shaper::of(out)) {
    frame->conntrack.reset();  // stays with this host
    return shaper->transmit(std::move(frame));
  }
  ++out.counters.tx_packets;
  out.counters.tx_bytes += frame->size();
  frame->out = &out;
  frame->conntrack.reset();  // stays with this host
  if (env_.tracing()) env_.trace(trace::Stage::wire_out, *frame, Verdict::accept);
  env_.show_frame(out, *frame, true);
  out.port->transmit(std::move(frame));
}

}  // namespace lvs::host
