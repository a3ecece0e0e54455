// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "common/figure/canvas.h"
#include "sweep/schedulers/schedulers.h"

namespace lvs::scenarios {
namespace {

std::string ms(double seconds, double half = kNothing) {
  if (std::isnan(seconds)) return "-";
  if (std::isnan(half)) return fmt::format("{:.1f}", seconds * 1e3);
  return fmt::format("{:.1f} ±{:.1f}", seconds * 1e3, half * 1e3);
}

std::string share(double value, double half = kNothing) {
  if (std::isnan(value)) return "-";
  return std::isnan(half) ? fmt::format("{:.3f}", value) : fmt::format("{:.3f} ±{:.3f}", value, half);
}

// Points of one trial; the order is that of the points.
std::vector<const TrialPoint*> of_trial(const std::vector<TrialPoint>& points, const Trial& trial) {
  std::vector<const TrialPoint*> out;
  for (const TrialPoint& p : points) {
    if (p.trial == &trial) out.push_back(&p);
  }
  return out;
}

}  // namespace

void print_trials(std::ostream& out, const std::vector<TrialPoint>& points) {
  for (const Trial& trial : trials()) {
    const auto rows = of_trial(points, trial);
    if (rows.empty()) continue;
    fmt::print(out, "{}: {}\n{:>9} | {:>18} {:>9} {:>18} | {:>15} {:>15} | {:>6} {:>6} | {:>8} {:>8} {:>7}\n",
               trial.name, trial.what, "scheduler", "mean latency, ms", "p50", "p99", "Jain, requests", "Jain, busy",
               "least", "most", "timeouts", "refused", "conns");
    for (const TrialPoint* p : rows) {
      const PointResult& r = p->point.result;
      const PointResult& h = p->point.half;
      fmt::print(out,
                 "{:>9} | {:>18} {:>9} {:>18} | {:>15} {:>15} | {:>6.2f} {:>6.2f} | {:>8.0f} {:>8.0f} {:>7.0f}{}\n",
                 p->point.spec.scheduler, ms(r.mean_latency_s, h.mean_latency_s), ms(r.p50_s), ms(r.p99_s, h.p99_s),
                 share(r.jain, h.jain), share(r.jain_busy, h.jain_busy), r.server_least, r.server_most, r.timeouts,
                 r.refused, r.connections, r.growing >= 0.5 ? "  latency grows" : "");
    }
    fmt::print(out, "\n");
  }
}

void print_theory(std::ostream& out, const std::vector<TheoryPoint>& points, double network) {
  fmt::print(out, "Beside theory: mean time in the system, in mean service times; the network's {:.3f} ms taken off\n",
             network * 1e3);
  for (const TheoryPoint& p : points) {
    const double service = p.point.spec.ask.service_time;
    const double found = (p.point.result.mean_latency_s - network) / service;
    const double half = p.point.half.mean_latency_s / service;
    // An interval of 95 % misses one in twenty times.
    const bool holds = p.bound ? found + (std::isnan(half) ? 0 : half) >= p.expected
                               : std::isnan(half) || std::abs(found - p.expected) <= half + 0.01 * p.expected;
    fmt::print(out, "  {:<58} {} {:.3f}   measured {}   {}\n", p.what, p.bound ? "at least" : "expected", p.expected,
               share(found, half), holds ? "holds" : "DIFFERS");
  }
  fmt::print(out, "\n");
}

std::string trials_csv(const std::vector<TrialPoint>& points, unsigned replications) {
  std::string out = "trial," + csv_head(points.front().point.spec);
  for (const TrialPoint& p : points) out += std::string(p.trial->name) + ',' + csv_row(p.point, replications);
  return out;
}

namespace {

constexpr double kPanelWidth = 620, kPanelHeight = 260, kLeft = 60, kRight = 16, kTop = 44, kBottom = 40;
constexpr const char* kMean = "#2668B5";
constexpr const char* kTail = "#A34705";

// Mean latency with its interval, and the 99th percentile, on a logarithmic scale: a column a scheduler.
void draw_trial(Canvas& canvas, const std::vector<const TrialPoint*>& rows, double x0, double y0) {
  double least = INFINITY, most = 0;
  for (const TrialPoint* p : rows) {
    if (std::isnan(p->point.result.mean_latency_s)) continue;
    least = std::min(least, p->point.result.mean_latency_s * 1e3);
    most = std::max(most, p->point.result.p99_s * 1e3);
  }
  if (most == 0) return;
  const double low = std::floor(std::log10(least) * 3) / 3, high = std::ceil(std::log10(most * 1.05) * 3) / 3;
  const auto y = [&](double value) {
    const double at = (std::log10(value) - low) / (high - low);
    return y0 + kPanelHeight - kBottom - std::clamp(at, 0.0, 1.0) * (kPanelHeight - kTop - kBottom);
  };
  const double right = x0 + kPanelWidth - kRight;
  canvas.text(x0 + kLeft, y0 + 20,
              std::string(rows.front()->trial->name) + ": " + std::string(rows.front()->trial->what),
              {.size = 13, .bold = true});
  for (double power = std::floor(low); power <= high; ++power) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      const double value = digit * std::pow(10.0, power);
      if (std::log10(value) < low - 1e-9 || std::log10(value) > high + 1e-9) continue;
      canvas.line(x0 + kLeft, y(value), right, y(value), {.color = "#D9DEE4"});
      canvas.text(x0 + kLeft - 6, y(value) + 4, fmt::format("{:g}", value), {.size = 11, .anchor = Font::end});
    }
  }
  canvas.text(x0 + 16, y0 + (kTop + kPanelHeight - kBottom) / 2, "latency, ms",
              {.size = 11, .anchor = Font::middle, .upwards = true});
  const double step = (right - x0 - kLeft) / static_cast<double>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double x = x0 + kLeft + step * (static_cast<double>(i) + 0.5);
    const PointResult& r = rows[i]->point.result;
    const PointResult& h = rows[i]->point.half;
    canvas.text(x, y0 + kPanelHeight - kBottom + 16, rows[i]->point.spec.scheduler,
                {.size = 11, .anchor = Font::middle});
    if (std::isnan(r.mean_latency_s)) continue;
    canvas.line(x, y(r.mean_latency_s * 1e3), x, y(r.p99_s * 1e3), {.color = "#B8C0CA"});
    const auto point = [&](double value, double half, const char* color, double shift) {
      canvas.dot(x + shift, y(value * 1e3), 3.4, color);
      if (std::isnan(half)) return;
      const double from = y(std::max(value - half, 1e-9) * 1e3), to = y((value + half) * 1e3);
      canvas.line(x + shift, from, x + shift, to, {.color = color, .width = 1.4});
      for (const double end : {from, to}) canvas.line(x + shift - 4, end, x + shift + 4, end, {.color = color});
    };
    point(r.mean_latency_s, h.mean_latency_s, kMean, 0);
    point(r.p99_s, h.p99_s, kTail, 0);
    if (r.growing >= 0.5)
      canvas.text(x, y0 + kPanelHeight - kBottom + 30, "grows", {.size = 9, .anchor = Font::middle, .color = kTail});
  }
}

}  // namespace

std::string trials_figure(const std::vector<TrialPoint>& points, bool pdf) {
  std::vector<std::vector<const TrialPoint*>> panels;
  for (const Trial& trial : trials()) {
    if (auto rows = of_trial(points, trial); !rows.empty()) panels.push_back(std::move(rows));
  }
  const std::size_t lines = (panels.size() + 1) / 2;
  const double width = panels.size() > 1 ? 2 * kPanelWidth : kPanelWidth;
  Canvas canvas(width, static_cast<double>(lines) * kPanelHeight + 30, pdf);
  canvas.dot(kLeft, 14, 3.4, kMean);
  canvas.text(kLeft + 10, 18, "mean, with the 95 % interval over runs");
  canvas.dot(kLeft + 280, 14, 3.4, kTail);
  canvas.text(kLeft + 290, 18, "99th percentile");
  for (std::size_t i = 0; i < panels.size(); ++i) {
    draw_trial(canvas, panels[i], i % 2 == 0 ? 0 : kPanelWidth, 30 + static_cast<double>(i / 2) * kPanelHeight);
  }
  return canvas.finish();
}

}  // namespace lvs::scenarios
