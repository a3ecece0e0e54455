// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/directors.h"

#include <algorithm>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::referee {
namespace {

constexpr base::Time kMoment = std::chrono::milliseconds(1);
constexpr std::ptrdiff_t kSender = 6;  // of an Ethernet frame

bool is_advert(const control::CapturedFrame& frame) {
  constexpr std::uint8_t kVrrp = 112;
  return frame.bytes.size() >= wire::Ethernet::kSize + wire::Ipv4::kMinSize &&
         wire::ConstEthernet{frame.bytes.data()}.type() == static_cast<std::uint16_t>(wire::EtherType::ipv4) &&
         frame.bytes[wire::Ethernet::kSize + 9] == kVrrp;
}

// Adverts to a peer wait for its MAC address, and a peer without keepalived refuses them.
bool goes_along(const control::CapturedFrame& frame) {
  if (frame.bytes.size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize) return false;
  const auto type = static_cast<wire::EtherType>(wire::ConstEthernet{frame.bytes.data()}.type());
  if (type == wire::EtherType::arp) return true;
  return type == wire::EtherType::ipv4 &&
         frame.bytes[wire::Ethernet::kSize + 9] == static_cast<std::uint8_t>(wire::IpProto::icmp);
}

}  // namespace

void settle_directors(std::vector<const control::CapturedFrame*>& frames) {
  for (auto begin = frames.begin(); begin != frames.end();) {
    auto end = begin;
    bool adverts = false, announced = false, probes = false;
    const control::CapturedFrame* question = nullptr;  // the first that somebody asks us alone
    for (; end != frames.end() && (end == begin || (*end)->at - (*(end - 1))->at < kMoment); ++end) {
      if (!is_advert(**end) && !goes_along(**end)) break;
      adverts |= is_advert(**end);
      const auto arp = wire::Arp::request_in((*end)->bytes);
      announced |= arp && arp->sender_ip == arp->target_ip;
      constexpr std::uint8_t kGroup = 1;
      if (!arp || (*end)->outbound || ((*end)->bytes[0] & kGroup) != 0) continue;
      if (question == nullptr) question = *end;
      probes |= !std::equal(question->bytes.begin() + kSender, question->bytes.begin() + wire::Ethernet::kSize - 2,
                            (*end)->bytes.begin() + kSender);
    }
    if (adverts || announced || probes) {
      std::stable_sort(begin, end, [](const auto* a, const auto* b) {
        return a->outbound != b->outbound ? a->outbound : a->bytes < b->bytes;
      });
    }
    begin = end == begin ? begin + 1 : end;
  }
}

}  // namespace lvs::referee
