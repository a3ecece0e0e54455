// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/addr.h"

#include <gtest/gtest.h>

namespace lvs::base {
namespace {

TEST(Ipv4AddrParse, Accepts) {
  EXPECT_EQ(Ipv4Addr::parse("0.0.0.0"), Ipv4Addr::any());
  EXPECT_EQ(Ipv4Addr::parse("255.255.255.255"), Ipv4Addr::broadcast());
  EXPECT_EQ(Ipv4Addr::parse("10.0.0.100"), Ipv4Addr::of(10, 0, 0, 100));
  EXPECT_EQ(Ipv4Addr::parse("010.0.0.1"), Ipv4Addr::of(10, 0, 0, 1));  // decimal, not octal
}

class BadIpv4Addr : public testing::TestWithParam<const char*> {};
TEST_P(BadIpv4Addr, IsNothing) { EXPECT_FALSE(Ipv4Addr::parse(GetParam())) << GetParam(); }
INSTANTIATE_TEST_SUITE_P(Table, BadIpv4Addr,
                         testing::Values("", ".", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5",
                                         "256.0.0.0", "1.2.3.256", "1.2.3.0004", "1.2.3.-1", "1.2.3.+1", "1.2.3.4 ",
                                         " 1.2.3.4", "1.2.3.4/24", "a.b.c.d", "0x7f.0.0.1", "1,2,3,4", "::1"));

TEST(Ipv4AddrText, IsReadBack) {
  for (const std::uint32_t value : {0u, 1u, 0x7f000001u, 0x0a000064u, 0xc0a80101u, 0xffffffffu}) {
    EXPECT_EQ(Ipv4Addr::parse(Ipv4Addr{value}.text()), Ipv4Addr{value});
  }
  EXPECT_EQ(Ipv4Addr::of(192, 168, 1, 100).text(), "192.168.1.100");
}

TEST(Ipv4AddrKinds, AsInTheKernel) {
  struct Row {
    const char* text;
    bool multicast, loopback, class_e;
  };
  for (const Row& row : {Row{"0.0.0.0", false, false, false}, Row{"0.1.2.3", false, false, false},
                         Row{"1.0.0.0", false, false, false}, Row{"126.255.255.255", false, false, false},
                         Row{"127.0.0.1", false, true, false}, Row{"128.0.0.0", false, false, false},
                         Row{"223.255.255.255", false, false, false}, Row{"224.0.0.1", true, false, false},
                         Row{"239.255.255.255", true, false, false}, Row{"240.0.0.1", false, false, true}}) {
    const Ipv4Addr a = *Ipv4Addr::parse(row.text);
    EXPECT_EQ(a.is_multicast(), row.multicast) << row.text;
    EXPECT_EQ(a.is_loopback(), row.loopback) << row.text;
    EXPECT_EQ(a.is_class_e(), row.class_e) << row.text;
  }
}

TEST(Ipv4PrefixParse, Accepts) {
  EXPECT_EQ(Ipv4Prefix::parse("10.0.0.1/24"), (Ipv4Prefix{Ipv4Addr::of(10, 0, 0, 1), 24}));
  EXPECT_EQ(Ipv4Prefix::parse("10.0.0.1"), (Ipv4Prefix{Ipv4Addr::of(10, 0, 0, 1), 32}));
  EXPECT_EQ(Ipv4Prefix::parse("0.0.0.0/0"), (Ipv4Prefix{{}, 0}));
  EXPECT_EQ(Ipv4Prefix::parse("10.0.0.1/24")->text(), "10.0.0.1/24");
}

class BadIpv4Prefix : public testing::TestWithParam<const char*> {};
TEST_P(BadIpv4Prefix, IsNothing) { EXPECT_FALSE(Ipv4Prefix::parse(GetParam())) << GetParam(); }
INSTANTIATE_TEST_SUITE_P(Table, BadIpv4Prefix,
                         testing::Values("", "/", "/24", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/24 ",
                                         "10.0.0.0//24", "10.0.0/24", "10.0.0.0/255.255.255.0"));

TEST(Ipv4PrefixSets, ContainAndEnd) {
  const auto p = [](const char* text) { return *Ipv4Prefix::parse(text); };
  const auto a = [](const char* text) { return *Ipv4Addr::parse(text); };
  EXPECT_TRUE(p("10.0.0.77/24").contains(a("10.0.0.0")));
  EXPECT_TRUE(p("10.0.0.77/24").contains(a("10.0.0.255")));
  EXPECT_FALSE(p("10.0.0.77/24").contains(a("10.0.1.0")));
  EXPECT_TRUE(p("10.0.0.77/0").contains(a("255.0.1.0")));
  EXPECT_FALSE(p("10.0.0.77/32").contains(a("10.0.0.76")));
  EXPECT_EQ(p("10.0.0.77/24").network(), a("10.0.0.0"));
  EXPECT_EQ(p("10.0.0.77/24").directed_broadcast(), a("10.0.0.255"));
  EXPECT_EQ(p("10.0.0.77/31").network(), a("10.0.0.76"));
  EXPECT_EQ(p("10.0.0.77/0").mask(), 0u);
  EXPECT_EQ(p("10.0.0.77/32").mask(), 0xffffffffu);
}

TEST(MacAddrParse, Accepts) {
  const MacAddr mac{{0x02, 0x00, 0x00, 0xab, 0xCD, 0x0f}};
  EXPECT_EQ(MacAddr::parse("02:00:00:ab:cd:0f"), mac);
  EXPECT_EQ(MacAddr::parse("02:00:00:AB:CD:0F"), mac);
  EXPECT_EQ(mac.text(), "02:00:00:ab:cd:0f");
}

class BadMacAddr : public testing::TestWithParam<const char*> {};
TEST_P(BadMacAddr, IsNothing) { EXPECT_FALSE(MacAddr::parse(GetParam())) << GetParam(); }
INSTANTIATE_TEST_SUITE_P(Table, BadMacAddr,
                         testing::Values("", "02:00:00:00:00", "02:00:00:00:00:0", "02:00:00:00:00:001",
                                         "02-00-00-00-00-01", "020000000001", "02:00:00:00:00:0g", "02:00:00:00:00:-1",
                                         "2:0:0:0:0:1", "02:00:00:00:00:01:02", " 2:00:00:00:00:01"));

TEST(MacAddrKinds, GroupBit) {
  EXPECT_TRUE(MacAddr::broadcast().is_multicast());
  EXPECT_TRUE(MacAddr::parse("01:00:5e:00:00:01")->is_multicast());
  EXPECT_FALSE(MacAddr::parse("02:00:00:00:00:01")->is_multicast());
  EXPECT_TRUE(MacAddr{}.is_zero());
}

}  // namespace
}  // namespace lvs::base
