// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <ostream>

#include "common/units.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

struct Column {
  const char* title;
  int width;
  std::string (*cell)(const PointResult&);
};

std::string mega(double bytes) { return fmt::format("{:.2f}", bytes / 1e6); }

const Column kColumns[] = {
    {"cluster MB/s", 6, [](const PointResult& r) { return mega(r.reply_bytes_per_s + r.request_bytes_per_s); }},
    {"director MB/s", 6, [](const PointResult& r) { return mega(r.director_bytes_per_s); }},
    {"director kpkt/s", 6, [](const PointResult& r) { return fmt::format("{:.2f}", r.director_packets_per_s / 1e3); }},
    {"director CPU %", 5, [](const PointResult& r) { return fmt::format("{:.1f}", r.cpu * 100); }},
    {"drops", 5, [](const PointResult& r) { return fmt::format("{:.0f}", r.drops); }},
    {"mean bytes", 4,
     [](const PointResult& r) {
       return std::isnan(r.mean_packet_bytes) ? std::string("-") : fmt::format("{:.0f}", r.mean_packet_bytes);
     }},
};

std::vector<const SweepPoint*> select(const Sweep& sweep, const Group& group) {
  std::vector<const SweepPoint*> out;
  for (const SweepPoint& p : sweep.points) {
    if (group.holds(p.spec)) out.push_back(&p);
  }
  return out;
}

const SweepPoint* find(const std::vector<const SweepPoint*>& points, Method method, unsigned servers) {
  for (const SweepPoint* p : points) {
    if (p->spec.method == method && p->spec.servers == servers) return p;
  }
  return nullptr;
}

// Of one method's cells: together they are as wide as the title at least.
int width_of(const Column& column, const std::vector<Method>& methods) {
  const auto count = static_cast<int>(methods.size());
  return std::max(column.width, (static_cast<int>(std::strlen(column.title)) + 2 + count - 1) / count - 1);
}

void print_one_table(std::ostream& out, const Sweep& sweep, const std::vector<const SweepPoint*>& points) {
  const auto& methods = sweep.options.methods;
  std::string titles = fmt::format("{:>7} {:>8}", "", "offered");
  std::string units = fmt::format("{:>7} {:>8}", "servers", "MB/s");
  for (const Column& column : kColumns) {
    titles += fmt::format(" |{:^{}}", column.title, static_cast<int>(methods.size()) * (width_of(column, methods) + 1));
    units += " |";
    for (Method m : methods) units += fmt::format(" {:>{}}", name_of(m), width_of(column, methods));
  }
  fmt::print(out, "{}\n{}\n{}\n", titles, units, std::string(units.size(), '-'));
  for (unsigned n : sweep.options.sweep) {
    const SweepPoint* any = nullptr;
    for (Method m : methods) any = any == nullptr ? find(points, m, n) : any;
    if (any == nullptr) continue;
    std::string row;
    for (const Column& column : kColumns) {
      row += " |";
      for (Method m : methods) {
        const SweepPoint* p = find(points, m, n);
        row += fmt::format(" {:>{}}", p == nullptr ? "-" : column.cell(p->result), width_of(column, methods));
      }
    }
    fmt::print(out, "{:>7} {:>8}{}\n", n, any->spec.ask.work.users > 0 ? "-" : mega(n * any->spec.server_rate), row);
  }
}

std::string nic_text(double nic) { return nic == 0 ? std::string() : ", director NIC " + text_of_bit_rate(nic); }

// The director did all it could.
bool saturated(const SweepPoint& p) { return p.result.cpu >= 0.995 || p.result.drops > 0; }

std::string percent_off(double measured, double reference) {
  return fmt::format("{:+.2f} %", (measured - reference) / reference * 100);
}

