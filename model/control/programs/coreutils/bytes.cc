// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/coreutils/bytes.h"

#include <algorithm>

namespace lvs::control {

std::optional<std::uint64_t> size_with_suffix(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789", kUnits = "KMGTPE";
  const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
  if (digits == 0 || digits > 18) return std::nullopt;
  std::uint64_t number = std::stoull(std::string(text.substr(0, digits)));
  std::string_view suffix = text.substr(digits);
  if (suffix.empty()) return number;
  const std::size_t unit = kUnits.find(suffix.front() == 'k' ? 'K' : suffix.front());
  suffix.remove_prefix(1);
  if (unit == kUnits.npos || (!suffix.empty() && suffix != "B" && suffix != "iB")) return std::nullopt;
  for (std::size_t i = 0; i <= unit; ++i) {
    if (number > (std::uint64_t{1} << 52)) return std::nullopt;
    number *= suffix == "B" ? 1000 : 1024;
  }
  return number;
}

bool is_endless(std::string_view path) {
  return path == "/dev/zero" || path == "/dev/urandom" || path == "/dev/random";
}

std::string endless_bytes(std::string_view path, std::size_t size, base::Rng& random) {
  std::string bytes(size, '\0');
  if (path != "/dev/zero")
    for (char& byte : bytes) byte = static_cast<char>(random.next() & 0xff);
  return bytes;
}

}  // namespace lvs::control
