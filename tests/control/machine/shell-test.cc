// SPDX-License-Identifier: GPL-2.0-or-later
// What is not modelled is an error with its place, before anything runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "control/lab/check.h"
#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "support/test-host.h"

namespace lvs::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::string error_of(std::string_view line) {
  const auto parsed = parse_line(line);
  return parsed ? std::string("none") : parsed.error().text();
}

TEST(Shell, NamesTheWordAndItsColumn) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"mii-tool addbr br0", "column 1: 'mii-tool': this command is not modelled; known: (all: lvs-lab commands)"},
      {"true && foo -x", "column 9: 'foo': this command is not modelled"},
      {"ping -Z 10.0.0.1", "column 6: '-Z': unknown option of ping; known: -4"},
      {"ping -f 10.0.0.1", "column 6: '-f': this option of ping is not modelled"},
      {"ip addr add 10.0.0.1/24 dev eth0 anycast", "column 34: 'anycast': not modelled here; known: dev"},
      {"ip -6 addr", "column 4: '-6': IPv6 is not modelled"},
      {"ip addr add fe80::1/64 dev eth0", "IPv6 is not modelled"},
      {"ip route add 2001:db8::/32 via fe80::1", "IPv6 is not modelled"},
      {"ipvsadm -A -t [fe80::1]:80", "column 15: '[fe80::1]:80': IPv6 is not modelled"},
      {"ipvsadm -A -f 1 -6", "IPv6 is not modelled"},
      {"ipvsadm --start-daemon master --mcast-group ff02::1", "column 45: 'ff02::1': IPv6 is not modelled"},
      {"sysctl -w net.ipv4.conf.all.mc_forwarding=1", "the key mc_forwarding is not modelled"},
      {"sysctl -w net.ipv6.route.max_size=1", "IPv6 is not modelled"},
      {"echo 1 > /proc/sys/net/ipv4/route/flush", "the key flush is not modelled"},
      {"cat /etc/passwd", "this file is not modelled"},
      {"cat /bin/sh", "this file is not modelled"},
      {"ip link del eth0", "taking the interface of a cable away is not modelled"},
      {"echo 'x", "column 6: unterminated quoted string"},
      {"echo `mii-tool`", "column 7: 'mii-tool': this command is not modelled"},
      {"echo $(true; mii-tool)", "column 14: 'mii-tool': this command is not modelled"},
      {"echo $(true", "column 6: '$(': unterminated"},
      {"echo `true", "column 6: '`': unterminated"},
      {"echo ${A/b/c}", "column 6: '${A/b/c}': this expansion is not modelled; known: ${NAME}"},
      {"echo ${A:-b}; echo $A", "column 20: '$A': nothing in this line sets this variable"},
      {"echo $-", "column 6: '$-': this expansion is not modelled"},
      {"echo $LINES", "column 6: '$LINES': nothing in this line sets this variable"},
      {"A=1 ping -Z 10.0.0.1", "column 10: '-Z': unknown option of ping"},
      {"sudo ping -Z 10.0.0.1", "column 11: '-Z': unknown option of ping"},
      {"timeout 5 mii-tool", "column 11: 'mii-tool': this command is not modelled"},
      {"sudo", "column 1: 'sudo': a command is missing behind this"},
      {"trap 'echo' EXIT", "column 1: 'trap': modelled in scripts only"},
      {"set -v", "column 5: '-v': not modelled here; known: -e -E -f -u -x"},
      {"f() { mii-tool; }; f", "column 7: 'mii-tool': this command is not modelled"},
      {"case a in a) mii-tool;; esac", "column 14: 'mii-tool': this command is not modelled"},
      {"kill -STOP 5", "column 6: '-STOP': stopping a process is not modelled"},
      {"kill %1", "column 6: '%1': job control is not modelled"},
      {"ls -R", "column 4: '-R': this option of ls is not modelled"},
      {"awk '{getline}'", "'getline' of awk is not modelled"},
      {"awk '{print | \"sort\"}'", "output of awk into a command is not modelled"},
      {"awk 'BEGIN {f(1)}'", "the function 'f' is not modelled"},
      {"awk '{print'", "the program ends too early"},
      {"sed 'w x'", "the command w of sed is not modelled"},
      {"sort -k 1q", "this key of sort is not modelled"},
      {"date -d Friday", "this date is not modelled"},
      {"telnet 10.0.0.1", "a port is needed"},
      {"wget https://10.0.0.1/", "only http is modelled"},
      {"curl -d @file 10.0.0.1", "data from a file are not modelled"},
      {"ss -t sport = :80 or foo", "this filter of ss is not modelled"},
      {"systemctl start getty@tty1", "column 17: 'getty@tty1': this service is not modelled"},
      {"watch ipvsadm -Ln", "column 1: 'watch': this command is not modelled: it needs a terminal"},
      {"[[ a = b ]]", "column 1: '[[': this word of bash is not modelled"},
      {"A=-Z; ping $A 10.0.0.1", "column 12: '-Z': unknown option of ping"},
      {"for i in -c -Z; do ping $i 1 10.0.0.1; done", "column 25: '-Z': unknown option of ping"},
      {"for i in $(seq 2); do cat /dev/$i; done", "column 27: '/dev/1': this file is not modelled"},
      {"for i in a; do echo x > /dev/$i; done", "column 25: '/dev/a': this file is not modelled"},
  };
  for (const auto& [line, expected] : cases) EXPECT_THAT(error_of(line), HasSubstr(expected)) << line;
}

