// SPDX-License-Identifier: GPL-2.0-or-later
// Parameters of ip_vs: lines "options" of /etc/modprobe.d (kmod 30: libkmod-config.c), and modprobe's words.
#include "control/machine/proc/module-options.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "base/numbers.h"
#include "control/machine/kept.h"
#include "control/machine/machine.h"
#include "control/machine/proc/modules.h"
#include "host/env/kernel.h"
#include "ipvs/ip-vs.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKept = "ip_vs/conn_tab_bits", kParameter = "conn_tab_bits=";
constexpr unsigned kUsualBits = 12;
static_assert(ipvs::IpVs::kTableSize == 1u << kUsualBits);

// A file's lines, those that end in a backslash with the next.
std::vector<std::string> whole_lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream lines(text);
  bool goes_on = false;
  for (std::string line; std::getline(lines, line);) {
    if (!goes_on) result.emplace_back();
    goes_on = line.ends_with('\\');
    if (goes_on) line.back() = ' ';
    result.back() += line;
  }
  return result;
}

// What the files say of ip_vs, in order of their names.
std::string configured(Machine& machine) {
  constexpr std::string_view kFolder = "/etc/modprobe.d";
  std::string words;
  for (const std::string& name : machine.files().list(kFolder)) {
    if (!name.ends_with(".conf")) continue;
    for (const std::string& line : whole_lines(machine.files().read(std::string(kFolder) + "/" + name).text)) {
      std::istringstream parts(line);
      std::string verb, module, rest;
      parts >> verb >> module;
      std::ranges::replace(module, '-', '_');
      if (verb == "options" && module == "ip_vs" && std::getline(parts, rest)) words += rest;
    }
  }
  return words;
}

// Kernel: ip_vs_conn_init(). Out of range: the default; since commit 4f325e26277b the nearest that memory
// allows, 20 for four gigabytes. Nothing: no number, which param_set_int() refuses. Parameters of other names are
// ignored.
std::optional<unsigned> bits_of(const host::Kernel& kernel, const std::string& words) {
  constexpr std::int64_t kLeast = 8, kMost = 20;
  unsigned bits = kUsualBits;
  std::istringstream parts(words);
  for (std::string part; parts >> part;) {
    if (!part.starts_with(kParameter)) continue;
    const std::string_view value = std::string_view(part).substr(kParameter.size());
    const bool negative = value.starts_with('-');
    const auto number = base::c_number(value.substr(negative ? 1 : 0), 0x7fffffff);
    if (!number) return std::nullopt;
    const auto given = negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
    const auto nearest = std::clamp(given, kLeast, kMost);
    bits = nearest == given || kernel.holds_table_bits_in_range ? static_cast<unsigned>(nearest) : kUsualBits;
  }
  return bits;
}

bool is_loaded(Machine& machine) {
  const auto all = modules_in_use(machine);
  return find_module(all, "ip_vs") != nullptr;
}

}  // namespace

void forget_ip_vs(Machine& machine) { keep(machine, kKept, {}); }

bool load_modules(Machine& machine, const std::vector<std::string>& names, std::string_view words) {
  auto asked = asked_modules(machine);
  const auto earlier = asked;
  asked.insert(names.begin(), names.end());
  if (asked == earlier) return true;
  const bool before = is_loaded(machine);
  ask_modules(machine, asked);
  if (before || !is_loaded(machine)) return true;
  const auto bits = bits_of(machine.host().kernel(), configured(machine) + " " + std::string(words));
  if (bits) {
    keep(machine, kKept, std::to_string(*bits));
  } else {
    ask_modules(machine, earlier);
  }
  return bits.has_value();
}

// What uses IPVS without modprobe (keepalived) has loaded it as the files say.
unsigned ip_vs_table_size(Machine& machine) {
  std::string text = kept(machine, kKept);
  if (text.empty()) {
    text = std::to_string(bits_of(machine.host().kernel(), configured(machine)).value_or(kUsualBits));
    if (is_loaded(machine)) keep(machine, kKept, text);
  }
  return 1u << base::c_number(text, 31).value_or(kUsualBits);
}

}  // namespace lvs::control
