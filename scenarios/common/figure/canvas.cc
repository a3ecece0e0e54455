// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/figure/canvas.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace lvs::scenarios {
namespace {

// "0.20 0.40 0.71"
std::string pdf_color(std::string_view color) {
  const auto part = [&](std::size_t at) {
    return static_cast<double>(std::strtol(std::string(color.substr(at, 2)).c_str(), nullptr, 16)) / 255;
  };
  return fmt::format("{:.3f} {:.3f} {:.3f}", part(1), part(3), part(5));
}

// Widths of Helvetica, thousandths, from the blank on (Adobe's metrics for the 14 standard fonts).
constexpr int kWidths[] = {278,  278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
                           556,  556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
                           1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
                           667,  778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
                           333,  556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
                           556,  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584};

double width_of(std::string_view text, const Font& font) {
  int sum = 0;
  for (const char c : text) sum += c >= 32 && c < 127 ? kWidths[c - 32] : 556;
  return sum * font.size / 1000 * (font.bold ? 1.06 : 1);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string pdf_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c >= 32 && c < 127 ? c : '?';
  }
  return out;
}

}  // namespace

void Canvas::pdf_pen(const Pen& pen) {
  body_ += fmt::format("{} RG {:.2f} w [{}] 0 d\n", pdf_color(pen.color), pen.width, pen.dash);
}

void Canvas::line(double x1, double y1, double x2, double y2, const Pen& pen) { path({{x1, y1}, {x2, y2}}, pen); }

void Canvas::path(const std::vector<std::pair<double, double>>& points, const Pen& pen) {
  if (pdf_) {
    pdf_pen(pen);
    for (std::size_t i = 0; i < points.size(); ++i)
      body_ += fmt::format("{:.2f} {:.2f} {}\n", points[i].first, height_ - points[i].second, i == 0 ? "m" : "l");
    body_ += "S\n";
    return;
  }
  body_ += "<polyline fill='none' points='";
  for (const auto& [x, y] : points) body_ += fmt::format("{:.1f},{:.1f} ", x, y);
  body_ += fmt::format("' stroke='{}' stroke-width='{:g}'", pen.color, pen.width);
  if (!pen.dash.empty()) body_ += fmt::format(" stroke-dasharray='{}'", pen.dash);
  body_ += "/>\n";
}

void Canvas::dot(double x, double y, double radius, std::string_view color) {
  if (!pdf_) {
    body_ += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='{:g}' fill='{}'/>\n", x, y, radius, color);
    return;
  }
  // A round cap on a line of no length.
  body_ += fmt::format("1 J {} RG {:.2f} w [] 0 d {:.2f} {:.2f} m {:.2f} {:.2f} l S 0 J\n", pdf_color(color),
                       2 * radius, x, height_ - y, x, height_ - y);
}

void Canvas::text(double x, double y, std::string_view what, const Font& font) {
  if (pdf_) {
    const double shift = font.anchor == Font::start ? 0 : width_of(what, font) / (font.anchor == Font::middle ? 2 : 1);
    const std::string turn = font.upwards ? "0 1 -1 0" : "1 0 0 1";
    body_ += fmt::format("BT {} rg /{} {:g} Tf {} {:.2f} {:.2f} Tm ({}) Tj ET\n", pdf_color(font.color),
                         font.bold ? "B" : "F", font.size, turn, font.upwards ? x : x - shift,
                         height_ - y - (font.upwards ? shift : 0), pdf_text(what));
    return;
  }
  const char* const anchors[] = {"start", "middle", "end"};
  const std::string place = font.upwards ? fmt::format("transform='translate({:.1f} {:.1f}) rotate(-90)'", x, y)
                                         : fmt::format("x='{:.1f}' y='{:.1f}'", x, y);
  body_ +=
      fmt::format("<text {} text-anchor='{}' font-size='{:g}'{} fill='{}'>{}</text>\n", place, anchors[font.anchor],
                  font.size, font.bold ? " font-weight='bold'" : "", font.color, escaped(what));
}

std::string Canvas::finish() const {
  if (!pdf_) {
    return fmt::format(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{0:.0f}' height='{1:.0f}' viewBox='0 0 {0:.0f} {1:.0f}' "
        "font-family='Inter, DejaVu Sans, sans-serif'>\n<rect width='100%' height='100%' fill='#FFFFFF'/>\n{2}</svg>\n",
        width_, height_, body_);
  }
  std::string out = "%PDF-1.4\n";
  std::vector<std::size_t> places;
  const auto object = [&](const std::string& what) {
    places.push_back(out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", places.size(), what);
  };
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  object(
      fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {:.0f} {:.0f}] /Contents 4 0 R /Resources << /Font << "
                  "/F 5 0 R /B 6 0 R >> >> >>",
                  width_, height_));
  object(fmt::format("<< /Length {} >>\nstream\n{}endstream", body_.size(), body_));
  for (const char* font : {"Helvetica", "Helvetica-Bold"})
    object(fmt::format("<< /Type /Font /Subtype /Type1 /BaseFont /{} >>", font));
  const std::size_t table = out.size();
  out += fmt::format("xref\n0 {}\n0000000000 65535 f \n", places.size() + 1);
  for (const std::size_t place : places) out += fmt::format("{:010} 00000 n \n", place);
  return out + fmt::format("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n", places.size() + 1, table);
}

double nice_step(double span) {
  const double raw = span / 6;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (double f : {1.0, 2.0, 5.0}) {
    if (raw <= f * power) return f * power;
  }
  return 10 * power;
}

}  // namespace lvs::scenarios
