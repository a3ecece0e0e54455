// SPDX-License-Identifier: GPL-2.0-or-later
// Why the packet went the way it did: the reason of the stage, and what it caused on the host.
#pragma once

#include "models/session/session.h"
#include "views/panel.h"

namespace lvs::view {

class WhyCard : public Panel {
  Q_OBJECT
 public:
  WhyCard(const Style& style, Session& session, QWidget* parent);

 protected:
  void paint(Canvas& canvas, const QRectF& rect) override;

 private:
  QString said(const Step& step) const;
  QString beatLine();
  double drawCure(Canvas& canvas, const QRectF& at, const Step& step);

  Session& session_;
};

}  // namespace lvs::view
