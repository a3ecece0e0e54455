// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/lab/lab-copy.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>
#include <algorithm>

namespace lvs::view {

namespace {

const QString kMark = QStringLiteral("  # tried");

QString startupOf(const QString& host) { return host + ".startup"; }

// Whole lines that the switch has written, with the value in the first group.
QRegularExpression writtenBy(const LabSwitch& what) {
  QString line = QRegularExpression::escape(what.line);
  line.replace("\\%1", "(\\S+)").replace("%1", "(\\S+)");
  return QRegularExpression("^" + line + QRegularExpression::escape(kMark) + "\\n?",
                            QRegularExpression::MultilineOption);
}

QString tableOf(Session& session, trace::HostId host, const QString& command) {
  const Step* step = session.step();
  QString text;
  if (step != nullptr) session.journal().table(session.index(), host, command, step->record, text);
  return text;
}

// "net.ipv4.ip_forward = 1"
void addSysctls(const QString& table, std::vector<LabSwitch>& out) {
  struct Known {
    const char *name, *key;
    QStringList values;
  };
  const Known known[] = {{"ip_forward", "net.ipv4.ip_forward", {"0", "1"}},
                         {"arp_ignore", "net.ipv4.conf.all.arp_ignore", {"0", "1", "2", "3", "8"}},
                         {"arp_announce", "net.ipv4.conf.all.arp_announce", {"0", "1", "2"}},
                         {"rp_filter", "net.ipv4.conf.all.rp_filter", {"0", "1", "2"}}};
  for (const Known& each : known) {
    const QRegularExpression line("^" + QRegularExpression::escape(each.key) + " = (\\d+)$",
                                  QRegularExpression::MultilineOption);
    const auto found = line.match(table);
    if (found.hasMatch())
      out.push_back({each.name, found.captured(1), each.values, QString("sysctl -w %1=%2").arg(each.key, "%1")});
  }
}

// "3: eth0: <...> mtu 1500 ..."
void addMtus(const QString& table, std::vector<LabSwitch>& out) {
  static const QRegularExpression line("^\\d+: (eth\\d+|tunl0)[@:][^<]*<([^>]*)> mtu (\\d+)",
                                       QRegularExpression::MultilineOption);
  for (auto at = line.globalMatch(table); at.hasNext();) {
    const auto found = at.next();
    if (!found.captured(2).split(',').contains("UP")) continue;
    const QString name = found.captured(1);
    out.push_back({QString("mtu %1").arg(name),
                   found.captured(3),
                   {"1500", "1480", "1400", "1000", "576"},
                   QString("ip link set %1 mtu %2").arg(name, "%1")});
  }
}

// "TCP  10.0.1.100:80 rr", and below it "  -> 192.168.1.11:80              Masq    1      0          0"
void addServices(const QString& table, std::vector<LabSwitch>& out) {
  static const QStringList schedulers{"rr", "wrr", "lc", "wlc", "lblc", "dh", "sh", "sed", "nq", "mh"};
  static const QStringList weights{"0", "1", "2", "3", "5", "10"};
  QString service;
  for (const QString& text : table.split('\n')) {
    const QStringList words = text.split(' ', Qt::SkipEmptyParts);
    if (words.size() >= 3 && (words[0] == "TCP" || words[0] == "UDP")) {
      service = QString("-%1 %2").arg(words[0] == "TCP" ? "t" : "u", words[1]);
      // Others of its options would be lost: persistence is said behind.
      const qsizetype persistent = words.indexOf("persistent");
      const QString more = persistent > 0 && persistent + 1 < words.size() ? " -p " + words[persistent + 1] : QString();
      out.push_back({words[1], words[2], schedulers, QString("ipvsadm -E %1 -s %2%3").arg(service, "%1", more)});
    } else if (words.size() >= 4 && words[0] == "->" && !service.isEmpty() && words[1].contains(':')) {
      const QString method = words[2] == "Masq" ? "-m" : words[2] == "Tunnel" ? "-i" : "-g";
      out.push_back({QCoreApplication::translate("LabCopy", "weight %1").arg(words[1]), words[3], weights,
                     QString("ipvsadm -e %1 -r %2 %3 -w %4").arg(service, words[1], method, "%1")});
    }
  }
}

}  // namespace

LabCopy::LabCopy(const trace::Carried& carried) {
  for (const trace::CarriedFile& file : carried.files) {
    const QString text = QString::fromStdString(file.text);
    files_[QString::fromStdString(file.path)] = {text, text, file.executable};
  }
}

void LabCopy::setText(const QString& name, const QString& text) { files_[name].text = text; }

bool LabCopy::changed() const {
  return std::ranges::any_of(files_, [](const File& file) { return file.text != file.was; });
}

void LabCopy::turn(const QString& host, const LabSwitch& what, const QString& value) {
  QString text = files_.value(startupOf(host)).text;
  text.remove(writtenBy(what));
  if (!value.isEmpty()) {
    if (!text.isEmpty() && !text.endsWith('\n')) text += '\n';
    text += what.line.arg(value) + kMark + '\n';
  }
  setText(startupOf(host), text);
}

QString LabCopy::turned(const QString& host, const LabSwitch& what) const {
  return writtenBy(what).match(files_.value(startupOf(host)).text).captured(1);
}

QString LabCopy::write(const QString& folder) const {
  for (auto at = files_.begin(); at != files_.end(); ++at) {
    if (!trace::is_inner_path(at.key().toStdString())) continue;
    const QString path = folder + "/" + at.key();
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    const QByteArray bytes = at->text.toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) return path + ": " + file.errorString();
    file.close();
    if (at->executable) file.setPermissions(file.permissions() | QFile::ExeOwner | QFile::ExeUser);
  }
  return {};
}

std::vector<LabSwitch> switchesOf(Session& session, trace::HostId host) {
  std::vector<LabSwitch> out;
  addSysctls(tableOf(session, host, "sysctl"), out);
  addServices(tableOf(session, host, "ipvsadm -Ln"), out);
  addMtus(tableOf(session, host, "ip addr"), out);
  return out;
}

QString findProgram(const QString& name) {
  const QString beside = QFileInfo("/proc/self/exe").canonicalPath();
  const QString there = QStandardPaths::findExecutable(name, {beside});
  return there.isEmpty() ? QStandardPaths::findExecutable(name) : there;
}

}  // namespace lvs::view
