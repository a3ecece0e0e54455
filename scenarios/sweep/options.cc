// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <iostream>
#include <set>
#include <sstream>

#include "base/input-file.h"
#include "common/figure/figure-file.h"
#include "common/units.h"
#include "common/whole.h"
#include "sweep/attributes.h"
#include "sweep/drivers/ns3-words.h"
#include "sweep/options-load.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;

constexpr unsigned kMaxServers = 10000;
constexpr unsigned kMaxDirectors = 50;
constexpr unsigned kMostResolvers = 100;

po::options_description describe(const ProgramTraits& traits) {
  po::options_description all("Options", 110, 70);
  auto add = all.add_options();
  add("help,h", "show this text");
  add("version", "as the only word: show the version");
  add("servers", po::value<std::string>()->default_value("20"), "number of real servers the sweep is about (1..10000)");
  add("sweep", po::value<std::string>(),
      "numbers of servers to try, as 1..25 or 5,10,20 (default: steps up to the larger of --servers and 25)");
  if (traits.director_groups) {
    add("directors", po::value<std::string>()->default_value("1,2,3,4"), "numbers of directors to try");
    add("resolvers", po::value<Whole>()->default_value(Whole{0}),
        "resolvers with as many clients each that ask a name server (dnsmasq) and keep its answers (0: each request "
        "goes to the next director)");
    add("ttl", po::value<Whole>()->default_value(Whole{60}), "seconds that they keep an answer");
  }
  add("method", po::value<std::string>(),
      "forwarding methods to run, as nat,dr,tun (default: the program's own and the others beside it)");
  add("scheduler", po::value<std::string>()->default_value("rr"), "IPVS schedulers to run: wlc, or rr,wlc,sh, or all");
  add("preset", po::value<std::string>(), "director's CPU: a published cost a packet, see the list below");
  add("director-cost", po::value<std::string>(),
      "director's CPU time a packet, whatever the method: 60us; several: 30us,60us or 30us..120us/30us");
  add("server-rate", po::value<std::string>()->default_value("800KB/s,400KB/s"),
      "load offered to each server, all of its bytes in and out (KB = 10^3)");
  add("packet-size", po::value<Whole>()->default_value(Whole{536}),
      "raw: IP length of every packet, in bytes; tcp: of full segments");
  add("request-size", po::value<Whole>(),
      "raw: IP length of the request (default --packet-size); udp, tcp: payload bytes (default 300)");
  add("reply-size", po::value<Whole>(),
      "raw: IP lengths of the reply packets together (default 15 packets); udp, tcp: payload bytes (default 8000)");
  add("raw", "load: one request packet, many reply packets (default)");
  add("udp", "load: UDP request and reply of the given payload sizes");
  add("tcp", "load: a TCP connection for every request");
  add("nic", po::value<std::string>(), "rate of the director's NICs, as 100Mbps; several to compare: 100Mbps,1Gbps");
  add("link-rate", po::value<std::string>()->default_value("1Gbps"), "rate of every other link");
  add("delay", po::value<std::string>()->default_value("10us"), "delay of every cable");
  add("duration", po::value<std::string>()->default_value("250ms"), "simulated time measured for each point");
  add("seed", po::value<Whole>()->default_value(Whole{1}),
      "ns-3's RngSeed (--RngSeed too); where nothing is drawn it changes nothing");
  add("run", po::value<Whole>()->default_value(Whole{1}), "ns-3's RngRun (--RngRun too)");
  describe_load(traits, all);
  add("file", po::value<std::string>(), "more options, a line each: scheduler = rr,wlc");
  add("resume", po::value<std::string>(), "keep what has been run in this file, and do not run it again");
  add("json", po::value<std::string>(), "write the points to this file as JSON");
  add("csv", po::value<std::string>(), "write the points to this file as CSV");
  add("cdf", po::value<std::string>(),
      "distribution of latencies: a row a point and share in NAME.csv, or a figure (NAME.svg, .pdf, .png)");
  add("plot", po::value<std::string>()->default_value(traits.name + ".svg"),
      "write the figure to this file: NAME.svg, NAME.pdf or NAME.png; none: no figure");
  add("pcap", po::value<std::string>(),
      "one point only, the program's method at --servers: PREFIX-NODE-DEVICE.pcap of all NICs");
  add("trace", po::value<std::string>(),
      "one point only, the program's method at --servers: the walk of every packet, for lvs-trace, lvs-visualizer and "
      "Wireshark");
  if (!traits.director_groups) {
    add("walk", "a few connections, one after the other, and the viewer on their walks (with --trace: in that file)");
  }
  add("jobs,j", po::value<Whole>()->default_value(Whole{0}), "processes at a time (0: one a core)");
  add("quiet,q", "no progress, no table");
  return all;
}

