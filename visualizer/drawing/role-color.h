// SPDX-License-Identifier: GPL-2.0-or-later
// The colour that a role has everywhere.
#pragma once

#include <QColor>

#include "drawing/theme.h"
#include "models/walk/roles.h"

namespace lvs::view {

QColor colorOf(Role::Kind kind, const Palette& palette);

}  // namespace lvs::view
