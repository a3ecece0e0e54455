// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/printable.h"

#include <algorithm>
#include <cstddef>

namespace lvs::base {
namespace {

bool plain(unsigned char c) { return c >= 0x20 && c < 0x7f; }

// The length of a well-formed UTF-8 sequence of more than one byte at the beginning; 0: there is none.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length == 0 || lead >= 0xf5 || text.size() < length) return 0;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  return std::ranges::all_of(text.substr(1, length - 1), continues) ? length : 0;
}

// U+0080 to U+009F are terminals' controls, too.
bool is_control(std::string_view sequence) {
  return sequence[0] == '\xc2' && static_cast<unsigned char>(sequence[1]) < 0xa0;
}

void append_shown(std::string& result, unsigned char c) {
  if (c >= 0x80) {
    result += "M-";
    c &= 0x7f;
  }
  if (c == 0x7f) {
    result += "^?";
  } else if (c < 0x20) {
    result += '^';
    result += static_cast<char>(c + 0x40);
  } else {
    result += static_cast<char>(c);
  }
}

std::string shown(std::string_view text, bool lines) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = c >= 0x80 ? sequence_length(text.substr(i)) : 0;
    if (length != 0 && !is_control(text.substr(i, length))) {
      result += text.substr(i, length);
      i += length;
      continue;
    }
    if (lines && text.substr(i).starts_with("\r\n")) {
      result += '\n';
      ++i;
    } else if (plain(c) || (lines && (c == '\n' || c == '\t'))) {
      result += text[i];
    } else if (length == 2) {  // U+0080 to U+009F
      append_shown(result, static_cast<unsigned char>(text[i + 1]));
      ++i;
    } else {
      append_shown(result, c);
    }
    ++i;
  }
  return result;
}

}  // namespace

std::string printable(std::string_view text) { return shown(text, true); }
std::string printable_line(std::string_view text) { return shown(text, false); }

}  // namespace lvs::base
