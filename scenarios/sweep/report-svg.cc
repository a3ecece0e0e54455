// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/units.h"
#include "sweep/report.h"

namespace lvs::scenarios {
namespace {

constexpr double kWidth = 620, kHeight = 420;  // of a panel
constexpr double kLeft = 64, kRight = 18, kTop = 56, kBottom = 52;

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

// 1, 2 or 5 times a power of ten, so that `span` has five to ten steps.
double nice_step(double span) {
  const double raw = span / 6;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (double f : {1.0, 2.0, 5.0}) {
    if (raw <= f * power) return f * power;
  }
  return 10 * power;
}

class Panel {
 public:
  Panel(double x, double max_servers, double max_mb) : x0_(x), max_servers_(max_servers), max_mb_(max_mb) {}

  double x(double servers) const { return x0_ + kLeft + servers / max_servers_ * (kWidth - kLeft - kRight); }
  double y(double mb) const { return kHeight - kBottom - mb / max_mb_ * (kHeight - kTop - kBottom); }

  void axes(std::string& out, const std::string& title) const {
    text(out, x0_ + kLeft, 24, title, "font-size='15' font-weight='bold'");
    for (double v = 0, step = nice_step(max_mb_); v <= max_mb_ * 1.0001; v += step) {
      line(out, x(0), y(v), x(max_servers_), y(v), "stroke='#D9DEE4'");
      text(out, x(0) - 8, y(v) + 4, fmt::format("{:g}", v), "text-anchor='end'");
    }
    for (double v = 0, step = std::max(1.0, nice_step(max_servers_)); v <= max_servers_; v += step) {
      text(out, x(v), y(0) + 18, fmt::format("{:g}", v), "text-anchor='middle'");
    }
    line(out, x(0), y(0), x(max_servers_), y(0), "stroke='#14181F'");
    line(out, x(0), y(0), x(0), y(max_mb_), "stroke='#14181F'");
    text(out, (x(0) + x(max_servers_)) / 2, kHeight - 14, "real servers", "text-anchor='middle'");
    out += fmt::format(
        "<text transform='translate({:.1f} {:.1f}) rotate(-90)' text-anchor='middle'>cluster throughput, MB/s</text>\n",
        x0_ + 18, (kTop + kHeight - kBottom) / 2);
  }
  static void line(std::string& out, double x1, double y1, double x2, double y2, const std::string& attributes) {
    out += fmt::format("<line x1='{:.1f}' y1='{:.1f}' x2='{:.1f}' y2='{:.1f}' {}/>\n", x1, y1, x2, y2, attributes);
  }
  static void text(std::string& out, double x, double y, const std::string& what, const std::string& attributes) {
    out += fmt::format("<text x='{:.1f}' y='{:.1f}' {}>{}</text>\n", x, y, attributes, what);
  }

 private:
  double x0_, max_servers_, max_mb_;
};

double cluster_mb(const PointResult& r) { return (r.reply_bytes_per_s + r.request_bytes_per_s) / 1e6; }

// Published marks make sense for what was published only.
void draw_published(std::string& out, const Panel& panel, double rate, double max_servers, double max_mb) {
  if (published::kMaxMBps > max_mb) return;
  Panel::line(out, panel.x(0), panel.y(published::kMaxMBps), panel.x(max_servers), panel.y(published::kMaxMBps),
              "stroke='#55606E' stroke-dasharray='1 4' stroke-width='1.5'");
  Panel::text(out, panel.x(0) + 8, panel.y(published::kMaxMBps) - 6,
              fmt::format("published NAT limit {:.2f} MB/s", published::kMaxMBps), "fill='#55606E'");
  for (const auto& claim : published::kClaims) {
    if (claim.server_rate != rate || claim.servers > max_servers) continue;
    Panel::line(out, panel.x(claim.servers), panel.y(0), panel.x(claim.servers), panel.y(published::kMaxMBps),
                "stroke='#55606E' stroke-dasharray='1 4' stroke-width='1.5'");
    const bool right = claim.servers < max_servers / 2;  // where there is room
    Panel::text(out, panel.x(claim.servers) + (right ? 5 : -5), panel.y(0) - 8,
                fmt::format("published: {} servers", claim.servers),
                right ? "fill='#55606E'" : "text-anchor='end' fill='#55606E'");
  }
}

void draw_series(std::string& out, const Panel& panel, const std::vector<const SweepPoint*>& series, bool mark_last) {
  const Style style = style_of(series.front()->spec.method);
  std::string path;
  for (const SweepPoint* p : series) {
    path += fmt::format("{:.1f},{:.1f} ", panel.x(p->spec.servers), panel.y(cluster_mb(p->result)));
  }
  out += fmt::format("<polyline fill='none' stroke='{}' stroke-width='2.2' stroke-dasharray='{}' points='{}'/>\n",
                     style.color, style.dash, path);
  for (const SweepPoint* p : series) {
    out += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='2.6' fill='{}'/>\n", panel.x(p->spec.servers),
                       panel.y(cluster_mb(p->result)), style.color);
  }
  if (!mark_last) return;
  const SweepPoint& last = *series.back();
  Panel::text(out, panel.x(last.spec.servers) - 4, panel.y(cluster_mb(last.result)) - 8,
              fmt::format("{:g} Gb/s", last.spec.nic / 1e9), fmt::format("text-anchor='end' fill='{}'", style.color));
}

}  // namespace

std::string to_svg(const Sweep& sweep) {
  const SweepOptions& o = sweep.options;
  const auto panels = static_cast<double>(o.server_rates.size());
  std::string out = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' width='{0:.0f}' height='{1:.0f}' viewBox='0 0 {0:.0f} {1:.0f}' "
      "font-family='Inter, DejaVu Sans, sans-serif' font-size='12' fill='#14181F'>\n"
      "<rect width='100%' height='100%' fill='#FFFFFF'/>\n",
      kWidth * panels, kHeight);
  const double max_servers = o.sweep.back();
  double left = 0;
  for (double rate : o.server_rates) {
    double max_mb = 0.001;
    for (const SweepPoint& p : sweep.points) {
      if (p.spec.server_rate == rate) max_mb = std::max(max_mb, cluster_mb(p.result) * 1.05);
    }
    const Panel panel(left, max_servers, max_mb);
    panel.axes(out, fmt::format("{}: {:g} KB/s a server", sweep.traits.name, rate / 1e3));
    if (o.base.cpu.rewrite == std::chrono::microseconds(60)) draw_published(out, panel, rate, max_servers, max_mb);
    double key = left + kLeft + 12;
    for (Method method : o.methods) {
      const Style style = style_of(method);
      Panel::line(out, key, 42, key + 30, 42,
                  fmt::format("stroke='{}' stroke-width='2.2' stroke-dasharray='{}'", style.color, style.dash));
      Panel::text(out, key + 36, 46, name_of(method), "");
      key += 84;
      for (double nic : o.nics) {
        for (unsigned directors : o.directors) {
          std::vector<const SweepPoint*> series;
          for (const SweepPoint& p : sweep.points) {
            if (p.spec.method == method && p.spec.server_rate == rate && p.spec.nic == nic &&
                p.spec.directors == directors) {
              series.push_back(&p);
            }
          }
          if (!series.empty()) draw_series(out, panel, series, o.nics.size() > 1);
        }
      }
    }
    left += kWidth;
  }
  return out + "</svg>\n";
}

}  // namespace lvs::scenarios
