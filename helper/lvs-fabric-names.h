// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses of a fabric and the lines that set them, for the files of LvsFabricHelper.
#pragma once

#include <cstdint>
#include <string>

#include "base/addr.h"

namespace ns3::lvsfabric {

inline constexpr uint32_t kFront = 0x0a000000;  // 10.0.0.0/16
inline constexpr uint32_t kFirstInNet = 256;    // x.y.1.0
inline constexpr uint32_t kDirectorInRack = 254;

inline uint32_t RackNet(uint32_t rack) { return 0x0a010000 + (rack << 16); }  // 10.1.0.0/16 and up
inline uint32_t PodNet(uint32_t pod) { return 0x64400000 + (pod << 16); }     // 100.64.0.0/16 and up
inline uint32_t RouterInRack(uint32_t rack, uint32_t pod) { return RackNet(rack) + 1 + pod; }

// Whose interface it is. Addresses follow from the place, so that a process knows those of machines that it has not.
enum class Kind : uint8_t { director, routerFront, routerRack, routerPod, server, client };
inline ::lvs::base::MacAddr MacOf(Kind kind, uint32_t part = 0, uint32_t index = 0) {
  return {{2, static_cast<uint8_t>(kind), static_cast<uint8_t>(part >> 8), static_cast<uint8_t>(part),
           static_cast<uint8_t>(index >> 8), static_cast<uint8_t>(index)}};
}

inline std::string Text(uint32_t address) { return ::lvs::base::Ipv4Addr{address}.text(); }
inline std::string AddAddress(uint32_t address, const std::string& device, unsigned length = 16) {
  return "ip addr add " + Text(address) + "/" + std::to_string(length) + " dev " + device;
}
inline std::string Knows(uint32_t address, const std::string& device, const ::lvs::base::MacAddr& mac) {
  return "ip neigh replace " + Text(address) + " lladdr " + mac.text() + " dev " + device + " nud permanent";
}

}  // namespace ns3::lvsfabric
