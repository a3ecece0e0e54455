// SPDX-License-Identifier: GPL-2.0-or-later
// How frames leave the host: at once, or when the turn of its CPU ends.
#pragma once

#include "host/env/env.h"
#include "host/link/cpu.h"

namespace lvs::host {

// Counts and shows what leaves by this interface, which has a port, and gives it to the cable.
void put_on_wire(Env& env, Device& out, PacketPtr frame);

class Egress {
 public:
  Egress(Env& env, Cpu& cpu) : env_(env), cpu_(cpu) {}

  // The last step of every frame; data() is the Ethernet header.
  void transmit(Device& out, PacketPtr frame);
  // The same, at once.
  void send(Device& out, PacketPtr frame);

 private:
  Env& env_;
  Cpu& cpu_;
};

}  // namespace lvs::host
