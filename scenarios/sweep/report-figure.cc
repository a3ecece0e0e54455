// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/figure/canvas.h"
#include "common/units.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

constexpr double kWidth = 620, kHeight = 420;  // of a panel
constexpr double kLeft = 64, kRight = 18, kTop = 56, kBottom = 52;
constexpr std::string_view kGrey = "#55606E";

struct Style {
  const char* color;
  const char* dash;
};
// Colour and dash both tell the methods apart.
Style style_of(Method method) {
  switch (method) {
    case Method::nat: return {"#A34705", ""};
    case Method::dr: return {"#2668B5", "7 4"};
    case Method::tun: return {"#103C19", "2 3"};
  }
  return {"#000000", ""};
}

// What is drawn upwards: throughput, or the mean latency with its interval.
struct Quantity {
  const char* title;
  double (*value)(const PointResult& result);
  double (*half)(const PointResult& half);
};
double cluster_mb(const PointResult& r) { return (r.reply_bytes_per_s + r.request_bytes_per_s) / 1e6; }
constexpr Quantity kThroughput{"cluster throughput, MB/s", cluster_mb, [](const PointResult& half) {
                                 // Requests and replies go together: their intervals add up.
                                 return cluster_mb(half);
                               }};
constexpr Quantity kLatency{"mean latency, ms", [](const PointResult& r) { return r.mean_latency_s * 1e3; },
                            [](const PointResult& half) { return half.mean_latency_s * 1e3; }};

class Panel {
 public:
  Panel(Canvas& canvas, double left, double top, double max_servers, double max_value)
      : canvas_(canvas), x0_(left), y0_(top), max_servers_(max_servers), max_value_(max_value) {}

  double x(double servers) const { return x0_ + kLeft + servers / max_servers_ * (kWidth - kLeft - kRight); }
  double y(double value) const { return y0_ + kHeight - kBottom - value / max_value_ * (kHeight - kTop - kBottom); }

  void axes(const std::string& title, const char* upwards) const {
    canvas_.text(x0_ + kLeft, y0_ + 24, title, {.size = 15, .bold = true});
    for (double v = 0, step = nice_step(max_value_); v <= max_value_ * 1.0001; v += step) {
      canvas_.line(x(0), y(v), x(max_servers_), y(v), {.color = "#D9DEE4"});
      canvas_.text(x(0) - 8, y(v) + 4, fmt::format("{:g}", v), {.anchor = Font::end});
    }
    for (double v = 0, step = std::max(1.0, nice_step(max_servers_)); v <= max_servers_; v += step)
      canvas_.text(x(v), y(0) + 18, fmt::format("{:g}", v), {.anchor = Font::middle});
    canvas_.line(x(0), y(0), x(max_servers_), y(0), {});
    canvas_.line(x(0), y(0), x(0), y(max_value_), {});
    canvas_.text((x(0) + x(max_servers_)) / 2, y0_ + kHeight - 14, "real servers", {.anchor = Font::middle});
    canvas_.text(x0_ + 18, y0_ + (kTop + kHeight - kBottom) / 2, upwards, {.anchor = Font::middle, .upwards = true});
  }

  // Published marks make sense for what was published only.
  void published_marks(double rate) const {
    const Pen pen{.color = kGrey, .width = 1.5, .dash = "1 4"};
    if (published::kMaxMBps > max_value_) return;
    canvas_.line(x(0), y(published::kMaxMBps), x(max_servers_), y(published::kMaxMBps), pen);
    canvas_.text(x(0) + 8, y(published::kMaxMBps) - 6,
                 fmt::format("published NAT limit {:.2f} MB/s", published::kMaxMBps), {.color = kGrey});
    for (const auto& claim : published::kClaims) {
      if (claim.server_rate != rate || claim.servers > max_servers_) continue;
      canvas_.line(x(claim.servers), y(0), x(claim.servers), y(published::kMaxMBps), pen);
      const bool right = claim.servers < max_servers_ / 2;  // where there is room
      canvas_.text(x(claim.servers) + (right ? 5 : -5), y(0) - 8, fmt::format("published: {} servers", claim.servers),
                   {.anchor = right ? Font::start : Font::end, .color = kGrey});
    }
  }

