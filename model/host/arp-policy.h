// SPDX-License-Identifier: GPL-2.0-or-later
// ARP decisions as pure functions: who is answered, with which sender a request is sent, what an entry learns
// (kernel: net/ipv4/arp.c arp_ignore(), arp_filter(), arp_solicit(), arp_process()).
#pragma once

#include <cstdint>
#include <span>

#include "base/addr.h"
#include "host/route.h"

namespace lvs::host {

class Device;

// One address of the host, as the policies see it.
struct LocalAddr {
  const Device* dev = nullptr;
  base::Ipv4Prefix prefix;
  Scope scope = Scope::global;
};

struct ArpQuery {
  const Device* in = nullptr;
  base::Ipv4Addr sender;
  base::Ipv4Addr target;
};

// Kernel arp_ignore(). `level` is max(conf/all, conf/in); the caller has established that `target` is one of our
// addresses. True: an answer is allowed.
bool arp_ignore_allows(int level, const ArpQuery& query, std::span<const LocalAddr> ours);

}  // namespace lvs::host
