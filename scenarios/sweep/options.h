// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of the sweep programs (lvs-nat, lvs-dr, lvs-tun, lvs-dns-hybrid), parsed once into values.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "sweep/point.h"

namespace lvs::scenarios {

// What a program is by itself, before options.
struct ProgramTraits {
  std::string name;     // "lvs-dr"
  std::string summary;  // one sentence for --help
  Method method = Method::dr;
  bool director_groups = false;          // has --directors (lvs-dns-hybrid)
  MakeHybridNames make_names = nullptr;  // what --resolvers ask
};

struct SweepOptions {
  Method method = Method::dr;
  std::vector<Method> methods;  // shown side by side, the program's own first
  unsigned servers = 20;
  std::vector<unsigned> sweep;       // numbers of servers
  std::vector<double> server_rates;  // bytes a second
  std::vector<double> nics;          // bits a second; one entry, 0, when not given
  bool by_utilisation = false;       // server_rates are shares of the servers' capacity
  std::vector<unsigned> directors;   // lvs-dns-hybrid
  std::vector<std::string> schedulers;
  std::vector<control::CpuPreset> cpus;  // of the director
  unsigned replications = 1;
  bool latencies = false;       // a table of them
  PointSpec base;               // everything else
  std::string preset_name;      // empty: --director-cost
  std::string csv, json, plot;  // files, empty: none
  std::string cdf;              // of latencies: a table or a figure, by its name; empty: none
  std::string pcap;             // prefix, empty: none
  std::string resume;           // what has been run already, empty: nothing is kept
  std::string trace;            // file of one point's trace, empty: none
  bool walk = false;            // a small point, and the viewer on its trace
  unsigned jobs = 0;            // processes, 0: one a core
  bool quiet = false;
};

// One point only, with captures or a trace, instead of a sweep?
inline bool one_point(const SweepOptions& options) {
  return !options.pcap.empty() || !options.trace.empty() || options.walk;
}

// Parses argv. Nothing when the program has to end now (help, an error); `status` is its exit status then and the text
// has been written to `out` or `err`.
std::optional<SweepOptions> parse_options(const ProgramTraits& traits, int argc, const char* const* argv,
                                          std::ostream& out, std::ostream& err, int& status);

}  // namespace lvs::scenarios
