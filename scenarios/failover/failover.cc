// SPDX-License-Identifier: GPL-2.0-or-later
#include "failover/failover.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "common/output-file.h"
#include "common/runs.h"
#include "common/standard-output.h"
#include "common/version.h"
#include "failover/options.h"
#include "failover/report.h"

namespace lvs::scenarios {
namespace {

static_assert(std::is_trivially_copyable_v<FailoverResult>, "results cross a pipe as they are");

std::vector<FailoverRun> plan_runs(const FailoverOptions& options) {
  std::vector<FailoverRun> runs;
  for (const double advert_int : options.advert_ints) {
    for (const bool preempt : options.preempt) {
      for (const bool sync : options.sync) {
        for (unsigned run = 1; run <= options.runs; ++run) {
          FailoverSpec spec = options.base;
          spec.advert_int = advert_int;
          spec.preempt = preempt;
          spec.sync = sync;
          spec.run = run;
          runs.push_back({spec, {}});
        }
      }
    }
  }
  return runs;
}

std::string run_all(const FailoverOptions& options, std::vector<FailoverRun>& runs) {
  const bool shown = !options.quiet && isatty(STDERR_FILENO) != 0;
  RunPlan<FailoverResult> plan;
  plan.processes = processes_of(options.jobs);
  for (std::size_t i = 0; i < runs.size(); ++i) plan.order.push_back(i);
  plan.run = [&](std::size_t job) { return run_failover(runs[job].spec); };
  plan.name = [&](std::size_t job) {
    return fmt::format("run {} with advert_int {:g}", runs[job].spec.run, runs[job].spec.advert_int);
  };
  plan.progress = [&](std::size_t done, std::size_t, const FailoverResult&) {
    if (shown) std::cerr << fmt::format("\rlvs-failover: {} of {} runs ", done, runs.size()) << std::flush;
    if (shown && done == runs.size()) std::cerr << "\r\033[K" << std::flush;
  };
  const RunOutcome<FailoverResult> outcome = run_all(plan);
  if (!outcome.error.empty()) return outcome.error;
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].result = outcome.results[i];
  return {};
}

int failover(int argc, const char* const* argv) {
  if (shows_version("lvs-failover", argc, argv)) return 0;
  int status = 0;
  const auto options = parse_failover_options(argc, argv, std::cout, std::cerr, status);
  if (!options) return status;
  // Files first: nothing runs for results that could not be kept.
  OutputFiles files;
  for (const std::string& name : {options->csv, options->plot}) {
    if (const std::string why = files.open(name); !why.empty()) {
      std::cerr << fmt::format("lvs-failover: cannot write {}: {}\n", name, why);
      return 2;
    }
  }
  std::vector<FailoverRun> runs = plan_runs(*options);
  if (const std::string why = run_all(*options, runs); !why.empty()) {
    std::cerr << fmt::format("lvs-failover: {}\n", why);
    return 1;
  }
  files.write(options->csv, to_csv(runs));
  files.write(options->plot, to_svg(runs));
  if (const std::string why = files.commit(); !why.empty()) {
    std::cerr << fmt::format("lvs-failover: {}\n", why);
    return 2;
  }
  if (options->quiet) return 0;
  print_table(std::cout, runs);
  if (!options->plot.empty()) std::cout << "Figure: " << options->plot << '\n';
  return 0;
}

}  // namespace

int failover_main(int argc, const char* const* argv) { return finish_output("lvs-failover", failover(argc, argv)); }

}  // namespace lvs::scenarios
