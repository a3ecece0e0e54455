// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/walk/journal.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <array>

#include "models/walk/why-text.h"
#include "trace/file/causes.h"

namespace lvs::view {

namespace {

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
  known_ = unsure_ = 0;
  seenFrom_.clear();
  tables_.clear();
  lines_.clear();
}

// Entries that show when `record` is looked at.
Journal::Entries::const_iterator Journal::upTo(const Entries& entries, std::uint64_t record) const {
  return std::ranges::upper_bound(entries, record, {}, [&](std::uint32_t i) { return std::uint64_t{seenFrom_[i]}; });
}

void Journal::forgetFrom(std::size_t entry) {
  const auto cut = [&](auto& lists) {
    for (auto& [key, entries] : lists) {
      while (!entries.empty() && entries.back() >= entry) entries.pop_back();
    }
  };
  cut(tables_);
  cut(lines_);
  seenFrom_.resize(entry);
  known_ = entry;
}

void Journal::update(const trace::TraceIndex& index) {
  if (unsure_ < known_) forgetFrom(unsure_);
  bool allSure = true;
  for (; known_ < index.journal().size(); ++known_) {
    const trace::JournalEntry& entry = index.journal()[known_];
    const auto number = static_cast<std::uint32_t>(known_);
    bool sure = true;
    const std::uint32_t cause = trace::cause_of(index, known_, &sure);
    allSure = allSure && sure;
    if (allSure) unsure_ = known_ + 1;
    Entries& list = isTable(index, entry) ? tables_[{entry.host, entry.subject}] : lines_[entry.host];
    const std::uint32_t first = cause == trace::kNoRecord ? 0 : cause;
    seenFrom_.push_back(list.empty() ? first : std::max(first, seenFrom_[list.back()]));
    list.push_back(number);
  }
}

bool Journal::table(trace::TraceIndex& index, trace::HostId host, const QString& command, std::uint32_t record,
                    QString& text) const {
  const auto at = hostIndex(index, host);
  const auto subject = std::ranges::find(index.journal_subjects(), command.toStdString());
  if (!at || subject == index.journal_subjects().end()) return false;
  const auto found = tables_.find({*at, static_cast<std::uint32_t>(subject - index.journal_subjects().begin())});
  if (found == tables_.end()) return false;
  const auto end = upTo(found->second, record);
  if (end == found->second.begin()) return false;
  trace::JournalRecord entry;
  if (!index.journal_record(*(end - 1), entry)) return false;
  const QString whole = QString::fromStdString(entry.text);
  const qsizetype newline = whole.indexOf('\n');
  text = newline < 0 ? QString() : whole.mid(newline + 1);
  return true;
}

std::vector<JournalLine> Journal::history(trace::TraceIndex& index, trace::HostId host, const QString& command,
                                          std::uint32_t record, std::size_t count) const {
  std::vector<JournalLine> out;
  const auto at = hostIndex(index, host);
  const auto subject = std::ranges::find(index.journal_subjects(), command.toStdString());
  if (!at || subject == index.journal_subjects().end()) return out;
  const auto found = tables_.find({*at, static_cast<std::uint32_t>(subject - index.journal_subjects().begin())});
  if (found == tables_.end()) return out;
  const auto end = upTo(found->second, record);
  const auto most = static_cast<std::ptrdiff_t>(count);
  for (auto i = end - std::min(end - found->second.begin(), most); i != end; ++i) {
    trace::JournalRecord entry;
    if (!index.journal_record(*i, entry)) break;
    out.push_back({entry.at, "table", QString::fromStdString(entry.text)});
  }
  return out;
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
  for (auto i = upTo(found->second, record); i != found->second.begin() && out.size() < count;) {
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

std::vector<Journal::Since> Journal::all(trace::TraceIndex& index, trace::HostId host, const QString& kind) const {
  std::vector<Since> out;
  const auto at = hostIndex(index, host);
  const auto found = at ? lines_.find(*at) : lines_.end();
  if (found == lines_.end()) return out;
  const std::string wanted = kind.toStdString();
  for (const std::uint32_t i : found->second) {
    if (index.journal_kinds()[index.journal()[i].kind] != wanted) continue;
    trace::JournalRecord line;
    if (!index.journal_record(i, line)) break;
    out.push_back({seenFrom_[i], lineOf(line)});
  }
  return out;
}

std::vector<JournalLine> Journal::caused(trace::TraceIndex& index, trace::HostId host, trace::WalkId walk,
                                         std::uint32_t record) const {
  std::vector<JournalLine> out;
  const auto at = hostIndex(index, host);
  const auto found = at ? lines_.find(*at) : lines_.end();
  if (found == lines_.end() || walk == 0) return out;
  const auto end = upTo(found->second, record);
  for (auto i = end; i != found->second.begin() && seenFrom_[*(i - 1)] == record; --i) {
    if (index.journal()[*(i - 1)].walk != walk) continue;
    trace::JournalRecord line;
    if (!index.journal_record(*(i - 1), line)) break;
    out.push_back(lineOf(line));
  }
  std::ranges::reverse(out);
  return out;
}

}  // namespace lvs::view
