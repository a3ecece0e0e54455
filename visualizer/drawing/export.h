// SPDX-License-Identifier: GPL-2.0-or-later
// A screen as a picture: PNG, SVG or PDF by the ending of the name.
#pragma once

#include <QString>
#include <QWidget>

namespace lvs::view {

// False: `error` says in one line why nothing was written. A file is replaced whole or not at all.
bool exportScreen(QWidget& screen, const QString& path, QString& error);

}  // namespace lvs::view
