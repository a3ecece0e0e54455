// SPDX-License-Identifier: GPL-2.0-or-later
// ARP for IPv4 over Ethernet (RFC 826), as a value: parse once, emit whole.
#pragma once

#include <optional>

#include "base/addr.h"
#include "base/bytes.h"

namespace lvs::wire {

struct Arp {
  static constexpr std::size_t kSize = 28;
  enum class Op : std::uint16_t { request = 1, reply = 2 };

  Op op = Op::request;
  base::MacAddr sender_mac;
  base::Ipv4Addr sender_ip;
  base::MacAddr target_mac;
  base::Ipv4Addr target_ip;

  // Nothing when shorter than kSize, or when hardware type, protocol, lengths or operation are others.
  static std::optional<Arp> parse(base::ByteView bytes);
  // The request that an Ethernet frame carries, if it does.
  static std::optional<Arp> request_in(base::ByteView frame);
  // Writes kSize bytes.
  void emit(std::uint8_t* out) const;
  friend bool operator==(const Arp&, const Arp&) = default;
};

}  // namespace lvs::wire
