// SPDX-License-Identifier: GPL-2.0-or-later
#include "wire/checksum.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/rng.h"
#include "wire/ipv4.h"

namespace lvs::wire {
namespace {

// Two bytes at a time, as RFC 1071 section 4.1 writes it.
std::uint16_t plain_sum(base::ByteView bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += static_cast<std::uint64_t>(bytes[i]) << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0);
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::vector<std::uint8_t> random_bytes(base::Rng& rng, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(rng.next());
  return bytes;
}

TEST(Checksum, Rfc1071Example) {
  const std::vector<std::uint8_t> bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(sum_fold(sum_bytes(bytes)), 0xddf2);
  EXPECT_EQ(checksum_of(sum_bytes(bytes)), 0x220d);
}

TEST(Checksum, AgreesWithTheDefinitionAtAnyLengthAndAlignment) {
  base::Rng rng(1);
  const auto bytes = random_bytes(rng, 2048);
  for (std::size_t size = 0; size < 200; ++size) {
    for (std::size_t from = 0; from < 9; ++from) {
      const base::ByteView part = base::ByteView(bytes).subspan(from, size);
      ASSERT_EQ(sum_fold(sum_bytes(part)), plain_sum(part)) << size << " bytes from " << from;
    }
  }
  EXPECT_EQ(sum_fold(sum_bytes(std::vector<std::uint8_t>(65535, 0xff))),
            plain_sum(std::vector<std::uint8_t>(65535, 0xff)));
}

TEST(Checksum, PartsAddUpAndOddOnesAreSwapped) {
  base::Rng rng(2);
  for (int i = 0; i < 500; ++i) {
    const auto bytes = random_bytes(rng, rng.below(300));
    const std::size_t cut = rng.below(static_cast<std::uint32_t>(bytes.size()) + 1);
    const base::ByteView whole(bytes);
    const Sum first = sum_bytes(whole.first(cut));
    Sum second = sum_bytes(whole.subspan(cut));
    if (cut % 2 == 1) second = sum_swap(second);
    // 0 and 0xffff are one number in ones-complement arithmetic.
    ASSERT_EQ(sum_fold(sum_add(first, second)) % 0xffff, plain_sum(whole) % 0xffff);
  }
}

TEST(Checksum, FieldMakesTheWholeSumUp) {
  base::Rng rng(3);
  for (int i = 0; i < 200; ++i) {
    auto bytes = random_bytes(rng, 20 + 2 * rng.below(100));
    base::store_be16(bytes.data() + 10, 0);
    base::store_be16(bytes.data() + 10, checksum_of(sum_bytes(bytes)));
    ASSERT_EQ(sum_fold(sum_bytes(bytes)), 0xffff);
  }
}

TEST(Checksum, IncrementalUpdateIsTheFullOne) {
  base::Rng rng(4);
  for (int i = 0; i < 2000; ++i) {
    auto bytes = random_bytes(rng, 20);
    const auto refresh = [&] {
      base::store_be16(bytes.data() + 10, 0);
      base::store_be16(bytes.data() + 10, checksum_of(sum_bytes(bytes)));
    };
    refresh();
    const std::uint16_t before = base::load_be16(bytes.data() + 10);
    const std::uint16_t from = base::load_be16(bytes.data() + 2);
    const auto to = static_cast<std::uint16_t>(rng.next());
    base::store_be16(bytes.data() + 2, to);
    refresh();
    ASSERT_EQ(checksum_update(before, from, to), base::load_be16(bytes.data() + 10));

    const std::uint16_t between = base::load_be16(bytes.data() + 10);
    const base::Ipv4Addr old_addr{base::load_be32(bytes.data() + 12)}, new_addr{static_cast<std::uint32_t>(rng.next())};
    base::store_be32(bytes.data() + 12, new_addr.value);
    refresh();
    ASSERT_EQ(checksum_update(between, old_addr, new_addr), base::load_be16(bytes.data() + 10));
  }
}

TEST(Checksum, Rfc1624Example) {  // section 4: the case that RFC 1141 gets wrong
  EXPECT_EQ(checksum_update(0xdd2f, 0x5555, 0x3285), 0x0000);
}

TEST(Checksum, PseudoHeader) {
  const std::vector<std::uint8_t> header{10, 0, 0, 1, 192, 168, 255, 2, 0, 6, 1, 44};
  EXPECT_EQ(sum_fold(sum_pseudo_header(base::Ipv4Addr::of(10, 0, 0, 1), base::Ipv4Addr::of(192, 168, 255, 2), 6, 300)),
            plain_sum(header));
}

TEST(Ipv4Header, TtlDecrementKeepsTheChecksumRight) {
  base::Rng rng(5);
  for (int i = 0; i < 5000; ++i) {
    std::array<std::uint8_t, 20> bytes;
    const Ipv4 ip{bytes.data()};
    ip.init(static_cast<std::uint8_t>(rng.next()), static_cast<std::uint16_t>(rng.next()),
            static_cast<std::uint16_t>(rng.next()), 0, static_cast<std::uint8_t>(1 + rng.below(255)), IpProto::tcp,
            {static_cast<std::uint32_t>(rng.next())}, {static_cast<std::uint32_t>(rng.next())});
    ip.refresh_checksum();
    ASSERT_TRUE(ip.checksum_ok());
    const std::uint8_t ttl = ip.ttl();
    ip.decrement_ttl();
    ASSERT_EQ(ip.ttl(), ttl - 1);
    ASSERT_TRUE(ip.checksum_ok());
  }
}

TEST(Ipv4Header, FieldsReadBack) {
  std::array<std::uint8_t, 20> bytes;
  const Ipv4 ip{bytes.data()};
  ip.init(0xb8, 1500, 0x1234, Ipv4::kMf | 185, 63, IpProto::udp, base::Ipv4Addr::of(10, 0, 0, 1),
          base::Ipv4Addr::of(10, 0, 0, 2));
  EXPECT_EQ(ip.version(), 4u);
  EXPECT_EQ(ip.header_size(), 20u);
  EXPECT_EQ(ip.tos(), 0xb8);
  EXPECT_EQ(ip.total_length(), 1500);
  EXPECT_EQ(ip.id(), 0x1234);
  EXPECT_TRUE(ip.more_fragments());
  EXPECT_FALSE(ip.dont_fragment());
  EXPECT_TRUE(ip.is_fragment());
  EXPECT_EQ(ip.fragment_offset(), 1480u);
  EXPECT_EQ(ip.protocol(), IpProto::udp);
  ip.set_fragment_field(Ipv4::kDf);
  EXPECT_FALSE(ip.is_fragment());
}

}  // namespace
}  // namespace lvs::wire
