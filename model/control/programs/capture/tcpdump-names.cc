// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/capture/tcpdump-names.h"

#include <algorithm>
#include <cctype>

#include "base/numbers.h"
#include "control/words/service-names.h"

namespace lvs::control {
namespace {

constexpr std::string_view kDotted = "0123456789.";

std::string port_name(std::string_view port, std::string_view protocol) {
  const auto number = base::number<std::uint16_t>(port);
  const auto name = number ? service_name(*number, protocol) : std::nullopt;
  return std::string(name.value_or(port));
}

// "10.0.0.1", "10.0.0.1.80", and whatever else is made of digits and dots.
std::string dotted(std::string_view word, const NameOfHost& name_of, std::string_view protocol) {
  std::size_t end = 0;
  for (int dots = 0; end < word.size() && (word[end] != '.' || ++dots < 4); ++end) continue;
  const auto addr = base::Ipv4Addr::parse(word.substr(0, end));
  if (!addr) return std::string(word);
  std::string result = name_of(*addr).value_or(addr->text());
  if (end + 1 < word.size()) return result + "." + port_name(word.substr(end + 1), protocol);
  return result + std::string(word.substr(end));
}

// 02:00:00:00:01:00, of a maker that tcpdump does not know, at the front of what is left; nothing: it is none.
std::optional<std::string> maker(std::string_view text) {
  constexpr std::size_t kSize = 17;
  if (text.size() < kSize || !base::MacAddr::parse(text.substr(0, kSize))) return std::nullopt;
  const std::string_view mac = text.substr(0, kSize);
  return mac == "ff:ff:ff:ff:ff:ff" ? "Broadcast" : std::string(mac) + " (oui Unknown)";
}

// "udp port 53 unreachable"
void name_unreachable(std::string& text) {
  for (const std::string_view protocol : {"tcp", "udp"}) {
    const std::string before = " " + std::string(protocol) + " port ";
    const std::size_t at = text.find(before);
    if (at == std::string::npos) continue;
    const std::size_t begin = at + before.size(), end = text.find(' ', begin);
    if (end != std::string::npos)
      text.replace(begin, end - begin, port_name(text.substr(begin, end - begin), protocol));
  }
}

}  // namespace

std::string with_names(std::string_view text, const NameOfHost& name_of, std::string_view protocol) {
  std::string result;
  while (!text.empty()) {
    if (const auto mac = maker(text)) {
      result += *mac;
      text.remove_prefix(std::string_view("02:00:00:00:00:00").size());
      continue;
    }
    const bool digit = text[0] >= '0' && text[0] <= '9';
    const std::size_t size =
        std::min(digit ? text.find_first_not_of(kDotted) : text.find_first_of(kDotted), text.size());
    std::size_t taken = std::max<std::size_t>(size, 1);
    std::string_view word = text.substr(0, taken);
    const bool whole =
        result.empty() || (!std::isalnum(static_cast<unsigned char>(result.back())) && result.back() != ':');
    if (digit && whole) {
      while (word.ends_with('.')) word.remove_suffix(1);
      taken = word.size();
      result += dotted(word, name_of, protocol);
    } else {
      result += word;
    }
    text.remove_prefix(taken);
  }
  name_unreachable(result);
  return result;
}

}  // namespace lvs::control
