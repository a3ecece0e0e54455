// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/proc/recent.h"

#include <fmt/format.h>

#include "control/machine/machine.h"
#include "host/netfilter/xtables-large.h"

namespace lvs::control {
namespace {

std::shared_ptr<host::RecentTable> table_of(Machine& machine, std::string_view name) {
  const auto tables = host::recent_tables(machine.host().tables.iptables());
  const auto at = tables.find(std::string(name));
  return at == tables.end() ? nullptr : at->second;
}

// Debian's HZ is 250, and the kernel begins to count five minutes before zero, in 32 bits.
std::int64_t ticks(base::Time at) {
  constexpr std::int64_t kHz = 250, kFirst = (std::int64_t{1} << 32) - 300 * kHz;
  return kFirst + at / std::chrono::milliseconds(1000 / kHz);
}

}  // namespace

std::vector<std::string> recent_names(Machine& machine) {
  std::vector<std::string> names;
  for (const auto& [name, table] : host::recent_tables(machine.host().tables.iptables())) names.push_back(name);
  return names;
}

// Kernel: recent_seq_show().
std::optional<std::string> read_recent(Machine& machine, std::string_view name) {
  const auto table = table_of(machine, name);
  if (table == nullptr) return std::nullopt;
  std::string text;
  for (const host::RecentTable::Entry& entry : table->entries) {
    text += fmt::format("src={} ttl: {} last_seen: {} oldest_pkt: {}", base::Ipv4Addr{entry.addr}.text(), entry.ttl,
                        ticks(entry.moments[(entry.index - 1) & table->stamps_mask]), entry.index);
    for (std::size_t i = 0; i < entry.moments.size(); ++i)
      text += fmt::format("{} {}", i == 0 ? "" : ",", ticks(entry.moments[i]));
    text += '\n';
  }
  return text;
}

// Kernel: recent_mt_proc_write().
FileError write_recent(Machine& machine, std::string_view name, std::string_view text) {
  const auto table = table_of(machine, name);
  if (table == nullptr) return FileError::no_entry;
  if (text.starts_with('/')) {
    table->entries.clear();
    return FileError::none;
  }
  const auto addr = base::Ipv4Addr::parse(std::string(text.substr(1, text.find('\n') - 1)));
  if ((!text.starts_with('+') && !text.starts_with('-')) || !addr) return FileError::invalid;
  if (text[0] == '-') {
    table->remove(addr->value);
  } else if (host::RecentTable::Entry* const entry = table->find(addr->value, 0)) {
    table->seen(*entry, machine.host().now());
  } else {
    table->add(addr->value, 0, machine.host().now());
  }
  return FileError::none;
}

}  // namespace lvs::control