void print_help(std::ostream& out, const ProgramTraits& traits, const po::options_description& options) {
  out << "Usage: " << traits.name << " [OPTION]...\n" << traits.summary << "\n\n" << options << "\n";
  out << "ns-3 attributes: --ns3::LvsEthNetDevice::Mtu=1400 and the like set defaults (--list-attributes shows "
         "ours).\n\n";
  out << "Presets of --preset (cost a packet: NAT each direction, DR, TUN):\n";
  for (const control::CpuPreset& preset : control::cpu_presets()) {
    out << fmt::format("  {:<20} {:>8} {:>8} {:>8}\n      {}\n", preset.name, text_of_duration(preset.rewrite),
                       text_of_duration(preset.droute), text_of_duration(preset.encapsulate), preset.source);
  }
  out << "\nThroughput counts IP total lengths; MB = 10^6 bytes, KB = 10^3.\n";
}

std::vector<Method> parse_methods(const std::string& text) {
  std::vector<Method> methods;
  for (const std::string& part : split(text, ',')) {
    const auto at = std::ranges::find(kMethods, part, lower_name_of);
    if (at == kMethods.end()) bad("method", part, "is no forwarding method; known: nat, dr, tun");
    if (std::ranges::find(methods, *at) == methods.end()) methods.push_back(*at);
  }
  return methods;
}

// Steps that show the knee without simulating every count.
std::vector<unsigned> default_sweep(unsigned servers) {
  std::set<unsigned> counts;
  const unsigned top = std::max(servers, 25u);
  for (unsigned n : {1u, 2u, 4u, 6u, 8u, 10u, 11u, 12u, 14u, 16u, 18u, 20u, 22u, 23u, 25u}) counts.insert(n);
  for (unsigned n = 30; n < top; n += n < 60 ? 10 : n < 400 ? 20 : n / 4) counts.insert(n);
  counts.insert(servers);
  counts.insert(top);
  return {counts.begin(), counts.end()};
}

// Servers that take time have connections, unless something else is asked for.
bool takes_time(const po::variables_map& given) {
  const auto said = [&](const char* name) { return given.count(name) != 0 && !given[name].defaulted(); };
  return said("service-time") || said("users") || said("requests-per-connection") || said("class");
}

void parse_load(const po::variables_map& given, SweepOptions& options) {
  if (given.count("walk") != 0 && given.count("pcap") != 0) throw BadOption{"--walk and --pcap exclude each other"};
  if (given.count("raw") + given.count("udp") + given.count("tcp") > 1) {
    throw BadOption{"--raw, --udp and --tcp exclude each other"};
  }
  PointSpec& base = options.base;
  const bool walk = given.count("walk") != 0;  // shows connections unless something else is wanted
  base.load = given.count("tcp") != 0     ? LoadKind::tcp
              : given.count("udp") != 0   ? LoadKind::udp
              : given.count("raw") != 0   ? LoadKind::raw
              : walk || takes_time(given) ? LoadKind::tcp
                                          : LoadKind::raw;
  base.packet_size = given["packet-size"].as<Whole>().value;
  const bool raw = base.load == LoadKind::raw;
  if (!raw && takes_time(given) && given["packet-size"].defaulted()) base.packet_size = 1500;
  if (base.packet_size < 64 || base.packet_size > 1500) {
    bad("packet-size", std::to_string(base.packet_size), "is not in 64..1500");
  }
  base.request_size = given.count("request-size") != 0 ? given["request-size"].as<Whole>().value
                      : raw                            ? base.packet_size
                                                       : 300;
  base.reply_size = given.count("reply-size") != 0 ? given["reply-size"].as<Whole>().value
                    : raw                          ? 15 * base.packet_size
                    : walk                         ? 1000
                                                   : 8000;
  const unsigned least = raw ? 64 : 1;
  if (base.request_size < least || base.request_size > (raw ? 1500 : 1400)) {
    bad("request-size", std::to_string(base.request_size), raw ? "is not in 64..1500" : "is not in 1..1400");
  }
  if (base.reply_size < least || base.reply_size > 10'000'000) {
    bad("reply-size", std::to_string(base.reply_size), fmt::format("is not in {}..10000000", least));
  }
}

