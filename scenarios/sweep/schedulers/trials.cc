// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/schedulers/trials.h"

#include <fmt/format.h>

#include <algorithm>

namespace lvs::scenarios {
namespace {

using ns3::LvsWorkLaw;

void law(PointSpec& spec, std::string words, LvsWorkLaw demand) {
  spec.ask.service = std::move(words);
  spec.ask.work.demand = std::move(demand);
}

void equal(PointSpec&, const TrialOptions&) {}

void even(PointSpec& spec, const TrialOptions& o) { law(spec, "fixed", LvsWorkLaw::Fixed(o.service_time)); }

void heavy(PointSpec& spec, const TrialOptions& o) { law(spec, "pareto:1.5", LvsWorkLaw::Pareto(o.service_time, 1.5)); }

void unequal(PointSpec& spec, const TrialOptions&) {
  spec.ask.capacities = {1, 1, 1, 4};
  spec.ask.weights = {1, 1, 1, 4};
}

void unknown(PointSpec& spec, const TrialOptions&) { spec.ask.capacities = {1, 1, 1, 4}; }

// Connections whose number says little of their work: each asks ten times, and thinks long between.
void persistent(PointSpec& spec, const TrialOptions& o) {
  spec.ask.work.requestsPerConnection = 10;
  spec.ask.think_time = 10 * o.service_time;
  spec.ask.work.think = LvsWorkLaw::Exponential(spec.ask.think_time);
}

void few(PointSpec& spec, const TrialOptions&) { spec.client_addresses = 4; }
void many(PointSpec& spec, const TrialOptions&) { spec.client_addresses = 1000; }

double third(const TrialOptions& o) { return o.duration / 4 + o.duration / 3; }

void slows(PointSpec& spec, const TrialOptions& o) {
  spec.events.push_back({.at = third(o), .server = 0, .capacity = 0.25, .director = ""});
  spec.events.push_back({.at = third(o) + o.duration / 3, .server = 0, .capacity = 1, .director = ""});
  spec.offered_utilisation *= 0.75;  // or nobody could bear it
}

void agent(PointSpec& spec, const TrialOptions& o) {
  slows(spec, o);
  spec.agent_period = 1;
  spec.ask.weights = {100};
}

// One server is taken out as an administrator does it, by weight 0, and comes back.
void leaves(PointSpec& spec, const TrialOptions& o) {
  spec.offered_utilisation *= 0.75;  // or nobody could bear it
  const char* address = spec.method == Method::nat  ? "192.168.1.0"
                        : spec.method == Method::dr ? "10.0.1.0"
                                                    : "10.1.1.0";
  const char* how = spec.method == Method::nat ? "-m" : spec.method == Method::dr ? "-g" : "-i";
  for (const int weight : {0, 1}) {
    spec.events.push_back(
        {.at = third(o) + (weight == 0 ? 0 : o.duration / 3),
         .server = -1,
         .capacity = 1,
         .director = fmt::format("ipvsadm -e -t 10.0.0.100:80 -r {}:80 {} -w {}", address, how, weight)});
  }
}

}  // namespace

const std::vector<Trial>& trials() {
  static const std::vector<Trial> all{
      {"equal", "equal servers, exponential service", equal},
      {"even", "equal servers, every request takes the same time", even},
      {"heavy", "equal servers, heavy-tailed service (Pareto 1.5)", heavy},
      {"unequal", "every fourth server is four times as fast, and has weight 4", unequal},
      {"unknown", "the same, all with weight 1", unknown},
      {"persistent", "connections of ten requests that think ten service times between", persistent},
      {"few", "four client addresses", few},
      {"many", "a thousand client addresses", many},
      {"slows", "a server is four times slower for the middle third; three quarters of the load", slows},
      {"agent", "the same, and an agent sets weights by what the servers do", agent},
      {"leaves", "a server has weight 0 for the middle third; three quarters of the load", leaves},
  };
  return all;
}

const Trial* find_trial(std::string_view name) {
  const auto at = std::ranges::find(trials(), name, &Trial::name);
  return at == trials().end() ? nullptr : &*at;
}

PointSpec spec_of(const Trial& trial, const TrialOptions& o, const std::string& scheduler) {
  const auto time = [](double seconds) { return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9)); };
  PointSpec spec;
  spec.method = o.method;
  spec.servers = o.servers;
  spec.scheduler = scheduler;
  spec.cpu = *control::find_cpu_preset("dpvs-1core-udp");  // a director that is no limit
  spec.load = LoadKind::tcp;
  spec.packet_size = 1500;
  spec.request_size = 300;
  spec.reply_size = 1000;
  spec.ask.arrivals = "poisson";
  spec.ask.work.arrivals = ns3::LvsWorkArrivals::Poisson();
  spec.ask.work.reply = LvsWorkLaw::Fixed(spec.reply_size);
  spec.ask.service_time = o.service_time;
  law(spec, "exponential", LvsWorkLaw::Exponential(o.service_time));
  spec.ask.timeout = 10;
  spec.duration = time(o.duration);
  spec.warm_up = time(o.duration / 4);
  spec.seed = o.seed;
  spec.run = o.run;
  spec.observe = true;
  spec.offered_utilisation = o.load;

  trial.shape(spec, o);
  double capacity = 0;
  for (unsigned i = 0; i < spec.servers; ++i) capacity += spec.ask.capacities[i % spec.ask.capacities.size()];
  spec.server_rate = spec.offered_utilisation * capacity / spec.servers / o.service_time * exchange_bytes(spec);
  return spec;
}

}  // namespace lvs::scenarios
