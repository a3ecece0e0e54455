// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <span>

#include "host/packet/packet.h"

namespace lvs::emu {

// Something that takes Ethernet frames: an interface of a host, a TAP, a port of a switch, a line. Never calls back
// into who gives them.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  // data() of each is its Ethernet header. Takes all of them.
  virtual void take(std::span<host::PacketPtr> frames) = 0;
  void take_one(host::PacketPtr frame) { take({&frame, 1}); }
};

}  // namespace lvs::emu
