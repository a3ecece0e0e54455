// SPDX-License-Identifier: GPL-2.0-or-later
// Large TCP segments and partial checksums, as a TAP with a virtio header brings them.
#include "host/packet/offload.h"

#include <gtest/gtest.h>

#include <vector>

#include "control/machine/machine.h"
#include "emu/virtio-header.h"
#include "wire/tcp.h"

namespace lvs::emu {
namespace {

using host::Packet;
using host::PacketPtr;

constexpr base::Ipv4Addr kClient = base::Ipv4Addr::of(10, 1, 0, 9), kVip = base::Ipv4Addr::of(10, 1, 0, 100);

// An Ethernet frame with a TCP segment whose field holds the pseudo header's sum alone.
std::vector<std::uint8_t> tcp_frame(std::uint32_t data, base::Ipv4Addr src = kClient, base::Ipv4Addr dst = kVip) {
  std::vector<std::uint8_t> bytes(14 + 20 + 20 + data);
  const std::uint8_t macs[12] = {2, 0, 0, 0, 1, 0, 2, 9, 9, 9, 9, 9};
  std::copy_n(macs, 12, bytes.data());
  base::store_be16(bytes.data() + 12, 0x0800);
  const wire::Ipv4 ip{bytes.data() + 14};
  ip.init(0, static_cast<std::uint16_t>(40 + data), 100, wire::Ipv4::kDf, 64, wire::IpProto::tcp, src, dst);
  ip.refresh_checksum();
  const wire::Tcp tcp{bytes.data() + 34};
  tcp.init(4000, 80, 1000, 2000, wire::Tcp::ack | wire::Tcp::psh | wire::Tcp::fin | wire::Tcp::cwr, 500);
  tcp.set_checksum(wire::sum_fold(wire::sum_pseudo_header(src, dst, 6, 20 + data)));
  for (std::uint32_t i = 0; i < data; ++i) bytes[54 + i] = static_cast<std::uint8_t>(i * 7);
  return bytes;
}

VirtioHeader large_header(std::uint16_t gso_size) {
  VirtioHeader header;
  header.flags = VirtioHeader::kNeedsChecksum;
  header.csum_start = 34;
  header.csum_offset = 16;
  if (gso_size != 0) {
    header.gso_type = VirtioHeader::kGsoTcpV4;
    header.gso_size = gso_size;
    header.header_length = 54;
  }
  return header;
}

PacketPtr large(std::uint32_t data, std::uint16_t gso_size) {
  PacketPtr frame = Packet::from_frame(tcp_frame(data));
  EXPECT_TRUE(apply_virtio_header(large_header(gso_size), *frame));
  return frame;
}

std::vector<std::uint8_t> bytes_of(const Packet& packet) {
  std::vector<std::uint8_t> bytes(packet.size());
  packet.copy_to(bytes);
  return bytes;
}

// The TCP checksum at `ip` is what the wire wants.
bool tcp_checksum_ok(std::span<const std::uint8_t> from_ip) {
  const wire::ConstIpv4 ip{from_ip.data()};
  const auto tcp = from_ip.subspan(ip.header_size());
  const wire::Sum pseudo = wire::sum_pseudo_header(ip.src(), ip.dst(), 6, static_cast<std::uint32_t>(tcp.size()));
  return wire::sum_fold(wire::sum_add(pseudo, wire::sum_bytes(tcp))) == 0xffff;
}

TEST(Segment, IsWhatTheSenderWouldHaveSent) {
  const PacketPtr whole = large(3000, 1400);
  host::PacketQueue segments;
  ASSERT_TRUE(host::segment(*whole, segments));
  ASSERT_EQ(segments.size(), 3u);
  const std::vector<std::uint8_t> sent = tcp_frame(3000);
  std::vector<std::uint8_t> data;
  for (unsigned i = 0; PacketPtr piece = segments.pop(); ++i) {
    EXPECT_EQ(piece->checksum, host::ChecksumState::partial);
    EXPECT_EQ(piece->gso_size, 0);
    host::complete_checksum(*piece);
    const auto bytes = bytes_of(*piece);
    const wire::ConstIpv4 ip{bytes.data() + 14};
    const wire::ConstTcp tcp{bytes.data() + 34};
    EXPECT_EQ(bytes.size(), 54u + (i < 2 ? 1400u : 200u));
    EXPECT_EQ(ip.total_length(), bytes.size() - 14);
    EXPECT_EQ(ip.id(), 100 + i);
    EXPECT_TRUE(ip.checksum_ok());
    EXPECT_EQ(tcp.seq(), 1000u + 1400 * i);
    EXPECT_EQ(tcp.has(wire::Tcp::cwr), i == 0);
    EXPECT_EQ(tcp.has(wire::Tcp::fin), i == 2);
    EXPECT_EQ(tcp.has(wire::Tcp::psh), i == 2);
    EXPECT_TRUE(tcp_checksum_ok(std::span(bytes).subspan(14)));
    data.insert(data.end(), bytes.begin() + 54, bytes.end());
  }
  EXPECT_TRUE(std::equal(data.begin(), data.end(), sent.begin() + 54, sent.end()));
}

TEST(Segment, OfACompleteChecksumHasOneToo) {
  const PacketPtr whole = large(3000, 1400);
  host::complete_checksum(*whole);
  host::PacketQueue segments;
  ASSERT_TRUE(host::segment(*whole, segments));
  while (PacketPtr piece = segments.pop()) {
    const auto bytes = bytes_of(*piece);
    EXPECT_TRUE(tcp_checksum_ok(std::span(bytes).subspan(14)));
  }
}

TEST(VirtioHeader, WhatItSaysComesBack) {
  const PacketPtr frame = large(3000, 1400);
  const VirtioHeader header = make_virtio_header(*frame);
  EXPECT_EQ(header.flags, VirtioHeader::kNeedsChecksum);
  EXPECT_EQ(header.gso_type, VirtioHeader::kGsoTcpV4);
  EXPECT_EQ(header.gso_size, 1400);
  EXPECT_EQ(header.header_length, 54);
  EXPECT_EQ(header.csum_start, 34);
  EXPECT_EQ(header.csum_offset, 16);
  EXPECT_EQ(make_virtio_header(*large(100, 1400)).gso_type, VirtioHeader::kGsoNone);  // one segment is no large one
}

TEST(VirtioHeader, ThatContradictsItsFrameIsRefused) {
  const auto refused = [](const VirtioHeader& header, std::vector<std::uint8_t> bytes) {
    return !apply_virtio_header(header, *Packet::from_frame(bytes));
  };
  VirtioHeader header = large_header(1400);
  EXPECT_FALSE(refused(header, tcp_frame(3000)));
  header.gso_size = 0;
  EXPECT_TRUE(refused(header, tcp_frame(3000)));
  header = large_header(1400);
  header.csum_start = 60000;
  EXPECT_TRUE(refused(header, tcp_frame(3000)));
  header = large_header(1400);
  header.csum_start = 4;
  EXPECT_TRUE(refused(header, tcp_frame(3000)));
  header = large_header(1400);
  header.flags = 0;
  EXPECT_TRUE(refused(header, tcp_frame(3000)));
  header = large_header(1400);
  header.gso_type = 5;  // no such segments were asked for
  EXPECT_TRUE(refused(header, tcp_frame(3000)));
  auto arp = tcp_frame(3000);
  base::store_be16(arp.data() + 12, 0x0806);
  EXPECT_TRUE(refused(large_header(1400), arp));
  EXPECT_TRUE(refused(large_header(0), std::vector<std::uint8_t>(20)));
}

// --- through a director ----------------------------------------------------------------------------------------------

class Clock final : public base::Clock {
 public:
  base::Time now() const override { return base::Time{0}; }
  void wake_at(base::Time) override {}
};

class Sent final : public host::Port {
 public:
  void transmit(PacketPtr frame) override { frames.push_back(std::move(frame)); }
  std::vector<PacketPtr> frames;
};

class Director {
 public:
  explicit Director(const std::string& method) {
    host::Host& host = machine_.host();
    eth0_ = &host.add_ethernet("eth0", base::MacAddr{{2, 0, 0, 0, 1, 0}}, &client);
    host.set_up(*eth0_, true);
    host.set_up(host.add_ethernet("eth1", base::MacAddr{{2, 0, 0, 0, 1, 1}}, &server), true);
    run("ip addr add 10.1.0.1/24 dev eth0; ip addr add 10.1.0.100/32 dev eth0; ip addr add 10.2.0.1/24 dev eth1");
    run("ip neigh add 10.1.0.9 lladdr 02:09:09:09:09:09 dev eth0; ip neigh add 10.2.0.11 lladdr 02:11:11:11:11:11 dev "
        "eth1");
    run("echo 1 > /proc/sys/net/ipv4/ip_forward");
    run("ipvsadm -A -t 10.1.0.100:80 -s rr; ipvsadm -a -t 10.1.0.100:80 -r 10.2.0.11:80 " + method);
    run("sysctl -w net.ipv4.vs.sloppy_tcp=1");  // a connection may begin in its middle
  }
  void run(const std::string& line) { machine_.run(line); }
  void receive(PacketPtr frame) { machine_.host().receive(*eth0_, std::move(frame)); }

