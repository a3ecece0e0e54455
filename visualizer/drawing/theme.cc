// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawing/theme.h"

#include <QFontDatabase>
#include <algorithm>

namespace lvs::view {

const Palette& paletteOf(ThemeKind kind) {
  static const Palette light{.background = "#FFFFFF",
                             .panel = "#F4F6F8",
                             .text = "#14181F",
                             .muted = "#55606E",
                             .line = "#828B98",
                             .faint = "#C6CDD6",
                             .accent = "#0065A4",
                             .accentSoft = "#D9ECF8",
                             .onAccent = "#FFFFFF",
                             .changedBack = "#FFE9A3",
                             .changedBar = "#B77900",
                             .cip = "#2668B5",
                             .vip = "#A34705",
                             .dip = "#521751",
                             .rip = "#103C19",
                             .onChip = "#FFFFFF",
                             .ipvs = "#8A3B73",
                             .ipvsSoft = "#F7E4F0",
                             .drop = "#D00058",
                             .dropSoft = "#FFE3EC",
                             .other = "#7F8895"};
  static const Palette dark{.background = "#12161C",
                            .panel = "#1B212A",
                            .text = "#F2F5F8",
                            .muted = "#A9B4C0",
                            .line = "#6A7684",
                            .faint = "#3D4651",
                            .accent = "#56B4E9",
                            .accentSoft = "#16384D",
                            .onAccent = "#0B1016",
                            .changedBack = "#4A3A00",
                            .changedBar = "#F0C03A",
                            .cip = "#78ADF4",
                            .vip = "#FB9544",
                            .dip = "#E8A9C7",
                            .rip = "#5EF2A5",
                            .onChip = "#0B1016",
                            .ipvs = "#E79ACB",
                            .ipvsSoft = "#3B2435",
                            .drop = "#F05060",
                            .dropSoft = "#42121F",
                            .other = "#75808E"};
  return kind == ThemeKind::light ? light : dark;
}

namespace {

struct TypeFace {
  double size;
  QFont::Weight weight;
  bool mono;
};

TypeFace faceOf(Type type) {
  switch (type) {
    case Type::title: return {19, QFont::Bold, false};
    case Type::tuple: return {17, QFont::Bold, true};
    case Type::why: return {17, QFont::Medium, false};
    case Type::hook: return {14.5, QFont::Bold, false};
    case Type::body: return {13, QFont::Normal, false};
    case Type::bodyBold: return {13, QFont::Bold, false};
    case Type::small: return {12, QFont::Normal, false};
    case Type::smallBold: return {12, QFont::DemiBold, false};
    case Type::badge: return {11, QFont::Bold, false};
    case Type::mono: return {13, QFont::Normal, true};
    case Type::monoBold: return {13, QFont::Bold, true};
    case Type::console: return {12.5, QFont::Normal, true};
    case Type::huge: return {22, QFont::Bold, false};
  }
  return {13, QFont::Normal, false};
}

}  // namespace

QFont Style::font(Type type, double factor) const {
  const TypeFace face = faceOf(type);
  QFont font;
  if (face.mono) {
    font.setFamilies({"DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans CJK SC", "monospace"});
    font.setStyleHint(QFont::Monospace);
    font.setFixedPitch(true);
  } else {
    font.setFamilies({"Inter", "Noto Sans CJK SC", "DejaVu Sans", "sans-serif"});
    font.setStyleHint(QFont::SansSerif);
  }
  font.setWeight(face.weight);
  font.setPixelSize(std::max(5, static_cast<int>(px(face.size) * factor + 0.5)));
  return font;
}

double scaleOf(QSizeF window) { return std::min(window.width() / 1280, window.height() / 800); }

bool haveFonts() { return !QFontDatabase::families().isEmpty(); }

}  // namespace lvs::view
