// SPDX-License-Identifier: GPL-2.0-or-later
#include "failover/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>
#include <ostream>

#include "common/option-values.h"
#include "common/units.h"
#include "common/whole.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;

po::options_description describe() {
  po::options_description all("Options", 110, 70);
  auto add = all.add_options();
  add("help,h", "show this text");
  add("version", "as the only word: show the version");
  add("advert-int", po::value<std::string>()->default_value("0.3,1,3"), "advert_int to try, in seconds (0.01..40)");
  add("sync", po::value<std::string>()->default_value("on,off"), "with the synchronisation daemon, without, or both");
  add("preempt", po::value<std::string>()->default_value("on,off"),
      "the first master takes the address back when it returns, does not (nopreempt), or both");
  add("runs", po::value<Whole>()->default_value(Whole{5}), "runs of each, with seeds of their own (1..1000)");
  add("priority", po::value<Whole>()->default_value(Whole{100}), "of the backup (1..199); the master has 200");
  add("servers", po::value<Whole>()->default_value(Whole{4}), "real servers (1..200)");
  add("request-rate", po::value<Whole>()->default_value(Whole{200}), "UDP requests a second (1..10000)");
  add("sessions", po::value<Whole>()->default_value(Whole{40}), "TCP connections that stay open (0..1000)");
  add("talk", po::value<std::string>()->default_value("500ms"), "how often a session says something (10ms..10s)");
  add("seed", po::value<Whole>()->default_value(Whole{1}), "ns-3's RngSeed");
  add("csv", po::value<std::string>(), "write the runs to this file as CSV");
  add("plot", po::value<std::string>()->default_value("lvs-failover.svg"),
      "write the figure (SVG) to this file; none: no figure");
  add("jobs,j", po::value<Whole>()->default_value(Whole{0}), "processes at a time (0: one a core)");
  add("quiet,q", "no progress, no table");
  return all;
}

std::vector<double> parse_intervals(const std::string& text) {
  std::vector<double> all;
  for (const std::string& part : split(text, ',')) {
    double value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end != part.data() + part.size() || !(value >= 0.01 && value <= 40))
      bad("advert-int", part, "is no time in 0.01..40 seconds");
    // The wire has hundredths (VRRP 3).
    if (std::abs(value * 100 - std::round(value * 100)) > 1e-6)
      bad("advert-int", part, "has more than hundredths of a second");
    all.push_back(value);
  }
  return all;
}

std::vector<bool> parse_switches(std::string_view option, const std::string& text) {
  std::vector<bool> all;
  for (const std::string& part : split(text, ',')) {
    if (part != "on" && part != "off") bad(option, part, "is neither on nor off");
    if (std::ranges::find(all, part == "on") == all.end()) all.push_back(part == "on");
  }
  return all;
}

FailoverOptions to_values(const po::variables_map& given) {
  FailoverOptions options;
  options.advert_ints = parse_intervals(given["advert-int"].as<std::string>());
  options.sync = parse_switches("sync", given["sync"].as<std::string>());
  options.preempt = parse_switches("preempt", given["preempt"].as<std::string>());
  options.runs = number_between(given, "runs", 1, 1000);
  options.base.priority = number_between(given, "priority", 1, 199);
  options.base.servers = number_between(given, "servers", 1, 200);
  options.base.request_rate = number_between(given, "request-rate", 1, 10000);
  options.base.sessions = number_between(given, "sessions", 0, 1000);
  options.base.seed = number_between(given, "seed", 1, 0xffffffffu);
  const std::string talk = given["talk"].as<std::string>();
  const auto every = parse_duration(talk);
  if (!every || *every < std::chrono::milliseconds(10) || *every > std::chrono::seconds(10))
    bad("talk", talk, "is no time in 10ms..10s");
  options.base.talk = *every;
  if (given.count("csv") != 0) options.csv = given["csv"].as<std::string>();
  options.plot = given["plot"].as<std::string>();
  if (options.plot == "none") options.plot.clear();
  if (!options.plot.empty() && !options.plot.ends_with(".svg")) bad("plot", options.plot, "does not end in .svg");
  options.jobs = given["jobs"].as<Whole>().value;
  options.quiet = given.count("quiet") != 0;
  return options;
}

}  // namespace

std::optional<FailoverOptions> parse_failover_options(int argc, const char* const* argv, std::ostream& out,
                                                      std::ostream& err, int& status) {
  const po::options_description description = describe();
  const auto print_help = [&] {
    out << "Usage: lvs-failover [OPTION]...\nTwo directors with keepalived before a cluster under load: the master's "
           "power goes, and comes back. What it costs.\n\n"
        << description;
  };
  return parse_program_options("lvs-failover", argc, argv, description, err, status, print_help, to_values);
}

}  // namespace lvs::scenarios
