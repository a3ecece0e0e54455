// SPDX-License-Identifier: GPL-2.0-or-later
// Letters that need no font: for the one message that says that there is none.
#pragma once

#include <QColor>
#include <QPainter>
#include <QRectF>
#include <string_view>

namespace lvs::view {

// Capital letters, "-", ".", '.', space and line ends, as large as the rectangle allows, in its middle.
void drawPlainLetters(QPainter& painter, const QRectF& rect, std::string_view text, const QColor& color);

}  // namespace lvs::view
