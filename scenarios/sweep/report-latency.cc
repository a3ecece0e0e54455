// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "common/units.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

std::string cell(double value, double scale, int digits) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value * scale, digits);
}

// 1.234 +-0.056
std::string with_interval(double value, double half, double scale, int digits) {
  const std::string mean = cell(value, scale, digits);
  return std::isnan(half) ? mean : fmt::format("{} ±{}", mean, cell(half, scale, digits));
}

// fmt counts the columns of UTF-8 text.
void print_row(std::ostream& out, const SweepPoint& p) {
  const PointResult& r = p.result;
  const PointResult& h = p.half;
  fmt::print(out, "{:>7} {:>6} | {:>17} {:>17} {:>8} {:>17} | {:>8} {:>7} | {:>13} {:>15} | {:>7} {}\n", p.spec.servers,
             name_of(p.spec.method), with_interval(r.requests_per_s, h.requests_per_s, 1, 1),
             with_interval(r.mean_latency_s, h.mean_latency_s, 1e3, 3), cell(r.p50_s, 1e3, 3),
             with_interval(r.p99_s, h.p99_s, 1e3, 3), cell(r.timeouts, 1, 0), cell(r.drops, 1, 0),
             with_interval(r.utilisation, h.utilisation, 1, 3), with_interval(r.jain, h.jain, 1, 3),
             cell(r.connections, 1, 0), r.growing >= 0.5 ? "latency grows" : "");
}

// A line a point and class.
void print_classes(std::ostream& out, const SweepPoint& p) {
  for (std::size_t k = 0; k < p.spec.ask.classes.size(); ++k) {
    const ClassMeasures& of = kClassMeasures[k];
    fmt::print(out, "{:>14} | {:>17} {:>17} {:>8} {:>17} | {}\n", fmt::format("class {}", k + 1),
               with_interval(p.result.*of.per_s, p.half.*of.per_s, 1, 1),
               with_interval(p.result.*of.mean_s, p.half.*of.mean_s, 1e3, 3), "",
               with_interval(p.result.*of.p99_s, p.half.*of.p99_s, 1e3, 3), p.spec.ask.classes[k].words);
  }
}

}  // namespace

void print_latencies(std::ostream& out, const Sweep& sweep) {
  const SweepOptions& o = sweep.options;
  const LoadSpec& ask = o.base.ask;
  const std::string requests =
      !ask.classes.empty()
          ? fmt::format("{} classes of clients", ask.classes.size())
          : fmt::format("arrivals {}, sizes {}", ask.work.users > 0 ? "of users" : ask.arrivals, ask.sizes);
  const std::string service =
      ask.service_time == 0 ? ""
      : !ask.classes.empty()
          ? fmt::format(", service of {:g} ms on average ({})", ask.service_time * 1e3, ask.discipline)
          : fmt::format(", service {} of {:g} ms ({})", ask.service, ask.service_time * 1e3, ask.discipline);
  fmt::print(out, "Latency, ms; {}{}{}; {}\n", requests, service, o.base.find_warm_up ? ", warm-up by MSER-5" : "",
             o.replications > 1 ? fmt::format("mean of {} runs and half of its 95 % interval", o.replications)
                                : "one run: no intervals (--replications)");
  bool growing = false;
  for (const Group& group : groups_of(sweep)) {
    fmt::print(out, "{}\n{:>7} {:>6} | {:>17} {:>17} {:>8} {:>17} | {:>8} {:>7} | {:>13} {:>15} | {:>7}\n",
               title_of(sweep, group), "servers", "method", "requests/s", "mean", "p50", "p99", "timeouts", "drops",
               "server busy", "Jain", "conns");
    std::vector<const SweepPoint*> points;
    for (const SweepPoint& p : sweep.points) {
      if (group.holds(p.spec)) points.push_back(&p);
    }
    std::ranges::stable_sort(points, {}, [](const SweepPoint* p) { return p->spec.servers; });
    for (const SweepPoint* p : points) {
      print_row(out, *p);
      print_classes(out, *p);
      growing |= p->result.growing >= 0.5;
    }
    fmt::print(out, "\n");
  }
  if (growing)
    fmt::print(out,
               "\"latency grows\": it rose through the window, so its mean is that of this --duration and no more\n\n");
}

}  // namespace lvs::scenarios
