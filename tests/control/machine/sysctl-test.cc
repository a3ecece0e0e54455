// SPDX-License-Identifier: GPL-2.0-or-later
// Keys that nothing here looks at answer as those of Linux 6.1 (Debian 12) did: sysctl LINE.
#include <gtest/gtest.h>

#include "../lan.h"

namespace lvs::control {
namespace {

// Which controls are there depends on what other machines of one kernel have loaded, so no case compares this.
TEST(Sysctl, CongestionControlsAreLoadedByTheirNames) {
  test::Lan lan{1};
  EXPECT_EQ(lan.run(1, "sysctl net.ipv4.tcp_available_congestion_control").out(),
            "net.ipv4.tcp_available_congestion_control = reno cubic\n");
  for (int twice = 0; twice < 2; ++twice)
    EXPECT_EQ(lan.run(1, "sysctl -w net.ipv4.tcp_congestion_control=bbr").out(),
              "net.ipv4.tcp_congestion_control = bbr\n");
  EXPECT_EQ(lan.run(1, "sysctl net.ipv4.tcp_available_congestion_control").out(),
            "net.ipv4.tcp_available_congestion_control = reno cubic bbr\n");
  const auto& unknown = lan.run(1, "sysctl -w net.ipv4.tcp_congestion_control=bbr9");
  EXPECT_NE(unknown.status(), 0);
  EXPECT_EQ(unknown.err(), "sysctl: setting key \"net.ipv4.tcp_congestion_control\": No such file or directory\n");
  EXPECT_EQ(lan.run(1, "sysctl net.ipv4.tcp_congestion_control").out(), "net.ipv4.tcp_congestion_control = bbr\n");
}

}  // namespace
}  // namespace lvs::control
