// SPDX-License-Identifier: GPL-2.0-or-later
// A panel of a figure: two axes from zero, with their steps and words.
#pragma once

#include <string>

#include "common/figure/canvas.h"

namespace lvs::scenarios {

struct PanelFrame {
  double width, height;             // of the panel
  double left, right, top, bottom;  // what lies beside its axes
};

class Panel {
 public:
  // `left`: where it stands on the canvas; values go from 0 to most_x and most_y.
  Panel(Canvas& canvas, const PanelFrame& frame, double left, double most_x, double most_y)
      : canvas_(canvas), frame_(frame), left_(left), most_x_(most_x), most_y_(most_y) {}

  double x(double value) const;
  double y(double value) const;  // what is above the panel stands at its top
  void axes(const std::string& title, const std::string& across, const std::string& upwards) const;

 protected:
  Canvas& canvas_;
  PanelFrame frame_;
  double left_, most_x_, most_y_;
};

}  // namespace lvs::scenarios
