// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/session/live.h"

#include <sys/stat.h>

namespace lvs::view {

namespace {

constexpr int kEveryMs = 100;

}  // namespace

Live::Live(Session& session, QObject* parent) : QObject(parent), session_(session), file_(fileOf(session.path())) {
  connect(&timer_, &QTimer::timeout, this, [this] { look(); });
  timer_.start(kEveryMs);
  session_.toNewest();
}

// Nothing that is no file can take another's place.
Live::File Live::fileOf(const QString& path) {
  struct stat info {};
  if (path == "-" || ::stat(path.toLocal8Bit().constData(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  return {info.st_dev, info.st_ino, info.st_size};
}

bool Live::replaced() const {
  const File now = fileOf(session_.path());
  if (now.size < 0) return false;  // a pipe, or between two files
  const bool other = now.device != file_.device || now.number != file_.number;
  // The same one, begun anew: what was read of it fits no longer.
  return other || (!session_.error().isEmpty() && now.size != file_.size);
}

void Live::setPaused(bool paused) {
  paused_ = paused;
  if (!paused) session_.toNewest();
  Q_EMIT changed();
}

QString Live::text() const {
  if (waiting_) return tr("live, paused; the next file has begun");
  if (paused_) return tr("live, paused");
  return files_ > 1 ? tr("live, file %1").arg(files_) : tr("live");
}

void Live::look() {
  const bool more = session_.update();
  const bool next = !more && replaced();
  if (next && !paused_) {
    // One that was not there yet, or not readable, does not count.
    if (!session_.empty()) ++files_;
    file_ = fileOf(session_.path());
    session_.open(session_.path());
  }
  const bool waiting = next && paused_;
  if (!more && !next && waiting == waiting_) return;
  if (waiting && waiting == waiting_) return;
  waiting_ = waiting;
  if (!paused_) session_.toNewest();
  Q_EMIT changed();
}

}  // namespace lvs::view
