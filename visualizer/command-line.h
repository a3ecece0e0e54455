// SPDX-License-Identifier: GPL-2.0-or-later
// The options of lvs-visualizer, parsed once into values.
#pragma once

#include <QSize>
#include <QStringList>
#include <optional>

#include "drawing/theme.h"
#include "models/session/session.h"

namespace lvs::view {

enum class ScreenName { walk, compare, results };

struct Options {
  QStringList files;  // traces, and results of a sweep (.json, .csv)
  std::optional<Moment> at;
  std::optional<QSize> size;        // of the window or the picture
  std::optional<ThemeKind> theme;   // not given: as it was last
  std::optional<QString> language;  // "en", "zh"
  std::optional<ScreenName> screen;
  QString screenshot;  // write a picture and end: .png, .svg or .pdf
  QString html;        // write a page for browsers and end
  QString frames;      // write each stage of the packet as a numbered picture: "walk-%1.png"
  QString filter, find, ask;
  std::optional<int> tab;  // of the tables, in their order
  bool projector = false, quiz = false, tryIt = false, lesson = false, follow = false, help = false, version = false;
};

// Nothing, and one line in `error`: an option or a value is wrong.
std::optional<Options> parseCommandLine(const QStringList& arguments, QString& error);
QString usage();

}  // namespace lvs::view
