// SPDX-License-Identifier: GPL-2.0-or-later
// The cure of the ARP problem by arptables: a real server that keeps the virtual address to itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/machine/machine.h"
#include "support/test-host.h"

namespace lvs::control {
namespace {

using test::addr;
using test::Arp;
using test::Eth;
using test::Frame;
using test::mac;
using testing::ElementsAre;
using testing::IsEmpty;

const auto kServer = mac("02:00:00:00:00:0b"), kAsker = mac("02:00:00:00:00:01");

struct Server {
  test::FakeClock clock;
  test::CapturePort port;
  Machine machine{"server", 1, 1, clock};

  Server() {
    machine.host().add_ethernet("eth0", kServer, &port);
    machine.run("ip link set eth0 up\nip addr add 10.0.0.11/24 dev eth0\nip addr add 10.0.0.100/32 dev eth0");
  }
  void ask(const char* who) {
    const Frame frame = Eth{.src = kAsker, .dst = base::MacAddr::broadcast()} /
                        Arp{Arp::Op::request, kAsker, addr("10.0.0.1"), {}, addr(who)};
    machine.host().receive(*machine.host().device("eth0"), host::Packet::from_frame(frame));
  }
  std::vector<Frame> sent() { return std::exchange(port.frames, {}); }
};

Frame answer(const char* sender) {
  return Eth{.src = kServer, .dst = kAsker} / Arp{Arp::Op::reply, kServer, addr(sender), kAsker, addr("10.0.0.1")};
}

TEST(ArpTablesPackets, DropKeepsTheVirtualAddressSilent) {
  Server server;
  server.machine.run("arptables -A INPUT -d 10.0.0.100 -j DROP");
  server.ask("10.0.0.100");
  EXPECT_THAT(server.sent(), IsEmpty());
  EXPECT_EQ(server.machine.host().drops(trace::Drop::arptables_drop), 1u);
  server.ask("10.0.0.11");
  EXPECT_THAT(server.sent(), ElementsAre(answer("10.0.0.11")));
  EXPECT_EQ(server.machine.run("arptables -L INPUT -n -v"),
            "Chain INPUT (policy ACCEPT 1 packets, 28 bytes)\n"
            "-j DROP -i * -o * -d 10.0.0.100 , pcnt=1 -- bcnt=28 \n");
}

TEST(ArpTablesPackets, MangleSpeaksAsTheRealAddress) {
  Server server;
  server.machine.run("arptables -A OUTPUT -s 10.0.0.100 -j mangle --mangle-ip-s 10.0.0.11");
  server.ask("10.0.0.100");
  EXPECT_THAT(server.sent(), ElementsAre(answer("10.0.0.11")));
  server.machine.run("arptables -F\narptables -P OUTPUT DROP");
  server.ask("10.0.0.11");
  EXPECT_THAT(server.sent(), IsEmpty());
}

}  // namespace
}  // namespace lvs::control
