// SPDX-License-Identifier: GPL-2.0-or-later
// The model beside what Linux 6.1 did: tests/golden/host/icmp.txt, made by tests/golden/host/record-icmp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/rng.h"
#include "host/recorded-frames.h"
#include "support/test-host.h"
#include "wire/ipv4.h"

namespace lvs::test {
namespace {

using host::NeighbourState;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

const std::string kFile = LVS_SOURCE_DIR "/tests/golden/host/icmp.txt";
const base::MacAddr kClientMac = mac("02:00:00:00:00:0a"), kServerMac = mac("02:00:00:00:00:0b");

// The router of the recording.
struct Router : TestHost {
  Router() : TestHost("r") {
    add(eth(0), "10.0.0.1/24");
    add(eth(1), "10.1.0.1/24");
    host.set_sysctl(host::Ipv4Key::ip_forward, 1);
    host.set_sysctl(host::Ipv4Key::icmp_echo_ignore_broadcasts, 0);
    know(0, "10.0.0.9", kClientMac);
    know(1, "10.1.0.9", kServerMac);
    know(0, "10.0.0.66", mac("02:00:00:00:00:66"));
    for (const auto& [net, type] : {std::pair("203.0.114.0/24", host::RouteType::unreachable),
                                    std::pair("203.0.115.0/24", host::RouteType::prohibit)}) {
      host::FibRoute route;
      route.dst = prefix(net);
      route.type = type;
      host.fib.add(route);
    }
  }
  void know(unsigned number, const char* who, base::MacAddr where) {
    host::Neighbour& entry = host.neighbours.find_or_create(eth(number), addr(who));
    host.neighbours.update(entry, where, NeighbourState::permanent, {.override_ = true, .admin = true});
  }
  Frame datagram(const char* dst, std::size_t payload, std::uint8_t ttl = 64) {
    return Eth{.src = kClientMac, .dst = eth(0).mac} / Ip{.src = addr("10.0.0.9"), .dst = addr(dst), .ttl = ttl} /
           Udp{.sport = 1, .dport = 9} / Data::of(payload);
  }
};

TEST(IcmpRecorded, FramesAreThoseOfLinux) {
  struct Exchange {
    std::vector<Frame> in, out;
  };
  std::map<std::string, Exchange> exchanges;
  for (const auto& row : recorded_rows(kFile, "frame")) {
    ASSERT_EQ(row.size(), 3u);
    Exchange& exchange = exchanges[row[0]];
    (row[1] == "in" ? exchange.in : exchange.out).push_back(frame_of_hex(row[2]));
  }
  for (const auto& [what, exchange] : exchanges) {
    SCOPED_TRACE(what);
    if (exchange.in.empty()) continue;
    Router router;
    if (what == "frag-needed") router.host.set_mtu(router.eth(1), 1000);
    if (what == "echo-timestamp") {  // the answer tells the time of day, three times
      const Frame& answer = exchange.out.at(0);
      router.advance_to(milliseconds(base::load_be32(answer.data() + 14 + 20 + 4 + 12)));
    }
    for (const Frame& frame : exchange.in) router.receive(0, frame);
    router.advance_to(router.clock.now() + 4s);
    std::vector<Frame> expected, seen;
    for (const Frame& frame : exchange.out) expected.push_back(without_ip_id(frame));
    for (const Frame& frame : router.sent(0)) seen.push_back(without_ip_id(frame));
    EXPECT_EQ(seen, expected);
  }
}

// Frames of the recording with bytes changed, cut or repeated: nothing but named drops and answers comes of them.
TEST(IcmpRecorded, SpoiltFramesDoNoHarm) {
  Router router;
  base::Rng rng(1);
  std::vector<Frame> samples;
  for (const auto& row : recorded_rows(kFile, "frame")) {
    samples.push_back(frame_of_hex(row.at(2)));
    // The router's own errors come back to it as if it had caused them.
    std::copy_n(router.eth(0).mac.bytes.begin(), 6, samples.back().begin());
  }
  samples.push_back(Eth{.src = kClientMac, .dst = base::MacAddr::broadcast()} /
                    Arp{wire::Arp::Op::request, kClientMac, addr("10.0.0.9"), {}, addr("10.0.0.1")});
  for (int i = 0; i < 20000; ++i) {
    Frame frame = samples[rng.below(static_cast<std::uint32_t>(samples.size()))];
    for (std::uint32_t n = rng.below(4); n > 0; --n) {
      frame[12 + rng.below(static_cast<std::uint32_t>(frame.size()) - 12)] = static_cast<std::uint8_t>(rng.next());
    }
    if (rng.below(8) == 0) frame.resize(rng.below(static_cast<std::uint32_t>(frame.size())));
    if (frame.size() >= 34 && (frame[14] & 15) == 5) {  // let most get past the header checksum
      wire::Ipv4{frame.data() + 14}.refresh_checksum();
    }
    router.receive(0, frame);
    if (rng.below(16) == 0) router.advance_to(router.clock.now() + milliseconds(rng.below(500)));
    for (const unsigned dev : {0u, 1u}) {
      for (const Frame& out : router.sent(dev)) ASSERT_GE(out.size(), 14u + 20u);
    }
  }
}

TEST(IcmpRecorded, AsManyErrorsInABurst) {
  const std::map<std::string, Frame> kinds{{"port-unreachable", Router().datagram("10.0.0.1", 5)},
                                           {"ttl", Router().datagram("10.1.0.9", 5, 1)},
                                           {"no-route", Router().datagram("203.0.113.1", 5)},
                                           {"unreachable-route", Router().datagram("203.0.114.1", 5)},
                                           {"prohibit-route", Router().datagram("203.0.115.1", 5)}};
  for (const auto& row : recorded_rows(kFile, "burst")) {
    Router router;
    for (int i = 0; i < std::stoi(row.at(1)); ++i) router.receive(0, kinds.at(row.at(0)));
    EXPECT_EQ(router.sent(0).size(), std::stoul(row.at(2))) << row.at(0);
  }
}

TEST(IcmpRecorded, AsManyPacketsWaitForANeighbour) {
  for (const auto& row : recorded_rows(kFile, "queue")) {
    Router router;
    for (int i = 0; i < 400; ++i) router.receive(0, router.datagram("10.1.0.200", std::stoul(row.at(0))));
    router.sent(1);
    router.know(1, "10.1.0.200", kServerMac);
    EXPECT_EQ(router.sent(1).size(), std::stoul(row.at(1))) << row.at(0) << " bytes";
  }
}

TEST(IcmpRecorded, RedirectsComeWhenLinuxSendsThem) {
  const auto row = recorded_rows(kFile, "redirects").at(0);
  Router router;
  std::vector<double> times;
  for (auto at = 0ms; at <= 16s; at += 10ms) {
    router.advance_to(at);
    router.receive(0, router.datagram("10.0.0.66", 1));
    if (router.sent(0).size() == 2) times.push_back(static_cast<double>(at.count()) / 1000);
  }
  ASSERT_EQ(times.size(), row.size());
  // The recording's clock runs a little behind: its datagrams went every 10 ms and a bit.
  for (std::size_t i = 0; i < row.size(); ++i) EXPECT_NEAR(times[i], std::stod(row[i]), 0.03 + times[i] * 0.02) << i;
}

}  // namespace
}  // namespace lvs::test
