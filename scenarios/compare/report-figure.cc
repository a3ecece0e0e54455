// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "common/figure/panel.h"
#include "compare/report.h"

namespace lvs::scenarios {
namespace {

constexpr double kWidth = 620, kHeight = 460;  // of a panel
constexpr PanelFrame kFrame{.width = kWidth, .height = kHeight, .left = 72, .right = 20, .top = 40, .bottom = 96};
constexpr std::string_view kGrey = "#55606E";

class WayPanel final : public Panel {
 public:
  using Panel::Panel;

  // What lies above the panel is left out.
  void series(const std::vector<std::pair<double, double>>& values, const WayInfo& way) const {
    std::vector<std::pair<double, double>> path;
    for (const auto& [across, up] : values) {
      if (std::isnan(up)) continue;
      path.emplace_back(x(across), y(up));
      if (up > most_y_) break;
    }
    if (path.empty()) return;
    canvas_.path(path, {.color = way.color, .width = 2.2, .dash = way.dash});
    for (const auto& [px, py] : path) canvas_.dot(px, py, 2.6, way.color);
  }
  void interval(double across, double mean, double half, const WayInfo& way) const {
    if (std::isnan(mean) || std::isnan(half) || half == 0 || mean > most_y_) return;
    const double at = x(across), high = y(mean + half), low = y(std::max(0.0, mean - half));
    canvas_.line(at, low, at, high, {.color = way.color, .width = 1.2});
  }
};

std::vector<const ComparePoint*> points_of(const Comparison& c, Way way) {
  std::vector<const ComparePoint*> points;
  for (const ComparePoint& p : c.points)
    if (p.kind == "rate" && p.spec.way == way) points.push_back(&p);
  return points;
}

// How high the panel of latencies goes: the knees are seen, and not what lies far beyond.
double latency_top(const Comparison& c) {
  std::vector<double> values;
  for (const ComparePoint& p : c.points)
    if (p.kind == "rate" && !std::isnan(p.mean.p99_s)) values.push_back(p.mean.p99_s * 1e3);
  if (values.empty()) return 1;
  std::ranges::sort(values);
  return std::min(values.back(), 4 * values[values.size() / 2]) * 1.05;
}

}  // namespace

std::string comparison_figure(const Comparison& c, bool pdf) {
  Canvas canvas(2 * kWidth, kHeight, pdf);
  double most = 1;
  for (const ComparePoint& p : c.points)
    if (p.kind == "rate") most = std::max({most, p.spec.rate / 1e3, p.mean.requests_per_s / 1e3});
  const WayPanel carried(canvas, kFrame, 0, most, most * 1.05);
  carried.axes("lvs-compare: what each way carries", "requests offered, thousand a second",
               "requests completed, thousand a second");
  const WayPanel latency(canvas, kFrame, kWidth, most, latency_top(c));
  latency.axes("and how long the slowest of a hundred take", "requests offered, thousand a second",
               "99th percentile of the latency, ms");
  double key = kFrame.left;
  for (const Way way : c.options.ways) {
    const WayInfo& info = info_of(way);
    std::vector<std::pair<double, double>> throughput, slow;
    for (const ComparePoint* p : points_of(c, way)) {
      throughput.emplace_back(p->spec.rate / 1e3, p->mean.requests_per_s / 1e3);
      slow.emplace_back(p->spec.rate / 1e3, p->mean.p99_s * 1e3);
      carried.interval(p->spec.rate / 1e3, p->mean.requests_per_s / 1e3, p->half.requests_per_s / 1e3, info);
      latency.interval(p->spec.rate / 1e3, p->mean.p99_s * 1e3, p->half.p99_s * 1e3, info);
    }
    carried.series(throughput, info);
    latency.series(slow, info);
    canvas.line(key, kHeight - 34, key + 30, kHeight - 34, {.color = info.color, .width = 2.2, .dash = info.dash});
    canvas.text(key + 36, kHeight - 30, info.name);
    key += 44 + 12 * static_cast<double>(info.name.size());
  }
  canvas.text(kFrame.left, kHeight - 10,
              fmt::format("{} servers, pages of {} bytes, a connection a request; costs: {}", c.options.base.servers,
                          c.options.base.reply_size, c.options.preset),
              {.color = kGrey});
  return canvas.finish();
}

}  // namespace lvs::scenarios
