// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/sweep.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "common/figure/figure-file.h"
#include "common/output-file.h"
#include "common/standard-output.h"
#include "common/trace-file.h"
#include "common/trace-view.h"
#include "common/version.h"
#include "sweep/parallel.h"
#include "sweep/replicate.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

PointSpec spec_for(const SweepOptions& o, Method method, double rate, double nic, unsigned directors,
                   unsigned servers) {
  PointSpec spec = o.base;
  spec.method = method;
  spec.server_rate = rate;
  spec.nic = nic;
  spec.directors = std::min(directors, servers);
  spec.servers = servers;
  if (!o.by_utilisation) return spec;
  double capacity = 0;
  for (unsigned i = 0; i < servers; ++i) capacity += spec.ask.capacities[i % spec.ask.capacities.size()];
  spec.offered_utilisation = rate;
  spec.server_rate = rate * capacity / servers / spec.ask.service_time * exchange_bytes(spec);
  return spec;
}

std::vector<PointSpec> points_of(const SweepOptions& o) {
  std::vector<PointSpec> specs;
  for (Method method : o.methods) {
    for (double rate : o.server_rates) {
      for (double nic : o.nics) {
        for (unsigned directors : o.directors) {
          for (const std::string& scheduler : o.schedulers) {
            for (const control::CpuPreset& cpu : o.cpus) {
              for (unsigned n : o.sweep) {
                PointSpec spec = spec_for(o, method, rate, nic, directors, n);
                spec.directors = directors;
                spec.scheduler = scheduler;
                spec.cpu = cpu;
                specs.push_back(spec);
              }
            }
          }
        }
      }
    }
  }
  return specs;
}

// A little more than the director's CPU can carry, as far as the servers' links allow. Much more would not do: a
// director that drops most requests spends its time on what never becomes a reply.
PointSpec saturating(const SweepOptions& o, Method method) {
  PointSpec spec = spec_for(o, method, 0, o.nics.front(), 1, o.servers);
  const auto cost = std::chrono::duration<double>(method == Method::dr    ? spec.cpu.droute
                                                  : method == Method::tun ? spec.cpu.encapsulate
                                                                          : spec.cpu.rewrite);
  const double packets = request_packets(spec) + (method == Method::nat ? reply_packets(spec) : 0);
  const double requests = 1.02 / (cost.count() * packets);
  const double link = 0.9 * spec.link_rate / 8;
  spec.server_rate = std::min(requests * exchange_bytes(spec) / o.servers, link);
  return spec;
}

// Gives what is wrong, as open_trace().
std::string open_files(const SweepOptions& options, OutputFiles& files) {
  for (const std::string& name : {options.json, options.csv, options.plot, options.cdf}) {
    if (const std::string why = files.open(name); !why.empty()) return fmt::format("cannot write {}: {}", name, why);
  }
  return "";
}

std::string open_trace(const std::string& program, const SweepOptions& options, TraceFile& trace) {
  if (options.trace.empty() && !options.walk) return "";
  for (const std::string& name : {options.json, options.csv, options.plot, options.cdf}) trace.beside(name);
  constexpr auto kWhole = TraceFile::Kind::whole;
  return options.trace.empty() ? trace.open_temporary(program, kWhole) : trace.open(options.trace, kWhole);
}

struct Plan {
  std::vector<PointSpec> specs;  // the sweep's, then those of saturation
  std::size_t swept = 0;
};

Plan plan_of(const ProgramTraits& traits, const SweepOptions& options, const TraceFile& trace) {
  if (one_point(options)) {
    PointSpec spec = spec_for(options, options.method, options.server_rates.front(), options.nics.front(),
                              traits.director_groups ? options.directors.front() : 1, options.servers);
    spec.pcap_prefix = options.pcap;
    spec.trace_fd = trace.descriptor();
    spec.walk = options.walk;
    return {{spec}, 1};
  }
  Plan plan{points_of(options), 0};
  plan.swept = plan.specs.size();
  if (!traits.director_groups && !options.latencies) {
    for (Method method : options.methods) plan.specs.push_back(saturating(options, method));
  }
  return plan;
}

