// SPDX-License-Identifier: GPL-2.0-or-later
// What happens in a beat of a walk, as one sentence: "The director picks rs2 (rr: next in turn)".
#pragma once

#include <QString>

#include "models/session/session.h"
#include "models/walk/story.h"

namespace lvs::view {

QString tellBeat(Session& session, const Walk& walk, const Beat& beat);

}  // namespace lvs::view
