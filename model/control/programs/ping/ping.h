// SPDX-License-Identifier: GPL-2.0-or-later
// A ping command as a value. Internal to ping.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/addr.h"
#include "base/time.h"
#include "control/machine/command.h"

namespace lvs::control {

struct PingOptions {
  enum class Pmtu : std::uint8_t { want, dont, do_ };

  std::string host;  // as typed
  base::Ipv4Addr target;
  bool named = false;       // the host is a name to be looked up
  bool numeric = false;     // -n
  std::uint64_t count = 0;  // 0: for ever
  base::Time interval = std::chrono::seconds(1);
  base::Time linger = std::chrono::seconds(10);  // -W
  base::Time deadline{};                         // -w, 0: none
  std::uint32_t size = 56;                       // data bytes
  int ttl = -1;                                  // -1: the host's
  std::uint8_t tos = 0;
  std::uint32_t mark = 0;
  Pmtu pmtu = Pmtu::want;
  bool pmtu_given = false;
  std::string source;  // -I: an interface's name, or an address
  bool quiet = false;
  bool broadcast = false;    // -b
  bool outstanding = false;  // -O
  bool timestamps = false;   // -D

  bool to_many() const { return broadcast || target.is_multicast(); }
};

std::unique_ptr<Task> start_ping(Machine& machine, Io& io, Done done, const PingOptions& options);

}  // namespace lvs::control
