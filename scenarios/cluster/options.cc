// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <ostream>

#include "common/option-values.h"
#include "common/units.h"
#include "common/whole.h"
#include "ipvs/sched/scheduler.h"
#include "ns3/lvs-fabric-helper.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;

constexpr unsigned kMostServers = 200'000;
constexpr const char* kSummary =
    "Simulates one large DR cluster of racks and pods, in one process or, started by mpirun, in several that share "
    "it;\n"
    "the results are the same. docs/scale.md says what it costs.";

po::options_description describe_cluster() {
  const ClusterOptions usual;
  po::options_description all("Options", 110, 70);
  auto add = all.add_options();
  const auto whole = [](unsigned value) { return po::value<Whole>()->default_value(Whole{value}); };
  const auto text = [](const char* value) { return po::value<std::string>()->default_value(value); };
  add("help,h", "show this text");
  add("racks", whole(usual.racks), "racks, a leaf switch each (1..250)");
  add("servers", whole(usual.servers), "real servers in a rack; up to 200000 in all");
  add("pods", whole(usual.pods), "pods of clients, a router each (1..64)");
  add("clients", whole(usual.clients), "client machines in a pod, 16 addresses each");
  add("scheduler", text("rr"), "IPVS scheduler of the director");
  add("server-rate", text("800KB/s"), "load offered to each server, all of its bytes in and out (KB = 10^3)");
  add("packet-size", whole(usual.packet_size), "IP length of every packet, in bytes");
  add("reply-packets", whole(usual.reply_packets), "packets of a reply");
  add("arrivals", text("periodic"),
      "when requests begin: periodic, the clients one after the other; together, all at once; or poisson");
  add("flows", whole(usual.flows), "client ports and addresses, of all clients together (0: five a server)");
  add("director-cost", text("0us"), "director's CPU time a packet; 0us: no CPU");
  add("link-rate", text("1Gbps"), "rate of the servers' links");
  add("backbone-rate", text("100Gbps"), "rate of all other links");
  add("delay", text("5us"), "delay of every cable; processes run ahead of each other by half of it");
  add("warm-up", text("20ms"), "simulated time before counting begins");
  add("duration", text("100ms"), "simulated time that is measured");
  add("seed", whole(usual.seed), "ns-3's RngSeed");
  add("run", whole(usual.run), "ns-3's RngRun");
  add("csv", po::value<std::string>(), "write a header and one row to this file");
  add("cost", "what it cost, a line a process, on standard error");
  return all;
}

double rate_option(const po::variables_map& given, const char* name, std::optional<double> (*parse)(std::string_view),
                   double most, const char* example) {
  const auto& text = given[name].as<std::string>();
  const auto rate = parse(text);
  if (!rate || *rate > most) bad(name, text, fmt::format("is no rate such as {}", example));
  return *rate;
}

ClusterOptions cluster_values(const po::variables_map& given) {
  using Fabric = ns3::LvsFabricConfig;
  using namespace std::chrono_literals;
  ClusterOptions o;
  o.racks = number_between(given, "racks", 1, Fabric::kMostRacks);
  o.pods = number_between(given, "pods", 1, Fabric::kMostPods);
  o.servers = number_between(given, "servers", 1, Fabric::kMostMachines);
  if (o.all_servers() > kMostServers)
    bad("servers", fmt::format("{} racks of {}", o.racks, o.servers), "is more than 200000");
  o.clients = number_between(given, "clients", 1, 1000);
  o.scheduler = given["scheduler"].as<std::string>();
  const std::vector<std::string_view> known = ipvs::scheduler_names();
  if (std::ranges::find(known, o.scheduler) == known.end()) {
    bad("scheduler", o.scheduler, fmt::format("is not known; known: {}", fmt::join(known, " ")));
  }
  o.server_rate = rate_option(given, "server-rate", parse_byte_rate, 1.25e9, "800KB/s");
  o.packet_size = number_between(given, "packet-size", 64, 1500);
  o.reply_packets = number_between(given, "reply-packets", 1, 1000);
  o.arrivals = given["arrivals"].as<std::string>();
  if (o.arrivals != "periodic" && o.arrivals != "together" && o.arrivals != "poisson")
    bad("arrivals", o.arrivals, "is not known; known: periodic, together, poisson");
  o.flows = number_between(given, "flows", 0, 10'000'000);
  if (o.flows == 0) o.flows = std::max(1000u, 5 * o.all_servers());
  o.director_cost = time_between(given, "director-cost", 0ns, 1s);
  o.server_link = rate_option(given, "link-rate", parse_bit_rate, 1e12, "1Gbps");
  o.link = rate_option(given, "backbone-rate", parse_bit_rate, 1e12, "100Gbps");
  o.delay = time_between(given, "delay", 2ns, 10s);
  o.warm_up = time_between(given, "warm-up", 0ns, 3600s);
  o.duration = time_between(given, "duration", 1us, 3600s);
  o.seed = number_between(given, "seed", 1, UINT32_MAX);
  o.run = number_between(given, "run", 0, UINT32_MAX);
  if (given.count("csv") != 0) o.csv = given["csv"].as<std::string>();
  o.cost = given.count("cost") != 0;
  return o;
}

}  // namespace

std::optional<ClusterOptions> parse_cluster_options(int argc, const char* const* argv, std::ostream& out,
                                                    std::ostream& err, int& status) {
  const po::options_description description = describe_cluster();
  return parse_program_options(
      "lvs-cluster", argc, argv, description, err, status,
      [&] { out << "Usage: [mpirun -n PROCESSES] lvs-cluster [OPTION]...\n"
                << kSummary << "\n\n"
                << description; },
      cluster_values);
}

}  // namespace lvs::scenarios