TEST(Shell, NamesTheCommandBehindAnother) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"ls | xargs mii-tool", "column 12: 'mii-tool': this command is not modelled"},
      {"exec mii-tool", "column 6: 'mii-tool': this command is not modelled"},
      {"exec -a x true", "column 6: '-a': this option of exec is not modelled"},
      {"sudo timeout 5 mii-tool", "column 16: 'mii-tool': this command is not modelled"},
  };
  for (const auto& [line, expected] : cases) EXPECT_THAT(error_of(line), HasSubstr(expected)) << line;
}

TEST(Shell, NamesWhatASentenceLacks) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"for i in 1 2; do", "column 15: 'do': a command is missing behind this"},
      {"for i in 1 2; true; done", "column 15: 'true': not expected here"},
      {"if true; then true", "column 15: 'true': 'fi' is missing behind this"},
      {"done", "column 1: 'done': not expected here"},
      {"case a in b", "column 11: 'b': a command is missing behind this"},
      {"(true", "column 2: 'true': a command is missing behind this"},
      {"true)", "column 5: ')': not expected here"},
      {"echo $((1 ; 3))",
       "column 6: '$((1 ; 3))': this arithmetic is not modelled; known: numbers, NAME, the operators of C"},
      {"[ -f /etc/passwd ]", "column 6: '/etc/passwd': this file is not modelled"},
      {"[ -O /tmp/x ]", "column 3: '-O': this test is not modelled; known: = !="},
      {"true &&", "column 6: '&&': a command is missing behind this"},
      {"&& true", "column 1: '&&': not expected here"},
      {"true ;; true", "column 6: ';;': not expected here"},
      {"; true", "column 1: ';': not expected here"},
      {"cat << END", "'END': this word ends the here-document and does not come"},
      {"echo x >", "a command is missing behind this"},
      {"true 1< /tmp/x", "not modelled with this descriptor"},
      {"umask u=rwx", "column 7: 'u=rwx': not modelled here; known: 077, 0022"},
  };
  for (const auto& [line, expected] : cases) EXPECT_THAT(error_of(line), HasSubstr(expected)) << line;
}

TEST(Shell, TakesWhatShTakes) {
  for (const std::string_view line : {"",
                                      "  ",
                                      "# nothing",
                                      "true;",
                                      "true &",
                                      "true & true",
                                      "true\ntrue",
                                      "true && \n true",
                                      "> /tmp/x",
                                      "/sbin/ip addr",
                                      "true 2>&1 >/dev/null",
                                      "ip a;ip r",
                                      "VIP=10.0.0.1; ping -c 1 $VIP",
                                      "for i in 1 2; do ping -c $i 10.0.0.1; done",
                                      "for i in $(cat /tmp/x); do echo $i; done",
                                      "(true); { true; }",
                                      "i=0; while [ $i -lt 3 ]; do i=$((i + 1)); done",
                                      "if true; then true; elif false; then :; else true; fi",
                                      "! true",
                                      "echo $(echo $(echo a))",
                                      "echo \"$(echo \"a b\")\"",
                                      "curl=1; echo http://x/?a=$curl",
                                      "echo $HOME $PATH $1 $# \"$@\" $$ $! ${X:-y} ${X:+z}",
                                      "case a in a|b) true;; (*) ;; esac",
                                      "f() { echo $1; local x=$2; }; f a b",
                                      "read x y < /tmp/f; echo $x $y",
                                      "A=1 B=2 ping -c 1 10.0.0.1",
                                      "cat <<E\n$HOME\nE",
                                      "ls /tmp/*.conf; sh lvs.sh start; ./x.sh; . /tmp/lib",
                                      "sudo -n timeout -s INT 5 ping 10.0.0.1 > /tmp/x 2>&1",
                                      "systemctl restart httpd; service httpd stop",
                                      "ps aux | grep httpd | grep -v grep | awk '{print $2}' | head -n 1"}) {
    EXPECT_EQ(error_of(line), "none") << line;
  }
}

