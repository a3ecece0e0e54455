// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/lab/lab-run.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <algorithm>
#include <chrono>

namespace lvs::view {

namespace {

// By the machine's clock; lvs-lab ends by itself then.
const QStringList kBounds{"--timeout", "60", "--max-frames", "2000000"};

QString labRunText(const char* text) { return QCoreApplication::translate("LabRun", text); }

QStringList optionsOf(const trace::Carried& carried, bool until) {
  QStringList words;
  for (std::size_t i = 0; i + 1 < carried.options.size(); i += 2) {
    if (!until && carried.options[i] == "--until") continue;
    words += QString::fromStdString(carried.options[i]);
    words += QString::fromStdString(carried.options[i + 1]);
  }
  return words;
}

struct Reader {
  const char* program;
  const char* allowed;  // of all that stands behind it
};
constexpr Reader kReaders[] = {
    {"ipvsadm",
     "(-[LlSnc]+ ?|--(list|save|stats|rate|connection|numeric|daemon|timeout|exact|thresholds|sort) ?|"
     "-[tuf] ?|[\\d.:]+ ?)+"},
    {"ip",
     "(-\\S+ )*(a|addr|address|r|route|n|neigh|neighbour|l|link|rule|tunnel|tun|maddr)"
     "( (s|show|list|ls|get)( .*)?)?"},
    {"sysctl", "(?!.*(-p|--system|--load|=)).*"},
    {"ss", "(?!.*(-\\w*K|--kill)).*"},
    {"netstat", ".*"},
    {"arp", "(-[an]+ ?)*[\\w.]*"},
    {"ifconfig", "(-a|\\w*)"},
    {"route", "(-n)?"},
    {"iptables", "(-t \\w+ )?((-[LSnvx]+|--line-numbers|[A-Z]+)( |$))*"},
    {"iptables-save", ".*"},
    {"arptables", "((-[LSnv]+|[A-Z]+)( |$))*"},
    {"arptables-save", ".*"},
    {"ipset", "(-\\S+ )*(list|save)( .*)?"},
    {"conntrack", "-[LC]( .*)?"},
    {"bridge", "(-\\S+ )*\\w+( show.*)?"},
    {"brctl", "(show|showmacs|showstp)( .*)?"},
    {"tcpvsadm", "(-L|--list|-l)( .*)?"},
    {"cat", ".*"},
    {"grep", ".*"},
    {"head", ".*"},
    {"tail", "(?!.*-[fF]).*"},
    {"ls", ".*"},
    {"ps", ".*"},
    {"hostname", ""},
    {"uname", "(-\\w+)?"},
    {"date", "(\\+.*)?"},
    {"getent", ".*"},
};

bool readsAlone(const QString& command) {
  const QString program = command.section(' ', 0, 0), rest = command.section(' ', 1).trimmed();
  return std::ranges::any_of(kReaders, [&](const Reader& reader) {
    if (program != reader.program) return false;
    return QRegularExpression(QRegularExpression::anchoredPattern(QString("(?:%1)\\s*").arg(reader.allowed)))
        .match(rest)
        .hasMatch();
  });
}

}  // namespace

bool onlyReads(const QString& line) {
  static const QRegularExpression special("[;&<>`$(){}\\\\\\n]");
  if (line.trimmed().isEmpty() || line.contains(special)) return false;
  const QStringList parts = line.split('|');
  return std::ranges::all_of(parts, [](const QString& part) { return readsAlone(part.simplified()); });
}

LabRun::LabRun(QObject* parent) : QObject(parent) {}
LabRun::~LabRun() { stop(); }

void LabRun::stop() {
  if (process_ == nullptr) return;
  process_->disconnect(this);
  process_->kill();
  process_->waitForFinished(2000);
  process_->deleteLater();
  process_ = nullptr;
}

bool LabRun::start(const LabCopy& copy, const QStringList& words, QString& error) {
  const QString program = findProgram("lvs-lab");
  if (program.isEmpty()) {
    error = labRunText(QT_TRANSLATE_NOOP("LabRun", "lvs-lab is not beside this program nor on the path"));
    return false;
  }
  error = copy.write(folder_->filePath(QString("lab-%1").arg(runs_)));
  if (!error.isEmpty()) return false;
  process_ = new QProcess(this);
  process_->setProcessChannelMode(QProcess::MergedChannels);
  process_->setWorkingDirectory(folder_->path());
  connect(process_, &QProcess::finished, this, &LabRun::finish);
  connect(process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError what) {
    if (what == QProcess::FailedToStart) finish();
  });
  process_->start(program, words);
  process_->closeWriteChannel();
  return true;
}

bool LabRun::run(const LabCopy& copy, const trace::Carried& carried, QString& error) {
  stop();
  if (folder_ == nullptr) folder_ = std::make_unique<QTemporaryDir>();
  ++runs_;
  trace_ = folder_->filePath(QString("tried-%1.pcapng").arg(runs_));
  const QStringList words = QStringList{"run", QString("lab-%1").arg(runs_), "--quiet", "--trace", trace_} + kBounds +
                            optionsOf(carried, true);
  return start(copy, words, error);
}

bool LabRun::ask(const LabCopy& copy, const trace::Carried& carried, base::Time at, const QString& host,
                 const QString& line, QString& error) {
  stop();
  if (!onlyReads(line)) {
    error = labRunText(QT_TRANSLATE_NOOP(
        "LabRun", "a moment that is past can be asked, not changed: commands that only read, and | between them"));
    return false;
  }
  if (folder_ == nullptr) folder_ = std::make_unique<QTemporaryDir>();
  ++runs_;
  trace_.clear();
  const QStringList words = QStringList{"ask", "--at", QString("%1ns").arg(std::max(at, base::Time{}).count())} +
                            kBounds + optionsOf(carried, false) + QStringList{QString("lab-%1").arg(runs_), host, line};
  return start(copy, words, error);
}

void LabRun::finish() {
  QProcess* process = std::exchange(process_, nullptr);
  const bool well = process->exitStatus() == QProcess::NormalExit && process->error() != QProcess::FailedToStart &&
                    process->exitCode() == 0;
  QByteArray said = process->readAll();
  constexpr qsizetype kMost = 64 << 10;
  if (said.size() > kMost) said = said.left(kMost) + "\n...\n";
  if (process->error() == QProcess::FailedToStart) said = process->errorString().toUtf8();
  process->deleteLater();
  Q_EMIT ended(well, trace_, QString::fromUtf8(said));
}

}  // namespace lvs::view