void parse_cpu(const po::variables_map& given, SweepOptions& options) {
  if (given.count("preset") != 0 && given.count("director-cost") != 0) {
    throw BadOption{"--preset and --director-cost exclude each other"};
  }
  options.preset_name = given.count("preset") != 0 ? given["preset"].as<std::string>() : "pentium166-nat";
  if (given.count("director-cost") != 0) {
    options.preset_name.clear();
    return parse_costs(given["director-cost"].as<std::string>(), options);
  }
  const control::CpuPreset* preset = control::find_cpu_preset(options.preset_name);
  if (preset == nullptr) bad("preset", options.preset_name, "is not known; --help lists the presets");
  options.base.cpu = *preset;
  options.cpus = {*preset};
}

// How many servers and directors, and the methods.
void parse_cluster(const ProgramTraits& traits, const po::variables_map& given, SweepOptions& options) {
  const auto text = [&](const char* name) { return text_of(given, name); };
  const auto servers = parse_counts(text("servers"), kMaxServers);
  if (!servers || servers->size() != 1) bad("servers", text("servers"), "is no number of servers in 1..10000");
  options.servers = servers->front();
  options.sweep = default_sweep(options.servers);
  if (given.count("sweep") != 0) {
    const auto counts = parse_counts(text("sweep"), kMaxServers);
    if (!counts) bad("sweep", text("sweep"), "is no list of numbers of servers in 1..10000, such as 1..25 or 5,10,20");
    options.sweep = *counts;
    std::ranges::sort(options.sweep);
    options.sweep.erase(std::ranges::unique(options.sweep).begin(), options.sweep.end());
  }
  if (traits.director_groups) {
    const auto directors = parse_counts(text("directors"), kMaxDirectors);
    if (!directors) bad("directors", text("directors"), "is no list of numbers of directors in 1..50");
    options.directors = *directors;
    options.base.resolvers = given["resolvers"].as<Whole>().value;
    options.base.make_names = traits.make_names;
    options.base.ttl = given["ttl"].as<Whole>().value;
    if (options.base.resolvers > kMostResolvers)
      bad("resolvers", std::to_string(options.base.resolvers), fmt::format("is not in 0..{}", kMostResolvers));
    if (options.base.ttl == 0 || options.base.ttl > 86400)
      bad("ttl", std::to_string(options.base.ttl), "is not in 1..86400");
  } else {
    options.directors = {1};
  }

  if (given.count("method") != 0) {
    options.methods = parse_methods(text("method"));
  } else if (traits.director_groups) {
    options.methods = {traits.method};
  } else {
    options.methods.assign(kMethods.begin(), kMethods.end());
  }
}

double bit_rate(const char* option, const std::string& value) {
  const auto rate = parse_bit_rate(value);
  if (!rate || *rate < 1e4 || *rate > 1e12) bad(option, value, "is no bit rate in 10kbps..1000Gbps, such as 100Mbps");
  return *rate;
}

// What servers and their NICs carry.
void parse_rates(const po::variables_map& given, SweepOptions& options) {
  const auto text = [&](const char* name) { return text_of(given, name); };
  for (const std::string& part : split(text("server-rate"), ',')) {
    const auto rate = parse_byte_rate(part);
    if (!rate || *rate > 1.25e9) bad("server-rate", part, "is no rate above zero up to 1.25GB/s, such as 800KB/s");
    options.server_rates.push_back(*rate);
  }
  if (given.count("nic") != 0) {
    for (const std::string& part : split(text("nic"), ',')) options.nics.push_back(bit_rate("nic", part));
  } else {
    options.nics = {0};
  }
}

// The links, and how long the run lasts.
void parse_links(const po::variables_map& given, SweepOptions& options) {
  const auto text = [&](const char* name) { return text_of(given, name); };
  options.base.link_rate = bit_rate("link-rate", text("link-rate"));
  const auto delay = parse_duration(text("delay"));
  if (!delay || delay->count() < 1 || *delay > std::chrono::seconds(10)) {
    bad("delay", text("delay"), "is no time in 1ns..10s");
  }
  options.base.delay = *delay;
  const auto duration = parse_duration(text("duration"));
  if (!duration || *duration < std::chrono::milliseconds(1) || *duration > std::chrono::hours(1)) {
    bad("duration", text("duration"), "is no time in 1ms..3600s");
  }
  options.base.duration = *duration;
}

