// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of lvs-cluster.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

namespace lvs::scenarios {

struct ClusterOptions {
  unsigned racks = 4, pods = 2, servers = 25, clients = 4;  // servers a rack, clients a pod
  std::string scheduler = "rr";
  double server_rate = 800e3;  // bytes a second offered to each server, in and out
  unsigned packet_size = 536, reply_packets = 15;
  std::string arrivals = "periodic";
  unsigned flows = 0;  // of all clients together; 0: five a server
  std::chrono::nanoseconds director_cost{0}, delay{5000}, warm_up{20'000'000}, duration{100'000'000};
  double server_link = 1e9, link = 100e9;
  unsigned seed = 1, run = 1;
  std::string csv;
  bool cost = false;

  unsigned all_servers() const { return racks * servers; }
  unsigned all_clients() const { return pods * clients; }
};

// Nothing where help was asked for (status 0) or something is wrong (status 2, one line on `err`).
std::optional<ClusterOptions> parse_cluster_options(int argc, const char* const* argv, std::ostream& out,
                                                    std::ostream& err, int& status);

}  // namespace lvs::scenarios
