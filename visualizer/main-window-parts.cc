// SPDX-License-Identifier: GPL-2.0-or-later
// The keyboard's way to every host and value: over the parts of a screen, and in each over what it has painted.
#include <algorithm>

#include "main-window.h"
#include "views/panel.h"

namespace lvs::view {

namespace {

// Those in sight that have something to go to, from the upper left to the lower right.
std::vector<Panel*> partsOf(const QWidget& content) {
  std::vector<Panel*> parts;
  for (Panel* panel : content.findChildren<Panel*>()) {
    if (panel->isVisible() && !panel->spots().empty()) parts.push_back(panel);
  }
  std::ranges::sort(parts, {}, [&](const Panel* panel) {
    const QPoint at = panel->mapTo(&content, QPoint());
    return std::pair(at.y(), at.x());
  });
  return parts;
}

}  // namespace

void MainWindow::leaveParts() {
  if (part_ != nullptr) part_->chooseSpot(-1);
  part_ = nullptr;
}

void MainWindow::nextPart(int direction) {
  const std::vector<Panel*> parts = partsOf(*content_);
  if (parts.empty()) return;
  const auto now = std::ranges::find(parts, part_.data());
  const auto count = static_cast<std::ptrdiff_t>(parts.size());
  const std::ptrdiff_t at = now == parts.end() ? (direction > 0 ? -1 : 0) : now - parts.begin();
  leaveParts();
  part_ = parts[static_cast<std::size_t>((at + direction + count) % count)];
  part_->chooseSpot(0);
  sayChosen();
}

void MainWindow::nextSpot(int direction) {
  if (part_ == nullptr || !part_->isVisible() || part_->spots().empty()) return nextPart(1);
  const int count = static_cast<int>(part_->spots().size());
  part_->chooseSpot((part_->chosenSpot() + direction + count) % count);
  sayChosen();
}

bool MainWindow::pressSpot() {
  if (part_ == nullptr || part_->chosenSpot() < 0) return false;
  const Spot& spot = part_->spots()[static_cast<std::size_t>(part_->chosenSpot())];
  if (!spot.press) return true;
  const std::function<void()> press = spot.press;  // pressing paints anew
  press();
  return true;
}

void MainWindow::sayChosen() {
  const Spot& spot = part_->spots()[static_cast<std::size_t>(part_->chosenSpot())];
  const QString detail = spot.detail.section('\n', 0, 0);
  say(detail.isEmpty() ? spot.name : spot.name + ": " + detail);
}

// True: the key was about parts.
bool MainWindow::overParts(Action action) {
  switch (action) {
    case Action::nextPart: nextPart(1); return true;
    case Action::previousPart: nextPart(-1); return true;
    case Action::nextSpot: nextSpot(1); return true;
    case Action::previousSpot: nextSpot(-1); return true;
    case Action::pressSpot: return pressSpot();
    case Action::escape:
      if (part_ == nullptr) return false;
      leaveParts();
      return true;
    default: return false;
  }
}

}  // namespace lvs::view
