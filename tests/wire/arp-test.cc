// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/arp.h"

#include <gtest/gtest.h>

#include <vector>

namespace lvs::wire {
namespace {

const std::vector<std::uint8_t> kRequest{0,  1, 8, 0, 6, 4, 0, 1, 2, 0, 0,  0, 0, 1,
                                         10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};

TEST(Arp, ParsesARequest) {
  const auto arp = Arp::parse(kRequest);
  ASSERT_TRUE(arp);
  EXPECT_EQ(*arp, (Arp{Arp::Op::request,
                       {{2, 0, 0, 0, 0, 1}},
                       base::Ipv4Addr::of(10, 0, 0, 1),
                       {},
                       base::Ipv4Addr::of(10, 0, 0, 2)}));
}

TEST(Arp, EmitsWhatItParses) {
  for (const auto op : {Arp::Op::request, Arp::Op::reply}) {
    const Arp arp{
        op, {{1, 2, 3, 4, 5, 6}}, base::Ipv4Addr{0x01020304}, {{6, 5, 4, 3, 2, 1}}, base::Ipv4Addr{0xf0e0d0c0}};
    std::array<std::uint8_t, Arp::kSize> bytes{};
    arp.emit(bytes.data());
    EXPECT_EQ(Arp::parse(bytes), arp);
  }
}

struct Spoilt {
  std::size_t at;
  std::uint8_t value;
  bool accepted;
};
class ArpSpoilt : public testing::TestWithParam<Spoilt> {};
TEST_P(ArpSpoilt, OneByte) {
  auto bytes = kRequest;
  bytes[GetParam().at] = GetParam().value;
  EXPECT_EQ(Arp::parse(bytes).has_value(), GetParam().accepted);
}
INSTANTIATE_TEST_SUITE_P(Table, ArpSpoilt,
                         testing::Values(Spoilt{1, 6, true},    // IEEE 802 hardware: taken as Ethernet
                                         Spoilt{1, 2, false},   // other hardware
                                         Spoilt{0, 1, false},   //
                                         Spoilt{2, 9, false},   // other protocol
                                         Spoilt{4, 8, false},   // other lengths
                                         Spoilt{5, 16, false},  //
                                         Spoilt{7, 0, false},   // operations
                                         Spoilt{7, 2, true}, Spoilt{7, 3, false}, Spoilt{6, 1, false}));

TEST(Arp, TruncatedIsNothing) {
  for (std::size_t size = 0; size < Arp::kSize; ++size) {
    EXPECT_FALSE(Arp::parse(base::ByteView(kRequest).first(size))) << size;
  }
}

}  // namespace
}  // namespace lvs::wire
