// SPDX-License-Identifier: GPL-2.0-or-later
// What differs between Linux 6.1 and 6.12 (host/env/kernel.h).
#include "host/env/kernel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "socket-pair.h"

namespace lvs::test {
namespace {

using namespace std::chrono_literals;
using host::SocketError;
using testing::ElementsAre;

constexpr host::SocketAddress kServer{base::Ipv4Addr::of(10, 0, 0, 2), 80};

// The seconds at which a SYN is sent to somebody who is silent, for so long.
std::vector<int> syn_times(const host::Kernel& kernel, base::Time length, SocketError& error) {
  SocketPair pair;
  pair.left.host.set_kernel(kernel);
  pair.filter = [](const Segment&) { return false; };
  const host::TcpPtr client = pair.a.tcp(nullptr);
  EXPECT_EQ(client->connect(kServer), SocketError::none);
  pair.run(length);
  std::vector<int> result;
  for (const Segment& segment : pair.seen) result.push_back(static_cast<int>(segment.at / 1s));
  error = client->take_error();
  return result;
}

TEST(Kernel, SynsDoubleTheirWaitsFromTheFirstOn61AndFromTheFifthOn612) {
  SocketError error = SocketError::none;
  EXPECT_THAT(syn_times(host::kLinux6_1, 200s, error), ElementsAre(0, 1, 3, 7, 15, 31, 63));
  EXPECT_EQ(error, SocketError::timed_out);
  EXPECT_THAT(syn_times(host::kLinux6_12, 200s, error), ElementsAre(0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67));
  EXPECT_EQ(error, SocketError::timed_out);
}

TEST(Kernel, IsFoundByVersionAndByRelease) {
  EXPECT_EQ(host::find_kernel("6.1")->version, "6.1");
  EXPECT_EQ(host::find_kernel("6.12.117")->version, "6.12");
  EXPECT_FALSE(host::find_kernel("6.10.3"));
  EXPECT_FALSE(host::find_kernel("6"));
  EXPECT_FALSE(host::find_kernel("6.1.176")->leaves_quotes_of_fragments);
  EXPECT_TRUE(host::find_kernel("6.1.192")->leaves_quotes_of_fragments);
  EXPECT_FALSE(host::find_kernel("6.1.176")->learns_mtu_without_socket);
  EXPECT_FALSE(host::find_kernel("6.1.176")->challenges_resets_early);
  EXPECT_TRUE(host::find_kernel("6.1.192")->challenges_resets_early);
  EXPECT_TRUE(host::find_kernel("6.1.192")->learns_mtu_without_socket);
}

}  // namespace
}  // namespace lvs::test
