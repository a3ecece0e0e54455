// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/json-writer.h"

#include <fmt/format.h>

#include <iterator>

namespace lvs::base {

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

void json_quote(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    if (length == 0)
      out += "\\ufffd";
    else if (length > 1)
      out += text.substr(0, length);
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\r')
      out += "\\r";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

JsonWriter& JsonWriter::open(char bracket, std::string_view name) {
  begin(name);
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += line_;
  line_.clear();
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::line(std::string_view blanks) {
  line_ = blanks;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
  begin(name);
  json_quote(out_, value);
  return *this;
}

JsonWriter& JsonWriter::text_if(std::string_view name, std::string_view value) {
  return value.empty() ? *this : text(name, value);
}

JsonWriter& JsonWriter::fixed(std::string_view name, double value, int decimals) {
  begin(name);
  fmt::format_to(std::back_inserter(out_), "{:.{}f}", value, decimals);
  return *this;
}

JsonWriter& JsonWriter::shortest(std::string_view name, double value) {
  begin(name);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view name, std::string_view value) {
  begin(name);
  out_ += value;
  return *this;
}

void JsonWriter::begin(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += line_;
  line_.clear();
  if (name.empty()) return;
  json_quote(out_, name);
  out_ += ':';
}

}  // namespace lvs::base
