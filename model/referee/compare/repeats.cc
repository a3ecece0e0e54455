// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/repeats.h"

#include "base/bytes.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::referee {
namespace {

constexpr std::uint8_t kIgmp = 2, kReport = 0x22;
constexpr std::size_t kWithRouterAlert = wire::Ipv4::kMinSize + 4;
// A second, the ticks of two timers, and what a bridge takes.
constexpr base::Time kWithin = std::chrono::milliseconds(1100);

}  // namespace

bool Repeats::again(const control::CapturedFrame& frame) {
  constexpr std::size_t kTag = 4;
  const bool tagged = frame.bytes.size() > wire::Ethernet::kSize && base::load_be16(&frame.bytes[12]) == 0x8100;
  const std::size_t ip = wire::Ethernet::kSize + (tagged ? kTag : 0);
  if (frame.bytes.size() <= ip + kWithRouterAlert || base::load_be16(&frame.bytes[ip - 2]) != 0x0800) return false;
  if (frame.bytes[ip + 9] != kIgmp || frame.bytes[ip + kWithRouterAlert] != kReport) return false;
  const std::vector<std::uint8_t> packet(frame.bytes.begin() + static_cast<std::ptrdiff_t>(tagged ? ip - kTag : ip),
                                         frame.bytes.end());
  const auto [at, fresh] = met_.try_emplace(packet, frame.at);
  if (fresh) return false;
  if (frame.at - at->second <= kWithin) return true;
  at->second = frame.at;
  return false;
}

}  // namespace lvs::referee
