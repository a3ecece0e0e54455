// SPDX-License-Identifier: GPL-2.0-or-later
#include "models/filter.h"

#include <QCoreApplication>
#include <QStringList>

#include "models/roles.h"
#include "models/walk.h"
#include "trace/why.h"

namespace lvs::view {

namespace {

using trace::IndexEntry;

QString toText(std::string_view text) { return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())); }
bool has(const QString& text, const QString& part) { return text.contains(part, Qt::CaseInsensitive); }

// A table over a small number space: which of its names fit. Names are looked at once, records only index into it.
template <class Name>
std::vector<bool> fitting(std::size_t count, Name name, const QString& part) {
  std::vector<bool> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = has(name(i), part);
  return out;
}

std::vector<bool> hostsThat(const QString& part, const trace::TraceIndex& index) {
  return fitting(
      index.hosts().size(),
      [&](std::size_t i) { return QString::fromStdString(index.info().host_name(index.hosts()[i])); }, part);
}

std::vector<bool> stagesThat(const QString& part) {
  return fitting(
      static_cast<std::size_t>(trace::Stage::wire_out) + 1,
      [](std::size_t i) {
        const auto stage = static_cast<trace::Stage>(i);
        return stageTitle(stage) + " " + toText(trace::name_of(stage));
      },
      part);
}

std::vector<bool> dropsThat(const QString& part) {
  return fitting(
      static_cast<std::size_t>(trace::Drop::count_),
      [](std::size_t i) { return i == 0 ? QString() : toText(trace::name_of(static_cast<trace::Drop>(i))); }, part);
}

bool at(const std::vector<bool>& table, std::size_t i) { return i < table.size() && table[i]; }

// Addresses whose role has this name, or the one that is written.
std::vector<base::Ipv4Addr> addressesOf(const QString& value, const trace::TraceIndex& index) {
  std::vector<base::Ipv4Addr> out;
  if (const auto one = base::Ipv4Addr::parse(value.toStdString())) out.push_back(*one);
  for (const trace::AddressRole& role : index.info().roles) {
    if (QString::fromStdString(role.role).compare(value, Qt::CaseInsensitive) == 0) out.push_back(role.address);
  }
  return out;
}

bool touches(const IndexEntry& entry, const std::vector<base::Ipv4Addr>& addresses) {
  for (const base::Ipv4Addr address : addresses) {
    if (entry.src == address || entry.dst == address) return true;
  }
  return false;
}

}  // namespace

Filter::Test Filter::word(const QString& value, const trace::TraceIndex& index) {
  const auto hosts = hostsThat(value, index);
  const auto stages = stagesThat(value);
  const auto drops = dropsThat(value);
  const auto hooks = fitting(
      index.hook_names().size(), [&](std::size_t i) { return QString::fromStdString(index.hook_names()[i]); }, value);
  const auto addresses = addressesOf(value, index);
  bool isPort = false;
  const std::uint16_t port = value.toUShort(&isPort);
  const bool dropped = value.compare("drop", Qt::CaseInsensitive) == 0;
  return [=](const IndexEntry& entry) {
    return at(hosts, entry.host) || at(stages, static_cast<std::size_t>(entry.stage)) ||
           at(drops, static_cast<std::size_t>(entry.drop)) || at(hooks, entry.hook) || touches(entry, addresses) ||
           (isPort && (entry.sport == port || entry.dport == port)) ||
           (dropped && entry.verdict == trace::Verdict::drop);
  };
}

