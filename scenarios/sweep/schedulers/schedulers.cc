// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/schedulers/schedulers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <thread>

#include "common/figure/figure-file.h"
#include "common/output-file.h"
#include "common/standard-output.h"
#include "common/units.h"
#include "common/version.h"
#include "common/whole.h"
#include "sweep/options-load.h"
#include "sweep/replicate.h"
#include "sweep/schedulers/theory.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;

constexpr const char* kProgram = "lvs-schedulers";
constexpr double kIdle = 0.05;  // load of a server that nearly never has two requests

struct Options {
  TrialOptions trial;
  std::vector<const Trial*> trials;
  SweepOptions schedulers;  // of which only that list is used
  bool theory = true;
  RunAll run;
  std::string csv, plot;
};

po::options_description describe() {
  po::options_description all("Options", 110, 70);
  auto add = all.add_options();
  const auto text = [](const char* value) { return po::value<std::string>()->default_value(value); };
  const auto whole = [](std::uint32_t value) { return po::value<Whole>()->default_value(Whole{value}); };
  add("help,h", "show this text");
  add("version", "as the only word: show the version");
  add("scheduler", text("all"), "schedulers to compare: rr,wlc, or all");
  add("trials", text("all"), "trials to run: equal,heavy, or all; none: theory alone");
  add("servers", whole(4), "number of real servers (1..100)");
  add("load", text("0.8"), "of the servers: 0.8 of what they can do; up to 2");
  add("service-time", text("50ms"), "mean time that a request takes at a server of capacity 1");
  add("method", text("dr"), "nat, dr or tun");
  add("duration", text("60s"), "simulated time measured in a run; a quarter of it before is not measured");
  add("replications,R", whole(5), "runs of each point: means with 95 % confidence intervals");
  add("no-theory", "without the comparison with queueing theory");
  add("seed", whole(1), "ns-3's RngSeed");
  add("run", whole(1), "ns-3's RngRun of the first run");
  add("csv", po::value<std::string>(), "write a row a point to this file");
  add("plot", text("lvs-schedulers.svg"),
      "write the figure to this file: NAME.svg, NAME.pdf or NAME.png; none: no figure");
  add("resume", text(""), "keep what has been run in this file, and do not run it again");
  add("jobs,j", whole(0), "processes at a time (0: one a core)");
  add("quiet,q", "no progress");
  return all;
}

void print_help(std::ostream& out, const po::options_description& options) {
  out << "Usage: " << kProgram << " [OPTION]...\nRuns IPVS's schedulers under loads that tell them apart.\n\n"
      << options << "\nTrials (Poisson arrivals, a TCP connection each, unless said otherwise):\n";
  for (const Trial& trial : trials()) out << fmt::format("  {:<12} {}\n", trial.name, trial.what);
  out << "\nThe same requests (moments, service times) come to every scheduler: --run names them.\n";
}

Options to_values(const po::variables_map& given) {
  Options options;
  const auto text = [&](const char* name) { return given.count(name) != 0 ? given[name].as<std::string>() : ""; };
  const auto whole = [&](const char* name, std::uint32_t least, std::uint32_t most) {
    const std::uint32_t value = given[name].as<Whole>().value;
    if (value < least || value > most) bad(name, std::to_string(value), fmt::format("is not in {}..{}", least, most));
    return value;
  };
  const auto seconds = [&](const char* name) {
    const auto time = parse_duration(text(name));
    if (!time || time->count() == 0 || *time > std::chrono::hours(10)) bad(name, text(name), "is no time above zero");
    return std::chrono::duration<double>(*time).count();
  };
  parse_schedulers(text("scheduler"), options.schedulers);
  for (const std::string& name : split(text("trials") == "none" ? "" : text("trials"), ',')) {
    if (name == "all") {
      for (const Trial& trial : trials()) options.trials.push_back(&trial);
    } else if (const Trial* trial = find_trial(name)) {
      options.trials.push_back(trial);
    } else if (!name.empty()) {
      bad("trials", name, "is not known; --help lists them");
    }
  }
  TrialOptions& t = options.trial;
  t.servers = whole("servers", 1, 100);
  char* end = nullptr;
  const std::string load = text("load");
  t.load = std::strtod(load.c_str(), &end);
  if (load.empty() || *end != '\0' || !(t.load > 0 && t.load <= 2)) bad("load", load, "is not above 0 and up to 2");
  t.service_time = seconds("service-time");
  t.duration = seconds("duration");
  const auto method = std::ranges::find(kMethods, text("method"), lower_name_of);
  if (method == kMethods.end()) bad("method", text("method"), "is no forwarding method; known: nat, dr, tun");
  t.method = *method;
  t.seed = whole("seed", 1, UINT32_MAX);
  t.run = whole("run", 0, 1u << 30);
  options.theory = given.count("no-theory") == 0;
  options.csv = text("csv");
  options.plot = text("plot") == "none" || options.trials.empty() ? "" : text("plot");
  check_figure("plot", options.plot);
  if (!options.csv.empty() && options.trials.empty())
    throw BadOption{"--csv has rows of trials, of which there are none"};
  const unsigned jobs = whole("jobs", 0, 1000);
  options.run = {kProgram, text("resume"), whole("replications", 1, 10000),
                 jobs != 0 ? jobs : std::max(1u, std::thread::hardware_concurrency()),
                 given.count("quiet") == 0 && isatty(STDERR_FILENO) != 0};
  return options;
}