TEST(Shell, CommandsAreListedInOrder) {
  std::string_view last;
  for (const CommandEntry& entry : modelled_commands()) {
    EXPECT_LT(last, entry.name);
    EXPECT_FALSE(entry.summary.empty());
    last = entry.name;
  }
}

TEST(LabCheck, GivesPlaceOfEachBadLine) {
  const LabReading reading = parse_lab({{"lab.conf", "a[0]=lan\n"},
                                        {"a.startup", "ip addr add 10.0.0.1/24 dev eth0\n\nfoo\n"},
                                        {"lab.timeline", "1 a ping -c 1 10.0.0.2\n2 a ping -Z 10.0.0.2\n3 - end\n"}});
  ASSERT_TRUE(reading.ok());
  std::vector<std::string> texts;
  for (const LabMessage& message : check_commands(reading.lab)) texts.push_back(message.text());
  EXPECT_THAT(texts,
              ElementsAre(HasSubstr("a.startup:3: column 1: 'foo'"), HasSubstr("lab.timeline:2: column 6: '-Z'")));
}

class OneMachine : public testing::Test {
 protected:
  void advance_to(base::Time when) {
    while (clock_.wake_ <= when) {
      clock_.now_ = std::max(clock_.now_, std::exchange(clock_.wake_, base::kNever));
      machine_.host().advance();
    }
    clock_.now_ = when;
    machine_.host().advance();
  }
  const LineRun& start(std::string_view line) {
    auto parsed = parse_line(line);
    EXPECT_TRUE(parsed) << line;
    return machine_.start(*parsed);
  }

  test::FakeClock clock_;
  Machine machine_{"m", 1, 1, clock_};
};

TEST_F(OneMachine, LoopsTakeVirtualTimeToo) {
  const LineRun& run = start("for i in 1 2 3; do sleep $i; echo $i; done; echo done");
  advance_to(2900ms);
  EXPECT_EQ(run.out(), "1\n");
  advance_to(6s);
  EXPECT_TRUE(run.finished());
  EXPECT_EQ(run.out(), "1\n2\n3\ndone\n");
}

TEST_F(OneMachine, SubstitutionsWaitForTheirCommands) {
  const LineRun& run = start("A=$(sleep 1; echo a b); for i in $A \"$A\"; do echo [$i]; done");
  EXPECT_FALSE(run.finished());
  advance_to(1s);
  EXPECT_EQ(run.out(), "[a]\n[b]\n[a b]\n");
}

TEST_F(OneMachine, ALoopThatDoesNothingTakesTimeNevertheless) {
  const LineRun& run = start("while true; do :; done");
  advance_to(1s);
  EXPECT_FALSE(run.finished());
}

TEST_F(OneMachine, WhatCannotBeForeseenFailsWhenItRuns) {
  const LineRun& run = start("echo -Z > /tmp/o; ping $(cat /tmp/o) 10.0.0.1; echo $?");
  EXPECT_TRUE(run.finished());
  EXPECT_THAT(run.err(), HasSubstr("not modelled: column 24: '-Z': unknown option of ping"));
  EXPECT_EQ(run.out(), "2\n");
}

// dash reads to the end of the pipe, which the job in the background holds open.
TEST_F(OneMachine, SubstitutionsWaitForTheirBackgroundJobs) {
  const LineRun& run = start("echo $(sleep 1 && echo late & echo now) | cat");
  EXPECT_EQ(run.out(), "");
  advance_to(2s);
  EXPECT_EQ(run.out(), "now late\n");
  EXPECT_TRUE(run.idle());
}

