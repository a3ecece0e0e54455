// SPDX-License-Identifier: GPL-2.0-or-later
#include "cluster/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <utility>
#include <vector>

#include "common/units.h"

namespace lvs::scenarios {
namespace {

double seconds_of(std::chrono::nanoseconds t) { return std::chrono::duration<double>(t).count(); }

// Bytes of requests and replies a second that clients sent and received, IP lengths.
double goodput(const ClusterOptions& o, const ClusterResult& r) {
  return static_cast<double>(r.clients.completed) * o.packet_size * (1 + o.reply_packets) / seconds_of(o.duration);
}

std::string time_text(ns3::Time t) { return fmt::format("{:.3f} us", static_cast<double>(t.GetNanoSeconds()) / 1e3); }

}  // namespace

void print_cluster(std::ostream& out, const ClusterOptions& o, const ClusterResult& r) {
  const auto line = [&out](std::string_view what, const std::string& value) {
    out << fmt::format("{:<22}{}\n", what, value);
  };
  out << fmt::format("DR, {} servers in {} racks, {} clients in {} pods, {} connections, scheduler {}\n",
                     o.all_servers(), o.racks, o.all_clients(), o.pods, o.flows, o.scheduler);
  out << fmt::format("{:.0f} KB/s offered to each server, {} arrivals, {} measured after {}\n\n", o.server_rate / 1e3,
                     o.arrivals, text_of_duration(o.duration), text_of_duration(o.warm_up));
  line("requests", fmt::format("{}", r.clients.requests));
  line("answered", fmt::format("{}", r.clients.completed));
  line("failed", fmt::format("{} timed out, {} refused", r.clients.timeouts, r.clients.refused));
  line("throughput", fmt::format("{:.2f} MB/s", goodput(o, r) / 1e6));
  if (r.latency.GetCount() != 0) {
    line("latency, mean", time_text(r.latency.GetMean()));
    for (const auto& [name, q] : {std::pair{"latency, median", .5}, {"latency, 99 %", .99}}) {
      line(name, time_text(r.latency.GetQuantile(q)));
    }
    line("latency, least, most", time_text(r.latency.GetMin()) + ", " + time_text(r.latency.GetMax()));
  }
  line("requests of a server",
       fmt::format("{} to {}, Jain's index {:.6f}", r.least_requests, r.most_requests, r.fairness));
  line("dropped at director", fmt::format("{}", r.director_drops));
  line("digest", fmt::format("{:016x}  (of every client's and server's counts)", r.digest));
}

std::string cluster_csv(const ClusterOptions& o, const ClusterResult& r) {
  const bool answered = r.latency.GetCount() != 0;
  const auto us = [&](ns3::Time t) {
    return answered ? fmt::format("{:.9f}", static_cast<double>(t.GetNanoSeconds()) / 1e9) : std::string();
  };
  const std::vector<std::pair<const char*, std::string>> cells = {
      {"racks", fmt::to_string(o.racks)},
      {"servers_per_rack", fmt::to_string(o.servers)},
      {"pods", fmt::to_string(o.pods)},
      {"clients_per_pod", fmt::to_string(o.clients)},
      {"scheduler", o.scheduler},
      {"server_rate_bytes_s", fmt::format("{:.0f}", o.server_rate)},
      {"packet_size", fmt::to_string(o.packet_size)},
      {"reply_packets", fmt::to_string(o.reply_packets)},
      {"arrivals", o.arrivals},
      {"flows", fmt::to_string(o.flows)},
      {"director_cost_s", fmt::format("{:.9f}", seconds_of(o.director_cost))},
      {"link_bits_s", fmt::format("{:.0f}", o.server_link)},
      {"backbone_bits_s", fmt::format("{:.0f}", o.link)},
      {"delay_s", fmt::format("{:.9f}", seconds_of(o.delay))},
      {"warm_up_s", fmt::format("{:.9f}", seconds_of(o.warm_up))},
      {"duration_s", fmt::format("{:.9f}", seconds_of(o.duration))},
      {"seed", fmt::to_string(o.seed)},
      {"run", fmt::to_string(o.run)},
      {"requests", fmt::to_string(r.clients.requests)},
      {"answered", fmt::to_string(r.clients.completed)},
      {"timeouts", fmt::to_string(r.clients.timeouts)},
      {"refused", fmt::to_string(r.clients.refused)},
      {"throughput_bytes_s", fmt::format("{:.0f}", goodput(o, r))},
      {"latency_mean_s", us(r.latency.GetMean())},
      {"latency_p50_s", us(r.latency.GetQuantile(.5))},
      {"latency_p99_s", us(r.latency.GetQuantile(.99))},
      {"latency_max_s", us(r.latency.GetMax())},
      {"server_requests_least", fmt::to_string(r.least_requests)},
      {"server_requests_most", fmt::to_string(r.most_requests)},
      {"jain", fmt::format("{:.9f}", r.fairness)},
      {"director_drops", fmt::to_string(r.director_drops)},
      {"digest", fmt::format("{:016x}", r.digest)},
  };
  std::vector<std::string> names, values;
  for (const auto& [name, value] : cells) {
    names.emplace_back(name);
    values.push_back(value);
  }
  return fmt::format("{}\n{}\n", fmt::join(names, ","), fmt::join(values, ","));
}

void print_costs(std::ostream& out, const ClusterRun& run) {
  out << fmt::format("{:>5} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>12} {:>12} {:>10} {:>10}\n", "rank", "machines",
                     "built, s", "CPU, s", "waits, s", "wall, s", "MB", "frames", "to others", "messages", "MB sent");
  for (std::size_t i = 0; i < run.costs.size(); ++i) {
    const ClusterCost& c = run.costs[i];
    out << fmt::format(
        "{:>5} {:>9.0f} {:>9.2f} {:>9.2f} {:>9.2f} {:>9.2f} {:>8.0f} {:>12.0f} {:>12.0f} {:>10.0f} {:>10.1f}\n", i,
        c.machines, c.build_seconds, c.run_seconds, c.waited_seconds, c.wall_seconds, c.megabytes, c.frames,
        c.frames_sent, c.messages, c.bytes_sent / 1e6);
  }
}

}  // namespace lvs::scenarios
