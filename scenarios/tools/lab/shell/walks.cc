// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/shell/walks.h"

#include <fmt/format.h>

#include "base/numbers.h"
#include "tools/trace/filter.h"
#include "tools/trace/text.h"

namespace lvs::scenarios {

std::string ShellWalks::update() {
  if (!open_ && !index_.open(file_)) return index_.error() + "\n";
  open_ = true;
  while (index_.update() != 0) {
  }
  if (!index_.error().empty()) return index_.error() + "\n";
  return index_.walks().empty() ? "no packet has been sent yet\n" : "";
}

std::string ShellWalks::walk(std::string_view number) {
  if (std::string wrong = update(); !wrong.empty()) return wrong;
  const auto last = static_cast<std::uint32_t>(index_.walks().size());
  std::uint32_t shown = last;
  if (number.empty()) {
    const auto is_arp = [&](std::uint32_t walk) {
      const std::uint32_t first = index_.walks()[walk - 1].first;
      return first == trace::kNoRecord || (index_.entry(first).flags & trace::entry_flag::arp) != 0;
    };
    while (shown > 1 && is_arp(shown)) --shown;
  } else {
    const auto given = base::number_up_to<std::uint32_t>(number, last);
    if (!given || *given == 0) return fmt::format("'{}' is no walk; there are 1 to {}\n", number, last);
    shown = *given;
  }
  std::string text;
  const WalkOptions options;
  const WalkFilter filter(index_, options);
  WalkText(index_, filter, colours_, [&](std::string_view piece) { text += piece; }).walk(shown - 1);
  return text;
}

std::string ShellWalks::list() {
  if (std::string wrong = update(); !wrong.empty()) return wrong;
  WalkOptions options;
  const WalkFilter filter(index_, options);
  std::string text;
  std::size_t number = 0;
  WalkText(index_, filter, colours_, [&](std::string_view piece) {
    if (++number > listed_) text += piece;
  }).list();
  listed_ = number;
  return text.empty() ? "no packet has been sent since\n" : text;
}

}  // namespace lvs::scenarios