void parse_outputs(const po::variables_map& given, SweepOptions& options) {
  const auto text = [&](const char* name) { return text_of(given, name); };
  options.json = text("json");
  options.csv = text("csv");
  options.plot = text("plot") == "none" ? "" : text("plot");
  check_figure("plot", options.plot);
  options.cdf = text("cdf");
  if (!options.cdf.ends_with(".csv")) check_figure("cdf", options.cdf, ".csv, ");
  options.resume = text("resume");
  options.pcap = text("pcap");
  if (text("trace") == "-") bad("trace", "-", "is no file; a sweep writes its results to standard output");
  options.trace = text("trace");
  options.walk = given.count("walk") != 0;
  if (options.walk) {
    if (given["servers"].defaulted()) options.servers = 2;
    options.base.warm_up = std::chrono::nanoseconds(0);
  }
  options.jobs = given["jobs"].as<Whole>().value;
  options.quiet = given.count("quiet") != 0;
}

// The words of the command line, and of the file that they name.
po::variables_map read_words_and_file(const std::vector<std::string>& words,
                                      const po::options_description& description) {
  po::variables_map given = read_words(words, description);
  if (given.count("file") != 0) {
    const auto& name = given["file"].as<std::string>();
    const auto text = base::read_input(name);
    if (!text) bad("file", name, "cannot be read: " + text.error());
    std::istringstream in(*text);
    try {
      po::store(po::parse_config_file(in, description), given);  // what the command line says counts
    } catch (const po::error& error) {
      throw BadOption{fmt::format("--file: {}: {}", name, error.what())};
    }
  }
  return given;
}

SweepOptions to_values(const ProgramTraits& traits, const po::variables_map& given) {
  SweepOptions options;
  options.method = traits.method;
  parse_cluster(traits, given, options);
  parse_schedulers(text_of(given, "scheduler"), options);
  parse_cpu(given, options);
  parse_load(given, options);
  parse_rates(given, options);
  parse_load_laws(traits, given, options);
  parse_measurement(given, options);
  parse_links(given, options);
  options.base.seed = given["seed"].as<Whole>().value;
  if (options.base.seed == 0) bad("seed", "0", "is not allowed by ns-3's generator");
  options.base.run = given["run"].as<Whole>().value;
  parse_outputs(given, options);
  return options;
}

}  // namespace

std::optional<SweepOptions> parse_options(const ProgramTraits& traits, int argc, const char* const* argv,
                                          std::ostream& out, std::ostream& err, int& status) {
  const po::options_description description = describe(traits);
  try {
    // ns-3 attributes have colons in their names: taken out first.
    std::vector<std::string> words;
    std::vector<std::pair<std::string, std::string>> attributes;
    for (int i = 1; i < argc; ++i) {
      const std::string word = argv[i];
      if (word == "--list-attributes") {
        print_attributes(out);
        status = 0;
        return std::nullopt;
      }
      if (print_as_ns3(word, traits.name, traits.summary, description, out)) {
        status = 0;
        return std::nullopt;
      }
      if (!word.starts_with("--ns3::")) {
        words.push_back(word);
        continue;
      }
      const auto equals = word.find('=');
      if (equals == std::string::npos) throw BadOption{fmt::format("{}: a value is missing (NAME=VALUE)", word)};
      attributes.emplace_back(word.substr(2, equals - 2), word.substr(equals + 1));
      if (const std::string why = check_attribute(attributes.back().first, attributes.back().second); !why.empty()) {
        throw BadOption{fmt::format("{}: {}", word, why)};
      }
    }
    po::variables_map given = read_words_and_file(from_ns3(words, description), description);
    if (given.count("help") != 0) {
      print_help(out, traits, description);
      status = 0;
      return std::nullopt;
    }
    po::notify(given);
    SweepOptions options = to_values(traits, given);
    options.base.attributes = std::move(attributes);
    return options;
  } catch (const BadOption& error) {
    err << traits.name << ": " << error.text << '\n';
  } catch (const po::error& error) {
    err << traits.name << ": " << error.what() << " (--help lists the options)\n";
  }
  status = 2;
  return std::nullopt;
}

}  // namespace lvs::scenarios
