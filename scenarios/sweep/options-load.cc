// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/options-load.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "base/input-file.h"
#include "common/units.h"
#include "common/whole.h"
#include "ipvs/sched/scheduler.h"
#include "sweep/classes/classes.h"
#include "sweep/hybrid.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;
using ns3::LvsWorkArrivals;
using ns3::LvsWorkLaw;

constexpr std::size_t kMostNumbers = 10'000'000;  // of a trace file
constexpr std::size_t kMostPoints = 100;          // of a range

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

double number_in(std::string_view option, const std::string& text, double least, double most) {
  const auto value = number(text);
  if (!value || *value < least || *value > most) bad(option, text, fmt::format("is not in {:g}..{:g}", least, most));
  return *value;
}

// The first number of each line; empty lines and those from '#' on do not count.
std::vector<double> read_numbers(std::string_view option, const std::string& file) {
  const auto text = base::read_input(file);
  if (!text) bad(option, file, "cannot be read: " + text.error());
  std::istringstream in(*text);
  std::vector<double> values;
  std::string line;
  for (std::size_t count = 1; std::getline(in, line); ++count) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos || line[begin] == '#') continue;
    const auto end = std::min(line.find_first_of(" \t\r,", begin), line.size());
    const auto value = number(std::string_view(line).substr(begin, end - begin));
    if (!value || *value < 0) bad(option, file, fmt::format("line {} does not begin with a number from 0 on", count));
    if (values.size() == kMostNumbers) bad(option, file, fmt::format("has more than {} lines", kMostNumbers));
    values.push_back(*value);
  }
  return values;
}

// NAME, or NAME:NUMBER
struct Named {
  std::string name, rest;
};
Named named(const std::string& text) {
  const auto colon = text.find(':');
  return {text.substr(0, colon), colon == std::string::npos ? "" : text.substr(colon + 1)};
}

}  // namespace

LvsWorkLaw parse_law(std::string_view option, const std::string& text, double mean) {
  const Named law = named(text);
  if (law.name == "fixed" && law.rest.empty()) return LvsWorkLaw::Fixed(mean);
  if (law.name == "exponential" && law.rest.empty()) return LvsWorkLaw::Exponential(mean);
  if (law.name == "pareto")
    return LvsWorkLaw::Pareto(mean, law.rest.empty() ? 1.5 : number_in(option, law.rest, 1.01, 100));
  if (law.name == "lognormal")
    return LvsWorkLaw::Lognormal(mean, law.rest.empty() ? 1 : number_in(option, law.rest, 0.001, 5));
  const bool sizes = option.ends_with("sizes");
  if (law.name == "web" && law.rest.empty() && sizes) return LvsWorkLaw::Web();
  if (law.name == "trace" && !law.rest.empty()) {
    std::vector<double> values = read_numbers(option, law.rest);
    if (values.empty()) bad(option, law.rest, "has no numbers");
    return LvsWorkLaw::Trace(std::move(values));
  }
  bad(option, text,
      fmt::format("is not known; known: fixed, exponential, pareto[:SHAPE], lognormal[:SIGMA], {}trace:FILE",
                  sizes ? "web, " : ""));
}

LvsWorkArrivals parse_arrivals(const std::string& text) {
  const Named kind = named(text);
  if (kind.name == "periodic" && kind.rest.empty()) return LvsWorkArrivals::Periodic();
  if (kind.name == "poisson" && kind.rest.empty()) return LvsWorkArrivals::Poisson();
  if (kind.name == "mmpp") {
    const Named numbers = named(kind.rest);
    return LvsWorkArrivals::Mmpp(numbers.name.empty() ? 5 : number_in("arrivals", numbers.name, 1, 1e6),
                                 numbers.rest.empty() ? 100 : number_in("arrivals", numbers.rest, 1e-3, 1e9));
  }
  if (kind.name == "trace" && !kind.rest.empty()) {
    std::vector<double> moments = read_numbers("arrivals", kind.rest);
    if (!std::ranges::is_sorted(moments)) bad("arrivals", kind.rest, "is not in ascending order");
    if (moments.size() < 2 || moments.back() == moments.front())
      bad("arrivals", kind.rest, "has less than two moments");
    return LvsWorkArrivals::Trace(std::move(moments));
  }
  bad("arrivals", text, "is not known; known: periodic, poisson, mmpp[:RATIO[:GAPS]], trace:FILE");
}