void print_nat_knee(std::ostream& out, const Sweep& sweep, const Group& group,
                    const std::vector<const SweepPoint*>& points) {
  const SweepPoint* first = nullptr;
  double plateau = 0;
  double replies = 0;
  double mean_bytes = 0;
  for (const SweepPoint* p : points) {
    if (p->spec.method != Method::nat) continue;
    if (p->result.director_bytes_per_s > plateau) {
      plateau = p->result.director_bytes_per_s;
      mean_bytes = p->result.mean_packet_bytes;
    }
    replies = std::max(replies, p->result.reply_bytes_per_s);
    if (first == nullptr && saturated(*p)) first = p;
  }
  if (plateau == 0) return;
  const PointSpec& spec = points.front()->spec;
  const double rate = spec.server_rate;
  const std::string at = title_of(sweep, group);
  if (first == nullptr) {
    fmt::print(out, "  {}: NAT does not saturate up to {} servers ({} MB/s through the director)\n", at,
               sweep.options.sweep.back(), mega(plateau));
    return;
  }
  // By the replies: what a full queue lets through of requests need not become any.
  const double servers = replies / (rate * reply_share(spec));
  fmt::print(out,
             "  {}: NAT saturates at {} servers ({}), at {} MB/s through the director; it carries {:.1f} servers\n", at,
             first->spec.servers,
             first->result.nic_drops * 2 < first->result.drops || first->result.nic_drops == 0 ? "CPU" : "NIC",
             mega(plateau), servers);
  const bool as_published = spec.directors == 1 && spec.cpu.rewrite == std::chrono::microseconds(60) &&
                            std::abs(mean_bytes - published::kPacketBytes) < 1 && first->result.cpu >= 0.995;
  if (!as_published) return;
  fmt::print(out, "      plateau     published {:.2f} MB/s   measured {} MB/s   {}\n", published::kMaxMBps,
             mega(plateau), percent_off(plateau / 1e6, published::kMaxMBps));
  for (const auto& claim : published::kClaims) {
    if (claim.server_rate != rate) continue;
    fmt::print(out, "      servers     published {:<7}      measured {:<7.1f}    {}\n", claim.servers, servers,
               percent_off(servers, claim.servers));
  }
}

void print_saturation(std::ostream& out, const Sweep& sweep) {
  if (sweep.saturation.empty()) return;
  fmt::print(out, "At saturation ({} servers offered more than the director can carry{}):\n", sweep.options.servers,
             nic_text(sweep.saturation.front().spec.nic));
  double nat = 0;
  for (const SweepPoint& p : sweep.saturation) {
    if (p.spec.method == Method::nat) nat = p.result.reply_bytes_per_s;
  }
  for (const SweepPoint& p : sweep.saturation) {
    std::string ratio;
    if (nat > 0 && p.spec.method != Method::nat)
      ratio = fmt::format("   {:.1f} times NAT", p.result.reply_bytes_per_s / nat);
    fmt::print(out, "  {}: {:>8.1f} Mb/s of replies, {:>7.1f} Mb/s through the director, CPU {:.1f} %{}\n",
               name_of(p.spec.method), p.result.reply_bytes_per_s * 8 / 1e6, p.result.director_bytes_per_s * 8 / 1e6,
               p.result.cpu * 100, ratio);
  }
  if (nat > 0 && sweep.saturation.size() > 1)
    fmt::print(
        out,
        "  published: TUN raises the maximum throughput tenfold; here {:.0f} reply packets answer a request packet\n",
        reply_packets(sweep.options.base));
}

