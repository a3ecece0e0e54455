// SPDX-License-Identifier: GPL-2.0-or-later
// The headers before and after the stage, field by field; in projector mode the changed fields only, larger.
#pragma once

#include "models/session/session.h"
#include "views/panel.h"

namespace lvs::view {

class HeaderPanel : public Panel {
  Q_OBJECT
 public:
  HeaderPanel(const Style& style, Session& session, QWidget* parent);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  struct Row {
    QString heading;  // of a section
    DiffField field;  // else
    Layer layer{};
    Change sectionChange = Change::same;
  };
  std::vector<Row> rowsFor(const HeaderDiff& diff, double room, double least) const;
  void drawField(Canvas& canvas, const QRectF& at, const Row& row);
  void drawPayload(Canvas& canvas, const QRectF& at, const DiffField& field);
  void stacked(Canvas& canvas, const QRectF& rect, const Step& step);
  QColor colorOfValue(Canvas& canvas, const Field& field) const;

  void addSpot(const QRectF& at, Layer layer, const DiffField& field);
  void goToOrigin(Layer layer, const char* name);

  Session& session_;
};

}  // namespace lvs::view
