// SPDX-License-Identifier: GPL-2.0-or-later
// Multicast groups: the reports as recorded from Linux 6.1.176 (keepalived 2.2.7 joins 224.0.0.18), and who receives
// what.
#include "host/ip/igmp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "host/socket/raw.h"
#include "support/test-host.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using host::SocketError;

constexpr base::Ipv4Addr kVrrp = base::Ipv4Addr::of(224, 0, 0, 18);

std::string hex(const Frame& frame) {
  std::string text;
  for (const std::uint8_t byte : frame) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

struct Bench : testing::Test {
  TestHost it{"lb2"};
  host::Device& eth0 = it.eth(0);
  Bench() {
    it.host.set_mac(eth0, mac("02:00:00:00:02:00"));
    it.add(eth0, "10.0.0.12/24");
    it.sent(0);
  }
  std::vector<Frame> after(base::Time length) {
    it.advance_to(it.clock.now_ + length);
    return it.sent(0);
  }
};

// The frames of the recording, less Ethernet's padding.
constexpr std::string_view kJoined =
    "01005e000016020000000200080046c00028000040000102f9ed0a00000ce0000016"
    "940400002200f9eb0000000104000000e0000012";
constexpr std::string_view kLeft =
    "01005e000016020000000200080046c00028000040000102f9ed0a00000ce0000016"
    "940400002200faeb0000000103000000e0000012";

TEST_F(Bench, JoinsAndLeavesWithTwoReportsEach) {
  it.host.igmp.join(eth0, kVrrp);
  const auto joined = after(3s);
  ASSERT_EQ(joined.size(), 2u);
  EXPECT_EQ(hex(joined[0]), kJoined);
  EXPECT_EQ(hex(joined[1]), kJoined);
  it.host.igmp.leave(eth0, kVrrp);
  const auto left = after(3s);
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(hex(left[0]), kLeft);
  EXPECT_EQ(hex(left[1]), kLeft);
  EXPECT_TRUE(after(10s).empty());
}

TEST_F(Bench, SecondReportComesWithinASecond) {
  it.host.igmp.join(eth0, kVrrp);
  EXPECT_TRUE(after(19ms).empty());
  EXPECT_EQ(after(2ms).size(), 1u);
  EXPECT_EQ(after(1025ms).size(), 1u);
}

TEST_F(Bench, GroupIsLeftByTheLastWhoJoined) {
  it.host.igmp.join(eth0, kVrrp);
  it.host.igmp.join(eth0, kVrrp);
  after(3s);
  it.host.igmp.leave(eth0, kVrrp);
  EXPECT_TRUE(after(3s).empty());
  it.host.igmp.leave(eth0, kVrrp);
  EXPECT_EQ(after(3s).size(), 2u);
}

TEST_F(Bench, InterfaceThatComesUpReportsAgain) {
  it.host.igmp.join(eth0, kVrrp);
  after(3s);
  it.host.set_up(eth0, false);
  EXPECT_TRUE(after(3s).empty());
  it.host.set_up(eth0, true);
  EXPECT_EQ(after(3s).size(), 2u);
}

TEST_F(Bench, ReportWithoutAddressHasSourceZero) {
  it.remove(eth0, "10.0.0.12/24");
  it.host.igmp.join(eth0, kVrrp);
  const auto frames = after(3s);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(hex(frames[0]).substr(52, 8), "00000000");
}

// An advert of VRRP: protocol 112, TTL 255, its own id.
Frame advert(std::string_view from, std::uint16_t id) {
  Frame frame(14 + 20 + 20);
  const auto destination = mac("01:00:5e:00:00:12"), source = mac("02:00:00:00:01:00");
  std::ranges::copy(destination.bytes, frame.begin());
  std::ranges::copy(source.bytes, frame.begin() + 6);
  base::store_be16(&frame[12], 0x0800);
  const wire::Ipv4 ip{&frame[14]};
  ip.init(0xc0, 40, id, 0, 255, static_cast<wire::IpProto>(112), addr(from), kVrrp);
  ip.refresh_checksum();
  frame[34] = 0x21;
  return frame;
}

TEST_F(Bench, RawSocketGetsWholePacketsOfItsGroups) {
  host::RawSocket socket(it.host, 112, nullptr);
  it.receive(0, advert("10.0.0.11", 1));
  EXPECT_FALSE(socket.readable()) << "nobody has joined";
  EXPECT_EQ(socket.join(kVrrp, eth0), SocketError::none);
  EXPECT_EQ(socket.join(kVrrp, eth0), SocketError::in_use);
  it.receive(0, advert("10.0.0.11", 2));
  host::RawSocket::Received received;
  ASSERT_EQ(socket.receive(received), SocketError::none);
  const Frame sent = advert("10.0.0.11", 2);
  EXPECT_EQ(received.packet, Frame(sent.begin() + 14, sent.end()));
  EXPECT_EQ(received.ifindex, eth0.index());
  EXPECT_EQ(socket.receive(received), SocketError::again);
}

TEST_F(Bench, MulticastAllDecidesAboutGroupsOfOthers) {
  host::RawSocket member(it.host, 112, nullptr), other(it.host, 112, nullptr);
  member.join(kVrrp, eth0);
  it.receive(0, advert("10.0.0.11", 1));
  EXPECT_TRUE(other.readable());
  host::RawSocket::Received received;
  other.receive(received);
  other.set_multicast_all(false);
  it.receive(0, advert("10.0.0.11", 2));
  EXPECT_FALSE(other.readable());
  member.bind_device(&it.lo());
  const auto before = member.receive(received);
  it.receive(0, advert("10.0.0.11", 3));
  member.receive(received);
  EXPECT_EQ(before, SocketError::none);
  EXPECT_FALSE(member.readable());
}

TEST_F(Bench, RawSocketSendsTheHeaderItWasGiven) {
  host::RawSocket socket(it.host, 112, nullptr);
  socket.set_multicast_device(&eth0);
  const Frame wanted = advert("10.0.0.12", 7);
  EXPECT_EQ(socket.send_with_header(std::span(wanted).subspan(14)), SocketError::none);
  const auto sent = after(0s);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(hex(sent[0]).substr(28), hex(wanted).substr(28));
  EXPECT_EQ(hex(sent[0]).substr(0, 12), "01005e000012");
}

TEST_F(Bench, RawSocketWithoutReaderMeansProtocolUnreachable) {
  Frame unicast = advert("10.0.0.11", 1);
  std::ranges::copy(mac("02:00:00:00:02:00").bytes, unicast.begin());
  const wire::Ipv4 ip{&unicast[14]};
  ip.set_dst(addr("10.0.0.12"));
  ip.refresh_checksum();
  it.receive(0, unicast);
  EXPECT_EQ(it.host.drops(trace::Drop::ip_noproto), 1u);
  host::RawSocket socket(it.host, 112, nullptr);
  it.receive(0, unicast);
  EXPECT_TRUE(socket.readable());
  EXPECT_EQ(it.host.drops(trace::Drop::ip_noproto), 1u);
}

TEST_F(Bench, ListenersHearOfLinksAndAddresses) {
  std::vector<std::string> heard;
  const host::HostEvents::Listener listener = [](void* self, const host::HostEvent& event) {
    auto& list = *static_cast<std::vector<std::string>*>(self);
    using Kind = host::HostEvent::Kind;
    if (event.kind == Kind::link) list.push_back(event.dev.carrier && event.dev.up ? "running" : "not running");
    if (event.kind == Kind::address_added) list.push_back("+" + event.address->prefix.addr.text());
    if (event.kind == Kind::address_removed) list.push_back("-" + event.address->prefix.addr.text());
  };
  it.host.events.add(listener, &heard);
  it.add(eth0, "10.0.0.100/32");
  it.remove(eth0, "10.0.0.100/32");
  it.host.set_carrier(eth0, false);
  it.host.set_carrier(eth0, true);
  it.host.set_up(eth0, false);
  it.host.events.remove(listener, &heard);
  it.host.set_up(eth0, true);
  EXPECT_EQ(heard, (std::vector<std::string>{"+10.0.0.100", "-10.0.0.100", "not running", "running", "not running"}));
}

}  // namespace
}  // namespace lvs::test
