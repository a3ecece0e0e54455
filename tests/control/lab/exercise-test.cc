// SPDX-License-Identifier: GPL-2.0-or-later
// lab.check: what is read, and what is wrong with it, by place.
#include "control/lab/grade/exercise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvs::control {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Lab lab() {
  LabReading reading = parse_lab({{"lab.conf",
                                   "client[0]=\"lan\"\ndirector[0]=\"lan\"\nrs1[0]=\"lan\"\nrs2[0]=\"lan\"\n"
                                   "far[0]=\"away\"\n"}});
  EXPECT_TRUE(reading.ok());
  return std::move(reading.lab);
}

struct Wrong {
  const char* name;
  const char* text;
  const char* message;
};

class WrongCheck : public testing::TestWithParam<Wrong> {};

TEST_P(WrongCheck, IsToldWithItsPlace) {
  const auto read = parse_exercise(lab(), "lab.check", GetParam().text);
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().front().text(), StartsWith(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Lines, WrongCheck,
    testing::Values(
        Wrong{"nothing", "# empty\n", "lab.check: there is no check in it"},
        Wrong{"noCheck", "\nclient is happy\n",
              "lab.check:2: column 8: expected can fetch, cannot fetch, can ping, cannot ping or a command in "
              "backquotes, found \"is\""},
        Wrong{"noHost", "nobody can ping 10.0.0.1\n", "lab.check:1: column 1: expected a check: HOST can fetch URL"},
        Wrong{"noUrl", "client can fetch https://10.0.0.1/\n",
              "lab.check:1: column 18: expected a URL such as http://10.0.0.100/, found \"https://10.0.0.1/\""},
        Wrong{"urlWithSh", "client can fetch http://10.0.0.1/;reboot\n", "lab.check:1: column 18: expected a URL"},
        Wrong{"noAddress", "  client can ping VIP\n",
              "lab.check:1: column 19: expected an IPv4 address, found \"VIP\""},
        Wrong{"points", "[many points] client can ping 10.0.0.1\n",
              "lab.check:1: column 1: expected points, a number up to 1000, found \"many\""},
        Wrong{"placeBehindPoints", "[1 point] client can ping x\n", "lab.check:1: column 27: expected an IPv4"},
        Wrong{"openBracket", "[2 points client can ping 10.0.0.1\n", "lab.check:1: column 1: this [ is never closed"},
        Wrong{"openCommand", "client `ls prints x\n", "lab.check:1: column 8: this ` is never closed"},
        Wrong{"notModelled", "client `emacs` prints x\n", "lab.check:1: column 8: `emacs`: column 1: 'emacs'"},
        Wrong{"more", "client can ping 10.0.0.1 twice\n", "lab.check:1: column 26: not expected here, found \"twice\""},
        Wrong{"noServers", "client can fetch http://10.0.0.1/ from both servers\n",
              "lab.check:1: column 52: no line \"servers: rs1 rs2\" says which those are"},
        Wrong{"noFetch", "replies do not pass director\n",
              "lab.check:1: column 21: say which requests: no check above says"},
        Wrong{"noLines", "client `ls` has the lines\n",
              "lab.check:1: column 26: expected lines below that begin with \"|\""},
        Wrong{"lostLines", "client can ping 10.0.0.1\n | x\n", "lab.check:1: column 8: lines below a check go with"},
        Wrong{"lostHint", "hint: look\n", "lab.check:1: column 1: this belongs below a check"},
        Wrong{"nobodyToAsk", "no host but far answers ARP for 10.0.0.1\n",
              "lab.check:1: column 41: nobody is on a segment of far to ask"},
        Wrong{"event", "client can fetch http://10.0.0.1/\nat most 2 requests fail after rs1 sleeps at 3 s\n",
              "lab.check:2: column 35: expected dies, runs or an interface of rs1, found \"sleeps\""},
        Wrong{"rule", "lvs-lab check finds no mistakes\n", "lab.check:1: column 24: no such rule"},
        Wrong{"handInOutside", "hand in: ../../etc/passwd\nclient can ping 10.0.0.1\n",
              "lab.check:1: column 9: no file of the lab"},
        Wrong{"nameOfHost", "rs1 = 10.0.0.1\nclient can ping 10.0.0.1\n", "lab.check:1: column 1: \"rs1\" is a host"},
        Wrong{"nameOfNothing", "VIP = ten\nclient can ping 10.0.0.1\n", "lab.check:1: column 1: a name stands for"},
        Wrong{"timeTooFar", "at 4000 s: client can ping 10.0.0.1\n", "lab.check:1: column 4: expected a time in"}),
    [](const auto& test) { return test.param.name; });

TEST(Exercise, ReadsAll) {
  const auto read = parse_exercise(lab(), "lab.check",
                                   "title: All of it\nhand in: rs1.startup, rs2.startup\nservers: rs1 rs2\n"
                                   "VIP = 10.0.0.100\n"
                                   "[3 points] the client can fetch http://VIP:81/x from both servers\n"
                                   "  hint: one\n  hint zh: 一，\n  hint: two\n  hint zh: 二\n"
                                   "at 2.5 s: client `curl VIP | wc -l` is:\n  | 1 VIP\n"
                                   "no host but director answers ARP for VIP\n"
                                   "at most 4 of 30 requests fail when rs1 eth0 is cut at 7 s hint: at once\n");
  ASSERT_TRUE(read.ok()) << read.error().front().text();
  EXPECT_EQ(read->title, "All of it");
  EXPECT_THAT(read->hand_in, testing::ElementsAre("rs1.startup", "rs2.startup"));
  ASSERT_EQ(read->checks.size(), 4u);
  EXPECT_EQ(read->points(), 6u);
  const auto& fetch = std::get<FetchCheck>(read->checks[0].what);
  EXPECT_EQ(fetch.url, "http://10.0.0.100:81/x");
  EXPECT_EQ(fetch.from.size(), 2u);
  EXPECT_EQ(fetch.times, 6u);
  EXPECT_EQ(read->checks[0].hint, "one two");
  EXPECT_EQ(read->checks[0].hint_zh, "一，二");
  EXPECT_EQ(read->checks[3].hint_zh, "");
  EXPECT_EQ(read->checks[0].place.line, 5);
  const auto& command = std::get<CommandCheck>(read->checks[1].what);
  EXPECT_EQ(command.command, "curl 10.0.0.100 | wc -l");
  EXPECT_EQ(command.text, "1 10.0.0.100\n");
  EXPECT_EQ(read->checks[1].at, std::chrono::milliseconds(2500));
  const auto& arp = std::get<ArpCheck>(read->checks[2].what);
  ASSERT_EQ(arp.questions.size(), 1u);
  EXPECT_EQ(arp.questions[0].first, "client");
  const auto& failures = std::get<FailCheck>(read->checks[3].what);
  EXPECT_EQ(failures.most, 4u);
  EXPECT_EQ(failures.requests, 30u);
  ASSERT_TRUE(failures.event);
  EXPECT_TRUE(std::holds_alternative<LabCable>(failures.event->what));
  EXPECT_EQ(read->checks[3].hint, "at once");
}

}  // namespace
}  // namespace lvs::control
