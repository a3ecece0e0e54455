// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "common/figure/panel.h"
#include "failover/report.h"

namespace lvs::scenarios {
namespace {

constexpr double kWidth = 520, kHeight = 400;  // of a panel
constexpr PanelFrame kFrame{.width = kWidth, .height = kHeight, .left = 60, .right = 20, .top = 60, .bottom = 52};
constexpr const char* kAcross = "advert_int, s";
constexpr const char* kWith = "#2668B5";
constexpr const char* kWithout = "#A34705";
constexpr const char* kFormula = "#103C19";

class FailoverPanel final : public Panel {
 public:
  using Panel::Panel;

  // The outage lies between `least` and `most` times the interval.
  void formula(double least, double most) {
    for (const double slope : {least, most}) {
      const double end = std::min(most_x_, most_y_ / slope);
      canvas_.path({{x(0), y(0)}, {x(end), y(slope * end)}}, {.color = kFormula, .dash = "7 4"});
    }
    canvas_.text(x(most_x_) - 4, y(most_y_ / 14), "between the lines: 3 x advert_int + skew, less 0 to advert_int",
                 {.anchor = Font::end, .color = kFormula});
  }
  void dot(double at_x, double at_y, const FailoverSpec& spec) {
    const double aside = spec.sync ? -4 : 4;  // so that both kinds are seen
    mark(x(at_x) + aside, y(at_y), spec.sync);
  }
  void key() {
    mark(x(0) + 14, 42, true);
    canvas_.text(x(0) + 22, 46, "synchronisation daemon on");
    mark(x(0) + 199, 42, false);
    canvas_.text(x(0) + 208, 46, "off");
  }

 private:
  // A dot, or a cross.
  void mark(double at_x, double at_y, bool sync) {
    constexpr double kHalf = 3;
    if (sync) return canvas_.dot(at_x, at_y, 3.4, kWith);
    const Pen pen{.color = kWithout, .width = 1.6};
    canvas_.line(at_x - kHalf, at_y - kHalf, at_x + kHalf, at_y + kHalf, pen);
    canvas_.line(at_x - kHalf, at_y + kHalf, at_x + kHalf, at_y - kHalf, pen);
  }
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
  Canvas canvas(kWidth * 2, kHeight, false);
  FailoverPanel outage(canvas, kFrame, 0, most_x, most_y);
  outage.axes("lvs-failover: the outage", kAcross, "longest time between two answers, s");
  outage.formula(slope_least, slope_most);
  for (const FailoverRun& run : runs) outage.dot(run.spec.advert_int, run.result.death.outage, run.spec);
  outage.key();
  FailoverPanel sessions(canvas, kFrame, kWidth, most_x, 100);
  sessions.axes("sessions that the takeover reset", kAcross, "% of those that were open");
  for (const FailoverRun& run : runs) sessions.dot(run.spec.advert_int, died_share(run.result), run.spec);
  sessions.key();
  return canvas.finish();
}

}  // namespace lvs::scenarios
