// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/directors.h"

#include <algorithm>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::referee {
namespace {

constexpr base::Time kMoment = std::chrono::microseconds(300);

bool of_director(const control::CapturedFrame& frame) {
  constexpr std::uint8_t kVrrp = 112;
  if (const auto arp = wire::Arp::request_in(frame.bytes)) return arp->sender_ip == arp->target_ip;
  if (frame.bytes.size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize) return false;
  return wire::ConstEthernet{frame.bytes.data()}.type() == static_cast<std::uint16_t>(wire::EtherType::ipv4) &&
         frame.bytes[wire::Ethernet::kSize + 9] == kVrrp;
}

}  // namespace

void settle_directors(std::vector<const control::CapturedFrame*>& frames) {
  for (auto begin = frames.begin(); begin != frames.end();) {
    auto end = begin;
    while (end != frames.end() && of_director(**end) && (end == begin || (*end)->at - (*(end - 1))->at < kMoment))
      ++end;
    std::stable_sort(begin, end, [](const auto* a, const auto* b) {
      return a->outbound != b->outbound ? a->outbound : a->bytes < b->bytes;
    });
    begin = end == begin ? begin + 1 : end;
  }
}

}  // namespace lvs::referee
