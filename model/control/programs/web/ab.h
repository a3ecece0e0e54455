// SPDX-License-Identifier: GPL-2.0-or-later
// An ab command as a value, and what it measured. Internal to ab.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "control/machine/command.h"

namespace lvs::control {

struct AbOptions {
  std::string host;  // as typed, without the port
  std::uint16_t port = 80;
  bool port_given = false;
  std::string path = "/";
  base::Ipv4Addr address;
  bool named = false;  // the host is a name to be looked up
  unsigned requests = 1, concurrency = 1;
  base::Time timeout = std::chrono::seconds(30);
  std::vector<std::string> headers;  // -H
  bool quiet = false;                // -q
  bool any_length = false;           // -l
  bool go_on = false;                // -r
  bool keep = false;                 // -k

  // Progress is told every so many requests; 0: never.
  unsigned heartbeat() const { return quiet || requests <= 150 ? 0 : std::max(requests / 10, 100u); }
};

// One request that has ended; times since its start.
struct AbSample {
  base::Time connect{}, wait{}, total{};
};

struct AbReport {
  std::string server;
  std::uint64_t document = 0;  // bytes of the first answer
  std::uint64_t transferred = 0, html = 0;
  unsigned kept = 0;  // answers on connections that go on
  unsigned done = 0, bad_length = 0, bad_receive = 0, not_2xx = 0;
  base::Time taken{};
  std::vector<AbSample> samples;
};

std::string ab_text(const AbOptions& options, const AbReport& report);
std::unique_ptr<Task> start_ab(Machine& machine, Io& io, Done done, const AbOptions& options);

}  // namespace lvs::control
