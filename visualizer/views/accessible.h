// SPDX-License-Identifier: GPL-2.0-or-later
// What a screen reader is told: every panel by its name, and in it the spots that it has painted.
#pragma once

namespace lvs::view {

// Once, before windows are shown.
void installAccessibility();

}  // namespace lvs::view
