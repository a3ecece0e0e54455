// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/arp.h"

#include <algorithm>

#include "wire/ethernet.h"

namespace lvs::wire {
namespace {

constexpr std::uint16_t kEthernet = 1, kIeee802 = 6;  // hardware types; Linux takes either on Ethernet

}  // namespace

using base::load_be16;
using base::load_be32;
using base::store_be16;
using base::store_be32;

std::optional<Arp> Arp::parse(base::ByteView bytes) {
  if (bytes.size() < kSize) return std::nullopt;
  const std::uint8_t* p = bytes.data();
  const std::uint16_t op = load_be16(p + 6);
  const std::uint16_t hardware = load_be16(p);
  if (hardware != kEthernet && hardware != kIeee802) return std::nullopt;
  if (load_be16(p + 2) != 0x0800 || p[4] != 6 || p[5] != 4 || op < 1 || op > 2) return std::nullopt;
  return Arp{static_cast<Op>(op),
             Ethernet::load_mac(p + 8),
             {load_be32(p + 14)},
             Ethernet::load_mac(p + 18),
             {load_be32(p + 24)}};
}

std::optional<Arp> Arp::request_in(base::ByteView frame) {
  if (frame.size() < Ethernet::kSize || load_be16(&frame[12]) != static_cast<std::uint16_t>(EtherType::arp)) return {};
  const std::optional<Arp> arp = parse(frame.subspan(Ethernet::kSize));
  return arp && arp->op == Op::request ? arp : std::nullopt;
}

void Arp::emit(std::uint8_t* out) const {
  store_be16(out, kEthernet);
  store_be16(out + 2, 0x0800);
  out[4] = 6;
  out[5] = 4;
  store_be16(out + 6, static_cast<std::uint16_t>(op));
  std::copy_n(sender_mac.bytes.begin(), 6, out + 8);
  store_be32(out + 14, sender_ip.value);
  std::copy_n(target_mac.bytes.begin(), 6, out + 18);
  store_be32(out + 24, target_ip.value);
}

}  // namespace lvs::wire
