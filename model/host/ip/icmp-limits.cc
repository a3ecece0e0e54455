// SPDX-License-Identifier: GPL-2.0-or-later
// How many ICMP messages a host sends (kernel: icmp_global_allow(), inet_peer_xrlim_allow(), ip_rt_send_redirect(),
// ip_error()). Counted in ticks, as there: the buckets are small enough for the rounding to show.
#include <algorithm>

#include "host/ip/stack.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;

namespace {

constexpr std::int64_t kBurstFactor = 6;       // XRLIM_BURST_FACTOR
constexpr unsigned kRedirects = 9;             // ip_rt_redirect_number
constexpr std::int64_t kSecondsOfNoRoute = 5;  // ip_rt_error_burst; one of them is ip_rt_error_cost
constexpr std::uint8_t kMostKnownType = 18;    // NR_ICMP_TYPES
constexpr std::int64_t kWrap = std::int64_t{1} << 32;

// Where nobody says how many ticks a second the kernel counts, those of User Mode Linux.
std::int64_t hz(const Env& env) { return env.ticks() ? std::int64_t{env.ticks()->hz()} : 100; }

}  // namespace

Icmp::Jiffies Icmp::jiffies() const {
  return host_.ticks() ? host_.ticks()->count(host_.now()) : host_.now().count() / (1'000'000'000 / hz(host_));
}

Icmp::Peer& Icmp::peer(base::Ipv4Addr addr) {
  if (peers_.size() >= kMaxPeers) peers_.clear();
  const auto [at, made] = peers_.try_emplace(addr);
  if (made) at->second.last = jiffies() - 60 * hz(host_);  // long enough for a full bucket
  return at->second;
}

// `limited`: the peer's own limit holds too.
bool Icmp::globally_allowed(std::uint8_t type, std::uint8_t code, bool& limited) {
  if (type > kMostKnownType) return true;
  if (type == wire::Icmp::dest_unreach && code == wire::Icmp::frag_needed)
    return true;  // PMTU discovery needs them all
  if ((host_.sysctls.get(Ipv4Key::icmp_ratemask) >> type & 1) == 0) return true;
  if (global_credit_ <= 0) {
    const Jiffies now = jiffies();
    // A kernel has 0 for the moment of the last refill, in 32 bits: what comes in the first ticks after its count has
    // passed 2^32, five minutes after the boot, finds no credit. Where the count is not the kernel's, it is far below.
    if (global_stamp_ < 0 && now >= kWrap) global_stamp_ = kWrap;
    const Jiffies passed = std::min(now - global_stamp_, hz(host_));
    const std::int64_t more = host_.sysctls.get(Ipv4Key::icmp_msgs_per_sec) * passed / hz(host_);
    if (passed < hz(host_) / 50 || more == 0) return false;
    global_stamp_ = now;
    global_credit_ = std::min<std::int64_t>(global_credit_ + more, host_.sysctls.get(Ipv4Key::icmp_msgs_burst));
  }
  limited = true;
  return true;
}

bool Icmp::allowed_to(base::Ipv4Addr to, const Device* out) {
  if (out == nullptr || !out->is_loopback()) {
    const std::int64_t cost = (std::int64_t{host_.sysctls.get(Ipv4Key::icmp_ratelimit)} * hz(host_) + 999) / 1000;
    Peer& bucket = peer(to);
    const Jiffies now = jiffies();
    bucket.tokens = std::min(bucket.tokens + now - bucket.last, kBurstFactor * cost);
    bucket.last = now;
    if (bucket.tokens < cost) return false;
    bucket.tokens -= cost;
  }
  // Random, so that nobody can count the host's errors from outside (kernel: icmp_global_consume()).
  global_credit_ -= host_.rng.below(3);
  return true;
}

void Icmp::send_redirect(const Packet& packet, base::Ipv4Addr gateway) {
  if (packet.route.dev == nullptr || !host_.conf_either(*packet.route.dev, Conf::send_redirects)) return;
  Peer& to = peer(packet.ip().src());
  const Jiffies now = jiffies(), load = hz(host_) / 50;  // ip_rt_redirect_load
  if (now > to.last + (load << (kRedirects + 1))) {      // perhaps the host has forgotten: begin again
    to.tokens = 0;
    to.redirects = 0;
  }
  if (to.redirects >= kRedirects) {  // a host that does not listen
    to.last = now;
    return;
  }
  if (to.redirects != 0 && now <= to.last + (load << to.redirects)) return;
  constexpr std::uint8_t kForHost = 1;
  send_error(packet, wire::Icmp::redirect, kForHost, gateway.value);
  Peer& again = peer(packet.ip().src());  // the error may have come first to this peer
  again.last = now;
  ++again.redirects;
}

Drop Icmp::send_no_route(const Packet& about, std::uint8_t code) {
  Peer& to = peer(about.ip().src());
  const Jiffies now = jiffies();
  to.tokens = std::min(to.tokens + now - to.last, kSecondsOfNoRoute * hz(host_));
  to.last = now;
  if (to.tokens < hz(host_)) return refused(about, wire::Icmp::dest_unreach, code, Drop::icmp_ratelimit);
  to.tokens -= hz(host_);
  return send_error(about, wire::Icmp::dest_unreach, code);
}

}  // namespace lvs::host
