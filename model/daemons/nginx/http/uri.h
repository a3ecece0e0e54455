// SPDX-License-Identifier: GPL-2.0-or-later
// Paths of requests as nginx looks at them (nginx: ngx_http_parse_complex_uri(), ngx_escape_uri()).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lvs::nginx {

struct UriParts {
  std::string path;  // decoded, "." and ".." resolved, slashes merged
  std::string args;  // behind "?"
  bool has_args = false;
  bool changed = false;  // the path is not what was sent
};
// Nothing: it is none, or leads out of the root.
std::optional<UriParts> take_uri(std::string_view sent, bool merge_slashes);
// Characters that may not stand in a path are written as %XX.
std::string escape_uri(std::string_view path);

}  // namespace lvs::nginx
