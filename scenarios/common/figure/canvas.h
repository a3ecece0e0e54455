// SPDX-License-Identifier: GPL-2.0-or-later
// A figure drawn line by line, as SVG or as PDF (one page, Helvetica).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lvs::scenarios {

struct Pen {
  std::string_view color = "#14181F";  // #RRGGBB
  double width = 1;
  std::string_view dash;  // lengths, as "7 4"; empty: none
};

struct Font {
  double size = 12;
  bool bold = false;
  enum Anchor { start, middle, end } anchor = start;
  std::string_view color = "#14181F";
  bool upwards = false;  // turned by 90 degrees
};

class Canvas {
 public:
  Canvas(double width, double height, bool pdf) : width_(width), height_(height), pdf_(pdf) {}

  // From the upper left corner, in points.
  void line(double x1, double y1, double x2, double y2, const Pen& pen);
  void path(const std::vector<std::pair<double, double>>& points, const Pen& pen);
  void dot(double x, double y, double radius, std::string_view color);
  void text(double x, double y, std::string_view what, const Font& font = {});

  // The whole file.
  std::string finish() const;

 private:
  void pdf_pen(const Pen& pen);

  double width_, height_;
  bool pdf_;
  std::string body_;
};

// 1, 2 or 5 times a power of ten, so that `span` has five to ten steps.
double nice_step(double span);

}  // namespace lvs::scenarios
