// SPDX-License-Identifier: GPL-2.0-or-later
// Words whose case does not matter: tools compare them in small letters.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace lvs::control {

// ASCII letters alone, as tolower(3) in the locale C.
inline std::string in_small_letters(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

}  // namespace lvs::control
