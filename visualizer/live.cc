// SPDX-License-Identifier: GPL-2.0-or-later
#include "live.h"

namespace lvs::view {

namespace {

constexpr int kEveryMs = 100;

}  // namespace

Live::Live(Session& session, QObject* parent) : QObject(parent), session_(session) {
  connect(&timer_, &QTimer::timeout, this, [this] { look(); });
  timer_.start(kEveryMs);
  session_.toNewest();
}

void Live::setPaused(bool paused) {
  paused_ = paused;
  if (!paused) session_.toNewest();
  Q_EMIT changed();
}

QString Live::text() const { return paused_ ? tr("live, paused") : tr("live"); }

void Live::look() {
  if (!session_.update()) return;
  if (!paused_) session_.toNewest();
  Q_EMIT changed();
}

}  // namespace lvs::view
