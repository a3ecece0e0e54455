// SPDX-License-Identifier: GPL-2.0-or-later
// Ethernet II header (IEEE 802.3). Accessors over raw bytes: the caller has checked that kSize bytes are there.
#pragma once

#include <algorithm>

#include "base/addr.h"
#include "base/bytes.h"
#include "wire/view.h"

namespace lvs::wire {

enum class EtherType : std::uint16_t { ipv4 = 0x0800, arp = 0x0806, vlan = 0x8100, ipv6 = 0x86dd };

// IEEE 802.1Q: four bytes before the type of what follows, EtherType::vlan in its place.
inline constexpr auto kVlanTag = static_cast<std::uint16_t>(EtherType::vlan);
inline constexpr std::size_t kVlanTagSize = 4;

template <HeaderByte Byte>
struct BasicEthernet {
  static constexpr std::size_t kSize = 14;
  Byte* p;

  static base::MacAddr load_mac(const std::uint8_t* at) {
    base::MacAddr mac;
    std::copy_n(at, 6, mac.bytes.begin());
    return mac;
  }
  base::MacAddr dst() const { return load_mac(p); }
  base::MacAddr src() const { return load_mac(p + 6); }
  std::uint16_t type() const { return base::load_be16(p + 12); }
};

using ConstEthernet = BasicEthernet<const std::uint8_t>;

struct Ethernet : BasicEthernet<std::uint8_t> {
  operator ConstEthernet() const { return {p}; }

  void set(const base::MacAddr& dst, const base::MacAddr& src, EtherType type) const {
    std::copy_n(dst.bytes.begin(), 6, p);
    std::copy_n(src.bytes.begin(), 6, p + 6);
    base::store_be16(p + 12, static_cast<std::uint16_t>(type));
  }
};

}  // namespace lvs::wire
