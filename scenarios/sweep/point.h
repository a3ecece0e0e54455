// SPDX-License-Identifier: GPL-2.0-or-later
// One point of a sweep: one cluster under one load for a while, and what was measured.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "control/lab/cpu-preset.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-work-law.h"

namespace lvs::scenarios {

class HybridNames;
// `server` becomes a name server at `address` that knows all directors' addresses by one name for `ttl` seconds. The
// program that offers --resolvers brings it (names/name-server.h), so that the other sweeps are built without name
// servers.
using MakeHybridNames = std::unique_ptr<HybridNames> (*)(const ns3::Ptr<ns3::LvsHost>& server,
                                                         const std::string& address,
                                                         const std::vector<std::string>& vips, unsigned ttl);

enum class Method : std::uint8_t { nat, dr, tun };
inline constexpr std::array kMethods{Method::nat, Method::dr, Method::tun};
const char* name_of(Method method);        // "NAT"
const char* lower_name_of(Method method);  // "nat"

enum class LoadKind : std::uint8_t { raw, udp, tcp };
const char* name_of(LoadKind kind);

// Requests of one kind beside others: an open loop of its own, on client machines of its own.
struct ClientClass {
  std::string words;  // as given: "0.1,sizes=pareto"
  double share = 1;   // of all requests
  ns3::LvsWork work;
};
inline constexpr std::size_t kMostClasses = 4;

// How the requests are made, as it was asked for: the words, for reports, and what they mean.
struct LoadSpec {
  std::string arrivals = "periodic", sizes = "fixed", service = "fixed", discipline = "fifo", think_law = "exponential";
  double service_time = 0;  // mean seconds at capacity 1; 0: servers answer at once
  double think_time = 0;    // mean seconds
  ns3::LvsWork work;
  std::vector<ClientClass> classes;   // empty: all requests are of one kind, `work`
  std::vector<double> capacities{1};  // of the servers, in turn
  std::vector<unsigned> weights;      // ipvsadm -w, in turn; empty: 1
  double timeout = 10;                // seconds

