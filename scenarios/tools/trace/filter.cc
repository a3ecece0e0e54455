// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace lvs::scenarios {

using trace::IndexEntry;
namespace flag = trace::entry_flag;

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
  if (!options.hosts.empty()) {
    hosts_.resize(index.hosts().size());
    for (const std::string& name : options.hosts) {
      const trace::HostInfo* host = index.info().host(std::string_view(name));
      const auto at = host == nullptr ? index.hosts().end() : std::ranges::find(index.hosts(), host->id);
      if (at != index.hosts().end()) hosts_[static_cast<std::size_t>(at - index.hosts().begin())] = true;
      if (host != nullptr) continue;
      std::string known;
      for (const trace::HostInfo& each : index.info().hosts) known += ' ' + each.name;
      error_ = fmt::format("--host: no host '{}'; there are:{}", name, known);
    }
  }
  for (const std::string& name : options.hooks) {
    const auto same = [&](const std::string& known) { return same_name(known, name); };
    if (is_stage(name) || std::ranges::any_of(index.hook_names(), same)) continue;
    std::string known;
    for (const std::string& each : index.hook_names()) {
      if (!each.empty()) known += ' ' + each;
    }
    error_ = fmt::format("--hook: no hook or stage '{}'; of functions there are:{}", name, known);
  }
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

bool WalkFilter::matches_walk(std::uint32_t walk) const {
  if (!options_.walks.empty() && std::ranges::find(options_.walks, walk + 1) == options_.walks.end()) return false;
  return !options_.connection || index_.walks()[walk].connection == connection_;
}

bool WalkFilter::matches(std::size_t record) const {
  const IndexEntry& entry = index_.entry(record);
  if (!matches_walk(entry.walk)) return false;
  if (!hosts_.empty() && (entry.host >= hosts_.size() || !hosts_[entry.host])) return false;
  if (options_.verdict && entry.verdict != *options_.verdict) return false;
  if (options_.arp && (entry.flags & flag::arp) == 0) return false;
  if (options_.rewritten && (entry.flags & flag::rewritten) == 0) return false;
  if (options_.address && !options_.address->contains(entry.src) && !options_.address->contains(entry.dst))
    return false;
  const bool ports = entry.protocol == 6 || entry.protocol == 17 || entry.protocol == 132;
  if (options_.port && (!ports || (entry.sport != *options_.port && entry.dport != *options_.port))) return false;
  if (options_.hooks.empty()) return true;
  return std::ranges::any_of(options_.hooks, [&](const std::string& name) {
    return same_name(name, trace::name_of(entry.stage)) || same_name(name, index_.hook_names()[entry.hook]);
  });
}

}  // namespace lvs::scenarios
