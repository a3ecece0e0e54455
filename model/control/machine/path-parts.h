// SPDX-License-Identifier: GPL-2.0-or-later
// Paths taken apart.
#pragma once

#include <optional>
#include <string_view>

namespace lvs::control {

// The first name of `rest`, which loses it and the slashes before it; empty at the end.
inline std::string_view take_part(std::string_view& rest) {
  while (rest.starts_with('/')) rest.remove_prefix(1);
  const std::string_view part = rest.substr(0, rest.find('/'));
  rest.remove_prefix(part.size());
  return part;
}

// The part of `path` behind `folder`, or nothing.
inline std::optional<std::string_view> below(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return std::nullopt;
  return path.substr(folder.size());
}

}  // namespace lvs::control
