// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/proc/inert-sysctls.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "control/machine/kept.h"
#include "control/machine/proc/inert-sysctl-table.h"

namespace lvs::control {
namespace {

constexpr std::string_view kIpv6Conf = "net/ipv6/conf/";
constexpr std::string_view kHostName = "kernel/hostname";

const InertNumber* number_in(std::span<const InertNumber> table, std::string_view path) {
  const auto found = std::ranges::find(table, path, &InertNumber::path);
  return found == table.end() ? nullptr : &*found;
}

const InertNumber* inert_number(std::string_view path) {
  if (path.starts_with(kIpv6Conf)) {
    const std::size_t slash = path.find('/', kIpv6Conf.size());
    return slash == std::string_view::npos ? nullptr : number_in(kIpv6Numbers, path.substr(slash + 1));
  }
  const InertNumber* const found = number_in(kInertNumbers, path);
  return found != nullptr ? found : number_in(kMachineNumbers, path);
}

const InertText* inert_text(std::string_view path) {
  const auto found = std::ranges::find(kInertTexts, path, &InertText::path);
  return found == kInertTexts.end() ? nullptr : &*found;
}

bool is_inert_folder(std::string_view path) {
  constexpr std::string_view kInertFolders[] = {"kernel",   "vm",         "fs",       "fs/inotify",   "net/core",
                                                "net/unix", "net/bridge", "net/ipv6", "net/ipv6/conf"};
  if (std::ranges::find(kInertFolders, path) != std::end(kInertFolders)) return true;
  return path.starts_with(kIpv6Conf) && path.find('/', kIpv6Conf.size()) == std::string_view::npos;
}

bool has_interface(Machine& machine, std::string_view path) {
  if (!path.starts_with(kIpv6Conf)) return true;
  const std::string_view rest = path.substr(kIpv6Conf.size());
  const std::string_view name = rest.substr(0, rest.find('/'));
  return name == "all" || name == "default" || machine.host().device(name) != nullptr;
}

// Numbers between blanks; nothing: one of them is none.
std::optional<std::vector<std::int64_t>> numbers_of(std::string_view text) {
  std::vector<std::int64_t> result;
  constexpr std::string_view kBlanks = " \t\n";
  for (;;) {
    const std::size_t start = text.find_first_not_of(kBlanks);
    if (start == std::string_view::npos) return result;
    text.remove_prefix(start);
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    std::int64_t value = 0;
    const bool hexadecimal = word.starts_with("0x");
    const char* const first = word.data() + (hexadecimal ? 2 : 0);
    const auto [end, problem] = std::from_chars(first, word.data() + word.size(), value, hexadecimal ? 16 : 10);
    if (problem != std::errc() || end != word.data() + word.size()) return std::nullopt;
    result.push_back(value);
    text.remove_prefix(word.size());
  }
}

// Kernel: proc_dointvec_minmax(): as many numbers as there are, and those behind stay.
std::optional<std::string> written_numbers(std::string_view text, std::string_view before, std::int64_t least) {
  auto given = numbers_of(text);
  auto all = numbers_of(before);
  if (!given || given->empty()) return std::nullopt;
  given->resize(std::min(given->size(), all->size()));
  if (std::ranges::any_of(*given, [least](std::int64_t each) { return each < least || each > kMostInt; }))
    return std::nullopt;
  std::ranges::copy(*given, all->begin());
  std::string result;
  for (const std::int64_t each : *all) result += fmt::format("{}{}", result.empty() ? "" : "\t", each);
  return result;
}

std::string_view trimmed_value(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n";
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

// "80,8080-8090" (kernel: proc_do_large_bitmap()).
bool are_ports(std::string_view list) {
  while (!list.empty()) {
    const std::string_view range = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), range.size() + 1));
    const std::size_t dash = range.find('-');
    for (const std::string_view each : {range.substr(0, dash), dash == range.npos ? "1" : range.substr(dash + 1)}) {
      const auto number = numbers_of(each);
      if (!number || number->size() != 1 || number->front() < 0 || number->front() > 65535) return false;
    }
  }
  return true;
}

// Congestion controls that Debian builds as modules: the kernel loads one that is asked for (tcp_ca_find_autoload()).
bool is_congestion_module(std::string_view name) {
  constexpr std::string_view kModules[] = {"bbr",      "bic",   "cdg",      "dctcp",    "highspeed",
                                           "htcp",     "hybla", "illinois", "lp",       "nv",
                                           "scalable", "vegas", "veno",     "westwood", "yeah"};
  return std::ranges::find(kModules, name) != std::end(kModules);
}

// One that is loaded can be chosen from then on.
void note_congestion_control(Machine& machine, std::string_view path, const std::string& name) {
  constexpr std::string_view kAvailable = "net/ipv4/tcp_available_congestion_control";
  if (path != "net/ipv4/tcp_congestion_control" || !is_congestion_module(name)) return;
  std::string all = read_inert_sysctl(machine, kAvailable).text;
  all.pop_back();
  if ((" " + all + " ").find(" " + name + " ") == std::string::npos) keep(machine, kAvailable, all + " " + name + "\n");
}

