// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare/compare.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "common/output-file.h"
#include "common/runs.h"
#include "common/standard-output.h"
#include "common/version.h"
#include "compare/options.h"
#include "compare/report.h"

namespace lvs::scenarios {
namespace {

static_assert(std::is_trivially_copyable_v<CompareResult>, "results cross a pipe as they are");

struct Planned {
  std::string_view kind;
  CompareSpec spec;
};

// Each as often as it was asked for. Empty: all is well; else why not.
std::string run_all(const CompareOptions& options, const std::vector<Planned>& planned, std::string_view what,
                    std::vector<ComparePoint>& points) {
  const std::size_t jobs = planned.size() * options.replications;
  const bool shown = !options.quiet && isatty(STDERR_FILENO) != 0;
  RunPlan<CompareResult> plan;
  plan.processes = processes_of(options.jobs);
  for (std::size_t i = 0; i < jobs; ++i) plan.order.push_back(i);
  const auto spec_of = [&](std::size_t job) {
    CompareSpec spec = planned[job / options.replications].spec;
    spec.run += static_cast<std::uint32_t>(job % options.replications);
    return spec;
  };
  plan.run = [&](std::size_t job) { return run_compare(spec_of(job)); };
  plan.name = [&](std::size_t job) {
    return fmt::format("the point {} ({})", info_of(spec_of(job).way).name, planned[job / options.replications].kind);
  };
  plan.progress = [&](std::size_t done, std::size_t, const CompareResult&) {
    if (shown) std::cerr << fmt::format("\rlvs-compare: {}: {} of {} runs ", what, done, jobs) << std::flush;
    if (shown && done == jobs) std::cerr << "\r\033[K" << std::flush;
  };
  const RunOutcome<CompareResult> outcome = run_all(plan);
  if (!outcome.error.empty()) return outcome.error;
  for (std::size_t i = 0; i < planned.size(); ++i)
    points.push_back(summarize(planned[i].kind, planned[i].spec,
                               std::span(outcome.results).subspan(i * options.replications, options.replications)));
  return {};
}

std::vector<Planned> ceilings(const CompareOptions& options) {
  std::vector<Planned> planned;
  for (const Way way : options.ways) {
    CompareSpec spec = options.base;
    spec.way = way;
    planned.push_back({"saturation", spec});
  }
  return planned;
}

// Two digits, so that the figure's numbers are plain ones.
double plain(double rate) {
  if (!(rate > 10)) return 10;
  const double step = std::pow(10, std::floor(std::log10(rate)) - 1);
  return std::floor(rate / step) * step;
}

std::vector<Planned> under_load(const Comparison& c) {
  std::vector<double> rates = c.options.rates;
  if (rates.empty()) {
    double most = 0;
    for (const ComparePoint& p : c.points)
      if (info_of(p.spec.way).director) most = std::max(most, p.mean.requests_per_s);
    if (most == 0) most = c.points.front().mean.requests_per_s;
    for (const double share : {0.04, 0.08, 0.14, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95, 1.1})
      rates.push_back(plain(most * share));
  }
  std::vector<Planned> planned;
  for (const Way way : c.options.ways) {
    CompareSpec spec = c.options.base;
    spec.way = way;
    spec.rate = c.common_rate;
    planned.push_back({"common", spec});
    spec.dies = true;
    planned.push_back({"server dies", spec});
    spec.dies = false;
    for (const double rate : rates) {
      spec.rate = rate;
      planned.push_back({"rate", spec});
    }
  }
  return planned;
}

int compare(int argc, const char* const* argv) {
  if (shows_version("lvs-compare", argc, argv)) return 0;
  int status = 0;
  const auto options = parse_compare_options(argc, argv, std::cout, std::cerr, status);
  if (!options) return status;
  // Files first: nothing runs for results that could not be kept.
  OutputFiles files;
  for (const std::string& name : {options->csv, options->json, options->plot}) {
    if (const std::string why = files.open(name); !why.empty()) {
      std::cerr << fmt::format("lvs-compare: cannot write {}: {}\n", name, why);
      return 2;
    }
  }
  Comparison comparison{*options, 0, {}};
  std::string why = run_all(*options, ceilings(*options), "ceilings", comparison.points);
  if (why.empty()) {
    double least = 0;
    for (const ComparePoint& p : comparison.points)
      if (p.mean.requests_per_s > 0)
        least = least == 0 ? p.mean.requests_per_s : std::min(least, p.mean.requests_per_s);
    comparison.common_rate = plain(least / 2);
    why = run_all(*options, under_load(comparison), "under load", comparison.points);
  }
  if (!why.empty()) {
    std::cerr << fmt::format("lvs-compare: {}\n", why);
    return 1;
  }
  files.write(options->csv, comparison_csv(comparison));
  files.write(options->json, comparison_json(comparison));
  files.write(options->plot, comparison_figure(comparison, options->plot.ends_with(".pdf")));
  if (why = files.commit(); !why.empty()) {
    std::cerr << fmt::format("lvs-compare: {}\n", why);
    return 2;
  }
  if (options->quiet) return 0;
  print_comparison(std::cout, comparison);
  if (!options->plot.empty()) std::cout << "Figure: " << options->plot << '\n';
  return 0;
}

}  // namespace

int compare_main(int argc, const char* const* argv) { return finish_output("lvs-compare", compare(argc, argv)); }

}  // namespace lvs::scenarios
