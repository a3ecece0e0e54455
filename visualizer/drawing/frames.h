// SPDX-License-Identifier: GPL-2.0-or-later
// A walk as a sequence of numbered pictures, for slides and for making a film of it.
#pragma once

#include <QString>
#include <QWidget>

#include "models/session/session.h"

namespace lvs::view {

// Writes each stage of the current packet; %1 in `pattern` becomes "001", "002", .... The moment is what it was
// afterwards. Gives how many were written; `error` is not empty where that was not all.
int exportFrames(QWidget& screen, Session& session, const QString& pattern, QString& error);

}  // namespace lvs::view
