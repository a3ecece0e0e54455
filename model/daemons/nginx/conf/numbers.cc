// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/conf/numbers.h"

#include <array>
#include <cctype>

#include "base/numbers.h"

namespace lvs::nginx {

std::optional<std::uint64_t> conf_number(std::string_view text) {
  if (text.empty() || !std::isdigit(static_cast<unsigned char>(text[0]))) return std::nullopt;
  const auto value = base::number<std::int64_t>(text);
  return value ? std::optional<std::uint64_t>(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

std::optional<std::uint64_t> conf_size(std::string_view text, bool giga) {
  if (text.empty()) return std::nullopt;
  unsigned shift = 0;
  switch (text.back()) {
    case 'k':
    case 'K': shift = 10; break;
    case 'm':
    case 'M': shift = 20; break;
    case 'g':
    case 'G': shift = giga ? 30 : 0; break;
    default: break;
  }
  if (shift != 0) text.remove_suffix(1);
  const auto value = conf_number(text);
  if (!value || *value > (std::uint64_t{1} << 62 >> shift)) return std::nullopt;
  return *value << shift;
}

std::optional<base::Time> conf_time(std::string_view text, bool seconds) {
  struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
  };
  constexpr std::int64_t kSecond = 1000, kDay = 86400 * kSecond;
  constexpr auto kUnits = std::to_array<Unit>({{"y", 365 * kDay},
                                               {"M", 30 * kDay},
                                               {"w", 7 * kDay},
                                               {"d", kDay},
                                               {"h", 3600 * kSecond},
                                               {"ms", 1},
                                               {"m", 60 * kSecond},
                                               {"s", kSecond},
                                               {"", kSecond}});
  constexpr std::int64_t kMost = 100LL * 365 * kDay;
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0, before = kMost;
  while (!text.empty()) {
    if (!std::isdigit(static_cast<unsigned char>(text[0]))) return std::nullopt;
    const auto value = base::take_number<std::int64_t>(text);
    if (!value) return std::nullopt;
    const Unit* unit = nullptr;
    for (const Unit& each : kUnits) {
      if (!text.starts_with(each.name)) continue;
      unit = &each;
      break;
    }
    text.remove_prefix(unit->name.size());
    if (unit->name.empty() && !text.empty() && text[0] != ' ') return std::nullopt;
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (unit->milliseconds >= before || (seconds && unit->name == "ms")) return std::nullopt;
    before = unit->milliseconds;
    if (*value > kMost / unit->milliseconds) return std::nullopt;
    total += *value * unit->milliseconds;
  }
  if (total > kMost) return std::nullopt;
  return std::chrono::duration_cast<base::Time>(std::chrono::milliseconds(total));
}

}  // namespace lvs::nginx
