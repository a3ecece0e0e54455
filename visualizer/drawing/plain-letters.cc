// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawing/plain-letters.h"

#include <algorithm>
#include <array>
#include <vector>

namespace lvs::view {

namespace {

constexpr int kWide = 5, kHigh = 7;

// Seven rows of five dots a letter, the leftmost dot in the highest bit.
constexpr std::array<std::array<unsigned char, kHigh>, 26> kLetters{
    {{14, 17, 17, 31, 17, 17, 17}, {30, 17, 17, 30, 17, 17, 30}, {14, 17, 16, 16, 16, 17, 14},
     {30, 17, 17, 17, 17, 17, 30}, {31, 16, 16, 30, 16, 16, 31}, {31, 16, 16, 30, 16, 16, 16},
     {14, 17, 16, 23, 17, 17, 14}, {17, 17, 17, 31, 17, 17, 17}, {14, 4, 4, 4, 4, 4, 14},
     {7, 2, 2, 2, 2, 18, 12},      {17, 18, 20, 24, 20, 18, 17}, {16, 16, 16, 16, 16, 16, 31},
     {17, 27, 21, 21, 17, 17, 17}, {17, 25, 21, 19, 17, 17, 17}, {14, 17, 17, 17, 17, 17, 14},
     {30, 17, 17, 30, 16, 16, 16}, {14, 17, 17, 17, 21, 18, 13}, {30, 17, 17, 30, 20, 18, 17},
     {15, 16, 16, 14, 1, 1, 30},   {31, 4, 4, 4, 4, 4, 4},       {17, 17, 17, 17, 17, 17, 14},
     {17, 17, 17, 17, 17, 10, 4},  {17, 17, 17, 21, 21, 27, 17}, {17, 17, 10, 4, 10, 17, 17},
     {17, 17, 10, 4, 4, 4, 4},     {31, 1, 2, 4, 8, 16, 31}}};
constexpr std::array<unsigned char, kHigh> kDash{0, 0, 0, 14, 0, 0, 0}, kDot{0, 0, 0, 0, 0, 12, 12};

}  // namespace

void drawPlainLetters(QPainter& painter, const QRectF& rect, std::string_view text, const QColor& color) {
  std::vector<std::string_view> lines;
  std::size_t longest = 1;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  const double dot = std::min(rect.width() / (static_cast<double>(longest) * (kWide + 1) + 4),
                              rect.height() / (static_cast<double>(lines.size()) * (kHigh + 4) + 4));
  double y = rect.center().y() - static_cast<double>(lines.size()) * (kHigh + 4) * dot / 2;
  for (const std::string_view line : lines) {
    double x = rect.center().x() - static_cast<double>(line.size()) * (kWide + 1) * dot / 2;
    for (const char letter : line) {
      const auto* rows = letter >= 'A' && letter <= 'Z' ? &kLetters[static_cast<std::size_t>(letter - 'A')]
                         : letter == '-'                ? &kDash
                         : letter == '.'                ? &kDot
                                                        : nullptr;
      for (int row = 0; rows != nullptr && row < kHigh; ++row) {
        for (int column = 0; column < kWide; ++column) {
          if (((*rows)[static_cast<std::size_t>(row)] >> (kWide - 1 - column) & 1) != 0) {
            painter.fillRect(QRectF(x + column * dot, y + row * dot, dot, dot), color);
          }
        }
      }
      x += (kWide + 1) * dot;
    }
    y += (kHigh + 4) * dot;
  }
}

}  // namespace lvs::view
