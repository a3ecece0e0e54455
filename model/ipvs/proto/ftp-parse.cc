// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/proto/ftp-parse.h"

#include <array>

namespace lvs::ipvs {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool starts_with(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower(text[i]) != lower(word[i])) return false;
  }
  return true;
}

// Where the address begins: behind the last of the first run of `open`; the old format may do without it.
std::optional<std::size_t> find_start(std::string_view text, std::size_t at, char open, bool extended) {
  bool found = false;
  for (; at < text.size(); ++at) {
    if (!found && !extended && is_digit(text[at])) return at;
    if (found && text[at] != open) return at;
    if (text[at] == open) found = true;
  }
  return std::nullopt;
}

// A decimal number of at most `max` at `at`, which moves behind it.
std::optional<std::uint32_t> take_number(std::string_view text, std::size_t& at, std::uint32_t max) {
  const std::size_t begin = at;
  std::uint32_t value = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    value = value * 10 + static_cast<std::uint32_t>(text[at] - '0');
    if (value > max) return std::nullopt;
  }
  if (at == begin) return std::nullopt;
  return value;
}

}  // namespace

std::optional<FtpAddress> parse_ftp_address(std::string_view text, std::string_view word, char open) {
  if (!starts_with(text, word)) return std::nullopt;
  const auto start = find_start(text, word.size(), open, false);
  if (!start) return std::nullopt;
  std::array<std::uint32_t, 6> number{};
  std::size_t i = 0;
  std::size_t at = *start;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c)) {
      number[i] = number[i] * 10 + static_cast<std::uint32_t>(c - '0');
      if (number[i] > 255) return std::nullopt;
    } else if (c == ',' && i < 5) {
      ++i;
    } else {
      break;
    }
  }
  // What follows must be there too, or the number may go on in the next segment.
  if (at == text.size() || i != 5) return std::nullopt;
  return FtpAddress{base::Ipv4Addr::of(number[0], number[1], number[2], number[3]),
                    static_cast<std::uint16_t>(number[4] << 8 | number[5]), *start, at};
}

std::optional<FtpAddress> parse_ftp_extended(std::string_view text, std::string_view word, char open, bool port_only) {
  if (!starts_with(text, word)) return std::nullopt;
  const auto start = find_start(text, word.size(), open, true);
  if (!start || *start >= text.size()) return std::nullopt;
  std::size_t at = *start;
  const char delimiter = text[at++];
  if (delimiter < 33 || delimiter > 126) return std::nullopt;
  const auto take = [&](char c) { return at < text.size() && text[at++] == c; };
  FtpAddress found{.addr = {}, .port = 0, .begin = *start, .end = 0};
  if (at < text.size() && text[at] == delimiter) {
    ++at;
    if (!port_only || !take(delimiter)) return std::nullopt;
  } else {
    if (!take('1') || !take(delimiter)) return std::nullopt;  // IPv4
    const std::size_t end = text.find(delimiter, at);
    if (end == text.npos) return std::nullopt;
    found.addr = base::Ipv4Addr::parse(text.substr(at, end - at));
    if (!found.addr) return std::nullopt;
    at = end + 1;
  }
  const auto port = take_number(text, at, 65535);
  if (!port || *port == 0 || !take(delimiter)) return std::nullopt;
  found.port = static_cast<std::uint16_t>(*port);
  found.end = at;
  return found;
}

FtpRequest find_ftp_request(std::string_view text) {
  for (; text.size() >= 6; text.remove_prefix(1)) {
    if (starts_with(text, "PASV\r\n")) return FtpRequest::passive;
    if (!starts_with(text, "EPSV")) continue;
    if (text[4] == '\r') return FtpRequest::extended_passive;
    if (text[4] != ' ') continue;
    // An address family may be asked for: IPv4 is what there is.
    const bool ipv4 = text.size() >= 7 && text[5] == '1' && text[6] == '\r';
    return ipv4 ? FtpRequest::extended_passive : FtpRequest::other;
  }
  return FtpRequest::other;
}

}  // namespace lvs::ipvs
