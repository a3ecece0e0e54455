// SPDX-License-Identifier: GPL-2.0-or-later
// Labs on the real kernel, all in one boot.
#include "referee/kernel/linux-run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvs::referee {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using namespace std::chrono_literals;

control::Lab lab_of(const control::LabFiles& files) {
  const control::LabReading reading = control::parse_lab(files);
  for (const control::LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
  return reading.lab;
}

const char* kTwoHosts = "a[0]=lan\nb[0]=lan\n";

// Each lab of this suite; all of them run in the one boot that the first test makes.
enum Which { kPing, kShell, kInject, kEnd, kHang, kTunnel, kBridge, kCount };

std::vector<control::Lab> all_labs() {
  std::vector<control::Lab> labs(kCount);
  labs[kPing] = lab_of({{"lab.conf", kTwoHosts},
                        {"a.startup", "ip addr add 10.0.0.1/24 dev eth0\n"},
                        {"b.startup", "ip addr add 10.0.0.2/24 dev eth0\n"},
                        {"lab.timeline", "0.5 a ping -c 1 10.0.0.2\n"}});
  labs[kShell] =
      lab_of({{"lab.conf", kTwoHosts},
              {"a.startup",
               "echo one; echo two >&2; false\nno-such-command\necho /sys/class/net/*\ncat /etc/hostname\nkill -9 $$\n"
               "(sleep 0.3; echo late) & echo now\ncat /proc/sys/net/ipv4/ip_forward\niptables -V\n"},
              {"b.startup", "sysctl -w net.ipv4.ip_forward=1\nip addr show lo\nip link show tunl0\n"}});
  labs[kInject] = lab_of({{"lab.conf", kTwoHosts},
                          {"b.startup", "ip addr add 10.0.0.2/24 dev eth0\n"},
                          {"lab.timeline",
                           "0.1 a inject eth0 ffffffffffff 020000000100 0806 0001080006040001020000000100 0a000001 "
                           "000000000000 0a000002\n"
                           "0.3 a ip link set eth0 down\n0.5 a inject eth0 ffffffffffff 020000000100 0806\n"}});
  labs[kEnd] = lab_of({{"lab.conf", kTwoHosts}, {"lab.timeline", "0 a echo begins; sleep 600\n2.5 - end\n"}});
  labs[kHang] = lab_of({{"lab.conf", kTwoHosts}, {"lab.timeline", "0 a sleep 600\n"}});
  labs[kTunnel] = lab_of({{"lab.conf", kTwoHosts},
                          {"a.startup", "ip link set tunl0 up\nip addr add 10.0.0.1/24 dev eth0\nipvsadm -Ln\n"}});
  labs[kBridge] = lab_of({{"lab.conf", "a[0]=lan\nb[0]=lan\nc[0]=lan/02:00:00:00:0c:0c\nc[1]=other\n"},
                          {"lab.timeline", "0.1 a inject eth0 02000000ffff 020000000100 88b5 00\n"}});
  return labs;
}

const LinuxRuns& runs() {
  static const base::Result<LinuxRuns, std::string> result = [] {
    LinuxOptions options;
    options.patience = 3s;
    options.kernel.kind = RefereeKind::package;  // in virtual time patience costs nothing, and is longer
    return run_on_linux(all_labs(), options);
  }();
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().c_str());
    std::exit(1);
  }
  return result.value();
}

const control::LabRun& run_of(Which which) {
  const auto& run = runs().labs.at(which);
  if (!run) {
    static const control::LabRun none;
    ADD_FAILURE() << run.error();
    return none;
  }
  return run.value();
}

std::string direction_and_size(const control::CapturedFrame& frame) {
  return (frame.outbound ? "out " : "in ") + std::to_string(frame.bytes.size());
}

std::vector<std::string> shape(const control::LabCapture& capture) {
  std::vector<std::string> result;
  for (const control::CapturedFrame& frame : capture.frames) result.push_back(direction_and_size(frame));
  return result;
}

TEST(LinuxRun, KernelIsAKnownOne) { EXPECT_THAT(runs().kernel, MatchesRegex("6\\.(1|12)\\.[0-9]+")); }

TEST(LinuxRun, CapturesEveryFrameOnceInOrderWithItsDirection) {
  const control::LabRun& run = run_of(kPing);
  ASSERT_EQ(run.captures.size(), 2u);
  EXPECT_EQ(run.captures[0].host, "a");
  EXPECT_EQ(run.captures[0].interface, "eth0");
  EXPECT_THAT(shape(run.captures[0]), ElementsAre("out 42", "in 42", "out 98", "in 98"));
  EXPECT_THAT(shape(run.captures[1]), ElementsAre("in 42", "out 42", "in 98", "out 98"));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(run.captures[0].frames[i].bytes, run.captures[1].frames[i].bytes);
  EXPECT_GE(run.captures[0].frames[0].at, 500ms);
  ASSERT_EQ(run.commands.size(), 3u);
  EXPECT_LT(run.commands[1].at, 0ns);
  EXPECT_GE(run.commands[2].at, 500ms);
  EXPECT_EQ(run.commands[2].status, 0);
  EXPECT_THAT(run.commands[2].out, HasSubstr("1 packets transmitted, 1 received"));
  EXPECT_GE(run.end, run.commands[2].at + 1s);
}

