// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/fields.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "common/statistics.h"
#include "sweep/moments.h"

namespace lvs::scenarios {
namespace {

using R = PointResult;
constexpr Measure kMeasures[] = {
    {"director_bytes_per_s", &R::director_bytes_per_s, 3},
    {"reply_bytes_per_s", &R::reply_bytes_per_s, 3},
    {"cpu", &R::cpu, 6},
    {"drops", &R::drops, 0},
    {"nic_drops", &R::nic_drops, 0},
    {"mean_packet_bytes", &R::mean_packet_bytes, 3},
    {"director_packets_per_s", &R::director_packets_per_s, 3},
    {"request_bytes_per_s", &R::request_bytes_per_s, 3},
    {"requests_per_s", &R::requests_per_s, 3},
    {"mean_latency_s", &R::mean_latency_s, 9},
    {"p50_s", &R::p50_s, 9},
    {"p90_s", &R::p90_s, 9},
    {"p95_s", &R::p95_s, 9},
    {"p99_s", &R::p99_s, 9},
    {"p999_s", &R::p999_s, 9},
    {"max_s", &R::max_s, 9},
    {"begun_per_s", &R::begun_per_s, 3},
    {"timeouts", &R::timeouts, 1},
    {"refused", &R::refused, 1},
    {"syn_retransmits", &R::retransmits, 1},
    {"server_least", &R::server_least, 6},
    {"server_most", &R::server_most, 6},
    {"director_least", &R::director_least, 6},
    {"director_most", &R::director_most, 6},
    {"jain_requests", &R::jain, 6},
    {"utilisation", &R::utilisation, 6},
    {"jain_busy", &R::jain_busy, 6},
    {"jobs", &R::jobs, 6},
    {"connections", &R::connections, 1},
    {"growing", &R::growing, 3},
    {"warm_up_s", &R::warm_up_s, 6},
    {"class1_requests_per_s", &R::class1_per_s, 3},
    {"class1_mean_latency_s", &R::class1_mean_s, 9},
    {"class1_p99_s", &R::class1_p99_s, 9},
    {"class2_requests_per_s", &R::class2_per_s, 3},
    {"class2_mean_latency_s", &R::class2_mean_s, 9},
    {"class2_p99_s", &R::class2_p99_s, 9},
    {"class3_requests_per_s", &R::class3_per_s, 3},
    {"class3_mean_latency_s", &R::class3_mean_s, 9},
    {"class3_p99_s", &R::class3_p99_s, 9},
    {"class4_requests_per_s", &R::class4_per_s, 3},
    {"class4_mean_latency_s", &R::class4_mean_s, 9},
    {"class4_p99_s", &R::class4_p99_s, 9},
};

template <class T>
std::string in_turn(const std::vector<T>& values) {
  return fmt::format("{}", fmt::join(values, ":"));
}

// In one cell: commas are the columns'.
std::string classes_of(const LoadSpec& ask) {
  std::string all;
  for (const ClientClass& each : ask.classes) {
    if (!all.empty()) all += ' ';
    for (const char c : each.words) all += c == ',' ? ';' : c;
  }
  return all;
}

const char* name_of(const PointSpec& spec) {
  return pinned(spec) ? "pinned" : spec.neighbours == Neighbours::raised ? "raised" : "learned";
}

}  // namespace

std::span<const Measure> measures() { return kMeasures; }

std::vector<Parameter> parameters(const PointSpec& s) {
  const LoadSpec& a = s.ask;
  const auto text = [](std::string_view name, std::string value) { return Parameter{name, std::move(value), true}; };
  const auto number = [](std::string_view name, double value) {
    return Parameter{name, fmt::format("{:.10g}", value), false};
  };
  std::vector<Parameter> all{
      number("nic", s.nic == 0 ? s.link_rate : s.nic),
      number("directors", s.directors),
      number("resolvers", s.resolvers),
      number("ttl_s", s.ttl),
      text("scheduler", s.scheduler),
      number("rewrite_s", seconds(s.cpu.rewrite)),
      number("droute_s", seconds(s.cpu.droute)),
      number("encapsulate_s", seconds(s.cpu.encapsulate)),
      text("load", name_of(s.load)),
      number("request_size", s.request_size),
      number("reply_size", s.reply_size),
      number("packet_size", s.packet_size),
      number("link_rate", s.link_rate),
      number("delay_s", seconds(s.delay)),
      number("queue", s.queue),
      text("arrivals", a.arrivals),
      text("sizes", a.sizes),
      text("service", a.service),
      number("service_time_s", a.service_time),
      text("discipline", a.discipline),
      number("offered_utilisation", s.offered_utilisation),
      number("users", a.work.users),
      number("think_s", a.think_time),
      text("think_law", a.think_law),
      number("requests_per_connection", a.work.requestsPerConnection),
      text("classes", classes_of(a)),
      text("capacity", in_turn(a.capacities)),
      text("weights", a.weights.empty() ? "1" : in_turn(a.weights)),
      number("timeout_s", a.timeout),
      text("neighbours", name_of(s)),
      number("clients", s.clients),
      number("client_addresses", s.client_addresses),
      number("agent_period_s", s.agent_period),
      number("duration_s", seconds(s.duration)),
      number("seed", s.seed),
      number("run", s.run),
  };
  for (const auto& [name, value] : s.attributes) all.push_back(text(name, value));
  return all;
}

std::string key_of(const PointSpec& spec) {
  std::string key = fmt::format("method={} server_rate={:.10g} servers={} warm_up={} find={} least={:.9f}",
                                lower_name_of(spec.method), spec.server_rate, spec.servers, spec.find_warm_up,
                                spec.observe, seconds(spec.warm_up));
  for (const Parameter& each : parameters(spec)) key += fmt::format(" {}={}", each.name, each.value);
  for (const PointEvent& event : spec.events)
    key += fmt::format(" at={:g}:{}:{:g}:{}", event.at, event.server, event.capacity, event.director);
  return key;
}

std::string to_line(const PointResult& result) {
  std::string line;
  for (const Measure& each : kMeasures) line += fmt::format("{:a} ", result.*each.value);
  for (const double value : result.series) line += fmt::format("{:a} ", value);
  for (const float value : result.server_requests) line += fmt::format("{:a} ", value);
  for (const float value : result.cdf) line += fmt::format("{:a} ", value);
  line.pop_back();
  return line;
}

bool from_line(std::string_view line, PointResult& result) {
  std::vector<double> values;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    const std::string word(line.substr(0, end));
    char* rest = nullptr;
    values.push_back(std::strtod(word.c_str(), &rest));
    if (rest != word.c_str() + word.size() || word.empty()) return false;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  const std::size_t more = result.series.size() + result.server_requests.size() + result.cdf.size();
  if (values.size() != std::size(kMeasures) + more) return false;
  auto next = values.begin();
  for (const Measure& each : kMeasures) result.*each.value = *next++;
  for (double& value : result.series) value = *next++;
  for (float& value : result.server_requests) value = static_cast<float>(*next++);
  for (float& value : result.cdf) value = static_cast<float>(*next++);
  return true;
}

Summary summarize(std::span<const PointResult> runs) {
  Summary summary{runs.front(), runs.front()};
  std::vector<double> values(runs.size());
  const auto over = [&](auto&& value_of) {
    for (std::size_t i = 0; i < runs.size(); ++i) values[i] = value_of(runs[i]);
    return estimate(values);
  };
  for (const Measure& each : kMeasures) {
    const Estimate found = over([&](const PointResult& run) { return run.*each.value; });
    summary.mean.*each.value = found.mean;
    summary.half.*each.value = found.half;
  }
  summary.half.cdf.fill(std::numeric_limits<float>::quiet_NaN());
  if (runs.size() == 1) return summary;
  for (std::size_t i = 0; i < summary.mean.series.size(); ++i)
    summary.mean.series[i] = over([&](const PointResult& run) { return run.series[i]; }).mean;
  for (std::size_t i = 0; i < summary.mean.server_requests.size(); ++i) {
    summary.mean.server_requests[i] =
        static_cast<float>(over([&](const PointResult& run) { return double{run.server_requests[i]}; }).mean);
  }
  for (std::size_t i = 0; i < kCdfPoints; ++i) {
    const Estimate found = over([&](const PointResult& run) { return double{run.cdf[i]}; });
    summary.mean.cdf[i] = static_cast<float>(found.mean);
    summary.half.cdf[i] = static_cast<float>(found.half);
  }
  return summary;
}

}  // namespace lvs::scenarios
