// SPDX-License-Identifier: GPL-2.0-or-later
// What to do about a drop, or an answer that should not be: the very line to type, and on which host.
#pragma once

#include <QString>
#include <optional>

#include "models/session/session.h"

namespace lvs::view {

struct Cure {
  QString host, line;  // "director", "sysctl -w net.ipv4.ip_forward=1"
  QString why;         // what it brings about
};

// Nothing: there is nothing wrong here, or no one line mends it.
std::optional<Cure> cureOf(Session& session, const Step& step);

}  // namespace lvs::view
