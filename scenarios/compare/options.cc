// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare/options.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <ostream>

#include "base/numbers.h"
#include "common/option-values.h"
#include "common/units.h"
#include "common/whole.h"
#include "compare/costs.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;

po::options_description describe() {
  po::options_description all("Options", 110, 70);
  auto add = all.add_options();
  add("help,h", "show this text");
  add("version", "as the only word: show the version");
  add("ways", po::value<std::string>()->default_value("dns,client,nginx,ktcpvs,nat,tun,dr"), "which, in this order");
  add("servers", po::value<Whole>()->default_value(Whole{4}), "web servers (1..100)");
  add("concurrency", po::value<Whole>(),
      "clients that ask again as soon as they are answered, for the ceiling (1..5000) [64 a server]");
  add("rates", po::value<std::string>(),
      "requests a second at random moments, for the figure: 2000,5000,10000 [ten, up to the dispatchers' highest "
      "ceiling]");
  add("reply-size", po::value<Whole>()->default_value(Whole{4096}), "bytes of a page (1..1000000)");
  add("keepalive", po::value<Whole>()->default_value(Whole{0}),
      "nginx: idle connections that it keeps to the servers, over HTTP/1.1 (0..10000)");
  add("resolvers", po::value<Whole>()->default_value(Whole{1}),
      "dns: resolvers with a cache, asked in turn (1..10000)");
  add("ttl", po::value<std::string>()->default_value("0"), "dns: how long they keep an answer (30s); 0: not at all");
  add("preset", po::value<std::string>()->default_value("xeon-nginx"), "costs of dispatcher and servers, below");
  add("free-servers", "the servers' work costs no time");
  for (const CostField& field : cost_fields()) {
    const std::string what = field.what.empty() ? "the same, in the kernel" : std::string(field.what);
    add(std::string(field.option).c_str(), po::value<std::string>(), what.c_str());
  }
  add("link-rate", po::value<std::string>()->default_value("10Gbps"), "of the NICs of dispatcher and servers");
  add("delay", po::value<std::string>()->default_value("10us"), "of each cable (1ns..1s)");
  add("warm-up", po::value<std::string>(), "before the measured window (0..10s) [50ms, 600ms on a Pentium]");
  add("duration", po::value<std::string>(), "of the measured window (10ms..60s) [150ms, 2s on a Pentium]");
  add("replications,R", po::value<Whole>()->default_value(Whole{1}),
      "runs of each point, with random numbers of their own; 95 % intervals (1..1000)");
  add("seed", po::value<Whole>()->default_value(Whole{1}), "ns-3's RngSeed");
  add("run", po::value<Whole>()->default_value(Whole{1}), "ns-3's RngRun of the first run");
  add("csv", po::value<std::string>(), "write every point to this file as CSV");
  add("json", po::value<std::string>(), "write every point to this file as JSON");
  add("plot", po::value<std::string>()->default_value("lvs-compare.svg"),
      "write the figure (.svg or .pdf) to this file; none: no figure");
  add("jobs,j", po::value<Whole>()->default_value(Whole{0}), "processes at a time (0: one a core)");
  add("quiet,q", "no progress, no tables");
  return all;
}

std::vector<Way> parse_ways(const std::string& text) {
  std::vector<Way> ways;
  for (const std::string& part : split(text, ',')) {
    const auto found = std::ranges::find(kWayInfo, part, &WayInfo::name);
    if (found == kWayInfo.end()) bad("ways", part, "is no way; known: dns, client, nginx, ktcpvs, nat, tun, dr");
    if (std::ranges::find(ways, found->way) == ways.end()) ways.push_back(found->way);
  }
  return ways;
}

std::vector<double> parse_rates(const std::string& text) {
  std::vector<double> rates;
  for (const std::string& part : split(text, ',')) {
    const auto rate = base::number<unsigned>(part);
    if (!rate || *rate < 10 || *rate > 10'000'000) bad("rates", part, "is no rate in 10..10000000 requests a second");
    rates.push_back(*rate);
  }
  std::ranges::sort(rates);
  if (rates.size() > 100) bad("rates", text, "has more than 100 rates");
  return rates;
}

