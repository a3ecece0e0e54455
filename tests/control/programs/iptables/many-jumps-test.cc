// SPDX-License-Identifier: GPL-2.0-or-later
// Chains that lead to each other in many ways: nothing is looked at once for each way.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "control/lan.h"

namespace lvs::test {
namespace {

using testing::HasSubstr;

// Chain c0 leads twice to c1, which leads twice to c2 ...: 2^length ways.
std::string doubling(unsigned length) {
  std::string line;
  for (unsigned i = 0; i <= length; ++i) line += fmt::format("iptables -N c{:03}; ", i);
  for (unsigned i = 0; i < length; ++i) {
    const std::string jump = fmt::format("iptables -A c{:03} -j c{:03}; ", i, i + 1);
    line += jump + jump;
  }
  return line;
}

TEST(ManyJumps, AChainThatLeadsToItself) {
  Lan lan(1);
  std::string line = "iptables -N A";
  for (int i = 0; i < 100; ++i) line += "; iptables -A A -j A";
  const auto& run = lan.run(1, line);
  EXPECT_EQ(run.status(), 0) << run.err();  // no packet comes here
  // What a packet could meet is refused (kernel: mark_source_chains()).
  const auto& used = lan.run(1, "iptables -A INPUT -j A");
  EXPECT_EQ(used.status(), 1);
  EXPECT_EQ(used.err(), "iptables: Too many levels of symbolic links.\n");
}

TEST(ManyJumps, SixtyChainsEachLeadingTwiceToTheNext) {
  Lan lan(1);
  const auto& run = lan.run(1, doubling(60) + "iptables -A INPUT -j c000");
  EXPECT_EQ(run.status(), 0) << run.err();
  // An extension at the end of all ways is judged by the hooks that lead there.
  EXPECT_EQ(lan.run(1, "iptables -A c060 -m mac --mac-source 02:00:00:00:00:01 -j ACCEPT").status(), 0);
  const auto& output = lan.run(1, "iptables -A OUTPUT -j c000");
  EXPECT_EQ(output.status(), 1);
  EXPECT_THAT(output.err(), HasSubstr("Invalid argument"));
  // The loop is closed far away.
  EXPECT_EQ(lan.run(1, "iptables -A c060 -j c000").status(), 1);
}

TEST(ManyJumps, APacketThatWouldMeetABillionRulesIsDropped) {
  Lan lan(2);
  lan.run(2, doubling(30) + "iptables -A INPUT -p icmp -j c000");
  const auto& ping = lan.run(1, "ping -c 1 -W 1 10.0.0.2");
  EXPECT_THAT(ping.out(), HasSubstr("1 packets transmitted, 0 received"));
}

TEST(ManyJumps, AThousandChainsInARow) {
  Lan lan(1);
  std::string rules = "*filter\n";
  constexpr unsigned kChains = 1000;
  for (unsigned i = 0; i < kChains; ++i) rules += fmt::format(":c{} - [0:0]\n", i);
  for (unsigned i = 0; i + 1 < kChains; ++i) rules += fmt::format("-A c{} -j c{}\n", i, i + 1);
  rules += "-A INPUT -j c0\nCOMMIT\n";
  lan[1].files().append("/tmp/rules", rules);
  const auto& run = lan.run(1, "iptables-restore /tmp/rules");
  EXPECT_EQ(run.status(), 0) << run.err();
}

}  // namespace
}  // namespace lvs::test
