// SPDX-License-Identifier: GPL-2.0-or-later
// A traceroute command as a value. Internal to traceroute.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/addr.h"
#include "control/machine/command.h"

namespace lvs::control {

struct TraceOptions {
  std::string host;  // as typed
  base::Ipv4Addr target;
  bool named = false;    // the host is a name to be looked up
  bool numeric = false;  // -n
  bool echo = false;     // -I: ICMP in place of UDP
  bool dont_fragment = false;
  unsigned first = 1, hops = 30, queries = 3, at_once = 16;
  double wait = 5, here = 3, near = 10;  // seconds, and factors of -w
  std::uint32_t length = 60;
  std::uint16_t port = 33434;
  std::string device, source;
};

std::unique_ptr<Task> start_trace(Machine& machine, Io& io, Done done, const TraceOptions& options);

}  // namespace lvs::control
