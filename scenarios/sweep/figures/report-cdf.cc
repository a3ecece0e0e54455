// SPDX-License-Identifier: GPL-2.0-or-later
// The distribution of latencies: a tidy table, and a figure.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/figure/canvas.h"
#include "common/figure/panel.h"
#include "sweep/fields.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

constexpr PanelFrame kCdfFrame{.width = 720, .height = 460, .left = 64, .right = 190, .top = 40, .bottom = 52};

struct CdfStyle {
  const char* color;
  const char* dash;
};
constexpr CdfStyle kCdfStyles[] = {{"#A34705", ""},        {"#2668B5", "7 4"}, {"#103C19", "2 3"},
                                   {"#7A1FA2", "9 3 2 3"}, {"#B3261E", "5 2"}, {"#00695C", "1 2 6 2"},
                                   {"#5D4037", "12 3"},    {"#37474F", "3 3"}};

// "DR, 20 servers, 800 KB/s, wlc"
std::string name_of_line(const Sweep& sweep, const SweepPoint& point) {
  const SweepOptions& o = sweep.options;
  std::string name = fmt::format("{}, {} servers", name_of(point.spec.method), point.spec.servers);
  if (o.server_rates.size() > 1)
    name += o.by_utilisation ? fmt::format(", {:g}", point.spec.offered_utilisation)
                             : fmt::format(", {:g} KB/s", point.spec.server_rate / 1e3);
  if (o.schedulers.size() > 1) name += ", " + point.spec.scheduler;
  return name;
}

}  // namespace

std::string cdf_csv(const Sweep& sweep) {
  const PointSpec& any = sweep.points.front().spec;
  std::string out = "method,server_rate,servers,share,latency_s,latency_s_half95";
  for (const Parameter& each : parameters(any)) out += fmt::format(",{}", each.name);
  out += ",replications\n";
  const auto cell = [](double value) { return std::isnan(value) ? std::string() : fmt::format("{:.9f}", value); };
  for (const SweepPoint& p : sweep.points) {
    std::string rest;
    for (const Parameter& each : parameters(p.spec)) rest += "," + csv_word(each.value);
    rest += fmt::format(",{}\n", sweep.options.replications);
    for (std::size_t i = 0; i < kCdfPoints; ++i) {
      if (std::isnan(p.result.cdf[i])) continue;
      out += fmt::format("{},{:.0f},{},{:g},{},{}", lower_name_of(p.spec.method), p.spec.server_rate, p.spec.servers,
                         cdf_share(i), cell(double{p.result.cdf[i]}), cell(double{p.half.cdf[i]}));
      out += rest;
    }
  }
  return out;
}

std::string cdf_figure(const Sweep& sweep, bool pdf) {
  // To where the slowest 99th percentile lies: beyond, a linear scale shows the longest request of all and nothing
  // else.
  constexpr std::size_t kWidest = 99;
  double most = 0;
  for (const SweepPoint& p : sweep.points) {
    if (!std::isnan(p.result.cdf[kWidest])) most = std::max(most, double{p.result.cdf[kWidest]} * 1e3);
  }
  Canvas canvas(kCdfFrame.width, kCdfFrame.height, pdf);
  const Panel panel(canvas, kCdfFrame, 0, most > 0 ? most * 1.05 : 1, 1);
  panel.axes(sweep.traits.name + ": latency of requests", "latency, ms", "share of requests answered within");
  double key = kCdfFrame.top + 8;
  std::size_t next = 0;
  for (const SweepPoint& p : sweep.points) {
    const CdfStyle& style = kCdfStyles[next++ % std::size(kCdfStyles)];
    const Pen pen{.color = style.color, .width = 1.8, .dash = style.dash};
    std::vector<std::pair<double, double>> path;
    for (std::size_t i = 0; i < kCdfPoints; ++i) {
      const double ms = double{p.result.cdf[i]} * 1e3;
      if (!std::isnan(ms) && ms <= most * 1.05) path.emplace_back(panel.x(ms), panel.y(cdf_share(i)));
    }
    if (path.empty()) continue;
    canvas.path(path, pen);
    const double left = kCdfFrame.width - kCdfFrame.right + 12;
    canvas.line(left, key, left + 26, key, pen);
    canvas.text(left + 32, key + 4, name_of_line(sweep, p), {.size = 11});
    key += 18;
  }
  return canvas.finish();
}

}  // namespace lvs::scenarios
