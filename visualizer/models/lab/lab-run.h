// SPDX-License-Identifier: GPL-2.0-or-later
// A copy of a lab run by lvs-lab beside the viewer: the whole of it with a new trace, or up to a moment with one
// command.
#pragma once

#include <QObject>
#include <QProcess>
#include <QTemporaryDir>
#include <memory>

#include "models/lab/lab-copy.h"

namespace lvs::view {

class LabRun : public QObject {
  Q_OBJECT
 public:
  explicit LabRun(QObject* parent = nullptr);
  ~LabRun() override;

  bool running() const { return process_ != nullptr; }
  // Runs the copy; ended() names the trace. False: `error` says why it cannot be started.
  bool run(const LabCopy& copy, const trace::Carried& carried, QString& error);
  // Runs the lab to that moment of its timeline and then one line of sh text on that host; ended() has what it printed.
  bool ask(const LabCopy& copy, const trace::Carried& carried, base::Time at, const QString& host, const QString& line,
           QString& error);
  void stop();

 Q_SIGNALS:
  // `trace`: a file that is there as long as this object and no other run; `output`: what the program wrote.
  void ended(bool well, const QString& trace, const QString& output);

 private:
  bool start(const LabCopy& copy, const QStringList& words, QString& error);
  void finish();

  std::unique_ptr<QTemporaryDir> folder_;
  QProcess* process_ = nullptr;
  QString trace_;
  int runs_ = 0;
};

// Only reads: it may be asked of a moment that is past. As far as its words tell; what is not known to read is none.
bool onlyReads(const QString& line);

}  // namespace lvs::view
