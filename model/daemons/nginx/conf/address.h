// SPDX-License-Identifier: GPL-2.0-or-later
// Hosts and ports of an nginx.conf (nginx: ngx_parse_url()).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/addr.h"

namespace lvs::nginx {

struct ConfUrl {
  std::string host, uri;  // as written
  std::uint16_t port = 0;
  bool has_port = false, wildcard = false;
  bool resolved = false;  // `address` is known
  base::Ipv4Addr address;
  std::string error;    // nginx's: "invalid port"
  std::string refused;  // IPv6, a socket of the file system
};

// What a URL names: an address to listen at, where a port alone and "*" are hosts, too; a server; a server and a page.
enum class UrlOf : std::uint8_t { listen, server, page };

// "HOST[:PORT][/URI]", the last of a page alone.
ConfUrl parse_url(std::string_view url, std::uint16_t default_port, UrlOf what);

}  // namespace lvs::nginx
