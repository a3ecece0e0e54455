// SPDX-License-Identifier: GPL-2.0-or-later
// A copy of the lab that a trace carries, to be changed and run again: its files, and switches that write lines into
// them. The lab itself is not touched.
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>
#include <vector>

#include "models/session/session.h"

namespace lvs::view {

// One thing to turn: what it is now, what it may be, and the line that sets it.
struct LabSwitch {
  QString name;        // "arp_ignore", "weight 10.0.0.11:80"
  QString now;         // at the moment looked at
  QStringList values;  // to choose from
  QString line;        // with %1 for the value: "sysctl -w net.ipv4.conf.all.arp_ignore=%1"
  bool operator==(const LabSwitch&) const = default;
};

class LabCopy {
 public:
  explicit LabCopy(const trace::Carried& carried);

  bool empty() const { return files_.isEmpty(); }
  QStringList names() const { return files_.keys(); }
  QString text(const QString& name) const { return files_.value(name).text; }
  void setText(const QString& name, const QString& text);
  // True: it reads otherwise than in the lab.
  bool changed(const QString& name) const { return files_.value(name).text != files_.value(name).was; }
  bool changed() const;

  // Puts the switch's line at the end of HOST.startup, in place of one that it has put there before; "" takes it out.
  void turn(const QString& host, const LabSwitch& what, const QString& value);
  // The value of such a line; "": there is none.
  QString turned(const QString& host, const LabSwitch& what) const;

  // Into a folder, which is made. Empty, or what is wrong.
  QString write(const QString& folder) const;

 private:
  struct File {
    QString text, was;
    bool executable = false;
  };
  QMap<QString, File> files_;
};

// What can be turned on a host, read off its tables at the moment looked at.
std::vector<LabSwitch> switchesOf(Session& session, trace::HostId host);

// "lvs-lab": beside this program, or on the path; empty: there is none.
QString findProgram(const QString& name);

}  // namespace lvs::view
