// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/host.h"

#include <utility>

namespace lvs::host {

Host::Host(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock)
    : Stack(std::move(name), id, seed, clock), tables(*this) {
  // A fresh network namespace with the ipip module loaded: lo (made ready by every lab and helper) and tunl0, down.
  auto lo = std::make_unique<Device>(next_ifindex(), "lo", DeviceKind::loopback);
  lo->mtu = 65536;
  lo->noarp = true;
  own_device(std::move(lo));
  Device& tunl0 = add_tunnel("tunl0", {}, {});
  tunl0.tunnel_pmtudisc = false;  // kernel: the fallback device's frag_off is 0
  tunl0.tunnel_any_protocol = true;
  set_up(loopback(), true);
  add_address(loopback(), {.prefix = {base::Ipv4Addr::of(127, 0, 0, 1), 8},
                           .peer = {},
                           .broadcast = {},
                           .scope = Scope::host,
                           .label = "lo"});
  first_ip_id(static_cast<std::uint16_t>(rng.next()));
}

Host::~Host() { cancel(lifetime_timer_); }

}  // namespace lvs::host
