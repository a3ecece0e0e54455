// SPDX-License-Identifier: GPL-2.0-or-later
// Views of headers: which of them may write, and what becomes of which.
#include "wire/view.h"

#include <gtest/gtest.h>

#include <array>

#include "wire/ethernet.h"
#include "wire/gre.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::wire {
namespace {

template <class View>
concept Checksummed = requires(View view) {
  view.set_checksum(std::uint16_t{});
};

template <class View, class ConstView>
struct Pair {
  using Mutable = View;
  using Const = ConstView;
};

template <class Views>
class ViewTest : public testing::Test {};
using Headers = testing::Types<Pair<Ethernet, ConstEthernet>, Pair<Gre, ConstGre>, Pair<Icmp, ConstIcmp>,
                               Pair<Ipv4, ConstIpv4>, Pair<Tcp, ConstTcp>, Pair<Udp, ConstUdp>>;
TYPED_TEST_SUITE(ViewTest, Headers);

TYPED_TEST(ViewTest, OfBytesThatMayBeWrittenServesForReading) {
  using Mutable = typename TypeParam::Mutable;
  using Const = typename TypeParam::Const;
  static_assert(std::is_convertible_v<Mutable, Const>);
  static_assert(!std::is_convertible_v<Const, Mutable>);
  static_assert(!std::is_constructible_v<Mutable, const std::uint8_t*>);
  static_assert(!Checksummed<Const>);
  static_assert(Checksummed<Mutable> != std::is_same_v<Mutable, Ethernet>);
  static_assert(sizeof(Const) == sizeof(void*) && sizeof(Mutable) == sizeof(void*));
  std::array<std::uint8_t, 60> bytes{};
  const Mutable view{bytes.data()};
  const Const reader = view;
  EXPECT_EQ(reader.p, bytes.data());
}

TEST(Views, ReadWhatWasWritten) {
  std::array<std::uint8_t, 20> bytes{};
  const Ipv4 ip{bytes.data()};
  ip.init(0x10, 40, 7, Ipv4::kDf, 64, IpProto::tcp, {0x0a000001}, {0x0a000002});
  ip.refresh_checksum();
  const ConstIpv4 reader{bytes.data()};
  EXPECT_TRUE(reader.checksum_ok());
  EXPECT_EQ(reader.total_length(), 40);
  EXPECT_EQ(reader.dst().text(), "10.0.0.2");
  EXPECT_EQ(reader.payload(), bytes.data() + 20);
}

}  // namespace
}  // namespace lvs::wire
