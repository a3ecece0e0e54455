// SPDX-License-Identifier: GPL-2.0-or-later
// What the tests of NIC, cable and switch share: nodes, frames from bytes, receivers that remember.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "host/packet/packet.h"
#include "ns3/data-rate.h"
#include "ns3/lvs-eth-cable.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-packet.h"
#include "ns3/lvs-switch.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3 {

// A frame of `size` bytes (at least 14) from one address to another; addresses are 02:00:00:00:00:NN, 0xff: broadcast.
inline lvs::host::PacketPtr MakeFrame(uint8_t from, uint8_t to, uint32_t size = 60, uint16_t type = 0x88b5) {
  std::vector<uint8_t> bytes(size);
  const auto address = [&](std::size_t at, uint8_t last) {
    if (last == 0xff) {
      for (std::size_t i = 0; i < 6; ++i) bytes[at + i] = 0xff;
    } else {
      bytes[at] = 2;
      bytes[at + 5] = last;
    }
  };
  address(0, to);
  address(6, from);
  bytes[12] = static_cast<uint8_t>(type >> 8);
  bytes[13] = static_cast<uint8_t>(type);
  for (uint32_t i = 14; i < size; ++i) bytes[i] = static_cast<uint8_t>(i);
  return lvs::host::Packet::from_frame(bytes);
}

inline Mac48Address MakeAddress(uint8_t last) {
  const uint8_t bytes[6] = {2, 0, 0, 0, 0, last};
  Mac48Address address;
  address.CopyFrom(bytes);
  return address;
}

inline std::vector<uint8_t> BytesOf(const lvs::host::Packet& packet) {
  std::vector<uint8_t> bytes(packet.size());
  packet.copy_to(bytes);
  return bytes;
}

inline std::vector<uint8_t> BytesOf(const Packet& packet) {
  std::vector<uint8_t> bytes(packet.GetSize());
  packet.CopyData(bytes.data(), packet.GetSize());
  return bytes;
}

// Remembers what came, and when.
class Inbox : public LvsFrameReceiver {
 public:
  struct Entry {
    int64_t at;  // ns
    std::vector<uint8_t> bytes;
  };
  void ReceiveFrame(LvsEthNetDevice&, lvs::host::PacketPtr frame) override {
    entries.push_back({Simulator::Now().GetNanoSeconds(), BytesOf(*frame)});
    if (order != nullptr) order->push_back(name);
  }
  std::vector<int64_t> Times() const {
    std::vector<int64_t> times;
    for (const Entry& entry : entries) times.push_back(entry.at);
    return times;
  }

  std::vector<Entry> entries;
  std::string name;
  std::vector<std::string>* order = nullptr;  // shared by several
};

class EthTest : public ::testing::Test {
 protected:
  ~EthTest() override { Simulator::Destroy(); }

  // Two nodes, a cable; inboxes at both ends.
  void Connect() {
    nodes.Create(2);
    const NetDeviceContainer devices = helper.Install(nodes.Get(0), nodes.Get(1));
    a = DynamicCast<LvsEthNetDevice>(devices.Get(0));
    b = DynamicCast<LvsEthNetDevice>(devices.Get(1));
    a->SetAddress(MakeAddress(1));
    b->SetAddress(MakeAddress(2));
    a->SetFrameReceiver(&atA);
    b->SetFrameReceiver(&atB);
  }

  NetDeviceContainer Both() const {
    NetDeviceContainer devices(a);
    devices.Add(b);
    return devices;
  }

  LvsEthHelper helper;
  NodeContainer nodes;
  Ptr<LvsEthNetDevice> a, b;
  Inbox atA, atB;
};

}  // namespace ns3
