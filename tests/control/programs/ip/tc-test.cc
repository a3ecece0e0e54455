// SPDX-License-Identifier: GPL-2.0-or-later
// tc qdisc: what it prints (tc of iproute2 6.1 on Linux 6.1: tc ...), refuses, and does to packets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "../../lan.h"

namespace lvs::control {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Case {
  const char* line;
  int status;
  const char* out;
  const char* err;
};

TEST(Tc, SaysWhatLinuxSays) {
  test::Lan lan{2};
  const Case cases[] = {
      {"tc qdisc del dev eth0 root", 2, "", "Error: Cannot delete qdisc with handle of zero.\n"},
      {"tc qdisc add dev eth0 root netem delay 100ms", 0, "", ""},
      {"tc qdisc show dev eth0", 0, "qdisc netem 8001: root refcnt 2 limit 1000 delay 100ms\n", ""},
      {"tc qdisc add dev eth0 root netem delay 1ms", 2, "", "Error: Exclusivity flag on, cannot modify.\n"},
      {"tc qdisc replace dev eth0 root tbf rate 256kbit buffer 2kb latency 10ms", 0, "", ""},
      {"tc qdisc show dev eth0", 0, "qdisc tbf 8001: root refcnt 2 rate 256Kbit burst 2Kb lat 10ms \n", ""},
      {"tc qdisc add dev eth9 root netem delay 1ms", 1, "", "Cannot find device \"eth9\"\n"},
      {"tc qdisc del dev eth0 root", 0, "", ""},
      {"tc qdisc show dev eth0", 0, "qdisc noqueue 0: root refcnt 2 \n", ""},
  };
  for (const Case& each : cases) {
    const LineRun& run = lan.run(1, each.line);
    EXPECT_EQ(run.status(), each.status) << each.line;
    EXPECT_EQ(run.out(), each.out) << each.line;
    EXPECT_EQ(run.err(), each.err) << each.line;
  }
}

TEST(Tc, DelaysWhatLeaves) {
  test::Lan lan{2};
  lan.run(1, "ip addr add 10.0.0.1/24 dev eth0; tc qdisc add dev eth0 root netem delay 50ms");
  lan.run(2, "ip addr add 10.0.0.2/24 dev eth0");
  EXPECT_THAT(lan.run(1, "ping -c 1 10.0.0.2").out(), HasSubstr("time=100"));  // the question by ARP, too
  EXPECT_THAT(lan.run(1, "ping -c 1 10.0.0.2").out(), HasSubstr("time=50"));
  EXPECT_THAT(lan.run(1, "tc qdisc change dev eth0 root netem loss 100%; ping -c 2 -W 1 10.0.0.2").out(),
              HasSubstr("100% packet loss"));
}

}  // namespace
}  // namespace lvs::control
