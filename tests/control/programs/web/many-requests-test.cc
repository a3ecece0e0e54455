// SPDX-License-Identifier: GPL-2.0-or-later
// Lines that ask ten thousands of times: no request is made from within the one before it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "control/lan.h"

namespace lvs::test {
namespace {

using testing::HasSubstr;

TEST(ManyRequests, CurlOfFiftyThousandAddressesAtAClosedPort) {
  Lan lan(1);
  const auto& run = lan.run(1, "curl -sS http://127.0.0.1/$(seq 50000)");
  EXPECT_TRUE(run.finished());
  EXPECT_EQ(run.status(), 7);  // of the last one: words behind the first are hosts, and 50000 is 0.0.195.80
  EXPECT_EQ(std::ranges::count(run.err(), '\n'), 50000);
}

TEST(ManyRequests, NcLooksAtEveryPortOfThisMachine) {
  Lan lan(1);
  lan.run(1, "httpd");
  const auto& run = lan.run(1, "nc -zv 127.0.0.1 1-65535");
  EXPECT_TRUE(run.finished());
  EXPECT_EQ(run.status(), 0);
  EXPECT_THAT(run.err(), HasSubstr("127.0.0.1 80 port [tcp/http] succeeded!"));
  EXPECT_EQ(std::ranges::count(run.err(), '\n'), 65535);
}

// A count to the greatest number there is ends, and no pattern takes more memory than it may.
TEST(ManyRequests, PatternsOfCurlAreBoundedInNumberAndLength) {
  Lan lan(1);
  EXPECT_EQ(lan.run(1, "curl -s -w '%{url} ' '10.0.0.1/[18446744073709551614-18446744073709551615]'").out(),
            "10.0.0.1/18446744073709551614 10.0.0.1/18446744073709551615 ");
  EXPECT_FALSE(control::parse_line("curl '10.0.0.1/[1-100001]'"));
  EXPECT_FALSE(control::parse_line("curl '10.0.0.1/[" + std::string(10'000, '0') + "-99999]'"));
  EXPECT_FALSE(control::parse_line("curl '10.0.0.1/" + std::string(10'000, 'a') + "[1-99999]'"));
}

}  // namespace
}  // namespace lvs::test
