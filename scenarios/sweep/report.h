// SPDX-License-Identifier: GPL-2.0-or-later
// What a sweep found, as a table, as findings beside the published figures, as JSON, CSV and a figure.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "sweep/options.h"
#include "sweep/point.h"

namespace lvs::scenarios {

struct SweepPoint {
  PointSpec spec;      // of the first run
  PointResult result;  // mean over the runs
  PointResult half;    // of the 95 % intervals; NaN where there is none
};

// What the points of one table share.
struct Group {
  double rate = 0;  // or utilisation
  double nic = 0;
  unsigned directors = 1;
  std::string scheduler;
  std::chrono::nanoseconds cost{};  // of a rewritten packet
  bool holds(const PointSpec& spec) const;
};

struct Sweep {
  ProgramTraits traits;
  SweepOptions options;
  std::vector<SweepPoint> points;      // in the order method, rate, NIC, directors, servers
  std::vector<SweepPoint> saturation;  // one a method: offered more than the directors can carry
};

// In the order rate, NIC, directors, scheduler, cost.
std::vector<Group> groups_of(const Sweep& sweep);
// "800 KB/s a server, director NIC 100 Mb/s, wlc"
std::string title_of(const Sweep& sweep, const Group& group);

void print_table(std::ostream& out, const Sweep& sweep);
// Latency and fairness, a line a point, with intervals.
void print_latencies(std::ostream& out, const Sweep& sweep);
// Where NAT saturates, against the publications; the ratio at saturation; what a NIC changes.
void print_findings(std::ostream& out, const Sweep& sweep);
std::string to_json(const Sweep& sweep);
std::string to_csv(const Sweep& sweep);
// A row a point and share of its requests (cdf_share()).
std::string cdf_csv(const Sweep& sweep);
// A line a point.
std::string cdf_figure(const Sweep& sweep, bool pdf);
inline constexpr std::size_t kMostCdfLines = 20;  // of a figure
// A word of a row: quoted where it has to be (RFC 4180).
std::string csv_word(const std::string& word);
// One tidy row a point; both end with a newline.
std::string csv_head(const PointSpec& spec);
std::string csv_row(const SweepPoint& point, unsigned replications);
// Throughput against servers, one panel a server rate, published figures marked; SVG, or PDF.
std::string to_figure(const Sweep& sweep, bool pdf);

// The figures of the publications that the sweep is compared with.
namespace published {
inline constexpr double kCostUs = 60;        // a rewritten packet, Pentium
inline constexpr double kPacketBytes = 536;  // mean length
inline constexpr double kMaxMBps = 8.93;     // what a NAT director carries
struct Claim {
  double server_rate;  // bytes a second
  unsigned servers;
};
inline constexpr Claim kClaims[] = {{800e3, 10}, {600e3, 15}, {400e3, 22}};
inline constexpr unsigned kAboutNodes = 20;
}  // namespace published

}  // namespace lvs::scenarios
