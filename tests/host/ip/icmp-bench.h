// SPDX-License-Identifier: GPL-2.0-or-later
// A router between a client and a server, for the tests of ICMP.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test-host.h"

namespace lvs::test {

inline const base::MacAddr kClientMac = mac("02:00:00:00:00:0a");
inline const base::MacAddr kServerMac = mac("02:00:00:00:00:0b");
inline const base::Ipv4Addr kClient = addr("10.0.0.9");
inline const base::Ipv4Addr kServer = addr("10.1.0.9");
inline const base::Ipv4Addr kOwn = addr("10.0.0.1");

// A router: eth0 towards the client, eth1 towards a server; the neighbours are known.
class IcmpTest : public testing::Test {
 protected:
  IcmpTest() {
    box.add(eth0, "10.0.0.1/24");
    box.add(eth1, "10.1.0.1/24");
    box.host.set_sysctl(host::Ipv4Key::ip_forward, 1);
    know(eth0, kClient, kClientMac);
    know(eth1, kServer, kServerMac);
    box.sent(0);
  }
  void know(host::Device& dev, base::Ipv4Addr who, base::MacAddr where) {
    host::Neighbour& entry = box.host.neighbours.find_or_create(dev, who);
    box.host.neighbours.update(entry, where, host::NeighbourState::permanent, {.override_ = true, .admin = true});
  }
  Eth to_us() const { return {.src = kClientMac, .dst = eth0.mac}; }
  Eth to_client() const { return {.src = eth0.mac, .dst = kClientMac}; }
  Frame sent_one() {
    const auto frames = box.sent(0);
    EXPECT_THAT(frames, testing::SizeIs(1));
    return frames.empty() ? Frame{} : without_ip_id(frames.front());
  }
  // The error that is due about a frame as it was when the fault was found.
  Frame error(base::Ipv4Addr from, std::uint8_t type, std::uint8_t code, const Frame& about,
              std::uint32_t rest = 0) const {
    return to_client() / Ip{.src = from, .dst = kClient, .tos = 0xc0} / Icmp{.type = type, .code = code, .rest = rest} /
           quote_of(about);
  }

  TestHost box{"r"};
  host::Device& eth0 = box.eth(0);
  host::Device& eth1 = box.eth(1);
};

// --- errors ---

struct Listening : host::TransportHandler {
  void deliver(host::PacketPtr) override {}
  void error(const host::Packet& packet, const std::uint8_t* quoted) override {
    errors.push_back(packet.transport()[0] << 8 | packet.transport()[1]);
    to = wire::ConstIpv4{quoted}.dst();
  }
  std::vector<int> errors;
  base::Ipv4Addr to;
};

}  // namespace lvs::test