  void series(const std::vector<const SweepPoint*>& points, const Quantity& quantity, const std::string& mark) const {
    const Style style = style_of(points.front()->spec.method);
    std::vector<std::pair<double, double>> path;
    for (const SweepPoint* p : points) {
      const double value = quantity.value(p->result);
      if (!std::isnan(value)) path.emplace_back(x(p->spec.servers), y(value));
    }
    if (path.empty()) return;
    canvas_.path(path, {.color = style.color, .width = 2.2, .dash = style.dash});
    for (const auto& [px, py] : path) canvas_.dot(px, py, 2.6, style.color);
    for (const SweepPoint* p : points) {
      const double value = quantity.value(p->result);
      const double half = quantity.half(p->half);
      if (std::isnan(value) || std::isnan(half) || half == 0) continue;
      const double at = x(p->spec.servers);
      const double high = y(std::min(value + half, max_value_)), low = y(std::max(value - half, 0.0));
      canvas_.line(at, low, at, high, {.color = style.color, .width = 1.2});
      for (const double end : {low, high}) canvas_.line(at - 4, end, at + 4, end, {.color = style.color, .width = 1.2});
    }
    if (!mark.empty())
      canvas_.text(path.back().first - 4, path.back().second - 8, mark, {.anchor = Font::end, .color = style.color});
  }

 private:
  Canvas& canvas_;
  double x0_, y0_, max_servers_, max_value_;
};

// What tells a line from the others of its method.
std::string mark_of(const SweepOptions& o, const Group& group) {
  std::string mark;
  const auto add = [&](const std::string& what) { mark += (mark.empty() ? "" : ", ") + what; };
  if (o.nics.size() > 1) add(fmt::format("{:g} Gb/s", group.nic / 1e9));
  if (o.schedulers.size() > 1) add(group.scheduler);
  if (o.cpus.size() > 1) add(text_of_duration(group.cost));
  return mark;
}

std::string rate_text(const SweepOptions& o, double rate) {
  if (o.base.ask.work.users > 0) return fmt::format("{} users", o.base.ask.work.users);
  return o.by_utilisation ? fmt::format("utilisation {:g}", rate) : fmt::format("{:g} KB/s a server", rate / 1e3);
}

void draw_panel(Canvas& canvas, const Sweep& sweep, double left, double top, double rate, const Quantity& quantity) {
  const SweepOptions& o = sweep.options;
  const double max_servers = o.sweep.back();
  double most = 0.001;
  for (const SweepPoint& p : sweep.points) {
    const double offered = o.by_utilisation ? p.spec.offered_utilisation : p.spec.server_rate;
    const double value = quantity.value(p.result);
    const double half = quantity.half(p.half);
    if (offered == rate && !std::isnan(value)) most = std::max(most, (value + (half > 0 ? half : 0)) * 1.05);
  }
  const Panel panel(canvas, left, top, max_servers, most);
  panel.axes(fmt::format("{}: {}", sweep.traits.name, rate_text(o, rate)), quantity.title);
  if (&quantity == &kThroughput && o.base.cpu.rewrite == std::chrono::microseconds(60)) panel.published_marks(rate);
  double key = left + kLeft + 12;
  for (Method method : o.methods) {
    const Style style = style_of(method);
    canvas.line(key, top + 42, key + 30, top + 42, {.color = style.color, .width = 2.2, .dash = style.dash});
    canvas.text(key + 36, top + 46, name_of(method));
    key += 84;
    for (const Group& group : groups_of(sweep)) {
      if (group.rate != rate) continue;
      std::vector<const SweepPoint*> series;
      for (const SweepPoint& p : sweep.points) {
        if (p.spec.method == method && group.holds(p.spec)) series.push_back(&p);
      }
      if (!series.empty()) panel.series(series, quantity, mark_of(o, group));
    }
  }
}

}  // namespace

std::string to_figure(const Sweep& sweep, bool pdf) {
  const SweepOptions& o = sweep.options;
  const int rows = o.latencies ? 2 : 1;
  Canvas canvas(kWidth * static_cast<double>(o.server_rates.size()), kHeight * rows, pdf);
  double left = 0;
  for (double rate : o.server_rates) {
    draw_panel(canvas, sweep, left, 0, rate, kThroughput);
    if (o.latencies) draw_panel(canvas, sweep, left, kHeight, rate, kLatency);
    left += kWidth;
  }
  return canvas.finish();
}

}  // namespace lvs::scenarios
