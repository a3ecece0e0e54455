// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/file/filter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "trace/drop.h"
#include "trace/file/noise.h"

namespace lvs::trace {
namespace {

constexpr std::size_t kStages = static_cast<std::size_t>(Stage::wire_out) + 1;
constexpr std::size_t kVerdicts = static_cast<std::size_t>(Verdict::queue) + 1;
constexpr std::size_t kDrops = static_cast<std::size_t>(Drop::count_);

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same_letter(char a, char b) { return lower(a) == lower(b); }
bool is(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, same_letter); }
bool has(std::string_view text, std::string_view part) {
  return part.empty() || !std::ranges::search(text, part, same_letter).empty();
}
bool fits(std::string_view text, std::string_view wanted, Filter::Match match) {
  return match == Filter::Match::whole ? is(text, wanted) : has(text, wanted);
}

// Which of a small number of names fit: names are looked at once, records only index into it.
using Table = std::vector<bool>;
template <class Fits>
Table table_of(std::size_t count, Fits fits) {
  Table out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = fits(i);
  return out;
}
bool at(const Table& table, std::size_t i) { return i < table.size() && table[i]; }

Table hosts_that(std::string_view name, const TraceIndex& index, Filter::Match match) {
  return table_of(index.hosts().size(),
                  [&](std::size_t i) { return fits(index.info().host_name(index.hosts()[i]), name, match); });
}

Table hooks_that(std::string_view name, const TraceIndex& index, Filter::Match match) {
  return table_of(index.hook_names().size(), [&](std::size_t i) { return fits(index.hook_names()[i], name, match); });
}

Table stages_that(std::string_view name, Filter::Match match, const Filter::StageTitle& title) {
  return table_of(kStages, [&](std::size_t i) {
    const auto stage = static_cast<Stage>(i);
    return fits(name_of(stage), name, match) || (title && fits(title(stage), name, match));
  });
}

Table drops_that(std::string_view part) {
  return table_of(kDrops, [&](std::size_t i) { return i != 0 && has(name_of(static_cast<Drop>(i)), part); });
}

// Reasons that are worded so: what stands on the screen is found.
Table reasons_that(std::string_view part) {
  return table_of(static_cast<std::size_t>(WhyId::count_),
                  [&](std::size_t i) { return i != 0 && has(template_of(static_cast<WhyId>(i)), part); });
}

// The address or subnet that is written, and those whose role has this name.
std::vector<base::Ipv4Prefix> addresses_of(std::string_view text, const TraceIndex& index) {
  std::vector<base::Ipv4Prefix> out;
  if (const auto one = base::Ipv4Prefix::parse(text)) out.push_back(*one);
  for (const AddressRole& role : index.info().roles) {
    if (is(role.role, text)) out.push_back({role.address, 32});
  }
  return out;
}

bool touches(const IndexEntry& entry, const std::vector<base::Ipv4Prefix>& addresses) {
  return std::ranges::any_of(
      addresses, [&](const base::Ipv4Prefix& each) { return each.contains(entry.src) || each.contains(entry.dst); });
}

bool has_port(const IndexEntry& entry, std::uint16_t port) {
  constexpr std::uint8_t kTcp = 6, kUdp = 17, kSctp = 132;
  const bool ports = entry.protocol == kTcp || entry.protocol == kUdp || entry.protocol == kSctp;
  return ports && (entry.sport == port || entry.dport == port);
}

}  // namespace

std::string FilterError::text() const {
  switch (what) {
    case What::unknown_word:
      return "unknown word " + word + "; known are host, addr, port, hook, verdict, drop, conn, arp, rewrite";
    case What::needs_value: return word + " needs a value";
    case What::no_address: return word + " is no address and no role";
    case What::no_port: return word + " is no port";
    case What::no_packet: return "there is no packet " + word;
  }
  return word;
}

void Filter::on_host(std::span<const std::string> names, const TraceIndex& index, Match match) {
  std::vector<Table> tables;
  for (const std::string& name : names) tables.push_back(hosts_that(name, index, match));
  tests_.push_back([tables = std::move(tables)](const IndexEntry& entry) {
    return std::ranges::any_of(tables, [&](const Table& table) { return at(table, entry.host); });
  });
}

void Filter::at_hook(std::span<const std::string> names, const TraceIndex& index, Match match,
                     const StageTitle& title) {
  std::vector<std::pair<Table, Table>> tables;
  for (const std::string& name : names) {
    tables.emplace_back(stages_that(name, match, title), hooks_that(name, index, match));
  }
  tests_.push_back([tables = std::move(tables)](const IndexEntry& entry) {
    return std::ranges::any_of(tables, [&](const auto& table) {
      return at(table.first, static_cast<std::size_t>(entry.stage)) || at(table.second, entry.hook);
    });
  });
}

void Filter::with_verdict(std::string_view part) {
  const auto named = [&](std::size_t i) { return has(name_of(static_cast<Verdict>(i)), part); };
  tests_.push_back([table = table_of(kVerdicts, named)](const IndexEntry& entry) {
    return at(table, static_cast<std::size_t>(entry.verdict)) && !is_noise(entry);
  });
}

