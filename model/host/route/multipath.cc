// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route/multipath.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/bytes.h"
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

std::uint64_t siphash(std::span<const std::uint8_t> bytes, const std::array<std::uint64_t, 2>& key) {
  std::uint64_t v0 = 0x736f6d6570736575ull ^ key[0], v1 = 0x646f72616e646f6dull ^ key[1];
  std::uint64_t v2 = 0x6c7967656e657261ull ^ key[0], v3 = 0x7465646279746573ull ^ key[1];
  const auto round = [&] {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  };
  const auto take = [&](std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  };
  const auto word_at = [&](std::size_t at, std::size_t count) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < count; ++i) word |= std::uint64_t{bytes[at + i]} << 8 * i;
    return word;
  };
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) take(word_at(at, 8));
  take(std::uint64_t{bytes.size()} << 56 | word_at(at, bytes.size() - at));
  v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) round();
  return v0 ^ v1 ^ v2 ^ v3;
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
      siphash(keys, seed == 0 ? *hash_key_ : std::array{seed << 32 | seed, seed << 32 | seed}));
  return std::max(hash, 1u) >> 1;
}

FibMatch Fib::choose_hop(FibMatch match, const FlowKey& key) const {
  if (match.route == nullptr || match.route->hops.empty()) return match;
  const auto bounds = upper_bounds(
      match.route->hops, [&](const Device& dev) { return env_.conf_either(dev, Conf::ignore_routes_with_linkdown); });
  const std::uint32_t hash = flow_hash(key);
  for (std::uint32_t i = 0; i < bounds.size(); ++i) {
    if (bounds[i] < std::int64_t{hash}) continue;
    match.hop = i;
    break;
  }
  return match;
}

}  // namespace lvs::host