// Queues whose answer is known, as clusters.
std::vector<TheoryPoint> theory_points(const Options& options) {
  std::vector<TheoryPoint> points;
  const auto add = [&](std::string what, const char* trial, const char* scheduler, unsigned servers, double expected,
                       bool bound) {
    TrialOptions t = options.trial;
    t.servers = servers;
    t.load = std::min(t.load, 0.9);  // beyond, a run is too short for the mean
    points.push_back({std::move(what), expected, bound, {spec_of(*find_trial(trial), t, scheduler), {}, {}}});
  };
  const double load = std::min(options.trial.load, 0.9);
  const unsigned n = options.trial.servers;
  add("one server, even service: M/D/1", "even", "rr", 1, md1(load), false);
  add("one server, exponential service: M/M/1", "equal", "rr", 1, mm1(load), false);
  add(fmt::format("rr over {} servers: E{}/M/1 each", n, n), "equal", "rr", n, enm1(load, n), false);
  add(fmt::format("wlc over {} servers: not below M/M/{}", n, n), "equal", "wlc", n, mmn(load, n), true);
  add("twos over 50 servers: two choices of infinitely many", "equal", "twos", 50, choices(load, 2), true);
  // The first again, with little waiting: what the network takes.
  add("", "even", "rr", 1, md1(kIdle), false);
  points.back().point.spec.server_rate *= kIdle / load;
  return points;
}

int run(const Options& options) {
  OutputFiles files;
  for (const std::string& name : {options.csv, options.plot}) {
    if (const std::string why = files.open(name); !why.empty()) {
      std::cerr << fmt::format("{}: cannot write {}: {}\n", kProgram, name, why);
      return 2;
    }
  }
  std::vector<TrialPoint> trial_points;
  std::vector<PointSpec> specs;
  for (const Trial* trial : options.trials) {
    for (const std::string& scheduler : options.schedulers.schedulers) {
      specs.push_back(spec_of(*trial, options.trial, scheduler));
      trial_points.push_back({trial, {}});
    }
  }
  std::vector<TheoryPoint> theory;
  if (options.theory) theory = theory_points(options);
  for (const TheoryPoint& each : theory) specs.push_back(each.point.spec);
  std::vector<SweepPoint> points;
  if (const int status = run_all(options.run, specs, points, std::cerr); status != 0) return status;
  for (std::size_t i = 0; i < trial_points.size(); ++i) trial_points[i].point = points[i];
  for (std::size_t i = 0; i < theory.size(); ++i) theory[i].point = points[trial_points.size() + i];

  if (!trial_points.empty()) {
    files.write(options.csv, trials_csv(trial_points, options.run.replications));
    if (!options.plot.empty())
      files.write(options.plot, figure_bytes(options.plot, [&](bool pdf) { return trials_figure(trial_points, pdf); }));
  }
  if (const std::string why = files.commit(); !why.empty()) {
    std::cerr << fmt::format("{}: {}\n", kProgram, why);
    return 2;
  }
  print_trials(std::cout, trial_points);
  if (!theory.empty()) {
    const TheoryPoint idle = theory.back();
    theory.pop_back();
    const double network = idle.point.result.mean_latency_s - idle.expected * idle.point.spec.ask.service_time;
    if (network >= 0)
      print_theory(std::cout, theory, network);
    else
      std::cout << "Beside theory: not compared. The runs are too short (--duration): on an idle server requests took "
                   "less than they ask for.\n\n";
  }
  if (!options.plot.empty()) std::cout << "Figure: " << options.plot << '\n';
  return 0;
}

int parse_and_run(int argc, const char* const* argv) {
  const po::options_description description = describe();
  try {
    po::variables_map given = read_words({argv + 1, argv + argc}, description);
    if (given.count("help") != 0) {
      print_help(std::cout, description);
      return 0;
    }
    po::notify(given);
    return run(to_values(given));
  } catch (const BadOption& error) {
    std::cerr << kProgram << ": " << error.text << '\n';
  } catch (const po::error& error) {
    std::cerr << kProgram << ": " << error.what() << " (--help lists the options)\n";
  }
  return 2;
}

}  // namespace

int schedulers_main(int argc, const char* const* argv) {
  if (shows_version(kProgram, argc, argv)) return finish_output(kProgram, 0);
  return finish_output(kProgram, parse_and_run(argc, argv));
}

}  // namespace lvs::scenarios
