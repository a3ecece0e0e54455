// SPDX-License-Identifier: GPL-2.0-or-later
// Frames in words, there and back.
#include "control/frame/frame.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "control/words/hex.h"

namespace lvs::control {
namespace {

frame::Names names() {
  const auto mac = [](const char* text) { return *base::MacAddr::parse(text); };
  return {mac("02:00:00:00:01:00"),
          {{"client", mac("02:00:00:00:01:00")},
           {"director", mac("02:00:00:00:02:00")},
           {"director:eth0", mac("02:00:00:00:02:00")},
           {"director:eth1", mac("02:00:00:00:02:01")}},
          {{"client", base::Ipv4Addr::of(10, 0, 0, 1)}, {"director", base::Ipv4Addr::of(10, 0, 0, 2)}}};
}

std::string hex(std::string_view words) {
  const auto bytes = frame::parse(words, 1, names());
  return bytes ? hex_text(*bytes) : bytes.error().text();
}

struct Case {
  const char* words;
  const char* hex;
};

// The hexadecimal ones are from captures and from the fidelity cases written before there were words.
class FrameWords : public testing::TestWithParam<Case> {};

TEST_P(FrameWords, ThereAndBack) {
  EXPECT_EQ(hex(GetParam().words), GetParam().hex);
  EXPECT_EQ(frame::text_of(*parse_hex(GetParam().hex), names()), GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(
    Words, FrameWords,
    testing::Values(
        Case{"arp request from 10.0.0.1 to 10.0.0.2",
             "ffffffffffff02000000010008060001080006040001020000000100"
             "0a0000010000000000000a000002"},
        Case{"eth dst director src director:eth1 arp reply from 10.0.0.9 to 10.0.0.2",
             "02000000020002000000020108060001080006040002020000000201"
             "0a0000090200000002000a000002"},
        Case{"eth dst director ip src 10.0.0.1 dst 10.0.0.2 id 1 icmp echo-request id 4660 seq 1 text \"abcdefgh\"",
             "02000000020002000000010008004500002400010000400166d60a0000010a00000208005435123400016162636465666768"},
        Case{"eth dst director ip src 10.0.0.1 dst 10.0.0.2 id 1 icmp echo-request id 4660 seq 1 text \"abcdefgh\" "
             "trailer text \"padding\"",
             "02000000020002000000010008004500002400010000400166d60a0000010a00000208005435123400016162636465666768"
             "70616464696e67"},
        Case{"eth dst director ip src 10.0.0.1 dst 10.0.0.2 id 1 sum 0x100 icmp echo-request id 4660 seq 1 sum 0x0",
             "02000000020002000000010008004500001c00010000400101000a0000010a0000020800000012340001"},
        Case{"eth dst director ip src 10.0.1.1 dst 10.0.1.254 id 1 options rr:4:0.0.0.0:0.0.0.0:0.0.0.0 icmp "
             "echo-request id 7 seq 1 text \"abcdefgh\"",
             "02000000020002000000010008004900003400010000400154bb0a0001010a0001fe070f04000000000000000000000000000800"
             "6662000700016162636465666768"}));

TEST(Frames, OfEveryLayer) {
  for (const char* words :
       {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 ttl 1 tos 0x10 id 7 df tcp 4000 > 80 S seq 1000 options "
        "mss:1460,sackok,ts:1:0,nop,ws:7",
        "eth dst director ip src 10.0.0.1 dst 10.0.0.2 tcp 4000 > 80 FP. seq 1 ack 4294967295 win 0 urg 5 sum bad text "
        "\"GET / HTTP/1.0\\r\\n\\r\\n\"",
        "eth dst broadcast ip src 10.0.0.1 dst 10.0.0.2 udp 1000 > 9 sum 0x0 fill 64 0xff",
        "eth dst director ip src 10.0.0.1 dst 10.0.0.2 id 9 mf offset 1480 proto 17 count 40 0x0",
        "eth dst director ip src 10.0.0.1 dst 10.0.0.2 icmp unreachable code 4 mtu 1400 quote cut 28 ip src 10.0.0.2 "
        "dst 10.0.0.1 len 1500 tcp 80 > 4000 seq 77",
        "eth dst director ip src 10.0.0.1 dst 10.0.0.2 icmp redirect code 1 gateway 10.0.0.9",
        "eth dst director ip src 10.0.0.1 dst 10.0.0.2 ip src 192.168.0.1 dst 192.168.0.2 udp 1 > 2 text \"inner\"",
        "eth dst director ip src 10.0.0.1 dst 10.0.0.2 sctp 4000 > 80 tag 0x1234 chunk init value 00000001 chunk 192 "
        "flags 1",
        "eth dst 01:00:5e:00:00:12 type 0x86dd hex 6001",
        "eth dst director arp 3 from 0.0.0.0 to 10.0.0.1 htype 6 hlen 8 trailer fill 18 0x0"}) {
    const auto bytes = frame::parse(words, 1, names());
    ASSERT_TRUE(bytes) << words << "\n" << bytes.error().text();
    EXPECT_EQ(frame::text_of(*bytes, names()), words);
  }
}

TEST(Frames, NamesStandForAddresses) {
  EXPECT_EQ(hex("eth dst director ip src client dst director udp 1 > 2"),
            hex("eth dst 02:00:00:00:02:00 src 02:00:00:00:01:00 ip src 10.0.0.1 dst 10.0.0.2 udp 1 > 2"));
}

TEST(Frames, CommentsAndOrder) {
  EXPECT_EQ(hex("eth dst director ip dst 10.0.0.2 ttl 64 src 10.0.0.1 udp 1 > 2 text \"#\" # said otherwise"),
            hex("eth dst director ip src 10.0.0.1 dst 10.0.0.2 udp 1 > 2 hex 23"));
}

TEST(Frames, ErrorsHavePlaceAndReason) {
  const std::pair<const char*, const char*> bad[] = {
      {"eth dst director", "column 17: after the Ethernet header something is missing; known: type HEX, arp, ip"},
      {"ip src 10.0.0.1 dst 10.0.0.2 udp 1 > 2",
       "column 1: 'ip': which machine is it for?; known: eth dst MAC, a host of the lab, broadcast"},
      {"eth dst nobody ip",
       "column 9: 'nobody': no MAC address, and no interface of the lab by this name on this "
       "segment; known: 02:00:00:00:01:00, HOST, HOST:ethN, broadcast"},
      {"eth dst director ip src 10.0.0 dst 10.0.0.2",
       "column 25: '10.0.0': no IPv4 address, and no host whose startup file gives it one; known: 10.0.0.1, HOST, "
       "HOST:ethN"},
      {"eth dst director ip src 10.0.0.1 udp 1 > 2",
       "column 34: 'udp': \"dst ADDRESS\" has to stand before this:; known: src dst ttl tos id df mf evil offset proto "
       "version hlen len options sum"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 ttl 256 udp 1 > 2",
       "column 51: '256': ttl takes a number from 0 to 255"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 offset 1 proto 1",
       "column 54: '1': offset takes a number from 0 to 65528, a multiple of 8"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 tcp 4000 80",
       "column 56: '80': ports are written; known: SOURCE > DESTINATION"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 tcp 1 > 2 seq 1 seq 2", "column 63: 'seq': said twice"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 tcp 1 > 2 options mss:1,foo",
       "column 65: 'mss:1,foo': no options, or more than 40 bytes of them; known: end nop mss ws sackok sack ts x:HEX"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 udp 1 > 2 text \"a", "column 62: the text has no closing quote"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 udp 1 > 2 fill 65550",
       "column 62: '65550': a run of bytes takes a number from 0 to 65549"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 udp 1 > 2 fill 65549 fill 1",
       "column 68: 'fill': a frame has at most 65549 bytes"},
      {"eth dst director ip src 10.0.0.1 dst 10.0.0.2 udp 1 > 2 fin",
       "column 57: 'fin': no word of a frame here; known: text hex fill count trailer"}};
  for (const auto& [words, error] : bad) EXPECT_EQ(hex(words), error) << words;
}

// Whatever the bytes are, the words make them again.
TEST(Frames, AnyBytesHaveWords) {
  base::Rng rng(1);
  const char* seeds[] = {
      "eth dst director ip src 10.0.0.1 dst 10.0.0.2 options rr:4:0.0.0.0 tcp 1 > 2 S options mss:1460,nop text "
      "\"hello\"",
      "eth dst director ip src 10.0.0.1 dst 10.0.0.2 icmp unreachable quote ip src 1.1.1.1 dst 2.2.2.2 udp 1 > 2",
      "eth dst director ip src 10.0.0.1 dst 10.0.0.2 ip src 1.1.1.1 dst 2.2.2.2 sctp 1 > 2 chunk init value 00112233",
      "arp request from 10.0.0.1 to 10.0.0.2 trailer fill 18"};
  for (int i = 0; i < 2000; ++i) {
    frame::Bytes bytes = *frame::parse(seeds[i % 4], 1, names());
    for (std::uint32_t changes = rng.below(4); changes > 0; --changes)
      bytes[rng.below(static_cast<std::uint32_t>(bytes.size()))] = static_cast<std::uint8_t>(rng.below(256));
    if (rng.below(4) == 0) bytes.resize(14 + rng.below(static_cast<std::uint32_t>(bytes.size()) - 13));
    const std::string words = frame::text_of(bytes, names());
    const auto back = frame::parse(words, 1, names());
    ASSERT_TRUE(back) << words << "\n" << back.error().text();
    ASSERT_EQ(hex_text(*back), hex_text(bytes)) << words;
  }
}

}  // namespace
}  // namespace lvs::control
