// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/file/cure.h"

#include <gtest/gtest.h>

namespace lvs::trace {
namespace {

TEST(Cure, CommandsAreTakenOutOfWords) {
  EXPECT_EQ(commands_in("the VIP on lo, not eth0: ip addr add 10.0.0.100/32 dev lo; and sysctl -w a=1 b=2"),
            "ip addr add 10.0.0.100/32 dev lo; sysctl -w a=1 b=2");
  EXPECT_EQ(commands_in("ip addr add 10.0.0.100/32 dev lo (with arp_ignore=1)"), "ip addr add 10.0.0.100/32 dev lo");
  EXPECT_EQ(commands_in("ip link set tunl0 up, or sysctl -w net.ipv4.conf.all.rp_filter=0"),
            "ip link set tunl0 up; sysctl -w net.ipv4.conf.all.rp_filter=0");
  EXPECT_EQ(commands_in("what its message says"), "");
}

}  // namespace
}  // namespace lvs::trace
