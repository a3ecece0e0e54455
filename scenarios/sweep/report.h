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
  PointSpec spec;
  PointResult result;
};

struct Sweep {
  ProgramTraits traits;
  SweepOptions options;
  std::vector<SweepPoint> points;      // in the order method, rate, NIC, directors, servers
  std::vector<SweepPoint> saturation;  // one a method: offered more than the directors can carry
};

void print_table(std::ostream& out, const Sweep& sweep);
// Where NAT saturates, against the publications; the ratio at saturation; what a NIC changes.
void print_findings(std::ostream& out, const Sweep& sweep);
std::string to_json(const Sweep& sweep);
std::string to_csv(const Sweep& sweep);
// Throughput against servers, one panel a server rate, published figures marked.
std::string to_svg(const Sweep& sweep);

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
