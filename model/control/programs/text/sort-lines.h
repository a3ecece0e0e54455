// SPDX-License-Identifier: GPL-2.0-or-later
// sort: its keys and its order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::control {

struct SortOrder {
  bool numeric = false, human = false, version = false, fold = false, blanks = false, reverse = false, any = false;

  // A letter of "nrfbVh"; false: another.
  bool take(char letter);
};

struct SortKey {
  std::size_t field = 1, character = 1;            // where it begins
  std::size_t last_field = 0, last_character = 0;  // where it ends; 0: at the end of the line, of the field
  SortOrder order;
};

struct SortRules {
  SortOrder order;
  std::vector<SortKey> keys;
  std::optional<char> separator;
  bool unique = false, stable = false;
};

// "2,3n"; nothing: not modelled.
std::optional<SortKey> parse_sort_key(std::string_view text);
// -c: may `b` stand behind `a`?
bool in_order(std::string_view a, std::string_view b, const SortRules& rules);
void sort_lines(std::vector<std::string>& lines, const SortRules& rules);

}  // namespace lvs::control
