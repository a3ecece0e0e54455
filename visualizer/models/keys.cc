// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/keys.h"

#include <QCoreApplication>
#include <Qt>

namespace lvs::view {

namespace {

constexpr auto kShift = Binding::With::shift, kControl = Binding::With::control;

const std::vector<KeyRow> kRows{
    {"← →",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "stage back, stage on"),
     {{Qt::Key_Left, Action::stageBack}, {Qt::Key_Right, Action::stageOn}}},
    {"↑ ↓",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "packet before, packet after"),
     {{Qt::Key_Up, Action::packetBack}, {Qt::Key_Down, Action::packetOn}}},
    {"Shift →", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "next host"), {{Qt::Key_Right, Action::nextHost, kShift}}},
    {"R", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "next rewrite"), {{Qt::Key_R, Action::nextRewrite}}},
    {"D", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "next drop"), {{Qt::Key_D, Action::nextDrop}}},
    {"C",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "follow this connection, show all again"),
     {{Qt::Key_C, Action::connection}}},
    {"U", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "told in beats, or every stage"), {{Qt::Key_U, Action::story}}},
    {"Home End",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "start and end of the walk"),
     {{Qt::Key_Home, Action::toStart}, {Qt::Key_End, Action::toEnd}}},
    {"Space", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "play, pause"), {{Qt::Key_Space, Action::play}}},
    {"[ ]",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "slower, faster"),
     {{Qt::Key_BracketLeft, Action::slower}, {Qt::Key_BracketRight, Action::faster}}},
    {"N", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "newest packet of a live trace"), {{Qt::Key_N, Action::newest}}},
    {"/  Ctrl F",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "filter: host:rs1 port:80 hook:FORWARD verdict:drop arp"),
     {{Qt::Key_Slash, Action::filter}, {Qt::Key_F, Action::filter, kControl}}},
    {"F3", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "search: next stage that fits"), {{Qt::Key_F3, Action::search}}},
    {"Tab", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "next table of the host"), {{Qt::Key_Tab, Action::nextTable}}},
    {"1 – 9",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "tabs"),
     {{Qt::Key_1, Action::tab},
      {Qt::Key_2, Action::tab},
      {Qt::Key_3, Action::tab},
      {Qt::Key_4, Action::tab},
      {Qt::Key_5, Action::tab},
      {Qt::Key_6, Action::tab},
      {Qt::Key_7, Action::tab},
      {Qt::Key_8, Action::tab},
      {Qt::Key_9, Action::tab}}},
    {"F6  . ,  ↵",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "next part; host or value in it; press it"),
     {{Qt::Key_F6, Action::nextPart},
      {Qt::Key_F6, Action::previousPart, kShift},
      {Qt::Key_Period, Action::nextSpot},
      {Qt::Key_Comma, Action::previousSpot},
      {Qt::Key_Return, Action::pressSpot},
      {Qt::Key_Enter, Action::pressSpot}}},
    {"P", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "projector mode"), {{Qt::Key_P, Action::projector}}},
    {"T", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "light or dark"), {{Qt::Key_T, Action::theme}}},
    {"L", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "English or Chinese"), {{Qt::Key_L, Action::language}}},
    {"+ −  F",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "zoom in, out, fit"),
     {{Qt::Key_Plus, Action::zoomIn},
      {Qt::Key_Equal, Action::zoomIn},
      {Qt::Key_Minus, Action::zoomOut},
      {Qt::Key_F, Action::zoomFit}}},
    {"Q", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "quiz"), {{Qt::Key_Q, Action::quiz}}},
    {"W  Shift W",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "lesson of the lab; the presenter's notes"),
     {{Qt::Key_W, Action::lesson}, {Qt::Key_W, Action::notes, kShift}}},
    {"Y",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "try it: change a copy of the lab and run it"),
     {{Qt::Key_Y, Action::tryIt}}},
    {"A",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "ask the host: a prompt at this moment"),
     {{Qt::Key_A, Action::ask}}},
    {"S  V",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "save this view, go to a saved one"),
     {{Qt::Key_S, Action::saveView}, {Qt::Key_V, Action::savedViews}}},
    {"Ctrl L",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "copy a link to this moment"),
     {{Qt::Key_L, Action::copyLink, kControl}}},
    {"Ctrl C",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "copy the table that is shown"),
     {{Qt::Key_C, Action::copyTable, kControl}}},
    {"Ctrl G", QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "go to a link"), {{Qt::Key_G, Action::openLink, kControl}}},
    {"Ctrl E",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "export as PNG, SVG, PDF or frames"),
     {{Qt::Key_E, Action::exportPicture, kControl}}},
    {"Ctrl O",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "open a trace or results"),
     {{Qt::Key_O, Action::open, kControl}}},
    {"Ctrl R",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "files that were open before"),
     {{Qt::Key_R, Action::recent, kControl}}},
    {"?",
     QT_TRANSLATE_NOOP("lvs::view::HelpOverlay", "this help"),
     {{Qt::Key_Question, Action::help}, {Qt::Key_F1, Action::help}}},
    {"",
     "",
     {{Qt::Key_PageUp, Action::pageBack},
      {Qt::Key_PageDown, Action::pageOn},
      {Qt::Key_Backtab, Action::previousTable},
      {Qt::Key_Escape, Action::escape},
      {Qt::Key_Q, Action::quit, kControl}}},
};
}  // namespace

std::span<const KeyRow> keyRows() { return kRows; }

std::optional<Action> actionOf(int key, bool shift, bool control) {
  using With = Binding::With;
  std::optional<Action> found;
  for (const KeyRow& row : keyRows()) {
    for (const Binding& binding : row.bindings) {
      if (binding.key != key || (binding.with == With::control) != control) continue;
      if (shift && binding.with == With::shift) return binding.action;
      if (binding.with != With::shift) found = binding.action;
    }
  }
  return found;
}

}  // namespace lvs::view