// Those that something looks at after all.
void take_effect(Machine& machine, std::string_view path, std::string_view value) {
  host::Sysctls& sysctls = machine.host().sysctls;
  if (path == "net/core/somaxconn") sysctls.somaxconn = static_cast<int>(numbers_of(value)->front());
  if (path != "net/ipv4/ip_local_reserved_ports") return;
  sysctls.reserved_ports.clear();
  while (!value.empty()) {
    const std::string_view range = value.substr(0, value.find(','));
    value.remove_prefix(std::min(value.size(), range.size() + 1));
    const std::size_t dash = range.find('-');
    const auto first = static_cast<std::uint16_t>(numbers_of(range.substr(0, dash))->front());
    const auto last =
        dash == range.npos ? first : static_cast<std::uint16_t>(numbers_of(range.substr(dash + 1))->front());
    sysctls.reserved_ports.emplace_back(first, last);
  }
}

FileError write_text(const InertText& key, std::string_view text, std::string& value) {
  switch (key.kind) {
    case InertText::Kind::fixed: return FileError::denied;
    case InertText::Kind::word: value = trimmed_value(text); return FileError::none;
    case InertText::Kind::ports:
      if (!are_ports(trimmed_value(text))) return FileError::invalid;
      value = trimmed_value(text);
      return FileError::none;
    case InertText::Kind::choice:
      value = trimmed_value(text);
      return value == "reno" || value == "cubic" || value == "reno cubic" || is_congestion_module(value)
                 ? FileError::none
                 : FileError::no_entry;
    case InertText::Kind::numbers: {
      auto written = written_numbers(text, value, key.least);
      if (!written) return FileError::invalid;
      value = std::move(*written);
      return FileError::none;
    }
  }
  return FileError::invalid;
}

}  // namespace

bool is_inert_sysctl(std::string_view path) {
  return path == kHostName || is_inert_folder(path) || inert_text(path) != nullptr || inert_number(path) != nullptr;
}

bool is_absent_sysctl(std::string_view path) {
  // Of Linux, and neither modelled nor kept; those of a machine's first namespace behind "flush".
  constexpr std::string_view kLeftOut[] = {"anycast_delay",
                                           "base_reachable_time",
                                           "debug_level",
                                           "interval_probe_time_ms",
                                           "mc_forwarding",
                                           "retrans_time",
                                           "tcp_fastopen_key",
                                           "unres_qlen",
                                           "flush",
                                           "error_burst",
                                           "error_cost",
                                           "gc_elasticity",
                                           "gc_interval",
                                           "gc_min_interval",
                                           "gc_min_interval_ms",
                                           "gc_thresh",
                                           "gc_timeout",
                                           "inet_peer_maxttl",
                                           "inet_peer_minttl",
                                           "inet_peer_threshold",
                                           "max_size",
                                           "min_adv_mss",
                                           "redirect_load",
                                           "redirect_number",
                                           "redirect_silence",
                                           "tcp_available_ulp"};
  return path.starts_with("net/ipv4/") &&
         std::ranges::find(kLeftOut, path.substr(path.rfind('/') + 1)) == std::end(kLeftOut);
}

Files::Content read_inert_sysctl(Machine& machine, std::string_view path) {
  if (!has_interface(machine, path)) return {FileError::no_entry, {}};
  if (is_inert_folder(path)) return {FileError::is_directory, {}};
  if (path == kHostName) return {FileError::none, machine.host().name() + "\n"};
  if (std::string written = kept(machine, path); !written.empty()) return {FileError::none, std::move(written)};
  if (const InertText* const text = inert_text(path)) return {FileError::none, std::string(text->value) + "\n"};
  if (const InertNumber* const number = inert_number(path))
    return {FileError::none, fmt::format("{}\n", number->value)};
  return {FileError::no_entry, {}};
}

FileError write_inert_sysctl(Machine& machine, std::string_view path, std::string_view text) {
  auto before = read_inert_sysctl(machine, path);
  if (before.error != FileError::none) return before.error;
  before.text.pop_back();
  if (path == kHostName) return trimmed_value(text) == before.text ? FileError::none : FileError::denied;
  std::string value = std::move(before.text);
  if (const InertText* const key = inert_text(path)) {
    if (const FileError error = write_text(*key, text, value); error != FileError::none) return error;
  } else {
    const InertNumber* const number = inert_number(path);
    const auto given = numbers_of(text);
    if (number->least > number->most) return FileError::denied;
    if (!given || given->empty() || given->front() < number->least || given->front() > number->most)
      return FileError::invalid;
    value = std::to_string(given->front());
  }
  keep(machine, path, value + "\n");
  note_congestion_control(machine, path, value);
  take_effect(machine, path, value);
  return FileError::none;
}

std::vector<std::string> inert_sysctls(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const InertNumber& each : kInertNumbers) result.emplace_back(each.path);
  for (const InertNumber& each : kMachineNumbers) result.emplace_back(each.path);
  for (const InertText& each : kInertTexts) result.emplace_back(each.path);
  for (const std::string& name : names)
    for (const InertNumber& each : kIpv6Numbers) result.push_back(fmt::format("{}{}/{}", kIpv6Conf, name, each.path));
  return result;
}

std::vector<MachineSysctl> machine_sysctls() {
  std::vector<MachineSysctl> result;
  static const std::vector<std::string> kTexts = [] {
    std::vector<std::string> texts;
    for (const InertNumber& each : kMachineNumbers) texts.push_back(std::to_string(each.value));
    return texts;
  }();
  for (std::size_t i = 0; i < kMachineNumbers.size(); ++i) result.push_back({kMachineNumbers[i].path, kTexts[i]});
  for (const InertText& each : kInertTexts)
    if (each.machine) result.push_back({each.path, each.value});
  return result;
}

}  // namespace lvs::control