  // Beyond what LvsLoadClient does: requests that differ, and servers that take time.
  bool detailed() const;
};

// Something that happens while a point runs.
struct PointEvent {
  double at = 0;         // seconds after the load began
  int server = -1;       // whose capacity changes; -1: none
  double capacity = 1;   // to this
  std::string director;  // a command of the director's; empty: none
};

// `raised`: learned, in tables that are large enough (net.ipv4.neigh.default.gc_thresh1 to 3).
enum class Neighbours : std::uint8_t { automatic, learned, raised, pinned };

// Everything a point depends on. Plain values: a point runs in another process.
struct PointSpec {
  Method method = Method::dr;
  unsigned servers = 1;
  unsigned directors = 1;  // more than one: spread by round-robin DNS
  unsigned resolvers = 0;  // that keep the name server's answers; 0: each request goes to the next director
  unsigned ttl = 60;       // seconds, of an answer
  MakeHybridNames make_names = nullptr;  // with resolvers
  double offered_utilisation = 0;        // of the servers, what server_rate was made of; 0: it was given
  double server_rate = 800e3;            // bytes a second offered to each server, all of its bytes (IP total lengths)
  control::CpuPreset cpu{};
  double nic = 0;          // of the director, bits a second; 0: as link_rate
  double link_rate = 1e9;  // bits a second
  std::chrono::nanoseconds delay{std::chrono::microseconds(10)};
  std::string scheduler = "rr";
  LoadKind load = LoadKind::raw;
  unsigned request_size = 536;  // raw: IP total length of the request packet; udp, tcp: payload bytes
  unsigned reply_size = 8040;   // raw: sum of the reply packets' IP total lengths; udp, tcp: payload bytes
  unsigned packet_size = 536;   // raw: IP total length of a reply packet; tcp: MSS + 40
  LoadSpec ask;
  std::vector<PointEvent> events;
  double agent_period = 0;  // seconds between two looks of an agent that sets weights by what servers do; 0: none
  unsigned clients = 1;     // client machines, of each class where there are classes
  unsigned client_addresses = 16;  // of a client machine
  unsigned queue = 1000;           // frames that may wait at a NIC
  Neighbours neighbours = Neighbours::automatic;
  bool find_warm_up = false;  // by MSER-5, in a run of its own; warm_up is what is taken at least
  bool observe = false;       // latencies one by one, for what is said of their trend
  std::chrono::nanoseconds warm_up{std::chrono::milliseconds(100)};
  std::chrono::nanoseconds duration{std::chrono::milliseconds(250)};
  std::uint32_t seed = 1;
  std::uint32_t run = 1;
  std::string pcap_prefix;                                      // empty: none
  int trace_fd = -1;                                            // where the packet-walk trace goes, -1: none
  bool walk = false;                                            // a few connections, to look at one by one
  std::vector<std::pair<std::string, std::string>> attributes;  // ns-3 defaults to set
};

// The shares of requests at which the distribution of latencies is kept: hundredths, then thousandths and ten
// thousandths of the tail, and the last.
inline constexpr std::size_t kCdfPoints = 119;
constexpr double cdf_share(std::size_t i) {
  if (i < 100) return static_cast<double>(i) / 100;
  if (i < 109) return 0.99 + static_cast<double>(i - 99) / 1000;
  if (i < 118) return 0.999 + static_cast<double>(i - 108) / 10000;
  return 1;
}

inline constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();  // where there is nothing to measure

// From so many servers or clients on, neighbours are given where nothing else is asked for: what 2 N^2 ARP broadcasts
// do to a director under full load is not what a sweep is about.
inline constexpr unsigned kMostLearned = 100;
inline bool pinned(const PointSpec& spec) {
  return spec.neighbours == Neighbours::pinned ||
         (spec.neighbours == Neighbours::automatic && std::max(spec.servers, spec.clients) > kMostLearned);
}

// Rates over the measured window.
struct PointResult {
  double director_bytes_per_s = 0;  // IP total lengths of all packets the directors served, both directions
  double director_packets_per_s = 0;
  double reply_bytes_per_s = 0;      // that reached the clients
  double request_bytes_per_s = 0;    // that reached the servers
  double cpu = 0;                    // busy share of the directors' CPUs, 0..1 (mean over directors)
  double drops = 0;                  // packets the directors lost in the window (CPU backlog and NIC queues)
  double nic_drops = 0;              // those of them that were no room at a NIC
  double mean_packet_bytes = 0;      // of the packets the directors served
  double requests_per_s = 0;         // completed
  double mean_latency_s = kNothing;  // of completed requests; what was not completed is in timeouts and refused
  double p50_s = kNothing, p90_s = kNothing, p95_s = kNothing, p99_s = kNothing, p999_s = kNothing, max_s = kNothing;
  double begun_per_s = 0;
  double timeouts = 0, refused = 0, retransmits = 0;           // in the window; of SYNs
  double server_least = kNothing, server_most = kNothing;      // requests that a server got, as a share of the even one
  double jain = kNothing;                                      // Jain's index of requests a server by its capacity
  double utilisation = kNothing;                               // busy share of the servers, mean
  double jain_busy = kNothing;                                 // Jain's index of the servers' busy shares
  double jobs = kNothing;                                      // at a server, mean over time and servers
  double director_least = kNothing, director_most = kNothing;  // requests of a director, as a share of the even one
  double connections = kNothing;                               // that the director holds, mean of 20 looks
  double growing = kNothing;                                   // 1: latency grew through the window
  double warm_up_s = 0;
  // Of the classes of clients: completed requests a second, mean latency, 99 % of them below.
  double class1_per_s = kNothing, class1_mean_s = kNothing, class1_p99_s = kNothing;
  double class2_per_s = kNothing, class2_mean_s = kNothing, class2_p99_s = kNothing;
  double class3_per_s = kNothing, class3_mean_s = kNothing, class3_p99_s = kNothing;
  double class4_per_s = kNothing, class4_mean_s = kNothing, class4_p99_s = kNothing;
  std::array<double, 20> series{};          // mean latency of each twentieth of the window
  std::array<float, 64> server_requests{};  // of the first 64 servers, in the window
  std::array<float, kCdfPoints> cdf{};      // latency, seconds, at each cdf_share(); NaN: none was completed
  bool outputs_failed = false;              // a trace or capture could not be written; a line has said why
};

// The three numbers of a class of clients.
struct ClassMeasures {
  double PointResult::*per_s;
  double PointResult::*mean_s;
  double PointResult::*p99_s;
};
inline constexpr std::array<ClassMeasures, kMostClasses> kClassMeasures{
    {{&PointResult::class1_per_s, &PointResult::class1_mean_s, &PointResult::class1_p99_s},
     {&PointResult::class2_per_s, &PointResult::class2_mean_s, &PointResult::class2_p99_s},
     {&PointResult::class3_per_s, &PointResult::class3_mean_s, &PointResult::class3_p99_s},
     {&PointResult::class4_per_s, &PointResult::class4_mean_s, &PointResult::class4_p99_s}}};

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
