// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawing/role-color.h"

namespace lvs::view {

QColor colorOf(Role::Kind kind, const Palette& palette) {
  switch (kind) {
    case Role::Kind::client: return palette.cip;
    case Role::Kind::virtualService: return palette.vip;
    case Role::Kind::director: return palette.dip;
    case Role::Kind::server: return palette.rip;
    case Role::Kind::none: break;
  }
  return palette.text;
}

}  // namespace lvs::view
