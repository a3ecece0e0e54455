// SPDX-License-Identifier: GPL-2.0-or-later
// Colours, fonts and sizes. Sizes are pixels of a 1280x800 window; Style::px() makes them pixels of this one.
#pragma once

#include <QColor>
#include <QFont>
#include <QSizeF>
#include <QString>

namespace lvs::view {

class TextAudit;

enum class ThemeKind { light, dark };

// Every pair of text and ground that is used has a contrast of 4.6:1 or more, shapes 3:1; the role colours and that of
// a drop stay apart for people who see no red, green or blue. No meaning is carried by a colour alone.
struct Palette {
  QColor background, panel, text, muted;
  QColor line, faint;  // of shapes; of grids, which say nothing
  QColor accent, accentSoft, onAccent;
  QColor changedBack, changedBar;
  QColor cip, vip, dip, rip, onChip;
  QColor ipvs, ipvsSoft, drop, dropSoft, other;
};
const Palette& paletteOf(ThemeKind kind);

enum class Type {
  title,  // headings of the strip
  tuple,  // addresses of the packet
  why,    // the sentence of the why card
  hook,   // boxes of the hook map
  body,
  bodyBold,
  small,
  smallBold,
  badge,  // numbers and chips
  mono,
  monoBold,
  console,
  huge,  // titles of the compare screen
};

// What all panels of one window share.
struct Style {
  ThemeKind theme = ThemeKind::light;
  bool projector = false;  // larger type, fewer panels
  double scale = 1;        // of the window, with zoom and projector in it
  TextAudit* audit = nullptr;

  const Palette& palette() const { return paletteOf(theme); }
  double px(double size) const { return size * scale; }
  // `factor` shrinks a text that would not fit otherwise.
  QFont font(Type type, double factor = 1) const;
};

// How much larger than 1280x800 a window is, by the side that is tighter.
double scaleOf(QSizeF window);

// Takes the fonts that are shipped beside the program or installed; false when there is no font at all.
bool haveFonts();

}  // namespace lvs::view