Filter Filter::parse(const QString& text, const trace::TraceIndex& index, QString& error) {
  const auto worded = [](const char* source) { return QCoreApplication::translate("Filter", source); };
  Filter filter;
  filter.text_ = text.trimmed();
  for (const QString& term : filter.text_.split(' ', Qt::SkipEmptyParts)) {
    const qsizetype colon = term.indexOf(':');
    const QString key = colon < 0 ? term.toLower() : term.left(colon).toLower();
    const QString value = colon < 0 ? QString() : term.mid(colon + 1);
    if (colon >= 0 && value.isEmpty()) {
      error = worded(QT_TRANSLATE_NOOP("Filter", "%1 needs a value")).arg(key + ":");
      return {};
    }
    if (colon < 0 && key == "arp") {
      filter.tests_.push_back([](const IndexEntry& e) { return (e.flags & trace::entry_flag::arp) != 0; });
    } else if (colon < 0 && key == "rewrite") {
      filter.tests_.push_back([](const IndexEntry& e) { return (e.flags & trace::entry_flag::rewritten) != 0; });
    } else if (colon < 0) {
      filter.tests_.push_back(word(term, index));
    } else if (key == "host") {
      filter.tests_.push_back([t = hostsThat(value, index)](const IndexEntry& e) { return at(t, e.host); });
    } else if (key == "hook" || key == "stage") {
      const auto stages = stagesThat(value);
      const auto hooks = fitting(
          index.hook_names().size(), [&](std::size_t i) { return QString::fromStdString(index.hook_names()[i]); },
          value);
      filter.tests_.push_back(
          [=](const IndexEntry& e) { return at(stages, static_cast<std::size_t>(e.stage)) || at(hooks, e.hook); });
    } else if (key == "verdict") {
      const auto table = fitting(
          4, [](std::size_t i) { return toText(trace::name_of(static_cast<trace::Verdict>(i))); }, value);
      filter.tests_.push_back([=](const IndexEntry& e) { return at(table, static_cast<std::size_t>(e.verdict)); });
    } else if (key == "drop") {
      filter.tests_.push_back(
          [t = dropsThat(value)](const IndexEntry& e) { return at(t, static_cast<std::size_t>(e.drop)); });
    } else if (key == "addr") {
      const auto addresses = addressesOf(value, index);
      if (addresses.empty()) {
        error = worded(QT_TRANSLATE_NOOP("Filter", "%1 is no address and no role")).arg(value);
        return {};
      }
      filter.tests_.push_back([=](const IndexEntry& e) { return touches(e, addresses); });
    } else if (key == "port") {
      bool ok = false;
      const std::uint16_t port = value.toUShort(&ok);
      if (!ok) {
        error = worded(QT_TRANSLATE_NOOP("Filter", "%1 is no port")).arg(value);
        return {};
      }
      filter.tests_.push_back([=](const IndexEntry& e) { return e.sport == port || e.dport == port; });
    } else if (key == "conn") {
      // The number of any of its packets names a connection.
      bool ok = false;
      const unsigned packet = value.toUInt(&ok);
      if (!ok || packet == 0 || packet > index.walks().size()) {
        error = worded(QT_TRANSLATE_NOOP("Filter", "there is no packet %1")).arg(value);
        return {};
      }
      const std::uint64_t connection = index.walks()[packet - 1].connection;
      filter.tests_.push_back([connection, packet, &index](const IndexEntry& e) {
        return connection == 0 ? e.walk == packet - 1 : index.walks()[e.walk].connection == connection;
      });
    } else {
      error =
          worded(QT_TRANSLATE_NOOP(
                     "Filter", "unknown word %1; known are host, addr, port, hook, verdict, drop, conn, arp, rewrite"))
              .arg(key + ":");
      return {};
    }
  }
  return filter;
}

bool Filter::matches(const IndexEntry& entry) const {
  for (const Test& test : tests_) {
    if (!test(entry)) return false;
  }
  return true;
}

std::vector<std::uint32_t> walksThat(const Filter& filter, const trace::TraceIndex& index) {
  std::vector<bool> fits(index.walks().size());
  for (std::size_t i = 0; i < index.size(); ++i) {
    const trace::IndexEntry& entry = index.entry(i);
    if (!fits[entry.walk] && filter.matches(entry)) fits[entry.walk] = true;
  }
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    if (fits[i]) out.push_back(static_cast<std::uint32_t>(i));
  }
  return out;
}

}  // namespace lvs::view