TEST(LinuxRun, LinesAreShText) {
  const std::vector<control::CommandResult>& commands = run_of(kShell).commands;
  ASSERT_EQ(commands.size(), 11u);
  EXPECT_EQ(commands[0].out, "one\n");
  EXPECT_EQ(commands[0].err, "two\n");
  EXPECT_EQ(commands[0].status, 1);
  EXPECT_EQ(commands[1].status, 127);
  EXPECT_EQ(commands[1].err, "/bin/sh: 1: no-such-command: not found\n");
  EXPECT_EQ(commands[2].out, "/sys/class/net/eth0 /sys/class/net/lo /sys/class/net/tunl0\n");
  EXPECT_EQ(commands[3].out, "a\n");
  EXPECT_EQ(commands[4].status, 137);
  EXPECT_EQ(commands[5].out, "now\nlate\n");
  EXPECT_EQ(commands[6].out, "0\n");
  EXPECT_THAT(commands[7].out, HasSubstr("legacy"));
  EXPECT_EQ(commands[8].out, "net.ipv4.ip_forward = 1\n");
  EXPECT_THAT(commands[9].out, HasSubstr("state UNKNOWN"));
  EXPECT_THAT(commands[9].out, HasSubstr("inet 127.0.0.1/8 scope host lo"));
  EXPECT_THAT(commands[10].out, HasSubstr("2: tunl0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN"));
}

TEST(LinuxRun, InjectedFramesAreOutbound) {
  const control::LabRun& run = run_of(kInject);
  EXPECT_THAT(shape(run.captures[0]), ElementsAre("out 42", "in 42"));
  EXPECT_THAT(shape(run.captures[1]), ElementsAre("in 42", "out 42"));
  EXPECT_THAT(run.notices, ElementsAre(HasSubstr("the frame could not be sent: Network is down")));
}

TEST(LinuxRun, TheEndEndsALineThatRuns) {
  const control::LabRun& run = run_of(kEnd);
  ASSERT_EQ(run.commands.size(), 1u);
  EXPECT_EQ(run.commands[0].out, "begins\n");
  EXPECT_EQ(run.commands[0].status, 143);
  EXPECT_LT(run.end, 10s);
}

TEST(LinuxRun, ALineThatHangsFailsItsLabAlone) {
  const auto& run = runs().labs.at(kHang);
  ASSERT_FALSE(run);
  EXPECT_THAT(run.error(), HasSubstr("lab.timeline:1: the line has not returned within 3 s"));
}

TEST(LinuxRun, ModulesOfTheStartStateAreThere) {
  const control::LabRun& run = run_of(kTunnel);
  for (const control::CommandResult& command : run.commands) EXPECT_EQ(command.status, 0) << command.err;
  EXPECT_THAT(run.captures[0].frames, IsEmpty());  // no IPv6, no IGMP, nothing that a lab did not ask for
}

TEST(LinuxRun, ASwitchFloodsAnUnknownAddressOnItsSegment) {
  const control::LabRun& run = run_of(kBridge);
  EXPECT_THAT(shape(run.captures[0]), ElementsAre("out 15"));
  EXPECT_THAT(shape(run.captures[1]), ElementsAre("in 15"));
  EXPECT_THAT(shape(run.captures[2]), ElementsAre("in 15"));
  EXPECT_THAT(shape(run.captures[3]), IsEmpty());
}

TEST(LinuxRun, TimeByTheMachinesClockIsBounded) {
  LinuxOptions options;
  options.kernel.kind = RefereeKind::package;
  options.timeout = 15s;
  const std::vector<control::Lab> labs{
      lab_of({{"lab.conf", kTwoHosts}, {"lab.timeline", "0 a echo short\n"}}),
      lab_of({{"lab.conf", kTwoHosts}, {"lab.timeline", "0 a sleep 600\n900 - end\n"}})};
  const auto result = run_on_linux(labs, options);
  ASSERT_TRUE(result) << result.error();
  ASSERT_TRUE(result->labs[0]) << result->labs[0].error();
  EXPECT_EQ(result->labs[0]->commands[0].out, "short\n");
  ASSERT_FALSE(result->labs[1]);
  EXPECT_EQ(result->labs[1].error(),
            "not done within 15 s by the machine's clock (--timeout); the last line begun: lab.timeline:1: sleep 600");
}

TEST(LinuxRun, AnAgentThatFailsIsAnError) {
  LinuxOptions options;
  options.program = "/bin/false";
  const auto result = run_on_linux(std::vector<control::Lab>(1, lab_of({{"lab.conf", kTwoHosts}})), options);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), HasSubstr("inside the Linux kernel: the agent ended with status 1"));
}

}  // namespace
}  // namespace lvs::referee
