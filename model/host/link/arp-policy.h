// SPDX-License-Identifier: GPL-2.0-or-later
// ARP decisions as pure functions: who is answered, with which sender a request is sent, what an entry learns
// (kernel: net/ipv4/arp.c arp_ignore(), arp_solicit(), arp_fwd_proxy(), arp_accept(), arp_process()).
#pragma once

#include <cstdint>
#include <span>

#include "base/addr.h"
#include "base/time.h"
#include "host/packet/route.h"
#include "wire/arp.h"

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

// A request about to be sent: may it name as its sender the source of the packet that waits?
struct ArpSource {
  const Device* out = nullptr;
  base::Ipv4Addr source;
  bool source_is_local = false;
  base::Ipv4Addr target;
};
// Kernel arp_solicit(). `level` is max(conf/all, conf/out). False: an address of the interface is to be selected.
bool arp_announce_keeps(int level, const ArpSource& request, std::span<const LocalAddr> ours);

// Proxy ARP for a target that is routed to `out_medium`'s interface, another one than the request came by.
// The media are conf/DEV/medium_id of the two (kernel arp_fwd_proxy()).
bool arp_proxy_allows(int in_medium, int out_medium);

// Kernel arp_accept(): may packets that nobody asked for make entries?
bool arp_accept_allows(int level, const Device* in, base::Ipv4Addr sender, std::span<const LocalAddr> ours);

// A reply must name its sender in both hardware fields to be gratuitous; a request in both protocol fields (kernel
// arp_is_garp()). The caller has established that the sender is a unicast address and none of ours.
bool arp_is_gratuitous(const wire::Arp& arp);

// What is known when a packet that was not answered may change the cache.
struct ArpEvidence {
  wire::Arp::Op op = wire::Arp::Op::request;
  bool to_host = false;  // the frame was addressed to our MAC
  bool sender_is_unicast = false;
  bool gratuitous = false;
  bool accept = false;        // arp_accept_allows()
  bool known = false;         // there is an entry for the sender
  base::Time since_update{};  // of the entry
  base::Time locktime{};
};
struct ArpLesson {
  bool learn = false;      // update the entry, made for it if need be
  bool override_ = false;  // replace its MAC if that differs
  bool reachable = false;  // else STALE
};
ArpLesson arp_lesson(const ArpEvidence& evidence);

}  // namespace lvs::host
