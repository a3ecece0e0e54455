// SPDX-License-Identifier: GPL-2.0-or-later
// How TCP cuts a stream is its own choice: counters may differ by that, and nothing else may.
#include "referee/compare/counters.h"

#include <gtest/gtest.h>

#include "referee/compare/text.h"

namespace lvs::referee {
namespace {

TEST(Counters, DifferByWhatTheStreamsDiffer) {
  constexpr CounterSlack kOneSegment{1, 66}, kTwo{2, 104};
  const char* linux_line = "TCP  10.0.1.100:80                       1        4        4      290      318";
  const char* model_line = "TCP  10.0.1.100:80                       1        5        5      342      370";
  EXPECT_TRUE(counters_agree(linux_line, model_line, kOneSegment));
  EXPECT_FALSE(counters_agree(linux_line, model_line, {}));
  EXPECT_FALSE(counters_agree(linux_line, model_line, {1, 40})) << "52 bytes more than the streams have";
  EXPECT_FALSE(counters_agree("TCP 10.0.1.100:80 1 4 4 290 318", "TCP 10.0.1.101:80 1 4 4 290 318", kTwo)) << "address";
  EXPECT_FALSE(counters_agree("TCP 10.0.1.100:80 1 4", "TCP 10.0.1.100:81 1 4", kTwo)) << "port";
  EXPECT_TRUE(counters_agree(":INPUT ACCEPT [5:342]", ":INPUT ACCEPT [4:290]", kOneSegment));
  EXPECT_FALSE(counters_agree(" 5 342 ACCEPT tcp dpt:80", " 5 342 ACCEPT tcp dpt:81", kTwo));
  EXPECT_FALSE(counters_agree(" 5 342 ACCEPT", " 5 342 DROP", kTwo));
  EXPECT_FALSE(counters_agree("1 4", "1 4 4", kTwo)) << "a column more";
  EXPECT_TRUE(counters_agree("        RX packets 9  bytes 1100 (1.0 KiB)",
                             "        RX packets 10  bytes 1166 (1.1 KiB)", kOneSegment));
}

TEST(Counters, CommandsThatPrintThem) {
  for (const char* command : {"ipvsadm -Ln --stats", "iptables -nvL", "iptables -t nat -L -v -n", "ip -s link",
                              "ifconfig eth0", "cat /proc/net/dev", "iptables-save -c"})
    EXPECT_TRUE(prints_counters(command)) << command;
  for (const char* command : {"ipvsadm -Ln", "iptables -S", "ip addr", "curl -s http://10.0.0.1/"})
    EXPECT_FALSE(prints_counters(command)) << command;
}

TEST(Counters, ALineOfTextWithThem) {
  EXPECT_FALSE(differing_text("a 4 290\n", "a 5 342\n", {}, std::chrono::seconds(1), {1, 52}).has_value());
  EXPECT_TRUE(differing_text("a 4 290\n", "a 5 342\n", {}, std::chrono::seconds(1)).has_value());
}

}  // namespace
}  // namespace lvs::referee
