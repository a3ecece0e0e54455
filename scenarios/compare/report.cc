// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare/report.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>

#include "base/json-writer.h"
#include "common/statistics.h"
#include "compare/costs.h"

namespace lvs::scenarios {
namespace {

constexpr std::array kMeasures{
    CompareMeasure{"requests_per_s", &CompareResult::requests_per_s, 1},
    CompareMeasure{"p50_s", &CompareResult::p50_s, 7},
    CompareMeasure{"p95_s", &CompareResult::p95_s, 7},
    CompareMeasure{"p99_s", &CompareResult::p99_s, 7},
    CompareMeasure{"mean_s", &CompareResult::mean_s, 7},
    CompareMeasure{"failed", &CompareResult::failed, 5},
    CompareMeasure{"packets_per_request", &CompareResult::packets_per_request, 3},
    CompareMeasure{"bytes_per_request", &CompareResult::bytes_per_request, 1},
    CompareMeasure{"cpu", &CompareResult::cpu, 4},
    CompareMeasure{"program_share", &CompareResult::program, 4},
    CompareMeasure{"server_cpu", &CompareResult::server_cpu, 4},
    CompareMeasure{"held", &CompareResult::held, 1},
    CompareMeasure{"busiest", &CompareResult::busiest, 3},
};

// What nginx.com's test gave (the sources of the presets name it).
constexpr double kPublishedConnections = 34344, kPublishedRequests = 145551;

std::string with_half(double mean, double half, int digits) {
  if (std::isnan(mean)) return "-";
  if (std::isnan(half)) return fmt::format("{:.{}f}", mean, digits);
  return fmt::format("{:.{}f} ±{:.{}f}", mean, digits, half, digits);
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

void print_saturation(std::ostream& out, const Comparison& c) {
  const CompareSpec& b = c.options.base;
  fmt::print(out,
             "The ceiling: {} clients that ask again as soon as they are answered; {} servers, pages of {} bytes, a "
             "connection each\n",
             b.concurrency, b.servers, b.reply_size);
  fmt::print(out, "{:<8}{:>22}{:>11}{:>12}{:>10}{:>13}{:>13}{:>13}\n", "", "requests a second", "CPU of the", "of it",
             "CPU of", "packets a", "bytes a", "connections");
  fmt::print(out, "{:<8}{:>22}{:>11}{:>12}{:>10}{:>13}{:>13}{:>13}\n", "way", "", "dispatcher", "its program",
             "servers", "request*", "request*", "it holds");
  for (const Way way : c.options.ways) {
    const ComparePoint* const p = c.find("saturation", way);
    if (p == nullptr) continue;
    const bool director = info_of(way).director;
    const CompareResult& r = p->mean;
    fmt::print(out, "{:<8}{:>22}{:>11}{:>12}{:>10}{:>13}{:>13}{:>13}\n", info_of(way).name,
               with_half(r.requests_per_s, p->half.requests_per_s, 0), director ? percent(r.cpu) : "-",
               info_of(way).layer7 ? percent(r.program) : "-", percent(r.server_cpu),
               director ? fmt::format("{:.1f}", r.packets_per_request) : "-",
               director ? fmt::format("{:.0f}", r.bytes_per_request) : "-",
               director ? fmt::format("{:.0f}", r.held) : "-");
  }
  for (const ComparePoint& p : c.points)
    if (p.kind == "saturation" && p.mean.requests_per_s == 0)
      fmt::print(out,
                 "{} completed nothing in the window: --warm-up and --duration are too short for so many clients.\n",
                 info_of(p.spec.way).name);
  fmt::print(out,
             "* through the dispatcher: what its interfaces receive and send. Held: entries of the connection table "
             "(IPVS), TCP\n  connections in any state but LISTEN (layer 7), at the end of the window.\n\n");
}

void print_common(std::ostream& out, const Comparison& c) {
  fmt::print(out,
             "At {:.0f} requests a second at random moments, half of the lowest ceiling; and when a server's program "
             "ends and nobody mends it\n",
             c.common_rate);
  fmt::print(out, "{:<8}{:>22}{:>16}{:>16}{:>16}{:>18}{:>16}\n", "way", "latency p50, ms", "p95, ms", "p99, ms", "CPU",
             "failed after that", "busiest server");
  for (const Way way : c.options.ways) {
    const ComparePoint* const p = c.find("common", way);
    const ComparePoint* const d = c.find("server dies", way);
    if (p == nullptr || d == nullptr) continue;
    const auto ms = [](double mean, double half) { return with_half(mean * 1e3, half * 1e3, 3); };
    fmt::print(out, "{:<8}{:>22}{:>16}{:>16}{:>16}{:>18}{:>16}\n", info_of(way).name, ms(p->mean.p50_s, p->half.p50_s),
               ms(p->mean.p95_s, p->half.p95_s), ms(p->mean.p99_s, p->half.p99_s),
               info_of(way).director ? percent(p->mean.cpu) : "-", fmt::format("{:.1f} %", 100 * d->mean.failed),
               p->mean.busiest > 0 ? fmt::format("{:.2f} x even", p->mean.busiest) : "-");
  }
  fmt::print(out,
             "The program of the server added last ends; of those that ask nobody else, KTCPVS goes on to choose it, "
             "as it has the "
             "fewest\nconnections. A program sees what has come 0.1 ms after it came, whatever it costs: twice a "
             "request at a server, "
             "more often where\nthere is a dispatcher at layer 7.\n\n");
}

void print_abilities(std::ostream& out, const Comparison& c) {
  fmt::print(out, "What each can do that others cannot\n");
  for (const Way way : c.options.ways) {
    const WayInfo& i = info_of(way);
    fmt::print(out,
               "{:<8}{}\n        chooses by content: {}; asks another server: {}; TLS ends: {}\n        a server sees "
               "the address of: {}; a dead server: {}\n",
               i.name, i.title, i.content, i.retries, i.tls, i.sees, i.dead);
  }
}

void print_findings(std::ostream& out, const Comparison& c) {
  const ComparePoint* const dr = c.find("saturation", Way::dr);
  for (const Way way : {Way::nat, Way::ktcpvs, Way::nginx}) {
    const ComparePoint* const p = c.find("saturation", way);
    if (dr == nullptr || p == nullptr || p->mean.requests_per_s <= 0) continue;
    fmt::print(out, "dr carries {:.1f} times what {} carries.\n", dr->mean.requests_per_s / p->mean.requests_per_s,
               info_of(way).name);
  }
  fmt::print(out, "Costs: preset {}\n", c.options.preset);
  print_costs(out, c.options.base.cpu);
  fmt::print(
      out,
      "Published: nginx as a web server on one CPU took {:.0f} new connections a second, and {:.0f} requests a "
      "second over kept ones\n(nginx.com). No source that we know gives figures for LVS and for a proxy on the "
      "same hardware, and none for KTCPVS: the\nratios above follow from packets and from the costs, which every "
      "option named *-cost changes.\n\n",
      kPublishedConnections, kPublishedRequests);
}

void add_number(base::JsonWriter& json, std::string_view name, double value, int digits) {
  if (std::isnan(value)) {
    json.raw(name, "null");
  } else {
    json.fixed(name, value, digits);
  }
}

}  // namespace

std::span<const CompareMeasure> compare_measures() { return kMeasures; }

ComparePoint summarize(std::string_view kind, const CompareSpec& spec, std::span<const CompareResult> runs) {
  ComparePoint point{kind, spec, {}, {}};
  for (const CompareMeasure& measure : kMeasures) {
    std::vector<double> values;
    for (const CompareResult& run : runs) values.push_back(run.*measure.value);
    const Estimate found = estimate(values);
    point.mean.*measure.value = found.mean;
    point.half.*measure.value = found.half;
  }
  return point;
}

const ComparePoint* Comparison::find(std::string_view kind, Way way) const {
  const auto found =
      std::ranges::find_if(points, [&](const ComparePoint& p) { return p.kind == kind && p.spec.way == way; });
  return found == points.end() ? nullptr : &*found;
}

void print_comparison(std::ostream& out, const Comparison& comparison) {
  print_saturation(out, comparison);
  print_common(out, comparison);
  print_findings(out, comparison);
  print_abilities(out, comparison);
}

std::string comparison_csv(const Comparison& c) {
  std::string text = "kind,way,servers,concurrency,rate,reply_size,replications,seed,run";
  for (const CompareMeasure& m : kMeasures) text += fmt::format(",{},{}_half95", m.name, m.name);
  text += "\n";
  const auto value = [](double number, int digits) {
    return std::isnan(number) ? std::string() : fmt::format("{:.{}f}", number, digits);
  };
  for (const ComparePoint& p : c.points) {
    text += fmt::format("{},{},{},{},{:.0f},{},{},{},{}", p.kind, info_of(p.spec.way).name, p.spec.servers,
                        p.spec.rate > 0 ? 0 : p.spec.concurrency, p.spec.rate, p.spec.reply_size,
                        c.options.replications, p.spec.seed, p.spec.run);
    for (const CompareMeasure& m : kMeasures)
      text += fmt::format(",{},{}", value(p.mean.*m.value, m.digits), value(p.half.*m.value, m.digits + 2));
    text += "\n";
  }
  return text;
}

std::string comparison_json(const Comparison& c) {
  std::string text;
  base::JsonWriter json(text);
  json.open('{').open('{', "run").text("program", "lvs-compare").text("preset", c.options.preset);
  host::CpuModel cpu = c.options.base.cpu;
  for (const CostField& field : cost_fields())
    json.fixed(field.option, std::chrono::duration<double>(field.of(cpu)).count(), 9);
  json.number("servers", c.options.base.servers).number("replications", c.options.replications);
  json.close('}').open('[', "points");
  for (const ComparePoint& p : c.points) {
    json.line("\n    ").open('{').text("kind", p.kind).text("way", info_of(p.spec.way).name);
    json.number("concurrency", p.spec.rate > 0 ? 0 : p.spec.concurrency).fixed("rate", p.spec.rate, 0);
    for (const CompareMeasure& m : kMeasures) {
      add_number(json, m.name, p.mean.*m.value, m.digits);
      add_number(json, std::string(m.name) + "_half95", p.half.*m.value, m.digits + 2);
    }
    json.close('}');
  }
  json.close(']').close('}');
  return text + "\n";
}

}  // namespace lvs::scenarios
