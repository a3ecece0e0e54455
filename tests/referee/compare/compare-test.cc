// SPDX-License-Identifier: GPL-2.0-or-later
// What may differ between two runs of a lab, and what may not.
#include "referee/compare/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "referee/compare/normalise-times.h"
#include "referee/compare/put-off-probes.h"
#include "referee/compare/text.h"
#include "referee/generate/frames.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/tcp.h"

namespace lvs::referee {
namespace {

using base::Ipv4Addr;
using testing::HasSubstr;
using wire::Tcp;
using namespace std::chrono_literals;

const base::MacAddr kMacA = control::default_mac(1, 0), kMacB = control::default_mac(2, 0);
const Ipv4Addr kA = Ipv4Addr::of(10, 0, 0, 1), kB = Ipv4Addr::of(10, 0, 0, 2);

Bytes tcp_frame(std::uint16_t id, std::uint32_t seq, std::uint8_t flags = Tcp::syn, std::uint16_t sport = 40000,
                std::uint8_t ttl = 64, std::string_view data = "") {
  IpFields ip{kA, kB, ttl, 0, id, true};
  return ip_frame(kMacB, kMacA, ip, 6, tcp_bytes(ip, {sport, 80, seq, 0, flags, 0}, data));
}

Bytes echo_frame(std::uint16_t id, char last) {
  IpFields ip{kA, kB, 64, 0, 1, true};
  return ip_frame(kMacB, kMacA, ip, 1, echo_bytes(id, 1, std::string("abcdefgh") + last));
}

control::LabRun run_of(const std::vector<Bytes>& frames, const std::string& engine) {
  control::LabRun run;
  run.engine = engine;
  control::LabCapture capture{"a", "eth0", {}};
  base::Time at = 0ms;
  for (const Bytes& frame : frames) capture.frames.push_back({at += 100ms, true, frame});
  run.end = at + 1s;
  run.captures.push_back(capture);
  return run;
}

Comparison comparison(const std::vector<Bytes>& left, const std::vector<Bytes>& right, const control::Lab& lab = {}) {
  return compare(lab, run_of(left, "Linux 6"), run_of(right, "model"));
}

Bytes with(Bytes frame, std::size_t at, std::uint8_t value) {
  frame[at] ^= value;
  return frame;
}

TEST(Compare, EqualFramesAgreeAndAreCounted) {
  const Comparison result = comparison({tcp_frame(1, 2), echo_frame(3, 'x')}, {tcp_frame(1, 2), echo_frame(3, 'x')});
  EXPECT_TRUE(result.agree());
  EXPECT_EQ(result.frames, 2u);
}

// `ip link add` draws the address of what it makes: byte 6 on is a frame's source.
TEST(Compare, DrawnMacsMayDifferConsistentlyOthersNot) {
  const auto from = [](std::string_view mac, std::uint16_t id) {
    Bytes frame = tcp_frame(id, 1);
    std::ranges::copy(base::MacAddr::parse(mac)->bytes, frame.begin() + 6);
    return frame;
  };
  const std::string_view a = "92:c1:cf:60:6f:d1", b = "a6:29:b0:f4:70:27", c = "de:ad:be:ef:00:01",
                         d = "5a:00:00:00:00:09";
  EXPECT_TRUE(comparison({from(a, 1), from(b, 2), from(a, 3)}, {from(c, 1), from(d, 2), from(c, 3)}).agree());
  EXPECT_FALSE(comparison({from(a, 1), from(b, 2), from(a, 3)}, {from(c, 1), from(d, 2), from(d, 3)}).agree());
  EXPECT_FALSE(comparison({from(a, 1), from(a, 2)}, {from(c, 1), from(d, 2)}).agree());
  EXPECT_FALSE(comparison({from(a, 1), from(b, 2)}, {from(b, 1), from(a, 2)}).agree()) << "addresses that both have";
  EXPECT_FALSE(comparison({from("00:11:22:33:44:55", 1)}, {from("00:11:22:33:44:56", 1)}).agree()) << "of a vendor";
}

TEST(Compare, IpIdsMayDifferConsistently) {
  EXPECT_TRUE(comparison({tcp_frame(5, 1), tcp_frame(6, 1), tcp_frame(5, 1)},
                         {tcp_frame(905, 1), tcp_frame(77, 1), tcp_frame(905, 1)})
                  .agree());
  EXPECT_FALSE(comparison({tcp_frame(5, 1), tcp_frame(5, 1)}, {tcp_frame(905, 1), tcp_frame(906, 1)}).agree());
  EXPECT_FALSE(comparison({tcp_frame(5, 1), tcp_frame(6, 1)}, {tcp_frame(905, 1), tcp_frame(905, 1)}).agree());
}

TEST(Compare, AnIdOfZeroStays) { EXPECT_FALSE(comparison({tcp_frame(0, 1)}, {tcp_frame(5, 1)}).agree()); }

TEST(Compare, SequenceNumbersKeepTheirDistance) {
  EXPECT_TRUE(comparison({tcp_frame(1, 1000), tcp_frame(2, 1001, Tcp::rst)},
                         {tcp_frame(1, 777000), tcp_frame(2, 777001, Tcp::rst)}, control::Lab{})
                  .agree());
  // A SYN with another number begins another connection; one that is sent again has the number of the first.
  EXPECT_TRUE(comparison({tcp_frame(1, 1000), tcp_frame(2, 1001)}, {tcp_frame(1, 5000), tcp_frame(2, 5002)}).agree());
  EXPECT_FALSE(comparison({tcp_frame(1, 1000), tcp_frame(2, 1000)}, {tcp_frame(1, 5000), tcp_frame(2, 5002)}).agree());
}

// Between two stacks segments are compared as a stream; what ends it has its place in that, too.
TEST(Compare, AResetKeepsItsDistance) {
  const auto agree = [](std::uint32_t left, std::uint32_t right, std::uint8_t flags = Tcp::rst) {
    return comparison({tcp_frame(1, 1000), tcp_frame(2, left, Tcp::rst)},
                      {tcp_frame(1, 5000), tcp_frame(2, right, flags)})
        .agree();
  };
  EXPECT_TRUE(agree(1001, 5001));
  EXPECT_FALSE(agree(1001, 5002));
  EXPECT_FALSE(agree(1001, 5001, Tcp::rst | Tcp::ack));
  // Who has sent no SYN numbers its RST by what it answers: none, or the number that was acknowledged.
  const auto answer = [](std::uint32_t isn, std::uint32_t seq) {
    IpFields ip{kB, kA, 64, 0, 0, true};
    return std::vector{
        tcp_frame(1, isn),
        ip_frame(kMacA, kMacB, ip, 6, tcp_bytes(ip, {80, 40000, seq, isn + 1, Tcp::rst | Tcp::ack, 0}, ""))};
  };
  EXPECT_TRUE(comparison(answer(1000, 0), answer(5000, 0)).agree());
  EXPECT_TRUE(comparison(answer(1000, 77), answer(5000, 78)).agree());
  EXPECT_FALSE(comparison(answer(1000, 0), answer(5000, 78)).agree());
}

TEST(Compare, EphemeralPortsMayDifferOthersNot) {
  EXPECT_TRUE(comparison({tcp_frame(1, 1, Tcp::syn, 40000)}, {tcp_frame(1, 1, Tcp::syn, 51111)}).agree());
  EXPECT_FALSE(comparison({tcp_frame(1, 1, Tcp::syn, 4000)}, {tcp_frame(1, 1, Tcp::syn, 51111)}).agree());
}

TEST(Compare, PortsThatNatChoosesBeginAt1024) {
  control::Lab lab;
  const auto agree = [&](std::uint16_t left, std::uint16_t right) {
    return comparison({tcp_frame(1, 1, Tcp::syn, left)}, {tcp_frame(1, 1, Tcp::syn, right)}, lab).agree();
  };
  EXPECT_FALSE(agree(10941, 55836));
  lab.hosts.push_back({"a", {}, {}, 1000, "", {{{"a.startup", 1}, "iptables -t nat -A POSTROUTING -j MASQUERADE"}}});
  EXPECT_TRUE(agree(10941, 55836));
  EXPECT_FALSE(agree(1023, 55836));
}

TEST(Compare, EchoIdsMayDifferDataMayNot) {
  EXPECT_TRUE(comparison({echo_frame(1, 'x')}, {echo_frame(2, 'x')}).agree());
  EXPECT_FALSE(comparison({echo_frame(1, 'x')}, {echo_frame(1, 'y')}).agree());
}

TEST(Compare, TtlAndAWrongChecksumAreDifferences) {
  const Comparison ttl = comparison({tcp_frame(1, 1)}, {tcp_frame(1, 1, Tcp::syn, 40000, 63)});
  ASSERT_EQ(ttl.differences.size(), 1u);
  EXPECT_EQ(ttl.differences[0].where, "a eth0, frame 1");
  EXPECT_THAT(ttl.differences[0].text, HasSubstr("ttl 64"));
  EXPECT_THAT(ttl.differences[0].text, HasSubstr("ttl 63"));
  EXPECT_THAT(ttl.differences[0].text, HasSubstr("^^"));
  EXPECT_FALSE(comparison({tcp_frame(1, 1)}, {with(tcp_frame(1, 1), 50, 0xff)}).agree()) << "TCP checksum";
  EXPECT_FALSE(comparison({tcp_frame(1, 1)}, {with(tcp_frame(1, 1), 24, 0xff)}).agree()) << "IP checksum";
  EXPECT_FALSE(comparison({tcp_frame(1, 1)}, {with(tcp_frame(9, 1), 24, 0xff)}).agree()) << "under another id";
}

TEST(Compare, OrderCountsAndAFrameMoreIsNamed) {
  const Bytes one = echo_frame(1, '1'), two = echo_frame(1, '2'), three = echo_frame(1, '3');
  EXPECT_FALSE(comparison({one, two}, {two, one}).agree());
  const Comparison more = comparison({one, two, three}, {one, three});
  ASSERT_EQ(more.differences.size(), 1u);
  EXPECT_EQ(more.differences[0].where, "a eth0, frame 2");
  EXPECT_THAT(more.differences[0].text, HasSubstr("only with Linux"));
}

TEST(Compare, RetriesOfOneTickMayChangePlaces) {
  const auto ask = [](std::uint8_t whom) {
    Bytes frame(14 + wire::Arp::kSize);
    wire::Ethernet{frame.data()}.set(base::MacAddr::broadcast(), kMacA, wire::EtherType::arp);
    wire::Arp{wire::Arp::Op::request, kMacA, kA, {}, Ipv4Addr::of(10, 0, 0, whom)}.emit(frame.data() + 14);
    return frame;
  };
  const auto agree = [&](std::vector<Bytes> left, std::vector<Bytes> right, base::Time apart) {
    control::LabRun one = run_of(left, "Linux"), other = run_of(right, "model");
    for (control::LabRun* run : {&one, &other})
      for (std::size_t i = 0; i < 2; ++i) run->captures[0].frames[i].at = 1s + apart * static_cast<int>(i);
    return compare({}, one, other).agree();
  };
  EXPECT_TRUE(agree({ask(2), ask(3)}, {ask(3), ask(2)}, 79ms));
  EXPECT_TRUE(agree({ask(2), tcp_frame(1, 1)}, {tcp_frame(1, 1), ask(2)}, 79ms));
  EXPECT_FALSE(agree({ask(2), ask(3)}, {ask(3), ask(2)}, 160ms));
  EXPECT_FALSE(agree({echo_frame(1, 'x'), tcp_frame(1, 1)}, {tcp_frame(1, 1), echo_frame(1, 'x')}, 1ms));
}

TEST(Compare, WhatTwoSendersSendAtOnceMayChangePlaces) {
  const auto agree = [&](base::Time apart, bool outbound) {
    const Bytes mine = tcp_frame(1, 1), theirs = with(echo_frame(1, 'x'), 11, 1);  // another MAC address
    control::LabRun one = run_of({mine, theirs}, "Linux"), other = run_of({theirs, mine}, "model");
    for (control::LabRun* run : {&one, &other})
      for (std::size_t i = 0; i < 2; ++i) {
        run->captures[0].frames[i].at = 1s + apart * static_cast<int>(i);
        run->captures[0].frames[i].outbound = outbound;
      }
    return compare({}, one, other).agree();
  };
  EXPECT_TRUE(agree(999us, false));
  EXPECT_FALSE(agree(1ms, false));
  EXPECT_FALSE(agree(1us, true)) << "one host's own order";
}

TEST(Compare, OnlyTheEndOfARunMayCutFramesOff) {
  const control::LabRun whole = run_of({echo_frame(1, '1'), echo_frame(1, '2')}, "Linux");
  control::LabRun cut = run_of({echo_frame(1, '1')}, "model");
  control::LabRun long_run = whole;
  long_run.end = whole.captures[0].frames[1].at + 1s;
  EXPECT_FALSE(compare({}, long_run, cut).agree());
  EXPECT_FALSE(compare({}, cut, long_run).agree());
  long_run.end = whole.captures[0].frames[1].at + 100ms;
  EXPECT_TRUE(compare({}, long_run, cut).agree());
  EXPECT_TRUE(compare({}, cut, long_run).agree());
}

TEST(Compare, SegmentsThatNobodyBeganCountByThemselves) {
  EXPECT_FALSE(
      comparison({tcp_frame(1, 5, Tcp::ack, 40000, 64, "ab")}, {tcp_frame(1, 5, Tcp::ack, 40000, 64, "cd")}).agree());
  EXPECT_EQ(comparison({tcp_frame(1, 5, Tcp::ack)}, {tcp_frame(1, 5, Tcp::ack)}).frames, 1u);
  EXPECT_TRUE(comparison({tcp_frame(1, 4), tcp_frame(1, 5, Tcp::ack), tcp_frame(1, 5, Tcp::ack, 40000, 64, "ab")},
                         {tcp_frame(1, 4), tcp_frame(1, 5, Tcp::ack, 40000, 64, "ab")})
                  .agree())
      << "begun here: a stream, whatever its segments";
}

TEST(Compare, StreamsOfTwoStacksAreNotComparedBySegments) {
  constexpr std::uint8_t kData = Tcp::ack | Tcp::psh;
  const std::vector<Bytes> one{tcp_frame(1, 100), tcp_frame(2, 101, kData, 40000, 64, "hello"),
                               tcp_frame(3, 106, Tcp::fin | Tcp::ack)};
  const std::vector<Bytes> cut{tcp_frame(1, 100), tcp_frame(2, 101, kData, 40000, 64, "he"),
                               tcp_frame(3, 103, kData, 40000, 64, "llo"), tcp_frame(4, 106, Tcp::fin | Tcp::ack)};
  EXPECT_TRUE(comparison(one, cut).agree());
  std::vector<Bytes> other = cut;
  other[2] = tcp_frame(3, 103, kData, 40000, 64, "LLO");
  EXPECT_FALSE(comparison(one, other).agree()) << "another text";
  other = cut;
  other.pop_back();
  EXPECT_FALSE(comparison(one, other).agree()) << "no FIN";
  other = cut;
  other[1] = tcp_frame(2, 101, kData, 40000, 63, "he");
  EXPECT_FALSE(comparison(one, other).agree()) << "another TTL";

  control::Lab injected;
  injected.timeline.push_back({{}, 0ms, 0, control::LabInject{0, one[0]}});
  EXPECT_FALSE(comparison(one, cut, injected).agree()) << "injected frames are compared one by one";
}

// A program that connects twice at once (ab -c 2): the kernel answers the first SYN before the second one is made.
TEST(Compare, TwoConnectionsAtOnceMayAnswerInEitherOrder) {
  const auto back = [](std::uint16_t dport) {
    IpFields ip{kB, kA, 64, 0, 9, true};
    return ip_frame(kMacA, kMacB, ip, 6, tcp_bytes(ip, {80, dport, 900, 101, Tcp::syn | Tcp::ack, 0}, ""));
  };
  const Bytes one = tcp_frame(1, 100, Tcp::syn, 40000), two = tcp_frame(1, 200, Tcp::syn, 40001);
  control::LabRun left = run_of({one, back(40000), two, back(40001)}, "Linux 6");
  control::LabRun right = run_of({one, two, back(40000), back(40001)}, "model");
  EXPECT_FALSE(compare({}, left, right).agree()) << "not at once";
  for (control::LabRun* run : {&left, &right}) {
    for (auto& frame : run->captures[0].frames) {
      frame.at = 100ms;
      frame.outbound = frame.bytes[5] == kMacB.bytes[5] && frame.bytes[4] == kMacB.bytes[4];
    }
  }
  EXPECT_TRUE(compare({}, left, right).agree());
}

TEST(Compare, PagesOfHexAreCut) {
  const std::string long_one(1400, 'a'), long_other(1400, 'b');
  IpFields ip{kA, kB, 64, 0, 1, true};
  const auto frame = [&](const std::string& data) { return ip_frame(kMacB, kMacA, ip, 1, echo_bytes(1, 1, data)); };
  const Comparison result = comparison({frame(long_one)}, {frame(long_other)});
  ASSERT_EQ(result.differences.size(), 1u);
  EXPECT_THAT(result.differences[0].text, HasSubstr("83 rows more differ"));
  EXPECT_LT(std::ranges::count(result.differences[0].text, '\n'), 30);
  const Comparison cut = comparison({frame(long_one)}, {frame(long_one.substr(0, 100))});
  EXPECT_THAT(cut.differences.at(0).text, HasSubstr("1442 bytes, and 142"));
}

TEST(CompareText, WhatLinuxLeavesOpen) {
  const auto agree = [](const char* l, const char* r) {
    return !differing_text(l, r, {}, std::chrono::seconds(2)).has_value();
  };
  EXPECT_TRUE(agree("2: eth0@if7: <UP>\n", "2: eth0: <UP>\n"));
  EXPECT_TRUE(agree("{\n  \"ifindex\": 3,\n  \"link_index\": 5,\n  \"mtu\": 1500,\n  \"link_netnsid\": 0\n}\n",
                    "{\n  \"ifindex\": 3,\n  \"mtu\": 1500\n}\n"));
  EXPECT_FALSE(agree("{\n  \"ifindex\": 3,\n  \"link_index\": 5\n}\n", "{\n  \"ifindex\": 4\n}\n"));
  EXPECT_TRUE(
      agree("eth0@if7         UP             10.0.0.2/24 \n", "eth0             UP             10.0.0.2/24 \n"));
  EXPECT_FALSE(
      agree("eth0@if7         UP             10.0.0.2/24 \n", "eth0             DOWN           10.0.0.2/24 \n"));
  EXPECT_TRUE(agree("? (10.0.0.2) at 02:00:00:00:02:00 [ether] on eth0\n? (10.0.0.3) at <incomplete> on eth0\n",
                    "? (10.0.0.3) at <incomplete> on eth0\n? (10.0.0.2) at 02:00:00:00:02:00 [ether] on eth0\n"));
  EXPECT_TRUE(agree("64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.11 ms\n",
                    "64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=12 ms\n"));
  EXPECT_FALSE(agree("64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.11 ms\n",
                     "64 bytes from 10.0.0.1: icmp_seq=1 ttl=63 time=0.11 ms\n"));
  const char* one = "TCP 00:59  SYN_RECV    10.0.0.1:40000     10.0.0.100:80      10.0.0.11:80\n";
  const char* two = "TCP 00:57  SYN_RECV    10.0.0.1:40000     10.0.0.100:80      10.0.0.11:80\n";
  const char* late = "TCP 00:56  SYN_RECV    10.0.0.1:40000     10.0.0.100:80      10.0.0.11:80\n";
  const char* closed = "TCP 00:59  CLOSE       10.0.0.1:40000     10.0.0.100:80      10.0.0.11:80\n";
  EXPECT_TRUE(agree(one, two));
  EXPECT_FALSE(agree(one, late));
  EXPECT_FALSE(agree(one, closed));
  EXPECT_TRUE(agree((std::string(one) + closed).c_str(), (std::string(closed) + one).c_str())) << "hash order";
  EXPECT_FALSE(agree("  -> 10.0.0.11:80 Route 1 0 0\n  -> 10.0.0.12:80 Route 1 0 0\n",
                     "  -> 10.0.0.12:80 Route 1 0 0\n  -> 10.0.0.11:80 Route 1 0 0\n"));
}

// A kernel of `./waf referee-kernel` has the day of its recipe, Debian's that of its package.
TEST(CompareText, KeepalivedNamesTheKernel) {
  const char* model = "Running on Linux 6.1.176 #1 Sat Jul  4 15:38:16 UTC 2026 (built for Linux 5)\n";
  const char* built = "Running on Linux 6.1.192 #1 2026-01-01 (built for Linux 5)\n";
  const char* other = "Running on Linux 6.1.192 #1 2026-01-01 (built for Linux 6)\n";
  const auto differ = [](const char* l, const char* r) {
    return differing_text(l, r, {}, std::chrono::seconds(2)).has_value();
  };
  EXPECT_FALSE(differ(model, built));
  EXPECT_TRUE(differ(model, other));
}

TEST(CompareTimes, LinesStartWhenTheKernelStartedThem) {
  const control::LabReading reading = control::parse_lab(
      {{"lab.conf", "a[0]=lan\n"},
       {"a.startup", "true\n"},
       {"lab.timeline", "0 a echo x\n1 a inject eth0 ffffffffffff0200000001000806\n1.5 a echo y\n2 - end\n"}});
  ASSERT_TRUE(reading.ok());
  control::LabRun run;
  run.commands = {
      {-20ms, "a", "true", 0, "", ""}, {100ms, "a", "echo x", 0, "", ""}, {1900ms, "a", "echo y", 0, "", ""}};
  const Bytes frame = std::get<control::LabInject>(reading.lab.timeline[1].what).frame;
  // The host has sent the very same frame before, and it has come in from another.
  run.captures.push_back({"a", "eth0", {{200ms, true, frame}, {1200ms, false, frame}, {1300ms, true, frame}}});
  run.end = 2100ms;
  const control::Lab timed = with_times_of(reading.lab, run);
  EXPECT_EQ(timed.timeline[0].at, 100ms);
  EXPECT_EQ(timed.timeline[1].at, 1300ms);
  EXPECT_EQ(timed.timeline[2].at, 1900ms);
  EXPECT_EQ(timed.timeline[3].at, 2100ms);
  control::Lab endless = reading.lab;
  endless.timeline.pop_back();
  EXPECT_EQ(with_times_of(endless, run).end(), 2100ms);
}

TEST(CompareTimes, AProgramThatWasLoadedSlowlyAsksWhenTheKernelsDid) {
  const control::LabReading reading = control::parse_lab(
      {{"lab.conf", "a[0]=lan\nb[0]=lan\n"}, {"lab.timeline", "0 a ping x\n1 b ping y\n1.5 a true\n2 - end\n"}});
  ASSERT_TRUE(reading.ok());
  const auto run = [](base::Time first, base::Time second) {
    control::LabRun result;
    result.commands = {
        {0ms, "a", "ping x", 0, "", ""}, {1s, "b", "ping y", 0, "", ""}, {1500ms, "a", "true", 0, "", ""}};
    const Bytes answer = with(echo_frame(1, 'x'), 34, 8);  // an echo reply: nobody waited for a program
    result.captures = {{"a", "eth0", {{1ms, true, answer}, {first, true, echo_frame(1, 'x')}}},
                       {"b", "eth0", {{second, true, tcp_frame(1, 1)}}}};
    return result;
  };
  const auto moved = with_first_frames_of(reading.lab, run(700ms, 1010ms), run(0ms, 1s));
  ASSERT_TRUE(moved.has_value());
  EXPECT_EQ(moved->timeline[0].at, 700ms);
  EXPECT_EQ(moved->timeline[1].at, 1s) << "soon enough";
  const auto late = with_first_frames_of(reading.lab, run(0ms, 2s), run(0ms, 1s));
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->timeline[1].at, 1500ms) << "not behind the next line";
  EXPECT_FALSE(with_first_frames_of(reading.lab, run(1ms, 1001ms), run(0ms, 1s)).has_value());
}

TEST(PutOffProbes, WhereProgramsTalkOverSockets) {
  const auto first_line = [](const char* startup, const char* timeline) {
    const control::LabReading reading = control::parse_lab({{"lab.conf", "a[0]=\"lan\"\na[1]=\"wan\"\nb[0]=\"lan\"\n"},
                                                            {"a.startup", startup},
                                                            {"lab.timeline", timeline}});
    EXPECT_TRUE(reading.ok());
    const control::LabHost host = with_probes_put_off(reading.lab).hosts.front();
    return host.startup.empty() ? "" : host.startup.front().text;
  };
  const std::string put_off =
      "sysctl -w net.ipv4.neigh.eth0.delay_first_probe_time=30 net.ipv4.neigh.eth1.delay_first_probe_time=30";
  EXPECT_EQ(first_line("", "1 b curl http://10.0.0.1/\n"), put_off);
  EXPECT_EQ(first_line("nc -l 80 &\n", "1 b ping -c 1 10.0.0.1\n"), put_off);
  EXPECT_EQ(first_line("service httpd start\n", ""), put_off);
  EXPECT_EQ(first_line("", "1 b ip neigh add 10.0.0.1 lladdr 02:00:00:00:00:ab dev eth0\n"), "") << "no word";
  EXPECT_EQ(first_line("", "1 b ping -c 1 10.0.0.1\n"), "");
  EXPECT_EQ(first_line("sysctl -w net.ipv4.neigh.eth0.delay_first_probe_time=1\n", "1 b curl http://10.0.0.1/\n"),
            "sysctl -w net.ipv4.neigh.eth0.delay_first_probe_time=1");
}

}  // namespace
}  // namespace lvs::referee
