// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/head-length.h"

#include <gtest/gtest.h>

#include "base/rng.h"
#include "support/frame-builder.h"

namespace lvs::wire {
namespace {

using namespace lvs::test;

constexpr std::size_t kLimit = 192;

struct Row {
  const char* what;
  Frame frame;
  std::size_t head;
};

class HeadLength : public testing::TestWithParam<Row> {};
TEST_P(HeadLength, Row) { EXPECT_EQ(head_length(GetParam().frame, kLimit), GetParam().head) << GetParam().what; }

Frame error_about(const Frame& frame) { return Eth{} / Ip{} / test::Icmp{.type = 3, .code = 3} / quote_of(frame); }
const std::vector<std::uint8_t> kSynOptions{2, 4, 5, 180, 1, 3, 3, 7};

INSTANTIATE_TEST_SUITE_P(
    Table, HeadLength,
    testing::Values(
        Row{"ARP with padding", Eth{} / test::Arp{} / Data::of(18), 14 + 28},
        Row{"TCP", Eth{} / Ip{} / test::Tcp{} / Data::of(100), 14 + 20 + 20},
        Row{"TCP with options", Eth{} / Ip{} / test::Tcp{.options = kSynOptions} / Data::of(100), 14 + 20 + 28},
        Row{"IP options", Eth{} / Ip{.options = {7, 7, 4, 0, 0, 0, 0}} / test::Tcp{} / Data::of(100), 14 + 28 + 20},
        Row{"UDP", Eth{} / Ip{} / test::Udp{} / Data::of(100), 14 + 20 + 8},
        Row{"echo", Eth{} / Ip{} / test::Icmp{} / Data::of(100), 14 + 20 + 8},
        Row{"IPIP", Eth{} / Ip{} / Ip{} / test::Tcp{} / Data::of(100), 14 + 20 + 20 + 20},
        Row{"error about TCP", error_about(Eth{} / Ip{} / test::Tcp{} / Data::of(100)), 14 + 28 + 40},
        Row{"error about IPIP", error_about(Eth{} / Ip{} / Ip{} / test::Udp{} / Data::of(100)), 14 + 28 + 20 + 28},
        Row{"later fragment", Eth{} / Ip{.offset = 64, .protocol = 6} / Data::of(100), 14 + 20},
        Row{"first fragment", Eth{} / Ip{.mf = true} / test::Udp{} / Data::of(100), 14 + 20 + 8},
        Row{"SCTP", Eth{} / Ip{.protocol = 132} / Data::of(100), 14 + 20 + 16},
        Row{"unknown protocol", Eth{} / Ip{.protocol = 200} / Data::of(100), 14 + 20 + 8},
        Row{"unknown type", Eth{.type = 0x88cc} / Data::of(100), 14}, Row{"runt", Frame(9), 9},
        Row{"nothing", Frame{}, 0}));

TEST(HeadLengthLimits, NeverMoreThanThereIsOrIsAllowed) {
  base::Rng rng(1);
  const Frame deep = error_about(Eth{} / Ip{} / Ip{.options = std::vector<std::uint8_t>(40, 1)} /
                                 test::Tcp{.options = std::vector<std::uint8_t>(40, 1)} / Data::of(300));
  for (std::size_t size = 0; size <= deep.size(); ++size) {
    const base::ByteView part = base::ByteView(deep).first(size);
    for (const std::size_t limit : {0u, 14u, 60u, 192u, 4096u}) {
      ASSERT_LE(head_length(part, limit), std::min(size, limit));
    }
  }
  for (int i = 0; i < 20000; ++i) {  // spoil any byte of the headers
    Frame spoilt = deep;
    for (int n = 0; n < 3; ++n) spoilt[rng.below(160)] = static_cast<std::uint8_t>(rng.next());
    ASSERT_LE(head_length(spoilt, kLimit), kLimit);
  }
}

}  // namespace
}  // namespace lvs::wire
