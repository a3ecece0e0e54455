// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/figure/panel.h"

#include <fmt/format.h>

#include <algorithm>

namespace lvs::scenarios {

double Panel::x(double value) const {
  return left_ + frame_.left + value / most_x_ * (frame_.width - frame_.left - frame_.right);
}

double Panel::y(double value) const {
  return frame_.height - frame_.bottom - std::min(value / most_y_, 1.0) * (frame_.height - frame_.top - frame_.bottom);
}

void Panel::axes(const std::string& title, const std::string& across, const std::string& upwards) const {
  canvas_.text(left_ + frame_.left, 24, title, {.size = 15, .bold = true});
  for (double v = 0, step = nice_step(most_y_); v <= most_y_ * 1.0001; v += step) {
    canvas_.line(x(0), y(v), x(most_x_), y(v), {.color = "#D9DEE4"});
    canvas_.text(x(0) - 8, y(v) + 4, fmt::format("{:g}", v), {.anchor = Font::end});
  }
  for (double v = 0, step = nice_step(most_x_); v <= most_x_ * 1.0001; v += step)
    canvas_.text(x(v), y(0) + 18, fmt::format("{:g}", v), {.anchor = Font::middle});
  canvas_.line(x(0), y(0), x(most_x_), y(0), {});
  canvas_.line(x(0), y(0), x(0), y(most_y_), {});
  canvas_.text((x(0) + x(most_x_)) / 2, frame_.height - frame_.bottom + 38, across, {.anchor = Font::middle});
  canvas_.text(left_ + 18, (frame_.top + frame_.height - frame_.bottom) / 2, upwards,
               {.anchor = Font::middle, .upwards = true});
}

}  // namespace lvs::scenarios