void Filter::with_drop(std::string_view part) {
  tests_.push_back(
      [table = drops_that(part)](const IndexEntry& entry) { return at(table, static_cast<std::size_t>(entry.drop)); });
}

void Filter::touching(std::vector<base::Ipv4Prefix> addresses) {
  tests_.push_back([addresses = std::move(addresses)](const IndexEntry& entry) { return touches(entry, addresses); });
}

void Filter::with_port(std::uint16_t port) {
  tests_.push_back([port](const IndexEntry& entry) { return has_port(entry, port); });
}

void Filter::of_connection(std::uint64_t connection, const TraceIndex& index) {
  tests_.push_back(
      [connection, &index](const IndexEntry& entry) { return index.walks()[entry.walk].connection == connection; });
}

void Filter::of_walk(std::uint32_t walk) {
  tests_.push_back([walk](const IndexEntry& entry) { return entry.walk == walk; });
}

void Filter::arp() {
  tests_.push_back([](const IndexEntry& entry) { return (entry.flags & entry_flag::arp) != 0; });
}

void Filter::rewritten() {
  tests_.push_back([](const IndexEntry& entry) { return (entry.flags & entry_flag::rewritten) != 0; });
}

void Filter::word(std::string_view text, const TraceIndex& index, const StageTitle& title) {
  tests_.push_back([hosts = hosts_that(text, index, Match::part), hooks = hooks_that(text, index, Match::part),
                    stages = stages_that(text, Match::part, title), drops = drops_that(text),
                    reasons = reasons_that(text), addresses = addresses_of(text, index),
                    port = base::number<std::uint16_t>(text), dropped = is(text, "drop")](const IndexEntry& entry) {
    return at(hosts, entry.host) || at(stages, static_cast<std::size_t>(entry.stage)) ||
           at(drops, static_cast<std::size_t>(entry.drop)) || at(reasons, entry.why) || at(hooks, entry.hook) ||
           touches(entry, addresses) || (port && has_port(entry, *port)) ||
           (dropped && entry.verdict == Verdict::drop && !is_noise(entry));
  });
}

// False: `error` says why.
bool Filter::add(std::string_view key, std::string_view value, const TraceIndex& index, const StageTitle& title,
                 FilterError& error) {
  using What = FilterError::What;
  const auto wrong = [&](What what, std::string word) {
    error = {what, std::move(word)};
    return false;
  };
  const std::string name(value);
  if (value.empty()) return wrong(What::needs_value, std::string(key) + ":");
  if (is(key, "host")) {
    on_host({&name, 1}, index, Match::part);
  } else if (is(key, "hook") || is(key, "stage")) {
    at_hook({&name, 1}, index, Match::part, title);
  } else if (is(key, "verdict")) {
    with_verdict(value);
  } else if (is(key, "drop")) {
    with_drop(value);
  } else if (is(key, "addr")) {
    std::vector<base::Ipv4Prefix> addresses = addresses_of(value, index);
    if (addresses.empty()) return wrong(What::no_address, name);
    touching(std::move(addresses));
  } else if (is(key, "port")) {
    const auto port = base::number<std::uint16_t>(value);
    if (!port) return wrong(What::no_port, name);
    with_port(*port);
  } else if (is(key, "conn")) {
    // The number of any of its packets names a connection.
    const auto packet = base::number<std::uint32_t>(value);
    if (!packet || *packet == 0 || *packet > index.walks().size()) return wrong(What::no_packet, name);
    const std::uint64_t connection = index.walks()[*packet - 1].connection;
    if (connection == 0) {
      of_walk(*packet - 1);
    } else {
      of_connection(connection, index);
    }
  } else {
    return wrong(What::unknown_word, std::string(key) + ":");
  }
  return true;
}

base::Result<Filter, FilterError> Filter::parse(std::string_view text, const TraceIndex& index,
                                                const StageTitle& title) {
  Filter filter;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    if (text.empty()) return filter;
    const std::string_view term = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(term.size());
    const std::size_t colon = term.find(':');
    FilterError error;
    if (colon != std::string_view::npos) {
      if (!filter.add(term.substr(0, colon), term.substr(colon + 1), index, title, error)) return base::Error{error};
    } else if (is(term, "arp")) {
      filter.arp();
    } else if (is(term, "rewrite")) {
      filter.rewritten();
    } else {
      filter.word(term, index, title);
    }
  }
}

bool Filter::matches(const IndexEntry& entry) const {
  return std::ranges::all_of(tests_, [&](const Test& test) { return test(entry); });
}

std::vector<std::uint32_t> walks_that(const Filter& filter, const TraceIndex& index) {
  std::vector<bool> fits(index.walks().size());
  for (std::size_t i = 0; i < index.size(); ++i) {
    const IndexEntry& entry = index.entry(i);
    if (!fits[entry.walk] && filter.matches(entry)) fits[entry.walk] = true;
  }
  std::vector<std::uint32_t> out;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    if (fits[i]) out.push_back(static_cast<std::uint32_t>(i));
  }
  return out;
}

}  // namespace lvs::trace
