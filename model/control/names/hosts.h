// SPDX-License-Identifier: GPL-2.0-or-later
// What the C library knows before it asks anybody: /etc/hosts, /etc/resolv.conf, and which of several addresses is
// tried first.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "control/words/hosts-file.h"

namespace lvs::host {
class Host;
}

namespace lvs::control {

// resolv.conf(5). As in the C library a server is 127.0.0.1 where none is named, and words that it does not know are
// passed over.
struct ResolvConf {
  std::vector<base::Ipv4Addr> servers;
  std::vector<std::string> search;
  unsigned ndots = 1, timeout = 5, attempts = 2;
  bool rotate = false;
};
ResolvConf read_resolv_conf(std::string_view text);

// Names to be asked for, one after the other, and where in the order the name stands as it was typed (glibc:
// __res_context_search()).
std::vector<std::string> names_to_ask(const ResolvConf& conf, std::string_view name);

// As getaddrinfo(3) orders them (RFC 3484 as glibc has it): those that can be reached first, then those that share more
// bits with our address, where both are in one network. The order is kept otherwise.
std::vector<base::Ipv4Addr> in_order_of_trial(host::Host& host, std::vector<base::Ipv4Addr> addresses);

}  // namespace lvs::control
