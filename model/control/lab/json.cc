// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/json.h"

#include <fmt/format.h>

#include <cstdint>

namespace lvs::control {
namespace {

// Length of the UTF-8 sequence at the start of `text`, 0 if there is none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return i < text.size() && at(i) >= low && at(i) <= high;
  };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80, high = first == 0xed ? 0x9f : 0xbf;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80, high = first == 0xf4 ? 0x8f : 0xbf;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

// Exact decimal seconds: a double would print 0.1 s as 0.10000000000000001 on some roads.
std::string seconds(base::Time time) {
  const std::int64_t ns = time.count();
  const std::uint64_t size = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  std::string text = fmt::format("{}{}.{:09}", ns < 0 ? "-" : "", size / 1'000'000'000, size % 1'000'000'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length == 0)
      json += "\\ufffd";
    else if (length > 1)
      json += text.substr(0, length);
    else if (c == '"' || c == '\\')
      (json += '\\') += c;
    else if (c == '\n')
      json += "\\n";
    else if (c == '\t')
      json += "\\t";
    else if (c == '\r')
      json += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      json += c;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return json += '"';
}

std::string commands_json(const LabRun& run) {
  std::string json = "{\"commands\":[";
  const char* separator = "\n";
  for (const CommandResult& c : run.commands) {
    json += fmt::format("{}{{\"time\":{},\"host\":{},\"command\":{},\"status\":{},\"stdout\":{},\"stderr\":{}}}",
                        separator, seconds(c.at), json_string(c.host), json_string(c.command), c.status,
                        json_string(c.out), json_string(c.err));
    separator = ",\n";
  }
  return json += "\n]}\n";
}

}  // namespace lvs::control
