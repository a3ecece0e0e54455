// SPDX-License-Identifier: GPL-2.0-or-later
// What the viewer reads: any bytes as results (.json, .csv) and as a trace end in values or in one line that says what
// is wrong; whatever a trace holds can be told, drawn as a ladder, asked about, and taken for a lab.
#include <QFile>
#include <QTemporaryDir>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "models/lab/lab-copy.h"
#include "models/lab/lesson.h"
#include "models/results-data.h"
#include "models/session/compare-model.h"
#include "models/session/cure.h"
#include "models/session/quiz.h"
#include "models/session/tale.h"
#include "models/session/vrrp.h"
#include "models/walk/topology.h"

using namespace lvs::view;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void readAsResults(const QString& path) {
  QString error;
  const auto results = readResults(path, error);
  check(results.has_value() == error.isEmpty());
  check(!error.contains('\n'));
  if (!results) return;
  for (const Results::Group& group : results->groups()) {
    for (const QString& method : results->methods()) (void)results->curve(group, method);
  }
}

void readAsTrace(const QString& path) {
  constexpr std::uint32_t kWalks = 8;
  Session session;
  session.open(path);
  (void)session.notice();
  const auto walks = static_cast<std::uint32_t>(session.index().walks().size());
  for (std::uint32_t number = 0; number < std::min(walks, kWalks); ++number) {
    session.go({number, 0});
    const Walk& walk = session.walk();
    for (const Beat& beat : session.beats()) (void)tellBeat(session, walk, beat);
    for (std::size_t i = 0; i < std::min<std::size_t>(walk.steps.size(), 64); ++i) {
      const Step step = walk.steps[i];
      (void)cureOf(session, step);
      (void)session.journal().caused(session.index(), step.data.host, step.data.walk, step.record);
    }
    (void)questionAfter(session, session.moment());
    (void)ladderOf(session, number, 2);
    (void)topologyOf(session.info(), walk.path());
  }
  for (const lvs::trace::HostInfo& host : session.info().hosts) {
    (void)switchesOf(session, host.id);
    (void)vrrpStatesOf(session, host.id);
  }
  LabCopy copy(session.carried());
  for (const QString& name : copy.names()) check(lvs::trace::is_inner_path(name.toStdString()));
  for (const LessonStep& step : lessonOf(session)) {
    const auto moment = momentOf(session, step.look);
    check(!moment || moment->walk < walks);
  }
}

}  // namespace

// The first byte says as what the rest is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const QTemporaryDir folder;
  static const char* const names[] = {"a.json", "a.csv", "a.pcapng", "a.pcapng"};
  const unsigned kind = data[0] % 4;
  const QString path = folder.filePath(names[kind]);
  QFile file(path);
  check(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
  const auto length = static_cast<qint64>(size - 1);
  check(file.write(reinterpret_cast<const char*>(data + 1), length) == length);
  file.close();
  kind < 2 ? readAsResults(path) : readAsTrace(path);
  return 0;
}
