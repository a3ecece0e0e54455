// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/hex.h"

namespace lvs::referee {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

// A record of a ClientHello: random number, a session's id of 4 bytes, one cipher, no compression; then the extensions
// supported_versions (43) and key_share (51), with a share of 4 bytes for X25519 and one of 2 for another group.
const std::string kHello = "16 0301 004e 01 00004a 0303" + std::string(64, 'a') +
                           "04 01020304 0002 1302 01 00 001b"
                           "002b 0003 02 0304"
                           "0033 0010 000e 001d 0004 11223344 0017 0002 5566";

std::vector<std::uint8_t> hello() {
  std::string digits = kHello;
  std::erase(digits, ' ');
  const std::string bytes = test::from_hex(digits);
  return {bytes.begin(), bytes.end()};
}

TEST(ClientHello, DrawsRandomNumberSessionAndKeyShares) {
  const auto bytes = hello();
  EXPECT_THAT(drawn_by_client_hello(bytes), ElementsAre(Pair(11, 32), Pair(44, 4), Pair(73, 4), Pair(81, 2)));
}

TEST(ClientHello, OtherBytesDrawNothing) {
  auto bytes = hello();
  bytes[0] = 23;  // data of an application
  EXPECT_THAT(drawn_by_client_hello(bytes), IsEmpty());
  bytes = hello();
  bytes[5] = 2;  // a ServerHello
  EXPECT_THAT(drawn_by_client_hello(bytes), IsEmpty());
}

TEST(ClientHello, IsReadToWhereItIsCutOff) {
  const auto bytes = hello();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::vector<std::uint8_t> some(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    for (const auto& [offset, length] : drawn_by_client_hello(some)) EXPECT_LE(offset + length, size);
  }
}

}  // namespace
}  // namespace lvs::referee
