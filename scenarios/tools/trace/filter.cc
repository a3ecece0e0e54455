// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace lvs::scenarios {

using trace::IndexEntry;

std::vector<std::uint64_t> connections_of(const trace::TraceIndex& index) {
  std::vector<std::uint64_t> out;
  std::unordered_set<std::uint64_t> seen;
  for (const trace::WalkEntry& walk : index.walks()) {
    if (walk.connection != 0 && seen.insert(walk.connection).second) out.push_back(walk.connection);
  }
  return out;
}

namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

bool is_stage(std::string_view name) {
  for (std::uint8_t i = 0; i <= static_cast<std::uint8_t>(trace::Stage::wire_out); ++i) {
    if (same_name(trace::name_of(static_cast<trace::Stage>(i)), name)) return true;
  }
  return false;
}

}  // namespace

WalkFilter::WalkFilter(const trace::TraceIndex& index, const WalkOptions& options) : index_(index), options_(options) {
  using Match = trace::Filter::Match;
  auto parsed = trace::Filter::parse(options.filter, index);
  if (parsed) {
    filter_ = std::move(*parsed);
  } else {
    error_ = "--filter: " + parsed.error().text();
  }
  if (!options.hosts.empty()) filter_.on_host(options.hosts, index, Match::whole);
  if (!options.hooks.empty()) filter_.at_hook(options.hooks, index, Match::whole);
  if (options.verdict) filter_.with_verdict(trace::name_of(*options.verdict));
  if (options.address) filter_.touching({*options.address});
  if (options.port) filter_.with_port(*options.port);
  if (options.arp) filter_.arp();
  if (options.rewritten) filter_.rewritten();
  check_hosts();
  check_hooks();
  find_own_walks();
  if (options.connection) {
    const std::vector<std::uint64_t> connections = connections_of(index);
    if (*options.connection <= connections.size()) {
      connection_ = connections[*options.connection - 1];
    } else {
      error_ = fmt::format("--connection: there are {}", connections.size());
    }
  }
  for (const std::uint32_t walk : options.walks) {
    if (walk > index.walks().size() && !options.follow) {
      error_ = fmt::format("no walk {}; there are {}", walk, index.walks().size());
    }
  }
}

void WalkFilter::find_own_walks() {
  constexpr unsigned kCounter = 40;  // see trace::WalkId
  for (const auto& own : options_.own_walks) {
    const trace::HostInfo* const host = index_.info().host(std::string_view(own.host));
    const trace::WalkId id = host == nullptr ? 0 : std::uint64_t{host->id} << kCounter | own.number;
    own_walks_.push_back(id);
    const auto known = std::ranges::find(index_.walks(), id, &trace::WalkEntry::id);
    if (host == nullptr || (known == index_.walks().end() && !options_.follow))
      error_ = fmt::format("no walk {}:{}", own.host, own.number);
  }
}

void WalkFilter::check_hosts() {
  for (const std::string& name : options_.hosts) {
    if (index_.info().host(std::string_view(name)) != nullptr) continue;
    std::string known;
    for (const trace::HostInfo& each : index_.info().hosts) known += ' ' + each.name;
    error_ = fmt::format("--host: no host '{}'; there are:{}", name, known);
  }
}

void WalkFilter::check_hooks() {
  for (const std::string& name : options_.hooks) {
    const auto same = [&](const std::string& known) { return same_name(known, name); };
    if (is_stage(name) || std::ranges::any_of(index_.hook_names(), same)) continue;
    std::string known;
    for (const std::string& each : index_.hook_names()) {
      if (!each.empty()) known += ' ' + each;
    }
    error_ = fmt::format("--hook: no hook or stage '{}'; of functions there are:{}", name, known);
  }
}

bool WalkFilter::matches_walk(std::uint32_t walk) const {
  if (!options_.walks.empty() || !own_walks_.empty()) {
    const bool named = std::ranges::find(options_.walks, walk + 1) != options_.walks.end() ||
                       std::ranges::find(own_walks_, index_.walks()[walk].id) != own_walks_.end();
    if (!named) return false;
  }
  return !options_.connection || index_.walks()[walk].connection == connection_;
}

bool WalkFilter::matches(std::size_t record) const {
  const IndexEntry& entry = index_.entry(record);
  return matches_walk(entry.walk) && filter_.matches(entry);
}

}  // namespace lvs::scenarios
