// SPDX-License-Identifier: GPL-2.0-or-later
// An nc command as a value. Internal to nc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "control/machine/command.h"

namespace lvs::control {

struct NcOptions {
  std::string host;  // as typed
  base::Ipv4Addr target;
  bool named = false;                // the host is a name to be looked up
  std::vector<std::uint16_t> ports;  // to be tried one after the other; of a listener the one
  base::Ipv4Addr source;             // -s
  std::uint16_t source_port = 0;     // -p
  bool listen = false, keep = false, udp = false, verbose = false, scan = false, numeric = false;
  bool detached = false;     // -d: nothing is read from standard input
  bool shut_at_end = false;  // -N
  bool crlf = false;         // -C
  int quit = -1;             // -q: seconds, -1: never
  base::Time timeout{};      // -w, 0: none
  unsigned limit = 0;        // -W: packets, 0: none
};

std::unique_ptr<Task> start_nc(Machine& machine, Io& io, Done done, const NcOptions& options);

}  // namespace lvs::control