double seconds_of(std::string_view option, const std::string& text, bool zero) {
  const auto time = parse_duration(text);
  if (!time || (!zero && time->count() == 0) || *time > std::chrono::hours(1))
    bad(option, text, zero ? "is no time up to 3600s" : "is no time above zero up to 3600s, such as 5ms");
  return std::chrono::duration<double>(*time).count();
}

namespace {

void parse_servers(const po::variables_map& given, SweepOptions& options) {
  LoadSpec& ask = options.base.ask;
  ask.capacities.clear();
  for (const std::string& part : split(text_of(given, "capacity"), ','))
    ask.capacities.push_back(number_in("capacity", part, 1e-3, 1e3));
  if (given.count("weights") != 0) {
    for (const std::string& part : split(text_of(given, "weights"), ',')) {
      ask.weights.push_back(static_cast<unsigned>(number_in("weights", part, 0, 65535)));
      if (std::to_string(ask.weights.back()) != part) bad("weights", part, "is no whole number in 0..65535");
    }
  }
  if (given.count("service-time") != 0)
    ask.service_time = seconds_of("service-time", text_of(given, "service-time"), false);
  ask.service = text_of(given, "service");
  ask.work.demand = ask.service_time == 0 ? LvsWorkLaw::Fixed(0) : parse_law("service", ask.service, ask.service_time);
  if (ask.service_time == 0) {
    for (const char* name : {"service", "discipline", "capacity", "utilisation"}) {
      if (given.count(name) != 0 && !given[name].defaulted())
        throw BadOption{fmt::format("--{} says something of --service-time, which is not given", name)};
    }
  } else {
    ask.service_time = ask.work.demand.GetMean();  // that of a trace is its own
  }
  ask.discipline = text_of(given, "discipline");
  if (ask.discipline != "fifo" && ask.discipline != "ps")
    bad("discipline", ask.discipline, "is not known; known: fifo, ps");
}

void parse_users(const po::variables_map& given, SweepOptions& options) {
  LoadSpec& ask = options.base.ask;
  ask.work.users = given["users"].as<Whole>().value;
  if (ask.work.users > 40000) bad("users", std::to_string(ask.work.users), "is not in 0..40000");
  ask.think_time = seconds_of("think", text_of(given, "think"), true);
  ask.think_law = text_of(given, "think-law");
  ask.work.think = parse_law("think-law", ask.think_law, ask.think_time);
  ask.work.requestsPerConnection = given["requests-per-connection"].as<Whole>().value;
  if (ask.work.requestsPerConnection < 1 || ask.work.requestsPerConnection > 1'000'000)
    bad("requests-per-connection", std::to_string(ask.work.requestsPerConnection), "is not in 1..1000000");
  if (ask.work.requestsPerConnection > 1 && options.base.load != LoadKind::tcp)
    throw BadOption{"--requests-per-connection is for --tcp"};
  if (ask.work.users == 0) return;
  for (const char* name : {"arrivals", "server-rate", "utilisation", "class"}) {
    if (given.count(name) != 0 && !given[name].defaulted())
      throw BadOption{fmt::format("--users and --{} exclude each other: users come when they have thought", name)};
  }
  options.server_rates.resize(1);  // it says nothing
}

}  // namespace

std::string text_of(const po::variables_map& given, const char* name) {
  return given.count(name) != 0 ? given[name].as<std::string>() : "";
}

