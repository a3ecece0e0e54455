// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/pcapng/journal-fields.h"

#include <algorithm>

#include "base/numbers.h"

namespace lvs::trace {
namespace {

template <class Number>
Number number_of(std::string_view text) {
  return base::take_number<Number>(text).value_or(Number{});
}

}  // namespace

bool JournalFields::parse(std::string_view block) {
  bool has_text = false;
  while (!block.empty() && !has_text) {
    const std::size_t end = std::min(block.find('\n'), block.size());
    std::string_view line = block.substr(0, end);
    block.remove_prefix(std::min(end + 1, block.size()));
    if (!line.starts_with("LVS_")) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, equals), value = line.substr(equals + 1);
    if (name == "LVS_KIND") kind = value;
    if (name == "LVS_TIME") at = base::Time(number_of<std::int64_t>(value));
    if (name == "LVS_HOST") host = number_of<HostId>(value);
    if (name == "LVS_WALK") walk = number_of<WalkId>(value);
    if (name == "LVS_WHY") said = value;
    if (name == "LVS_TEXT") {
      text = value;
      has_text = true;
    }
  }
  return has_text && !kind.empty();
}

std::string JournalFields::decoded() const {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out += text[++i] == 'n' ? '\n' : text[i];
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string JournalFields::first_line() const {
  JournalFields first = *this;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    if (text[i + 1] == 'n') {
      first.text = text.substr(0, i);
      break;
    }
    ++i;
  }
  return first.decoded();
}

}  // namespace lvs::trace
