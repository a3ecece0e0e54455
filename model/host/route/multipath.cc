// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route/multipath.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/siphash.h"
#include "wire/ipv4.h"

namespace lvs::host {

namespace {

constexpr std::uint8_t kTcp = 6, kUdp = 17, kSctp = 132;

bool has_ports(std::uint8_t protocol) { return protocol == kTcp || protocol == kUdp || protocol == kSctp; }

// The addresses that a flow is known by: of an ICMP error those that it quotes (kernel: ip_multipath_l3_keys()).
std::pair<base::Ipv4Addr, base::Ipv4Addr> addresses_of(const FlowKey& key) {
  if (key.packet == nullptr) return {key.src, key.dst};
  const wire::ConstIpv4 ip = key.packet->ip();
  const unsigned header = ip.header_size();
  constexpr unsigned kIcmpHeader = 8;
  if (ip.protocol() != wire::IpProto::icmp || ip.fragment_offset() != 0 ||
      key.packet->size() < header + kIcmpHeader + wire::Ipv4::kMinSize) {
    return {ip.src(), ip.dst()};
  }
  const std::uint8_t* const icmp = ip.p + header;
  constexpr std::uint8_t kUnreachable = 3, kQuench = 4, kRedirect = 5, kExceeded = 11, kParameter = 12;
  const bool error = icmp[0] == kUnreachable || icmp[0] == kQuench || icmp[0] == kRedirect || icmp[0] == kExceeded ||
                     icmp[0] == kParameter;
  if (!error) return {ip.src(), ip.dst()};
  const wire::ConstIpv4 quoted{icmp + kIcmpHeader};
  return {quoted.src(), quoted.dst()};
}

}  // namespace

FlowPorts ports_of(const FlowKey& key) {
  if (key.packet == nullptr) return {key.protocol, key.sport, key.dport};
  const wire::ConstIpv4 ip = key.packet->ip();
  const auto protocol = static_cast<std::uint8_t>(ip.protocol());
  const unsigned header = ip.header_size();
  constexpr unsigned kPorts = 4;
  if (!has_ports(protocol) || ip.fragment_offset() != 0 || key.packet->size() < header + kPorts)
    return {protocol, 0, 0};
  const std::uint8_t* const ports = ip.p + header;
  return {protocol, base::load_be16(ports), base::load_be16(ports + 2)};
}

// Kernel: fib_multipath_hash() by way of __flow_hash_consistentify() and siphash() of what struct flow_keys has from
// `basic` on; numbers there are compared as a little-endian machine reads them.
std::uint32_t Fib::flow_hash(const FlowKey& key) const {
  constexpr std::size_t kLength = 48, kProtocol = 2, kPorts = 28, kSource = 36, kDestination = 40;
  std::array<std::uint8_t, kLength> keys{};
  auto [src, dst] = addresses_of(key);
  if (env_.sysctls.get(Ipv4Key::fib_multipath_hash_policy) == 1) {
    FlowPorts ports = ports_of(key);
    if (key.packet != nullptr) src = key.packet->ip().src(), dst = key.packet->ip().dst();
    if (__builtin_bswap16(ports.dport) < __builtin_bswap16(ports.sport)) std::swap(ports.sport, ports.dport);
    keys[kProtocol] = ports.protocol;
    base::store_be16(keys.data() + kPorts, ports.sport);
    base::store_be16(keys.data() + kPorts + 2, ports.dport);
  }
  if (__builtin_bswap32(dst.value) < __builtin_bswap32(src.value)) std::swap(src, dst);
  base::store_be32(keys.data() + kSource, src.value);
  base::store_be32(keys.data() + kDestination, dst.value);
  if (!hash_key_) hash_key_ = {env_.rng.next(), env_.rng.next()};
  const std::uint64_t seed = env_.sysctls.multipath_hash_seed;
  const auto hash = static_cast<std::uint32_t>(
      base::siphash(keys, seed == 0 ? *hash_key_ : std::array{seed << 32 | seed, seed << 32 | seed}));
  return std::max(hash, 1u) >> 1;
}

// Each next hop has a share of the hashes, up to a bound, by weight; the first whose bound is not below the hash is
// taken (kernel: fib_rebalance(), fib_select_multipath()).
FibMatch Fib::choose_hop(FibMatch match, const FlowKey& key) const {
  if (match.route == nullptr || match.route->hops.empty()) return match;
  const auto out = [&](const FibNextHop& hop) {
    return hop.dead || (hop.linkdown && env_.conf_either(*hop.dev, Conf::ignore_routes_with_linkdown));
  };
  std::uint64_t total = 0, weight = 0;
  for (const FibNextHop& hop : match.route->hops) total += out(hop) ? 0 : hop.weight;
  const std::int64_t hash = flow_hash(key);
  for (std::uint32_t i = 0; i < match.route->hops.size(); ++i) {
    const FibNextHop& hop = match.route->hops[i];
    if (out(hop)) continue;
    weight += hop.weight;
    if (static_cast<std::int64_t>(((weight << 31) + total / 2) / total) - 1 < hash) continue;
    match.hop = i;
    break;
  }
  return match;
}

}  // namespace lvs::host
