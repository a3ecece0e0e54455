// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link/egress.h"

#include <utility>

#include "host/link/shaper.h"
#include "host/link/vlan-tag.h"

namespace lvs::host {

void put_on_wire(Env& env, Device& out, PacketPtr frame) {
  ++out.counters.tx_packets;
  out.counters.tx_bytes += frame->size() - tag_size(*frame);
  frame->out = &out;
  if (env.tracing()) env.trace(trace::Stage::wire_out, *frame, Verdict::accept);
  env.show_frame(out, *frame, true);
  out.port->transmit(std::move(frame));
}

void Egress::transmit(Device& out, PacketPtr frame) {
  if (cpu_.serving()) return cpu_.hold(out, std::move(frame));
  send(out, std::move(frame));
}

void Egress::send(Device& out, PacketPtr frame) {
  if (!out.up || !out.carrier || out.port == nullptr) {
    ++out.counters.tx_dropped;
    return env_.drop(std::move(frame), trace::Drop::dev_down, trace::Stage::wire_out);
  }
  frame->conntrack.reset();  // stays with this host
  if (out.shaper != nullptr) return out.shaper->take(std::move(frame));
  put_on_wire(env_, out, std::move(frame));
}

}  // namespace lvs::host