void print_director_groups(std::ostream& out, const Sweep& sweep) {
  const auto& o = sweep.options;
  if (o.directors.size() < 2) return;
  fmt::print(out, "Round-robin DNS over NAT directors (plateau of the sweep){}:\n",
             o.base.resolvers == 0
                 ? std::string()
                 : fmt::format(", {} resolver{} that keep{} answers for {} s", o.base.resolvers,
                               o.base.resolvers == 1 ? "" : "s", o.base.resolvers == 1 ? "s" : "", o.base.ttl));
  for (double rate : o.server_rates) {
    double one = 0;
    for (unsigned d : o.directors) {
      double plateau = 0, most = 0;
      for (const SweepPoint& p : sweep.points) {
        if (p.spec.server_rate == rate && p.spec.nic == o.nics.front() && p.spec.directors == d)
          plateau = std::max(plateau, p.result.director_bytes_per_s), most = std::max(most, p.result.director_most);
      }
      if (d == o.directors.front()) one = plateau / d;
      fmt::print(out, "  {:g} KB/s a server, {:>2} director{}: {:>7} MB/s, {:.2f} times one", rate / 1e3, d,
                 d == 1 ? " " : "s", mega(plateau), one > 0 ? plateau / one : 0.0);
      if (d > 1 && o.base.resolvers > 0) fmt::print(out, "; the busiest gets {:.2f} of an even share", most);
      fmt::print(out, "\n");
    }
  }
}

}  // namespace

bool Group::holds(const PointSpec& spec) const {
  const double offered = spec.offered_utilisation > 0 ? spec.offered_utilisation : spec.server_rate;
  return offered == rate && spec.nic == nic && spec.directors == directors && spec.scheduler == scheduler &&
         spec.cpu.rewrite == cost;
}

std::vector<Group> groups_of(const Sweep& sweep) {
  const auto& o = sweep.options;
  std::vector<Group> groups;
  for (double rate : o.server_rates) {
    for (double nic : o.nics) {
      for (unsigned directors : o.directors) {
        for (const std::string& scheduler : o.schedulers) {
          for (const control::CpuPreset& cpu : o.cpus) groups.push_back({rate, nic, directors, scheduler, cpu.rewrite});
        }
      }
    }
  }
  return groups;
}

std::string title_of(const Sweep& sweep, const Group& group) {
  const auto& o = sweep.options;
  const unsigned users = o.base.ask.work.users;
  std::string title = users > 0          ? fmt::format("{} users", users)
                      : o.by_utilisation ? fmt::format("utilisation {:g}", group.rate)
                                         : fmt::format("{:g} KB/s a server", group.rate / 1e3);
  title += nic_text(group.nic);
  if (o.schedulers.size() > 1) title += ", " + group.scheduler;
  if (o.cpus.size() > 1) title += fmt::format(", {} a packet", text_of_duration(group.cost));
  return title;
}

void print_table(std::ostream& out, const Sweep& sweep) {
  for (const Group& group : groups_of(sweep)) {
    const auto points = select(sweep, group);
    if (points.empty()) continue;
    fmt::print(out, "{}{}\n", title_of(sweep, group),
               group.directors == 1 ? "" : fmt::format(", {} directors under round-robin DNS", group.directors));
    print_one_table(out, sweep, points);
    fmt::print(out, "\n");
  }
}

void print_findings(std::ostream& out, const Sweep& sweep) {
  const auto& o = sweep.options;
  for (const control::CpuPreset& cpu : o.cpus)
    fmt::print(out, "Director's CPU: {} a rewritten packet (NAT), {} DR, {} TUN; backlog 1000 packets [{}]\n",
               text_of_duration(cpu.rewrite), text_of_duration(cpu.droute), text_of_duration(cpu.encapsulate),
               cpu.name);
  fmt::print(
      out,
      "Published: {:g} us a packet of {:g} bytes on average give {:.2f} MB/s for NAT: about 10 servers of 800 KB/s, "
      "22 of 400 KB/s, \"about {} nodes\"\n",
      published::kCostUs, published::kPacketBytes, published::kMaxMBps, published::kAboutNodes);
  for (const Group& group : groups_of(sweep)) {
    const auto points = select(sweep, group);
    if (!points.empty() && group.directors == o.directors.front()) print_nat_knee(out, sweep, group, points);
  }
  print_director_groups(out, sweep);
  print_saturation(out, sweep);
}

}  // namespace lvs::scenarios
