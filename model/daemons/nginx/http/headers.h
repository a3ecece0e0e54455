// SPDX-License-Identifier: GPL-2.0-or-later
// Header fields in the order in which they came.
#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::nginx {

struct Header {
  std::string name, value;
};
using Headers = std::vector<Header>;

inline bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}
// The first of that name; nullptr: there is none.
inline const std::string* find_header(const Headers& headers, std::string_view name) {
  for (const Header& each : headers)
    if (same_name(each.name, name)) return &each.value;
  return nullptr;
}
// "$http_x_real_ip" is X-Real-IP.
inline bool is_variable_of(std::string_view variable, std::string_view name) {
  return std::ranges::equal(variable, name, [](unsigned char x, unsigned char y) {
    return x == (y == '-' ? '_' : static_cast<unsigned char>(std::tolower(y)));
  });
}

}  // namespace lvs::nginx