  Sent client, server;

 private:
  Clock clock_;
  control::Machine machine_{"director", 1, 1, clock_};
  host::Device* eth0_ = nullptr;
};

TEST(LargeSegment, PassesNatWholeAndItsChecksumIsMended) {
  Director director("-m");
  director.receive(large(3000, 1400));
  ASSERT_EQ(director.server.frames.size(), 1u);
  Packet& out = *director.server.frames[0];
  EXPECT_EQ(out.gso_size, 1400);
  EXPECT_EQ(out.checksum, host::ChecksumState::partial);
  EXPECT_FALSE(needs_software_segmentation(out));
  host::PacketQueue segments;
  ASSERT_TRUE(host::segment(out, segments));
  while (PacketPtr piece = segments.pop()) {
    host::complete_checksum(*piece);
    const auto bytes = bytes_of(*piece);
    EXPECT_EQ(wire::ConstIpv4{bytes.data() + 14}.ttl(), 63);
    EXPECT_TRUE(tcp_checksum_ok(std::span(bytes).subspan(14)));
  }
}

TEST(LargeSegment, InATunnelIsForSoftwareToCut) {
  Director director("-i");
  director.receive(large(3000, 1400));
  ASSERT_EQ(director.server.frames.size(), 1u);
  Packet& out = *director.server.frames[0];
  EXPECT_TRUE(needs_software_segmentation(out));
  host::PacketQueue segments;
  ASSERT_TRUE(host::segment(out, segments));
  ASSERT_EQ(segments.size(), 3u);
  while (PacketPtr piece = segments.pop()) {
    const VirtioHeader header = make_virtio_header(*piece);
    EXPECT_EQ(header.csum_start, 54);  // inside of the tunnel
    host::complete_checksum(*piece);
    const auto bytes = bytes_of(*piece);
    const wire::ConstIpv4 outer{bytes.data() + 14};
    EXPECT_EQ(outer.protocol(), wire::IpProto::ipip);
    EXPECT_EQ(outer.total_length(), bytes.size() - 14);
    EXPECT_TRUE(outer.checksum_ok());
    EXPECT_TRUE(tcp_checksum_ok(std::span(bytes).subspan(34)));
  }
}

// Kernel: ip_vs_xmit.c asks nobody about a GSO packet, and ip_finish_output_gso() cuts it; each segment is then an IPVS
// packet that may be fragmented.
TEST(LargeSegment, OfAServiceIsCutAndFragmentedForANarrowWay) {
  Director director("-m");
  director.run("ip link set eth1 mtu 1000");
  director.receive(large(3000, 1400));
  ASSERT_EQ(director.client.frames.size(), 0u);
  EXPECT_EQ(director.server.frames.size(), 5u);  // 2 + 2 + 1
  for (const PacketPtr& frame : director.server.frames) EXPECT_LE(frame->size(), 1014u);
}

TEST(LargeSegment, ThatIsForwardedIsJudgedByItsSegments) {
  Director director("-m");
  const auto forwarded = [] {
    PacketPtr frame = Packet::from_frame(tcp_frame(3000, kClient, base::Ipv4Addr::of(10, 2, 0, 11)));
    EXPECT_TRUE(apply_virtio_header(large_header(1400), *frame));
    return frame;
  };
  director.receive(forwarded());
  ASSERT_EQ(director.server.frames.size(), 1u);
  EXPECT_EQ(director.server.frames[0]->gso_size, 1400);
  director.run("ip link set eth1 mtu 1439");  // one byte too narrow
  director.receive(forwarded());
  EXPECT_EQ(director.server.frames.size(), 1u);
  ASSERT_EQ(director.client.frames.size(), 1u);
  const auto error = bytes_of(*director.client.frames[0]);
  EXPECT_EQ(error[34], 3);  // destination unreachable,
  EXPECT_EQ(error[35], 4);  // fragmentation needed,
  EXPECT_EQ(base::load_be16(error.data() + 40), 1439);
}

}  // namespace
}  // namespace lvs::emu
