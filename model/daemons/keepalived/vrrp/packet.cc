// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/vrrp/packet.h"

#include <algorithm>

#include "base/bytes.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"

namespace lvs::keepalived {
namespace {

constexpr std::uint8_t kAdvertType = 1;
constexpr auto kVrrp = static_cast<wire::IpProto>(kVrrpProtocol);
constexpr std::uint8_t kTos = 0xc0;  // internetwork control
constexpr std::size_t kChecksum = 6;

// Version 3 covers a pseudo header as UDP does, without its length of the authentication data.
std::uint16_t checksum(std::span<const std::uint8_t> vrrp, unsigned version, base::Ipv4Addr from, base::Ipv4Addr to) {
  wire::Sum sum = wire::sum_bytes(vrrp);
  if (version == 3) {
    sum = wire::sum_add(sum, wire::sum_pseudo_header(from, to, kVrrpProtocol, static_cast<std::uint16_t>(vrrp.size())));
  }
  return wire::checksum_of(sum);
}

std::size_t vrrp_length(unsigned version, std::size_t addresses) {
  return kVrrpHeader + addresses * 4 + (version == 2 ? kVrrpAuthData : 0);
}

}  // namespace

std::vector<std::uint8_t> emit_advert(const Advert& advert, base::Ipv4Addr from, base::Ipv4Addr to, std::uint16_t id,
                                      std::uint8_t ttl) {
  const std::size_t length = vrrp_length(advert.version, advert.addresses.size());
  std::vector<std::uint8_t> packet(wire::Ipv4::kMinSize + length);
  wire::Ipv4{packet.data()}.init(kTos, static_cast<std::uint16_t>(packet.size()), id, 0, ttl, kVrrp, from, to);
  std::uint8_t* const vrrp = packet.data() + wire::Ipv4::kMinSize;
  vrrp[0] = static_cast<std::uint8_t>(advert.version << 4 | kAdvertType);
  vrrp[1] = advert.vrid;
  vrrp[2] = advert.priority;
  vrrp[3] = static_cast<std::uint8_t>(advert.addresses.size());
  if (advert.version == 2) {
    vrrp[4] = advert.auth_type;
    vrrp[5] = static_cast<std::uint8_t>(advert.interval / std::chrono::seconds(1));
    std::copy_n(advert.auth_data.begin(), std::min(advert.auth_data.size(), kVrrpAuthData),
                vrrp + length - kVrrpAuthData);
  } else {
    base::store_be16(vrrp + 4, static_cast<std::uint16_t>(advert.interval / std::chrono::milliseconds(10)));
  }
  std::uint8_t* at = vrrp + kVrrpHeader;
  for (const base::Ipv4Addr address : advert.addresses) {
    base::store_be32(at, address.value);
    at += 4;
  }
  base::store_be16(vrrp + kChecksum, checksum({vrrp, length}, advert.version, from, to));
  return packet;
}

std::size_t ReceivedAdvert::expected_length() const {
  // The authentication data stand behind the addresses of version 2 only.
  return header + kVrrpHeader + count() * 4 + (version() == 2 ? kVrrpAuthData : 0);
}

bool ReceivedAdvert::has_address(base::Ipv4Addr address) const {
  for (unsigned i = 0; i < count(); ++i) {
    if (base::load_be32(vrrp().data() + kVrrpHeader + i * 4) == address.value) return true;
  }
  return false;
}

bool ReceivedAdvert::checksum_right() const {
  const auto whole = vrrp().first(vrrp_length(version(), count()));
  return checksum(whole, version(), from, to) == 0;
}

std::optional<ReceivedAdvert> read_advert(std::span<const std::uint8_t> packet) {
  if (packet.size() < wire::Ipv4::kMinSize) return std::nullopt;
  ReceivedAdvert advert;
  advert.packet = packet;
  advert.header = static_cast<std::size_t>(packet[0] & 15) * 4;
  if (advert.header < wire::Ipv4::kMinSize || packet.size() < advert.header + kVrrpHeader) return std::nullopt;
  advert.total_length = base::load_be16(packet.data() + 2);
  advert.ttl = packet[8];
  advert.from = {base::load_be32(packet.data() + 12)};
  advert.to = {base::load_be32(packet.data() + 16)};
  return advert;
}

}  // namespace lvs::keepalived
