// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/table/settings.h"

#include <bit>

#include "base/numbers.h"

namespace lvs::ipvs {
namespace {

enum class Rule { any, mode, unit, power, three, positive };

bool allowed(Rule rule, int value) {
  switch (rule) {
    case Rule::any: return true;
    case Rule::mode:
    case Rule::three: return value >= 0 && value <= 3;
    case Rule::unit: return value == 0 || value == 1;
    case Rule::power: return value > 0 && std::has_single_bit(static_cast<unsigned>(value));
    case Rule::positive: return value >= 0;
  }
  return false;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// The next number of `text`, as the kernel's proc_dointvec() takes it: decimal, octal with 0, hexadecimal with 0x.
std::optional<int> take_number(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  bool negative = false;
  std::string_view rest = text;
  if (!rest.empty() && rest.front() == '-') {
    negative = true;
    rest.remove_prefix(1);
  }
  const int base = base::take_base(rest);
  const auto value = base::take_number<std::uint64_t>(rest, base);
  if (!value || *value > 0x7fffffffull + (negative ? 1 : 0)) return std::nullopt;
  if (!rest.empty() && !is_blank(rest.front())) return std::nullopt;
  text = rest;
  return static_cast<int>(negative ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value));
}

}  // namespace

std::optional<std::string> Settings::read(std::string_view name) const {
  if (name == "sync_threshold") return std::to_string(sync_threshold[0]) + '\t' + std::to_string(sync_threshold[1]);
#define LVS_VS_READ(setting, value, rule) \
  if (name == #setting) return std::to_string(setting);
  LVS_VS_SETTINGS(LVS_VS_READ)
#undef LVS_VS_READ
  return std::nullopt;
}

Error Settings::write(std::string_view name, std::string_view text) {
  const std::optional<int> number = take_number(text);
  if (name == "sync_threshold") {
    if (!number) return Error::invalid;
    const int period = take_number(text).value_or(sync_threshold[1]);
    if (*number < 0 || period < 0 || (*number >= period && period != 0)) return Error::invalid;
    sync_threshold = {*number, period};
    return Error::none;
  }
#define LVS_VS_WRITE(setting, value, rule)                               \
  if (name == #setting) {                                                \
    if (!number || !allowed(Rule::rule, *number)) return Error::invalid; \
    setting = *number;                                                   \
    return Error::none;                                                  \
  }
  LVS_VS_SETTINGS(LVS_VS_WRITE)
#undef LVS_VS_WRITE
  return Error::no_such_name;
}

std::vector<std::string_view> Settings::names() {
  return {
#define LVS_VS_NAME(name, value, rule) #name,
      LVS_VS_SETTINGS(LVS_VS_NAME)
#undef LVS_VS_NAME
          "sync_threshold"};
}

}  // namespace lvs::ipvs