TEST_F(OneMachine, SleepTakesVirtualTime) {
  const LineRun& run = start("sleep 1.5; echo up");
  advance_to(1400ms);
  EXPECT_FALSE(run.finished());
  EXPECT_EQ(run.out(), "");
  advance_to(1500ms);
  EXPECT_TRUE(run.finished());
  EXPECT_EQ(run.out(), "up\n");
}

TEST_F(OneMachine, BackgroundJobsGoOn) {
  const LineRun& run = start("sleep 2 && echo late & echo now");
  EXPECT_TRUE(run.finished());
  EXPECT_EQ(run.out(), "now\n");
  advance_to(2s);
  EXPECT_EQ(run.out(), "now\nlate\n");
}

TEST_F(OneMachine, TellsWhenALineHasEnded) {
  auto line = parse_line("sleep 1; false");
  ASSERT_TRUE(line);
  int ended = 0;
  machine_.start(*line, [&](const LineRun& run) {
    ++ended;
    EXPECT_EQ(run.status(), 1);
  });
  EXPECT_EQ(ended, 0);
  advance_to(5s);
  EXPECT_EQ(ended, 1);
}

TEST_F(OneMachine, ScriptsStopAtTheFirstFailure) {
  const ScriptOutcome outcome = machine_.run_script("echo a\n\nfalse\necho b\n");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "a\n");
  EXPECT_THAT(outcome.err, HasSubstr("false: status 1"));
  EXPECT_EQ(machine_.run("echo a\n# comment\necho b"), "a\nb\n");
  EXPECT_THROW(machine_.run("ip addr add 10.0.0.1/24 dev eth7"), std::runtime_error);
  EXPECT_EQ(machine_.run_script("sleep 1").status, 2);
}

TEST_F(OneMachine, PingsItself) {
  const LineRun& run = start("ping -c 2 127.0.0.1");
  advance_to(3s);
  ASSERT_TRUE(run.finished());
  EXPECT_EQ(run.status(), 0);
  EXPECT_EQ(run.out(),
            "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n"
            "64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.000 ms\n"
            "64 bytes from 127.0.0.1: icmp_seq=2 ttl=64 time=0.000 ms\n"
            "\n"
            "--- 127.0.0.1 ping statistics ---\n"
            "2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n"
            "rtt min/avg/max/mdev = 0.000/0.000/0.000/0.000 ms\n");
}

TEST(Shell, AWordThatDoublesEndsSomewhere) {
  test::FakeClock clock;
  Machine machine("m", 1, 1, clock);
  std::string doubling = "A=x; ";
  for (int i = 0; i < 60; ++i) doubling += "A=$A$A; ";
  const auto line = parse_line(doubling + "echo never");  // is looked at with the same bound
  ASSERT_TRUE(line);
  const LineRun& run = machine.start(*line);
  EXPECT_TRUE(run.finished());
  EXPECT_EQ(run.status(), 2);
  EXPECT_EQ(run.out(), "");
  EXPECT_THAT(run.err(), HasSubstr("Out of space"));
}

TEST(Shell, ALoopWithoutEndIsStopped) {
  test::FakeClock clock;
  Machine machine("m", 1, 1, clock);
  const auto run_out = [&](const char* text) -> const LineRun& {
    const LineRun& run = machine.start(*parse_line(text));
    while (!run.finished() && clock.wake_ != base::kNever) {
      clock.now_ = std::exchange(clock.wake_, base::kNever);
      machine.host().advance();
    }
    return run;
  };
  const LineRun& busy = run_out("while true; do true; done");
  EXPECT_TRUE(busy.finished());
  EXPECT_EQ(busy.status(), 2);
  EXPECT_EQ(busy.err(), "lvs: stopped: this line has run 2000000 commands\n");
  const LineRun& loud = run_out("while true; do seq 100000; done");
  EXPECT_TRUE(loud.finished());
  EXPECT_EQ(loud.status(), 2);
  EXPECT_LT(loud.out().size(), 70u << 20);
  EXPECT_THAT(loud.err(), HasSubstr("Out of space: more than 64 MiB have been printed"));
}

}  // namespace
}  // namespace lvs::control
