// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/walk.h"

#include <gmock/gmock.h>

#include <string>

#include "base/rng.h"
#include "support/frame-builder.h"

namespace lvs::wire {
namespace {

using namespace lvs::test;
using testing::ElementsAre;

// "ipv4+20/1t": layer, offset, depth, and whether it is a tunnel's, quoted, cut or malformed.
std::vector<std::string> headers_of(base::ByteView bytes, Layer first = Layer::ethernet, int deepest = 3) {
  constexpr std::array kNames{"ethernet", "arp", "ipv4", "tcp", "udp", "icmp", "sctp", "gre", "gue", "other"};
  std::vector<std::string> out;
  walk(bytes, first, deepest, [&](const Header& header) {
    std::string text = kNames[static_cast<std::size_t>(header.layer)];
    text += '+' + std::to_string(header.offset) + '/' + std::to_string(header.depth);
    if (header.tunnel) text += 't';
    if (header.quoted) text += 'q';
    if (header.fit == Header::Fit::cut) text += '-';
    if (header.fit == Header::Fit::malformed) text += '!';
    out.push_back(text);
    return true;
  });
  return out;
}

Data raw(std::vector<std::uint8_t> bytes) { return Data{std::move(bytes)}; }
// An IPv4 packet alone.
std::vector<std::uint8_t> packet() {
  const Frame frame = Eth{} / Ip{} / test::Udp{} / Data::of(4);
  return {frame.begin() + 14, frame.end()};
}
std::vector<std::uint8_t> behind(std::vector<std::uint8_t> header, const std::vector<std::uint8_t>& rest) {
  header.insert(header.end(), rest.begin(), rest.end());
  return header;
}

TEST(Walk, FromOutsideIn) {
  EXPECT_THAT(headers_of(Frame(Eth{} / test::Arp{})), ElementsAre("ethernet+0/0", "arp+14/0"));
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{.options = {1, 1, 1, 1}} / test::Tcp{})),
              ElementsAre("ethernet+0/0", "ipv4+14/0", "tcp+38/0"));
  EXPECT_THAT(headers_of(Frame(Eth{.type = 0x88cc} / Data::of(4))), ElementsAre("ethernet+0/0"));
  EXPECT_THAT(headers_of(packet(), Layer::ipv4), ElementsAre("ipv4+0/0", "udp+20/0"));
}

TEST(Walk, IntoTunnels) {
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{} / Ip{} / test::Tcp{})),
              ElementsAre("ethernet+0/0", "ipv4+14/0t", "ipv4+34/1", "tcp+54/1"));
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{.protocol = 47} / raw(behind({0, 0, 8, 0}, packet())))),
              ElementsAre("ethernet+0/0", "ipv4+14/0t", "gre+34/0t", "ipv4+38/1", "udp+58/1"));
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{.protocol = 47} / raw(behind({0x80, 0, 8, 0, 0, 0, 0, 0}, packet())))),
              ElementsAre("ethernet+0/0", "ipv4+14/0t", "gre+34/0t", "ipv4+42/1", "udp+62/1"));
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{} / test::Udp{} / raw(behind({0, 4, 0, 0}, packet())))),
              ElementsAre("ethernet+0/0", "ipv4+14/0t", "udp+34/0t", "gue+42/0t", "ipv4+46/1", "udp+66/1"));
  // Not an IPv4 packet inside: no tunnel.
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{.protocol = 47} / raw({0, 0, 0x86, 0xdd, 0x60}))),
              ElementsAre("ethernet+0/0", "ipv4+14/0", "gre+34/0"));
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{.protocol = 4} / Data::of(40))),
              ElementsAre("ethernet+0/0", "ipv4+14/0", "other+34/0"));
}

TEST(Walk, IntoQuotes) {
  const Frame error = Eth{} / Ip{} / test::Icmp{.type = 3, .code = 3} / raw(packet());
  EXPECT_THAT(headers_of(error), ElementsAre("ethernet+0/0", "ipv4+14/0", "icmp+34/0", "ipv4+42/1q", "udp+62/1q"));
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{} / test::Icmp{})), ElementsAre("ethernet+0/0", "ipv4+14/0", "icmp+34/0"));
}

TEST(Walk, OnlySoDeep) {
  const Frame deep = Eth{} / Ip{} / Ip{} / Ip{} / test::Tcp{};
  EXPECT_THAT(headers_of(deep, Layer::ethernet, 1),
              ElementsAre("ethernet+0/0", "ipv4+14/0t", "ipv4+34/1t", "other+54/1"));
}

TEST(Walk, LaterFragmentsHaveNoTransport) {
  EXPECT_THAT(headers_of(Frame(Eth{} / Ip{.offset = 64, .protocol = 6} / Data::of(40))),
              ElementsAre("ethernet+0/0", "ipv4+14/0"));
}

TEST(Walk, SaysWhatIsCutOrMalformed) {
  const Frame whole = Eth{} / Ip{} / test::Tcp{};
  EXPECT_THAT(headers_of(base::ByteView(whole).first(13)), ElementsAre("ethernet+0/0-"));
  EXPECT_THAT(headers_of(base::ByteView(whole).first(33)), ElementsAre("ethernet+0/0", "ipv4+14/0-"));
  EXPECT_THAT(headers_of(base::ByteView(whole).first(53)), ElementsAre("ethernet+0/0", "ipv4+14/0", "tcp+34/0-"));
  Frame spoilt = whole;
  spoilt[14] = 0x65;
  EXPECT_THAT(headers_of(spoilt), ElementsAre("ethernet+0/0", "ipv4+14/0!"));
  spoilt[14] = 0x4f;
  EXPECT_THAT(headers_of(spoilt), ElementsAre("ethernet+0/0", "ipv4+14/0-"));
}

TEST(Walk, AnyBytesWillDo) {
  base::Rng rng(1);
  const Frame deep = Eth{} / Ip{} / Ip{} / test::Icmp{.type = 3, .code = 4} / raw(packet());
  for (int i = 0; i < 20000; ++i) {
    Frame spoilt = deep;
    for (int n = 0; n < 3; ++n) spoilt[rng.below(static_cast<std::uint32_t>(deep.size()))] ^= 1u << rng.below(8);
    spoilt.resize(rng.below(static_cast<std::uint32_t>(deep.size() + 1)));
    std::size_t last = 0;
    walk(spoilt, Layer::ethernet, 3, [&](const Header& header) {
      EXPECT_GE(header.offset, last);
      EXPECT_LE(header.offset, spoilt.size() + 60);
      if (header.fit == Header::Fit::whole && header.layer != Layer::tcp) {
        EXPECT_LE(header.offset + header.size, spoilt.size());
      }
      last = header.offset;
      return true;
    });
  }
}

}  // namespace
}  // namespace lvs::wire