void describe_load(const ProgramTraits& traits, po::options_description& all) {
  auto add = all.add_options();
  const auto text = [] { return po::value<std::string>(); };
  add("arrivals", text()->default_value("periodic"),
      "when requests begin: periodic, poisson, mmpp[:RATIO[:GAPS]] (two rates in turn, RATIO apart (5), each for GAPS "
      "mean gaps (100)), trace:FILE (moments, a line each, scaled to the rate)");
  if (!traits.director_groups) {
    add("sizes", text()->default_value("fixed"),
        "bytes of a reply, with the mean --reply-size: fixed, exponential, pareto[:SHAPE (1.5)], lognormal[:SIGMA "
        "(1)]; "
        "web (files of Barford and Crovella 1998), trace:FILE");
    add("service-time", text(), "mean time that a request takes at a server of capacity 1 (5ms)");
    add("service", text()->default_value("fixed"), "its distribution: as --sizes, without web");
    add("discipline", text()->default_value("fifo"), "requests at a server: fifo (a queue), ps (processor sharing)");
    add("capacity", text()->default_value("1"), "of the servers, in turn: 1,1,4");
    add("utilisation", text(), "load of the servers instead of --server-rate: 0.5,0.9");
    add("users", po::value<Whole>()->default_value(Whole{0}), "a closed loop of so many users instead of arrivals");
    add("think", text()->default_value("1s"), "mean time between a reply and the next request of a user or connection");
    add("think-law", text()->default_value("exponential"), "its distribution");
    add("requests-per-connection", po::value<Whole>()->default_value(Whole{1}), "tcp: keep-alive for so many");
    add("class", po::value<std::vector<std::string>>()->composing(),
        "one of several kinds of requests, each on --clients machines of its own: SHARE[,NAME=VALUE]..., as "
        "0.1,sizes=pareto,reply-size=100000; what it does not name (arrivals, sizes, reply-size, service-time, "
        "service, "
        "think, think-law, requests-per-connection) is as for all; up to 4");
    add("weights", text(), "ipvsadm -w of the servers, in turn: 1,1,4");
    add("neighbours", text()->default_value("auto"),
        "learned by ARP; raised: the same, in tables made large enough (net.ipv4.neigh.default.gc_thresh3 is 1024); "
        "pinned (ip neigh ... nud permanent); or auto: pinned from 101 servers or clients on");
    add("clients", po::value<Whole>()->default_value(Whole{1}), "client machines, with 16 addresses each (1..1000)");
  }
  add("timeout", text()->default_value("10s"), "a request without its whole reply has failed");
  add("queue", po::value<Whole>()->default_value(Whole{1000}), "frames that may wait at a NIC (txqueuelen)");
  add("warm-up", text(),
      traits.director_groups ? "time before the measurement (100ms)"
                             : "time before the measurement, or auto: by MSER-5 on the latencies of a "
                               "run of its own (100ms; auto where anything is drawn)");
  add("replications,R", po::value<Whole>()->default_value(Whole{1}),
      "runs of each point, --run and on: means with 95 % confidence intervals");
}

void parse_load_laws(const ProgramTraits& traits, const po::variables_map& given, SweepOptions& options) {
  LoadSpec& ask = options.base.ask;
  ask.arrivals = text_of(given, "arrivals");
  ask.work.arrivals = parse_arrivals(ask.arrivals);
  ask.timeout = seconds_of("timeout", text_of(given, "timeout"), false);
  options.base.queue = given["queue"].as<Whole>().value;
  if (options.base.queue > 1'000'000) bad("queue", std::to_string(options.base.queue), "is not in 0..1000000");
  if (traits.director_groups) {
    if (ask.arrivals != "periodic" && ask.arrivals != "poisson")
      bad("arrivals", ask.arrivals, "is not for several directors; known: periodic, poisson");
    return;
  }
  ask.sizes = text_of(given, "sizes");
  ask.work.reply = parse_law("sizes", ask.sizes, options.base.reply_size);
  options.base.reply_size = static_cast<unsigned>(std::max(1.0, std::round(ask.work.reply.GetMean())));
  parse_servers(given, options);
  parse_users(given, options);
  parse_classes(given, options);
  if (given.count("utilisation") != 0) {
    if (!given["server-rate"].defaulted()) throw BadOption{"--utilisation and --server-rate exclude each other"};
    options.by_utilisation = true;
    options.server_rates.clear();
    for (const std::string& part : split(text_of(given, "utilisation"), ','))
      options.server_rates.push_back(number_in("utilisation", part, 1e-3, 10));
  }
  const std::string neighbours = text_of(given, "neighbours");
  if (neighbours != "auto" && neighbours != "learned" && neighbours != "raised" && neighbours != "pinned")
    bad("neighbours", neighbours, "is not known; known: auto, learned, raised, pinned");
  options.base.neighbours = neighbours == "learned"  ? Neighbours::learned
                            : neighbours == "raised" ? Neighbours::raised
                            : neighbours == "pinned" ? Neighbours::pinned
                                                     : Neighbours::automatic;
  constexpr std::uint32_t kMostClients = 1000;
  options.base.clients = given["clients"].as<Whole>().value;
  if (options.base.clients < 1 || options.base.clients > kMostClients)
    bad("clients", std::to_string(options.base.clients), fmt::format("is not in 1..{}", kMostClients));
  if (!ask.detailed()) return;
  if (options.base.request_size < (options.base.load == LoadKind::raw ? 64u : 16u))
    bad("request-size", std::to_string(options.base.request_size), "leaves no room for what a request asks for (16)");
  if (options.base.load == LoadKind::tcp && options.base.request_size > options.base.packet_size - 40)
    bad("request-size", std::to_string(options.base.request_size), "does not fit into one segment");
  if (given.count("walk") != 0) throw BadOption{"--walk shows requests that are all the same"};
}

