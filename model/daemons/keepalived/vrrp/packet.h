// SPDX-License-Identifier: GPL-2.0-or-later
// VRRP advertisements of versions 2 and 3 for IPv4 (RFC 3768, RFC 5798), as keepalived sends and checks them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"

namespace lvs::keepalived {

inline constexpr std::uint8_t kVrrpProtocol = 112;
inline constexpr std::size_t kVrrpHeader = 8;
inline constexpr std::size_t kVrrpAuthData = 8;  // always behind the addresses of version 2
inline constexpr unsigned kOwnerPriority = 255;

// What an advert says.
struct Advert {
  unsigned version = 2;
  std::uint8_t vrid = 0;
  std::uint8_t priority = 0;
  std::uint8_t auth_type = 0;  // version 2
  base::Time interval = std::chrono::seconds(1);
  std::vector<base::Ipv4Addr> addresses;
  std::string auth_data;  // version 2; at most eight characters
};

// The IP packet: TOS c0, no DF. `id` and `ttl` are the sender's.
std::vector<std::uint8_t> emit_advert(const Advert& advert, base::Ipv4Addr from, base::Ipv4Addr to, std::uint16_t id,
                                      std::uint8_t ttl);

// A received packet, from the IP header on, read as far as keepalived reads before it looks for an instance.
struct ReceivedAdvert {
  std::span<const std::uint8_t> packet;
  std::size_t header = 0;  // of IP
  base::Ipv4Addr from, to;
  std::uint8_t ttl = 0;
  std::uint16_t total_length = 0;

  std::span<const std::uint8_t> vrrp() const { return packet.subspan(header); }
  unsigned version() const { return vrrp()[0] >> 4; }
  unsigned type() const { return vrrp()[0] & 15; }
  std::uint8_t vrid() const { return vrrp()[1]; }
  std::uint8_t priority() const { return vrrp()[2]; }
  unsigned count() const { return vrrp()[3]; }
  std::uint8_t auth_type() const { return vrrp()[4]; }
  unsigned seconds() const { return vrrp()[5]; }                                // version 2
  unsigned centiseconds() const { return (vrrp()[4] & 15u) << 8 | vrrp()[5]; }  // version 3
  // How long the packet has to be for what its header says.
  std::size_t expected_length() const;
  bool has_address(base::Ipv4Addr address) const;  // its length is right
  bool checksum_right() const;                     // its length is right, and the version 2 or 3
};
// Nothing when it is too short for both headers.
std::optional<ReceivedAdvert> read_advert(std::span<const std::uint8_t> packet);

}  // namespace lvs::keepalived
