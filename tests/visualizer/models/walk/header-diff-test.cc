// SPDX-License-Identifier: GPL-2.0-or-later
// What a stage changed, from the bytes before and after.
#include "models/walk/header-diff.h"

#include <gtest/gtest.h>

#include "support/frame-builder.h"

namespace lvs::view {
namespace {

using base::Ipv4Addr;
using test::Data;
using test::Eth;
using test::Frame;
using test::Icmp;
using test::Ip;
using test::Tcp;

const Ipv4Addr kCip = Ipv4Addr::of(203, 0, 113, 7), kVip = Ipv4Addr::of(198, 51, 100, 80);
const Ipv4Addr kRip = Ipv4Addr::of(192, 168, 10, 11), kDip = Ipv4Addr::of(192, 168, 10, 1);
const base::MacAddr kMac{{2, 0, 0, 0, 0, 1}};

Frame syn(Ipv4Addr dst, std::uint8_t ttl = 64, base::MacAddr mac = {}) {
  return Eth{.src = mac, .dst = mac} / Ip{.src = kCip, .dst = dst, .ttl = ttl} /
         Tcp{.sport = 41001, .dport = 80, .syn = true};
}

// "IPv4 dst 198.51.100.80 > 192.168.10.11" a line, for what changed.
std::string changesOf(const HeaderDiff& diff) {
  std::string out;
  for (const DiffSection& section : diff.sections) {
    for (const DiffField& field : section.fields) {
      if (field.change == Change::same || field.change == Change::absent) continue;
      out +=
          (nameOf(section.layer) + " " + field.after.name + " " + field.before.value + " > " + field.after.value + "\n")
              .toStdString();
    }
  }
  return out;
}

TEST(HeaderDiff, NatSwapsTheDestinationOnly) {
  const HeaderDiff diff = diffOf(headersOf(syn(kVip)), headersOf(syn(kRip, 63)));
  EXPECT_EQ(diff.bits & changed::rewritten, changed::destination);
  EXPECT_EQ(badgeOf(diff.bits), "IP dst");
  EXPECT_EQ(changesOf(diff).substr(0, changesOf(diff).find("IPv4 csum")),
            "IPv4 dst 198.51.100.80 > 192.168.10.11\nIPv4 ttl 64 > 63\n");
}

TEST(HeaderDiff, TtlAndChecksumAreNoRewrite) {
  const HeaderDiff diff = diffOf(headersOf(syn(kVip, 64)), headersOf(syn(kVip, 63)));
  EXPECT_EQ(diff.bits & changed::rewritten, 0u);
  EXPECT_EQ(badgeOf(diff.bits), "TTL");
}

TEST(HeaderDiff, LinkHeaderThatIsNotThereYetIsNeutral) {
  const HeaderDiff gone = diffOf(headersOf(syn(kVip, 64, kMac)), headersOf(syn(kVip)));
  EXPECT_EQ(gone.bits, 0u);
  EXPECT_EQ(gone.sections[0].fields[0].change, Change::absent);
  const HeaderDiff built = diffOf(headersOf(syn(kVip)), headersOf(syn(kVip, 64, kMac)));
  EXPECT_EQ(badgeOf(built.bits), "MAC");
}

TEST(HeaderDiff, TunnelIsAHeaderThatComesAndGoes) {
  const Frame plain = syn(kVip);
  const Frame wrapped = Eth{} / Ip{.src = kDip, .dst = kRip} / Ip{.src = kCip, .dst = kVip} /
                        Tcp{.sport = 41001, .dport = 80, .syn = true};
  const Headers inside = headersOf(wrapped);
  ASSERT_TRUE(inside.outerSrc && inside.src);
  EXPECT_EQ(textOf(*inside.outerDst), "192.168.10.11");
  EXPECT_EQ(textOf(*inside.dst), "198.51.100.80:80");
  EXPECT_EQ(badgeOf(diffOf(headersOf(plain), inside).bits), "+ IPIP");
  EXPECT_EQ(badgeOf(diffOf(inside, headersOf(plain)).bits), "− IPIP");
}

TEST(HeaderDiff, IcmpErrorShowsWhatItQuotes) {
  const Frame quoted = syn(kVip);
  const std::vector<std::uint8_t> inner(quoted.begin() + 14, quoted.begin() + 14 + 28);
  const Frame error = Eth{} / Ip{.src = kRip, .dst = kCip} / Icmp{.type = 3, .code = 3} / Data{inner};
  const Headers headers = headersOf(error);
  EXPECT_EQ(headers.info, "ICMP port unreachable");
  EXPECT_TRUE(headers.icmpError);
  EXPECT_EQ(headers.sections.back().layer, Layer::quotedPorts);
  EXPECT_EQ(headers.sections.back().fields[1].value, "80");
}

TEST(HeaderDiff, AnyPieceOfAFrameWillDo) {
  const Frame whole =
      Eth{} / Ip{.src = kDip, .dst = kRip} / Ip{.src = kCip, .dst = kVip} / Tcp{.sport = 1, .dport = 2, .syn = true};
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Headers piece = headersOf(base::ByteView(whole).first(size));
    EXPECT_GE(diffOf(headersOf(whole), piece).sections.size(), piece.sections.size());
  }
  // Every byte turned over, one at a time.
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Frame odd = whole;
    odd[i] = static_cast<std::uint8_t>(~odd[i]);
    EXPECT_NO_THROW(diffOf(headersOf(whole), headersOf(odd)));
  }
}

}  // namespace
}  // namespace lvs::view
