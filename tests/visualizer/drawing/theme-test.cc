// SPDX-License-Identifier: GPL-2.0-or-later
// Colours that a beamer and eyes that see no red, green or blue can tell apart.
#include "drawing/theme.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace lvs::view {
namespace {

using Rgb = std::array<double, 3>;  // linear

Rgb linear(const QColor& color) {
  const auto channel = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  return {channel(color.redF()), channel(color.greenF()), channel(color.blueF())};
}

// WCAG 2.1, relative luminance and contrast ratio.
double contrast(const QColor& a, const QColor& b) {
  const auto luminance = [](const QColor& c) {
    const Rgb v = linear(c);
    return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
  };
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

// Machado, Oliveira, Fernandes 2009, severity 1: nobody's deficiency, protan, deutan, tritan.
constexpr std::array<std::array<Rgb, 3>, 4> kEyes{{
    {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
    {{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
    {{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
}};

// CIE 1976 L*a*b*, D65.
Rgb lab(const QColor& color, const std::array<Rgb, 3>& eye) {
  const Rgb in = linear(color);
  Rgb v{};
  for (std::size_t i = 0; i < 3; ++i) {
    v[i] = std::min(1.0, std::max(0.0, eye[i][0] * in[0] + eye[i][1] * in[1] + eye[i][2] * in[2]));
  }
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f((0.4124 * v[0] + 0.3576 * v[1] + 0.1805 * v[2]) / 0.95047);
  const double y = f(0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]);
  const double z = f((0.0193 * v[0] + 0.1192 * v[1] + 0.9505 * v[2]) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double difference(const QColor& a, const QColor& b, const std::array<Rgb, 3>& eye) {
  const Rgb x = lab(a, eye), y = lab(b, eye);
  return std::sqrt(std::pow(x[0] - y[0], 2) + std::pow(x[1] - y[1], 2) + std::pow(x[2] - y[2], 2));
}

class Themes : public testing::TestWithParam<ThemeKind> {
 protected:
  const Palette& p_ = paletteOf(GetParam());
};

TEST_P(Themes, TextIsReadOnEveryGround) {
  const struct {
    const char* name;
    QColor text, ground;
  } pairs[] = {
      {"text", p_.text, p_.background},
      {"text on panel", p_.text, p_.panel},
      {"muted", p_.muted, p_.background},
      {"muted on panel", p_.muted, p_.panel},
      {"accent on panel", p_.accent, p_.panel},
      {"on accent", p_.onAccent, p_.accent},
      {"text on soft", p_.text, p_.accentSoft},
      {"muted on soft", p_.muted, p_.accentSoft},
      {"changed", p_.text, p_.changedBack},
      {"ipvs", p_.ipvs, p_.panel},
      {"on ipvs", p_.onAccent, p_.ipvs},
      {"drop", p_.drop, p_.panel},
      {"drop", p_.drop, p_.background},
      {"on drop", p_.onAccent, p_.drop},
      {"text on drop soft", p_.text, p_.dropSoft},
      {"text on ipvs soft", p_.text, p_.ipvsSoft},
      {"pill", p_.background, p_.text},
      {"on cip", p_.onChip, p_.cip},
      {"on vip", p_.onChip, p_.vip},
      {"on dip", p_.onChip, p_.dip},
      {"on rip", p_.onChip, p_.rip},
      {"vip on panel", p_.vip, p_.panel},
      {"cip on panel", p_.cip, p_.panel},
      {"dip on panel", p_.dip, p_.panel},
      {"rip on panel", p_.rip, p_.panel},
      {"cip on soft", p_.cip, p_.accentSoft},
      {"vip on soft", p_.vip, p_.accentSoft},
  };
  for (const auto& [name, text, ground] : pairs) EXPECT_GE(contrast(text, ground), 4.5) << name;
}

TEST_P(Themes, ShapesAreSeen) {
  for (const auto& [name, shape] : {std::pair("line", p_.line), std::pair("other", p_.other),
                                    std::pair("changed", p_.changedBar), std::pair("accent", p_.accent)}) {
    EXPECT_GE(contrast(shape, p_.background), 3) << name;
    EXPECT_GE(contrast(shape, p_.panel), 3) << name << " on a panel";
  }
}

TEST_P(Themes, ADropIsNoRole) {
  for (const auto& eye : kEyes) {
    for (const QColor& role : {p_.cip, p_.vip, p_.dip, p_.rip, p_.accent})
      EXPECT_GE(difference(p_.drop, role, eye), 20) << role.name().toStdString();
  }
}

INSTANTIATE_TEST_SUITE_P(Both, Themes, testing::Values(ThemeKind::light, ThemeKind::dark));

}  // namespace
}  // namespace lvs::view
