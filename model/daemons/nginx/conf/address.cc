// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/conf/address.h"

#include <algorithm>

#include "control/words/addresses.h"
#include "daemons/nginx/conf/numbers.h"

namespace lvs::nginx {

ConfUrl parse_url(std::string_view url, std::uint16_t default_port, UrlOf what) {
  const bool listen = what == UrlOf::listen;
  constexpr std::uint64_t kMostPort = 65535;
  ConfUrl result;
  result.port = default_port;
  if (url.starts_with("unix:")) return result.refused = "sockets of the file system are not modelled", result;
  if (url.starts_with('[')) return result.refused = "IPv6 is not modelled", result;
  const std::size_t slash = std::min(url.find_first_of("/?"), url.size());
  result.uri = url.substr(slash);
  if (what != UrlOf::page && !result.uri.empty()) return result.error = "invalid host", result;
  std::string_view host = url.substr(0, slash);
  const std::size_t colon = host.find(':');
  if (colon != std::string_view::npos) {
    const auto port = conf_number(host.substr(colon + 1));
    if (!port || *port == 0 || *port > kMostPort) return result.error = "invalid port", result;
    result.port = static_cast<std::uint16_t>(*port);
    result.has_port = true;
    host = host.substr(0, colon);
  } else if (listen) {
    const auto port = conf_number(host);
    if (port) {
      if (*port == 0 || *port > kMostPort) return result.error = "invalid port", result;
      result.port = static_cast<std::uint16_t>(*port);
      result.has_port = result.wildcard = result.resolved = true;
      return result;
    }
  }
  result.host = host;
  if (host.empty()) return result.error = "no host", result;
  if (host == "*" && listen) {
    result.wildcard = result.resolved = true;
    return result;
  }
  if (const auto address = control::host_address(host)) {
    result.address = *address;
    result.resolved = true;
  }
  return result;
}

}  // namespace lvs::nginx
