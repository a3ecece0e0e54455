// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "common/canvas.h"
#include "failover/report.h"

namespace lvs::scenarios {
namespace {

constexpr double kWidth = 520, kHeight = 400;  // of a panel
constexpr double kLeft = 60, kRight = 20, kTop = 60, kBottom = 52;
constexpr const char* kWith = "#2668B5";
constexpr const char* kWithout = "#A34705";

class Panel {
 public:
  Panel(std::string& out, double left, double most_x, double most_y)
      : out_(out), left_(left), most_x_(most_x), most_y_(most_y) {}

  double x(double value) const { return left_ + kLeft + value / most_x_ * (kWidth - kLeft - kRight); }
  double y(double value) const { return kHeight - kBottom - value / most_y_ * (kHeight - kTop - kBottom); }

  void axes(const std::string& title, const std::string& unit) {
    text(left_ + kLeft, 24, title, "font-size='15' font-weight='bold'");
    for (double v = 0, step = nice_step(most_y_); v <= most_y_ * 1.0001; v += step) {
      line(x(0), y(v), x(most_x_), y(v), "stroke='#D9DEE4'");
      text(x(0) - 8, y(v) + 4, fmt::format("{:g}", v), "text-anchor='end'");
    }
    for (double v = 0, step = nice_step(most_x_); v <= most_x_ * 1.0001; v += step)
      text(x(v), y(0) + 18, fmt::format("{:g}", v), "text-anchor='middle'");
    line(x(0), y(0), x(most_x_), y(0), "stroke='#14181F'");
    line(x(0), y(0), x(0), y(most_y_), "stroke='#14181F'");
    text((x(0) + x(most_x_)) / 2, kHeight - 14, "advert_int, s", "text-anchor='middle'");
    out_ += fmt::format("<text transform='translate({:.1f} {:.1f}) rotate(-90)' text-anchor='middle'>{}</text>\n",
                        left_ + 18, (kTop + kHeight - kBottom) / 2, unit);
  }
  void line(double x1, double y1, double x2, double y2, const std::string& attributes) {
    out_ += fmt::format("<line x1='{:.1f}' y1='{:.1f}' x2='{:.1f}' y2='{:.1f}' {}/>\n", x1, y1, x2, y2, attributes);
  }
  void text(double at_x, double at_y, const std::string& what, const std::string& attributes) {
    out_ += fmt::format("<text x='{:.1f}' y='{:.1f}' {}>{}</text>\n", at_x, at_y, attributes, what);
  }
  void dot(double at_x, double at_y, const FailoverSpec& spec) {
    const double aside = spec.sync ? -4 : 4;  // so that both kinds are seen
    if (spec.sync) {
      out_ += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='3.4' fill='{}' fill-opacity='0.7'/>\n", x(at_x) + aside,
                          y(at_y), kWith);
    } else {
      out_ += fmt::format("<rect x='{:.1f}' y='{:.1f}' width='6' height='6' fill='{}' fill-opacity='0.7'/>\n",
                          x(at_x) + aside - 3, y(at_y) - 3, kWithout);
    }
  }
  void key() {
    out_ += fmt::format("<circle cx='{:.1f}' cy='42' r='3.4' fill='{}'/>\n", x(0) + 14, kWith);
    text(x(0) + 22, 46, "synchronisation daemon on", "");
    out_ += fmt::format("<rect x='{:.1f}' y='39' width='6' height='6' fill='{}'/>\n", x(0) + 196, kWithout);
    text(x(0) + 208, 46, "off", "");
  }

 private:
  std::string& out_;
  double left_, most_x_, most_y_;
};

double died_share(const FailoverResult& r) { return r.sessions == 0 ? 0 : 100 * r.death.died / r.sessions; }

}  // namespace

std::string to_svg(const std::vector<FailoverRun>& runs) {
  double most_x = 0.001, most_y = 0.001, slope_least = 2, slope_most = 3;
  for (const FailoverRun& run : runs) {
    most_x = std::max(most_x, run.spec.advert_int * 1.1);
    most_y = std::max({most_y, run.result.death.outage * 1.1, master_down_time(run.spec) * 1.1});
    slope_most = master_down_time(run.spec) / run.spec.advert_int;
    slope_least = slope_most - 1;
  }
  std::string out = fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' width='{0:.0f}' height='{1:.0f}' viewBox='0 0 {0:.0f} {1:.0f}' "
      "font-family='Inter, DejaVu Sans, sans-serif' font-size='12' fill='#14181F'>\n"
      "<rect width='100%' height='100%' fill='#FFFFFF'/>\n",
      kWidth * 2, kHeight);
  Panel outage(out, 0, most_x, most_y);
  outage.axes("lvs-failover: the outage", "longest time between two answers, s");
  out += fmt::format(
      "<polygon points='{0:.1f},{1:.1f} {2:.1f},{3:.1f} {2:.1f},{4:.1f}' fill='#103C19' fill-opacity='0.12'/>\n",
      outage.x(0), outage.y(0), outage.x(most_x), outage.y(std::min(most_y, slope_most * most_x)),
      outage.y(slope_least * most_x));
  outage.text(outage.x(most_x) - 4, outage.y(most_y / 5), "3 x advert_int + skew, less 0 to advert_int",
              "text-anchor='end' fill='#103C19'");
  for (const FailoverRun& run : runs) outage.dot(run.spec.advert_int, run.result.death.outage, run.spec);
  outage.key();
  Panel sessions(out, kWidth, most_x, 100);
  sessions.axes("sessions that the takeover reset", "% of those that were open");
  for (const FailoverRun& run : runs) sessions.dot(run.spec.advert_int, died_share(run.result), run.spec);
  sessions.key();
  return out + "</svg>\n";
}

}  // namespace lvs::scenarios
