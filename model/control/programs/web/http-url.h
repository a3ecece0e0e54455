// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of a URL of HTTP, for those who ask for pages.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace lvs::control {

struct HttpUrlParts {
  std::string_view host;                 // may be empty
  std::optional<std::string_view> port;  // what stands behind the colon, whatever it is
  std::string path;                      // with its query, without its fragment; empty: there is none
};

// Scheme or none. What is not modelled, if something of it is.
inline std::optional<std::string> split_http_url(std::string_view text, HttpUrlParts& parts) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    if (text.substr(0, scheme) != "http") return "only http is modelled";
    text.remove_prefix(scheme + 3);
  }
  const std::size_t slash = std::min(text.find_first_of("/?"), text.size());
  parts.host = text.substr(0, slash);
  std::string_view path = text.substr(slash);
  path = path.substr(0, path.find('#'));
  if (parts.host.starts_with('[')) return "IPv6 is not modelled";
  if (parts.host.find('@') != std::string_view::npos) return "users are not modelled";
  if (!path.empty()) parts.path = (path[0] == '?' ? "/" : "") + std::string(path);
  if (const std::size_t colon = parts.host.rfind(':'); colon != std::string_view::npos) {
    parts.port = parts.host.substr(colon + 1);
    parts.host = parts.host.substr(0, colon);
  }
  return std::nullopt;
}

}  // namespace lvs::control
