// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/checker-words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace lvs::keepalived {
namespace {

struct Type {
  std::string_view name;
  std::uint16_t number;
};
constexpr auto kTypes = std::to_array<Type>({{"A", 1},
                                             {"NS", 2},
                                             {"CNAME", 5},
                                             {"SOA", 6},
                                             {"MX", 15},
                                             {"TXT", 16},
                                             {"AAAA", 28},
                                             {"RRSIG", 46},
                                             {"DNSKEY", 48}});

// One digit: its value, and which bits may be any.
std::optional<std::pair<int, int>> digit(char c, bool may_be_any) {
  if (may_be_any && (c == 'x' || c == 'X')) return std::pair(0, 15);
  if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
  const int low = std::tolower(static_cast<unsigned char>(c));
  return std::pair(low <= '9' ? low - '0' : low - 'a' + 10, 0);
}

}  // namespace

std::optional<std::uint16_t> dns_type(std::string_view name) {
  std::string upper(name);
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const auto* const type = std::ranges::find(kTypes, upper, &Type::name);
  return type == kTypes.end() ? std::nullopt : std::optional(type->number);
}

std::string dns_type_name(std::uint16_t type) {
  const auto* const found = std::ranges::find(kTypes, type, &Type::number);
  return found == kTypes.end() ? std::to_string(type) : std::string(found->name);
}

std::optional<std::string> read_hex(const ConfWords& words, std::size_t first, std::string* mask) {
  std::string bytes, any;
  for (std::size_t i = first; i < words.size(); ++i) {
    for (std::size_t at = 0; at < words[i].size(); at += 2) {
      auto value = digit(words[i][at], mask != nullptr);
      // A digit that stands alone at the end of a word is a byte.
      if (value && at + 1 < words[i].size()) {
        const auto low = digit(words[i][at + 1], mask != nullptr);
        if (!low) return std::nullopt;
        value = {value->first << 4 | low->first, value->second << 4 | low->second};
      }
      if (!value) return std::nullopt;
      bytes += static_cast<char>(value->first);
      any += static_cast<char>(value->second);
    }
  }
  if (bytes.empty()) return std::nullopt;
  if (mask != nullptr && any.find_first_not_of('\0') != std::string::npos) *mask = any;
  return bytes;
}

}  // namespace lvs::keepalived
