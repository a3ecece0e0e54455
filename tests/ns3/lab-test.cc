// SPDX-License-Identifier: GPL-2.0-or-later
// Labs under ns-3: what the wires carry.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "control/lab/lab.h"
#include "control/lab/script.h"
#include "ns3/lvs-lab-runner.h"
#include "support/frame-builder.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::test {
namespace {

std::string hex_of(const Frame& frame) {
  std::string text;
  for (const std::uint8_t byte : frame) text += fmt::format("{:02x}", byte);
  return text;
}

// A datagram whose fragments all have DF is put together by the first router (conntrack) and sent on in its old pieces,
// without DF. The second router, which knows none of this, cuts them again: without DF, too.
TEST(Lab, WhatAHostKnowsOfAPacketStaysBehindOnTheWire) {
  const base::Ipv4Addr source{0x0a000102}, target{0x0a000302};
  const auto piece = [&](unsigned offset, std::size_t size, bool more) -> Frame {
    return Eth{.src = control::default_mac(1, 0), .dst = control::default_mac(2, 0)} /
           Ip{.src = source, .dst = target, .id = 7, .df = true, .mf = more, .offset = offset, .protocol = 17} /
           Data::of(size);
  };
  control::LabFiles files;
  files["lab.conf"] = "client[0]=\"a\"\none[0]=\"a\"\none[1]=\"b\"\ntwo[0]=\"b\"\ntwo[1]=\"c\"\nsink[0]=\"c\"\n";
  files["one.startup"] =
      "ip addr add 10.0.1.1/24 dev eth0\nip addr add 10.0.2.1/24 dev eth1\nip route add 10.0.3.0/24 via 10.0.2.2\n"
      "sysctl -qw net.ipv4.ip_forward=1\niptables -t nat -A POSTROUTING -d 192.0.2.1 -j MASQUERADE\n";
  files["two.startup"] =
      "ip addr add 10.0.2.2/24 dev eth0\nip addr add 10.0.3.1/24 dev eth1\nip link set eth1 mtu 1000\n"
      "sysctl -qw net.ipv4.ip_forward=1\nsysctl -qw net.ipv4.conf.all.rp_filter=0\n";
  files["sink.startup"] = "ip addr add 10.0.3.2/24 dev eth0\n";
  files["lab.timeline"] = fmt::format("0 client inject eth0 {}\n0 client inject eth0 {}\n1 - end\n",
                                      hex_of(piece(0, 1400, true)), hex_of(piece(1400, 400, false)));
  const control::LabReading reading = control::parse_lab(files);
  for (const control::LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
  const auto script = control::parse_script(reading.lab);
  ASSERT_TRUE(script.ok()) << script.error().front().text();
  control::LabRun run = ns3::LvsRunLab(*script);

  const auto sink = std::ranges::find(run.captures, "sink", &control::LabCapture::host);
  ASSERT_NE(sink, run.captures.end());
  std::vector<unsigned> sizes;
  for (control::CapturedFrame& frame : sink->frames) {
    if (wire::Ethernet{frame.bytes.data()}.type() != static_cast<std::uint16_t>(wire::EtherType::ipv4)) continue;
    if (frame.outbound) continue;
    const wire::Ipv4 ip{frame.bytes.data() + wire::Ethernet::kSize};
    sizes.push_back(ip.total_length());
    EXPECT_FALSE(ip.dont_fragment()) << "at " << ip.fragment_offset();
  }
  EXPECT_THAT(sizes, testing::ElementsAre(996, 444, 420));
}

}  // namespace
}  // namespace lvs::test
