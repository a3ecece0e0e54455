// SPDX-License-Identifier: GPL-2.0-or-later
// Who asked, by what proxies say that are trusted (nginx: ngx_http_get_forwarded_addr()).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/addr.h"
#include "host/socket/base/socket.h"

namespace lvs::nginx {

// `said`: the values of the header fields, in the order in which they came. `recursive`: from the end to the first
// address that is not trusted. Nothing: who is connected is no such proxy, or says no address.
std::optional<host::SocketAddress> forwarded_for(const host::SocketAddress& connected,
                                                 std::span<const std::string> said,
                                                 std::span<const base::Ipv4Prefix> trusted, bool recursive);

}  // namespace lvs::nginx
