// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/journal.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <array>

#include "models/walk/why-text.h"

namespace lvs::view {

namespace {

// An entry's `record` counts the records before it, so what a record caused has that record's number plus one.
auto upTo(const std::vector<std::uint32_t>& entries, const trace::TraceIndex& index, std::uint32_t record) {
  return std::ranges::upper_bound(entries, std::uint64_t{record} + 1, {},
                                  [&](std::uint32_t i) { return std::uint64_t{index.journal()[i].record}; });
}

std::optional<std::uint16_t> hostIndex(const trace::TraceIndex& index, trace::HostId host) {
  const auto at = std::ranges::find(index.hosts(), host);
  if (at == index.hosts().end()) return {};
  return static_cast<std::uint16_t>(at - index.hosts().begin());
}

bool isTable(const trace::TraceIndex& index, const trace::JournalEntry& entry) {
  return index.journal_kinds()[entry.kind] == "table";
}

JournalLine lineOf(const trace::JournalRecord& record) {
  const QString said = textOf(record.said);
  return {record.at, QString::fromStdString(record.kind), said.isEmpty() ? QString::fromStdString(record.text) : said};
}

}  // namespace

QString kindText(const QString& kind) {
  static constexpr std::array kWords{QT_TRANSLATE_NOOP("JournalKind", "schedule"),
                                     QT_TRANSLATE_NOOP("JournalKind", "conn"),
                                     QT_TRANSLATE_NOOP("JournalKind", "kernel")};
  for (const char* word : kWords) {
    if (kind == QLatin1String(word)) return QCoreApplication::translate("JournalKind", word);
  }
  return kind;
}

void Journal::clear() {
  known_ = 0;
  tables_.clear();
  lines_.clear();
}

void Journal::update(const trace::TraceIndex& index) {
  for (; known_ < index.journal().size(); ++known_) {
    const trace::JournalEntry& entry = index.journal()[known_];
    const auto number = static_cast<std::uint32_t>(known_);
    if (isTable(index, entry)) {
      tables_[{entry.host, entry.subject}].push_back(number);
    } else {
      lines_[entry.host].push_back(number);
    }
  }
}

bool Journal::table(trace::TraceIndex& index, trace::HostId host, const QString& command, std::uint32_t record,
                    QString& text) const {
  const auto at = hostIndex(index, host);
  const auto subject = std::ranges::find(index.journal_subjects(), command.toStdString());
  if (!at || subject == index.journal_subjects().end()) return false;
  const auto found = tables_.find({*at, static_cast<std::uint32_t>(subject - index.journal_subjects().begin())});
  if (found == tables_.end()) return false;
  const auto end = upTo(found->second, index, record);
  if (end == found->second.begin()) return false;
  trace::JournalRecord entry;
  if (!index.journal_record(*(end - 1), entry)) return false;
  const QString whole = QString::fromStdString(entry.text);
  const qsizetype newline = whole.indexOf('\n');
  text = newline < 0 ? QString() : whole.mid(newline + 1);
  return true;
}

QStringList Journal::tables(const trace::TraceIndex& index, trace::HostId host) const {
  QStringList out;
  const auto at = hostIndex(index, host);
  if (!at) return out;
  for (const auto& [key, entries] : tables_) {
    if (key.first == *at) out += QString::fromStdString(index.journal_subjects()[key.second]);
  }
  return out;
}

std::vector<JournalLine> Journal::lines(trace::TraceIndex& index, trace::HostId host, const QString& kind,
                                        std::uint32_t record, std::size_t count) const {
  std::vector<JournalLine> out;
  const auto at = hostIndex(index, host);
  const auto found = at ? lines_.find(*at) : lines_.end();
  if (found == lines_.end()) return out;
  const std::string wanted = kind.toStdString();
  for (auto i = upTo(found->second, index, record); i != found->second.begin() && out.size() < count;) {
    --i;
    const trace::JournalEntry& entry = index.journal()[*i];
    const std::string& name = index.journal_kinds()[entry.kind];
    if (!wanted.empty() ? name != wanted : name == "command") continue;
    trace::JournalRecord line;
    if (!index.journal_record(*i, line)) break;
    out.push_back(lineOf(line));
  }
  std::ranges::reverse(out);
  return out;
}

std::vector<JournalLine> Journal::caused(trace::TraceIndex& index, trace::HostId host, trace::WalkId walk,
                                         std::uint32_t after, std::uint32_t last) const {
  std::vector<JournalLine> out;
  const auto at = hostIndex(index, host);
  const auto found = at ? lines_.find(*at) : lines_.end();
  if (found == lines_.end() || walk == 0) return out;
  for (auto i = upTo(found->second, index, after); i != found->second.end(); ++i) {
    const trace::JournalEntry& entry = index.journal()[*i];
    if (entry.record > std::uint64_t{last} + 1) break;
    if (entry.walk != walk) continue;
    trace::JournalRecord line;
    if (!index.journal_record(*i, line)) break;
    out.push_back(lineOf(line));
  }
  return out;
}

}  // namespace lvs::view
