// SPDX-License-Identifier: GPL-2.0-or-later
// A router between a client (eth0) and a server (eth1), its neighbours known.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test-host.h"

namespace lvs::test {

class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    box.add(eth0, "10.0.0.1/24");
    box.add(eth1, "10.1.0.1/24");
    box.host.set_sysctl(host::Ipv4Key::ip_forward, 1);
    know(eth0, client, client_mac);
    know(eth1, server, server_mac);
    box.sent(0);
    box.sent(1);
  }
  void know(host::Device& dev, base::Ipv4Addr who, const base::MacAddr& where) {
    host::Neighbour& entry = box.host.neighbours.find_or_create(dev, who);
    box.host.neighbours.update(entry, where, host::NeighbourState::permanent, {.override_ = true, .admin = true});
  }
  Eth from_client() const { return {.src = client_mac, .dst = eth0.mac}; }
  Eth to_client() const { return {.src = eth0.mac, .dst = client_mac}; }
  Eth from_server() const { return {.src = server_mac, .dst = eth1.mac}; }
  Eth to_server() const { return {.src = eth1.mac, .dst = server_mac}; }
  void receive(unsigned number, const Frame& frame) { box.receive(number, frame); }
  // What ethN sent, IP ids of our own packets aside.
  std::vector<Frame> sent(unsigned number) {
    std::vector<Frame> frames = box.sent(number);
    for (Frame& frame : frames) frame = without_ip_id(std::move(frame));
    return frames;
  }

  const base::Ipv4Addr client = addr("10.0.0.9"), server = addr("10.1.0.9"), own = addr("10.0.0.1");
  const base::MacAddr client_mac = mac("02:00:00:00:00:0a"), server_mac = mac("02:00:00:00:00:0b");
  TestHost box{"r"};
  host::Device& eth0 = box.eth(0);
  host::Device& eth1 = box.eth(1);
};

}  // namespace lvs::test