void parse_costs(const po::variables_map& given, CompareOptions& options) {
  options.preset = given["preset"].as<std::string>();
  const CostPreset* const preset = find_cost_preset(options.preset);
  if (preset == nullptr) bad("preset", options.preset, "is not known; --help lists the presets");
  options.base.cpu = preset->model();
  options.base.warm_up = preset->warm_up;
  options.base.duration = preset->duration;
  for (const CostField& field : cost_fields()) {
    const std::string name(field.option);
    if (given.count(name) == 0) continue;
    field.of(options.base.cpu) =
        time_between(given, name.c_str(), std::chrono::nanoseconds(0), std::chrono::seconds(1));
    if (!options.preset.ends_with(", changed")) options.preset += ", changed";
  }
  options.base.server_cpu = given.count("free-servers") == 0;
}

CompareOptions to_values(const po::variables_map& given) {
  using namespace std::chrono_literals;
  CompareOptions options;
  CompareSpec& base = options.base;
  options.ways = parse_ways(given["ways"].as<std::string>());
  base.servers = number_between(given, "servers", 1, 100);
  base.concurrency =
      given.count("concurrency") != 0 ? number_between(given, "concurrency", 1, 5000) : 64 * base.servers;
  if (given.count("rates") != 0) options.rates = parse_rates(given["rates"].as<std::string>());
  base.reply_size = number_between(given, "reply-size", 1, 1'000'000);
  base.keepalive = number_between(given, "keepalive", 0, 10'000);
  base.resolvers = number_between(given, "resolvers", 1, 10'000);
  base.ttl = std::chrono::duration<double>(time_between(given, "ttl", 0ns, 24h)).count();
  parse_costs(given, options);
  const std::string rate_text = given["link-rate"].as<std::string>();
  const auto rate = parse_bit_rate(rate_text);
  if (!rate || *rate < 1e6 || *rate > 1e12) bad("link-rate", rate_text, "is no bit rate in 1Mbps..1000Gbps");
  base.link_rate = *rate;
  base.delay = time_between(given, "delay", 1ns, 1s);
  if (given.count("warm-up") != 0) base.warm_up = time_between(given, "warm-up", 0ns, 10s);
  if (given.count("duration") != 0) base.duration = time_between(given, "duration", 10ms, 60s);
  options.replications = number_between(given, "replications", 1, 1000);
  base.seed = number_between(given, "seed", 1, 0xffffffffu);
  base.run = number_between(given, "run", 1, 0x7fffffffu);
  if (given.count("csv") != 0) options.csv = given["csv"].as<std::string>();
  if (given.count("json") != 0) options.json = given["json"].as<std::string>();
  options.plot = given["plot"].as<std::string>();
  if (options.plot == "none") options.plot.clear();
  if (!options.plot.empty() && !options.plot.ends_with(".svg") && !options.plot.ends_with(".pdf"))
    bad("plot", options.plot, "is no name that ends with .svg or .pdf");
  options.jobs = given["jobs"].as<Whole>().value;
  options.quiet = given.count("quiet") != 0;
  return options;
}

void print_help(std::ostream& out, const po::options_description& description) {
  fmt::print(out,
             "Usage: lvs-compare [OPTION]...\n"
             "The ways to build a cluster side by side, on one topology and under one load: what each carries, what it "
             "costs, and what\nit can do that the others cannot.\n\n");
  out << description;
  fmt::print(out, "\nA time without a unit counts microseconds. Presets:\n");
  for (const CostPreset& preset : cost_presets()) {
    fmt::print(out, "{}: {}\n", preset.name, preset.source);
    print_costs(out, preset.model());
  }
}

}  // namespace

std::optional<CompareOptions> parse_compare_options(int argc, const char* const* argv, std::ostream& out,
                                                    std::ostream& err, int& status) {
  const po::options_description description = describe();
  return parse_program_options(
      "lvs-compare", argc, argv, description, err, status, [&] { print_help(out, description); }, to_values);
}

}  // namespace lvs::scenarios
