// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/drawn-macs.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "base/addr.h"
#include "wire/ethernet.h"

namespace lvs::referee {
namespace {

using base::MacAddr;
using control::CapturedFrame;
using control::LabRun;

// Where a frame has MAC addresses: destination, source, and of ARP who asks and who is asked (RFC 826).
constexpr std::size_t kOfEthernet[] = {0, 6}, kOfArp[] = {0, 6, wire::Ethernet::kSize + 8, wire::Ethernet::kSize + 18};

std::span<const std::size_t> places(const CapturedFrame& frame) {
  if (frame.bytes.size() < wire::Ethernet::kSize) return {};
  constexpr std::size_t kArpSize = 28;
  const bool arp = wire::ConstEthernet{frame.bytes.data()}.type() == static_cast<std::uint16_t>(wire::EtherType::arp) &&
                   frame.bytes.size() >= wire::Ethernet::kSize + kArpSize;
  return arp ? std::span<const std::size_t>(kOfArp) : std::span<const std::size_t>(kOfEthernet);
}

// Locally administered, of one machine, and none that a lab gives to its cables.
bool may_be_drawn(const MacAddr& mac) {
  const bool of_lab = mac.bytes[0] == 2 && mac.bytes[1] == 0 && mac.bytes[2] == 0;
  return (mac.bytes[0] & 3) == 2 && !of_lab;
}

// In the order first seen.
std::vector<MacAddr> macs_of(const LabRun& run) {
  std::vector<MacAddr> found;
  for (const control::LabCapture& capture : run.captures)
    for (const CapturedFrame& frame : capture.frames)
      for (const std::size_t at : places(frame)) {
        const MacAddr mac = wire::Ethernet::load_mac(&frame.bytes[at]);
        if (may_be_drawn(mac) && std::ranges::find(found, mac) == found.end()) found.push_back(mac);
      }
  return found;
}

}  // namespace

std::optional<LabRun> with_drawn_macs_of(const LabRun& left, const LabRun& right) {
  std::vector<MacAddr> ours = macs_of(left), theirs = macs_of(right);
  const std::set<MacAddr> all_ours(ours.begin(), ours.end()), all_theirs(theirs.begin(), theirs.end());
  std::erase_if(ours, [&](const MacAddr& mac) { return all_theirs.contains(mac); });
  std::erase_if(theirs, [&](const MacAddr& mac) { return all_ours.contains(mac); });
  if (ours.empty() || ours.size() != theirs.size()) return {};
  std::map<MacAddr, MacAddr> names;
  for (std::size_t i = 0; i < ours.size(); ++i) names.emplace(theirs[i], ours[i]);
  LabRun result = right;
  for (control::LabCapture& capture : result.captures)
    for (CapturedFrame& frame : capture.frames)
      for (const std::size_t at : places(frame)) {
        const auto name = names.find(wire::Ethernet::load_mac(&frame.bytes[at]));
        if (name != names.end())
          std::ranges::copy(name->second.bytes, frame.bytes.begin() + static_cast<std::ptrdiff_t>(at));
      }
  return result;
}

}  // namespace lvs::referee
