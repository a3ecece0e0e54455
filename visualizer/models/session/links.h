// SPDX-License-Identifier: GPL-2.0-or-later
// Links to a moment: lvs://FILE#PACKET,STAGE, both counted from 1 as on the screen. FILE is percent-encoded.
#pragma once

#include <QString>
#include <optional>

#include "models/session/session.h"

namespace lvs::view {

struct Link {
  QString file;
  std::optional<Moment> moment;
};

QString linkTo(const QString& file, Moment moment);
// A link, or a plain path. Nothing: `text` begins like a link and is none.
std::optional<Link> linkFrom(const QString& text);
// "3" or "3,8": packet and stage from 1.
std::optional<Moment> momentFrom(const QString& text);

}  // namespace lvs::view
