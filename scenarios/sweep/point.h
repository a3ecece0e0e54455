// SPDX-License-Identifier: GPL-2.0-or-later
// One point of a sweep: one cluster under one load for a while, and what was measured.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "control/lab/cpu-preset.h"

namespace lvs::scenarios {

enum class Method : std::uint8_t { nat, dr, tun };
inline constexpr std::array kMethods{Method::nat, Method::dr, Method::tun};
const char* name_of(Method method);        // "NAT"
const char* lower_name_of(Method method);  // "nat"

enum class LoadKind : std::uint8_t { raw, udp, tcp };
const char* name_of(LoadKind kind);

// Everything a point depends on. Plain values: a point runs in a process of its own.
struct PointSpec {
  Method method = Method::dr;
  unsigned servers = 1;
  unsigned directors = 1;      // more than one: spread by round-robin DNS
  double server_rate = 800e3;  // bytes a second offered to each server, all of its bytes (IP total lengths)
  control::CpuPreset cpu{};
  double nic = 0;          // of the director, bits a second; 0: as link_rate
  double link_rate = 1e9;  // bits a second
  std::chrono::nanoseconds delay{std::chrono::microseconds(10)};
  std::string scheduler = "rr";
  LoadKind load = LoadKind::raw;
  unsigned request_size = 536;  // raw: IP total length of the request packet; udp, tcp: payload bytes
  unsigned reply_size = 8040;   // raw: sum of the reply packets' IP total lengths; udp, tcp: payload bytes
  unsigned packet_size = 536;   // raw: IP total length of a reply packet; tcp: MSS + 40
  std::chrono::nanoseconds warm_up{std::chrono::milliseconds(100)};
  std::chrono::nanoseconds duration{std::chrono::milliseconds(250)};
  std::uint32_t seed = 1;
  std::uint32_t run = 1;
  std::string pcap_prefix;                                      // empty: none
  int trace_fd = -1;                                            // where the packet-walk trace goes, -1: none
  bool walk = false;                                            // a few connections, to look at one by one
  std::vector<std::pair<std::string, std::string>> attributes;  // ns-3 defaults to set
};

// Rates over the measured window.
struct PointResult {
  double director_bytes_per_s = 0;  // IP total lengths of all packets the directors served, both directions
  double director_packets_per_s = 0;
  double reply_bytes_per_s = 0;    // that reached the clients
  double request_bytes_per_s = 0;  // that reached the servers
  double cpu = 0;                  // busy share of the directors' CPUs, 0..1 (mean over directors)
  double drops = 0;                // packets the directors lost in the window (CPU backlog and NIC queues)
  double mean_packet_bytes = 0;    // of the packets the directors served
  double requests_per_s = 0;       // completed
  double mean_latency_s = 0;       // of completed requests
  bool outputs_failed = false;     // a trace or capture could not be written; a line has said why
};

// Bytes of one exchange as a server sees it, IP total lengths of both directions.
double exchange_bytes(const PointSpec& spec);
// Packets of one exchange towards the server, and towards the client.
double request_packets(const PointSpec& spec);
double reply_packets(const PointSpec& spec);
// The replies' share of its bytes.
double reply_share(const PointSpec& spec);

// Builds the cluster, runs it, measures. Call at most once in a process at a time (ns-3 has one simulator).
PointResult run_point(const PointSpec& spec);

}  // namespace lvs::scenarios
