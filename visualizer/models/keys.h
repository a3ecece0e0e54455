// SPDX-License-Identifier: GPL-2.0-or-later
// The one table of the viewer's keys: what each does, and how the help names it.
#pragma once

#include <QString>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lvs::view {

enum class Action : std::uint8_t {
  stageBack,
  stageOn,
  packetBack,
  packetOn,
  pageBack,
  pageOn,
  nextHost,
  nextRewrite,
  nextDrop,
  connection,
  story,
  lesson,
  notes,
  tryIt,
  ask,
  nextPart,
  previousPart,
  nextSpot,
  previousSpot,
  pressSpot,
  toStart,
  toEnd,
  play,
  slower,
  faster,
  newest,
  filter,
  search,
  nextTable,
  previousTable,
  tab,  // of the digit's number
  projector,
  theme,
  language,
  zoomIn,
  zoomOut,
  zoomFit,
  quiz,
  saveView,
  savedViews,
  copyLink,
  copyTable,
  recent,
  openLink,
  exportPicture,
  open,
  help,
  escape,
  quit,
};

struct Binding {
  int key;  // Qt::Key
  Action action;
  enum class With : std::uint8_t { nothing, shift, control } with = With::nothing;
};

struct KeyRow {
  const char* keys;  // as the help writes them; "": not listed
  const char* help;  // English; translated in context lvs::view::HelpOverlay
  std::vector<Binding> bindings;
};

// In the order of the help.
std::span<const KeyRow> keyRows();
// Shift counts only where a binding has it; nothing: the key does nothing.
std::optional<Action> actionOf(int key, bool shift, bool control);

}  // namespace lvs::view
