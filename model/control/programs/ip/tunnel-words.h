// SPDX-License-Identifier: GPL-2.0-or-later
// What `ip link add ... type ipip` takes (iproute2 6.1 ip/link_iptnl.c), and `ip tunnel` looks for.
#pragma once

#include <optional>
#include <string>

#include "control/machine/command.h"
#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"

namespace lvs::control::ip {

struct TunnelEnds {
  base::Ipv4Addr local{}, remote{};
  std::string dev;
  std::uint8_t ttl = 0;  // 0: inherited
  bool pmtudisc = true;
};

// What ends the command, or nothing.
std::optional<CommandResultOrError> take_tunnel_word(Args& args, const std::string& word, TunnelEnds& ends);
// The tunnel with these ends, bound to the interface of this number, 0: none (kernel: ip_tunnel_find()).
host::Device* tunnel_between(host::Host& host, base::Ipv4Addr local, base::Ipv4Addr remote, unsigned link);
// The new tunnel; nothing: one with these ends is there.
host::Device* make_tunnel(host::Host& host, const std::string& name, const TunnelEnds& ends);

}  // namespace lvs::control::ip
