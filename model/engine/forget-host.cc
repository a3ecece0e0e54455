// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/forget-host.h"

namespace lvs::engine {

void forget_host(host::Packet& frame) {
  frame.in = nullptr;
  frame.out = nullptr;
  frame.route = {};
  frame.mark = 0;
  frame.type = host::PacketType::host;
  frame.ipvs_property = false;
  frame.ignore_df = false;
  frame.forwarded = false;
  frame.nf_trace = false;
  frame.reply_source_fixed = false;
  frame.frag_pmtu = false;
  frame.frag_max_size = 0;
  frame.conntrack.reset();
}

}  // namespace lvs::engine