Sweep results_of(const ProgramTraits& traits, const SweepOptions& options, const Plan& plan,
                 const std::vector<SweepPoint>& points) {
  Sweep sweep{traits, options, {}, {}};
  if (one_point(options)) {
    sweep.options.methods = {options.method};
    sweep.options.server_rates.resize(1);
    sweep.options.schedulers.resize(1);
    sweep.options.cpus.resize(1);
    sweep.options.sweep = {options.servers};
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    (i < plan.swept ? sweep.points : sweep.saturation).push_back(points[i]);
  }
  return sweep;
}

void print(const Sweep& sweep) {
  const SweepOptions& options = sweep.options;
  print_table(std::cout, sweep);
  if (options.latencies) print_latencies(std::cout, sweep);
  print_findings(std::cout, sweep);
  if (!options.plot.empty()) std::cout << "Figure: " << options.plot << '\n';
  if (!options.cdf.empty()) std::cout << "Latencies: " << options.cdf << '\n';
  if (!options.trace.empty()) std::cout << "Trace: " << options.trace << '\n';
  if (!options.pcap.empty()) std::cout << "Packets: " << options.pcap << "-*.pcap\n";
}

void write_figures(const Sweep& sweep, OutputFiles& files) {
  const SweepOptions& options = sweep.options;
  if (!options.plot.empty())
    files.write(options.plot, figure_bytes(options.plot, [&](bool pdf) { return to_figure(sweep, pdf); }));
  if (options.cdf.empty()) return;
  files.write(options.cdf, options.cdf.ends_with(".csv") ? cdf_csv(sweep) : figure_bytes(options.cdf, [&](bool pdf) {
                return cdf_figure(sweep, pdf);
              }));
}

int sweep(const ProgramTraits& traits, int argc, const char* const* argv) {
  int status = 0;
  const auto options = parse_options(traits, argc, argv, std::cout, std::cerr, status);
  if (!options) return status;
  const auto fail = [&](const std::string& why) {
    std::cerr << fmt::format("{}: {}\n", traits.name, why);
    return 2;
  };

  // Files first: nothing runs for results that could not be kept.
  OutputFiles files;
  if (const std::string why = open_files(*options, files); !why.empty()) return fail(why);
  TraceFile trace;
  if (const std::string why = open_trace(traits.name, *options, trace); !why.empty()) return fail(why);

  const Plan plan = plan_of(traits, *options, trace);
  if (!options->cdf.empty() && !options->cdf.ends_with(".csv") && plan.swept > kMostCdfLines)
    return fail(fmt::format("--cdf: '{}' would have {} lines; a figure has at most {}, a table (NAME.csv) any number",
                            options->cdf, plan.swept, kMostCdfLines));
  const unsigned jobs = options->jobs != 0 ? options->jobs : std::max(1u, std::thread::hardware_concurrency());
  const RunAll all{traits.name, options->resume, options->replications, jobs,
                   !options->quiet && isatty(STDERR_FILENO) != 0};
  std::vector<SweepPoint> points;
  if (status = run_all(all, plan.specs, points, std::cerr); status != 0) return status;
  const Sweep sweep = results_of(traits, *options, plan, points);

  files.write(options->json, to_json(sweep));
  files.write(options->csv, to_csv(sweep));
  try {
    write_figures(sweep, files);
  } catch (const std::runtime_error& error) {
    return fail(error.what());
  }
  for (const std::string& why : {files.commit(), trace.close()}) {
    if (!why.empty()) return fail(why);
  }
  if (options->walk) return view_trace(traits.name, trace.name());
  if (!options->quiet) print(sweep);
  return 0;
}

}  // namespace

int sweep_main(const ProgramTraits& traits, int argc, const char* const* argv) {
  if (shows_version(traits.name, argc, argv)) return finish_output(traits.name, 0);
  return finish_output(traits.name, sweep(traits, argc, argv));
}

}  // namespace lvs::scenarios