void parse_measurement(const po::variables_map& given, SweepOptions& options) {
  PointSpec& base = options.base;
  const bool drawn = base.ask.arrivals != "periodic" || base.ask.detailed();
  options.replications = given["replications"].as<Whole>().value;
  if (options.replications < 1 || options.replications > 10000)
    bad("replications", std::to_string(options.replications), "is not in 1..10000");
  if (options.replications > 1 && !drawn && base.scheduler != "twos")
    throw BadOption{"--replications: nothing is drawn at random, every run is the same; --arrivals=poisson draws"};
  const std::string warm_up = text_of(given, "warm-up");
  base.find_warm_up = warm_up == "auto" || (warm_up.empty() && drawn && options.directors == std::vector<unsigned>{1});
  if (warm_up == "auto" && options.directors != std::vector<unsigned>{1})
    bad("warm-up", warm_up, "is for one director");
  if (!warm_up.empty() && warm_up != "auto") {
    const auto time = parse_duration(warm_up);
    if (!time || *time > std::chrono::hours(1)) bad("warm-up", warm_up, "is no time up to 3600s, and not auto");
    base.warm_up = *time;
  }
  constexpr double kMostLoads = 5000;
  if (base.resolvers > 0 && loads_of_resolvers(base) > kMostLoads)
    bad("ttl", std::to_string(base.ttl), "is too short for so long a --duration with so many resolvers");
  options.latencies = drawn || options.replications > 1 || !warm_up.empty();
  base.observe = options.latencies || given.count("csv") != 0 || given.count("json") != 0;
}

void parse_schedulers(const std::string& text, SweepOptions& options) {
  const std::vector<std::string_view> known = ipvs::scheduler_names();
  for (const std::string& name :
       text == "all" ? std::vector<std::string>(known.begin(), known.end()) : split(text, ',')) {
    if (std::ranges::find(known, name) == known.end())
      bad("scheduler", name, fmt::format("is not known; known: {}", fmt::join(known, " ")));
    if (std::ranges::find(options.schedulers, name) == options.schedulers.end()) options.schedulers.push_back(name);
  }
  options.base.scheduler = options.schedulers.front();
}

void parse_costs(const std::string& text, SweepOptions& options) {
  const auto cost = [&](const std::string& part) {
    const auto time = parse_duration(part);
    if (!time || time->count() == 0) bad("director-cost", part, "is no time above zero, such as 60us");
    return *time;
  };
  const auto add = [&](std::chrono::nanoseconds t) {
    options.cpus.push_back({"given", t, t, t, t, "--director-cost"});
  };
  for (const std::string& part : split(text, ',')) {
    const auto dots = part.find("..");
    if (dots == std::string::npos) {
      add(cost(part));
      continue;
    }
    const auto slash = part.find('/');
    const auto first = cost(part.substr(0, dots));
    const auto last = cost(part.substr(dots + 2, slash == std::string::npos ? slash : slash - dots - 2));
    const auto step = slash == std::string::npos ? (last - first) / 4 : cost(part.substr(slash + 1));
    if (last <= first || step.count() <= 0 || static_cast<std::size_t>((last - first) / step) > kMostPoints)
      bad("director-cost", part, "is no range such as 30us..120us or 30us..120us/10us");
    for (auto t = first; t <= last; t += step) add(t);
  }
  options.base.cpu = options.cpus.front();
}

}  // namespace lvs::scenarios
