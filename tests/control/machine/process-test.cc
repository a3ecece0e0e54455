// SPDX-License-Identifier: GPL-2.0-or-later
// Processes of a machine: who is there, what signals do, who is told.
#include "control/machine/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "../lan.h"

namespace lvs::control {
namespace {

using namespace std::chrono_literals;
using test::Lan;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

using Notes = std::vector<std::string>;

class Daemon : public Process {
 public:
  Daemon(Machine& machine, Pid parent, std::string name, Notes& notes)
      : Process(machine, parent, {std::move(name), "-D"}), notes_(notes) {}
  using Process::exit;

 private:
  bool take_signal(int signal) override {
    notes_.push_back(name() + " got " + std::string(signal_name(signal)));
    if (signal == kSigTerm) exit(0);
    return signal == kSigTerm || signal == kSigHup;
  }
  void child_ended(Pid, ExitStatus status) override {
    notes_.push_back(name() + " lost a child: " + std::to_string(status.shell()));
  }
  void ended(ExitStatus status) override { notes_.push_back(name() + " ends: " + std::to_string(status.shell())); }

  Notes& notes_;
};

struct Family : testing::Test {
  Lan lan{1};
  Notes notes;
  Daemon* parent = add(kInit, "keepalived");
  Daemon* child = add(parent->pid(), "keepalived_vrrp");

  Daemon* add(Pid of, const std::string& name) {
    auto made = std::make_unique<Daemon>(lan[1], of, name, notes);
    Daemon* const it = made.get();
    lan[1].processes().adopt(std::move(made));
    return it;
  }
  std::string out(std::string_view line) { return lan.run(1, line).out(); }
};

TEST_F(Family, IsListed) {
  child->set_arguments({"keepalived", "-D"});
  EXPECT_THAT(out("ps -e -o pid,ppid,comm,args"), HasSubstr("    302       1 keepalived      keepalived -D\n"
                                                            "    303     302 keepalived_vrrp keepalived -D\n"));
  EXPECT_EQ(out("pidof keepalived"), "302\n");
  EXPECT_EQ(out("pgrep keepalived"), "302\n303\n");
  EXPECT_EQ(out("pgrep -x keepalived"), "302\n");
  EXPECT_EQ(out("pgrep -P 302 -l"), "303 keepalived_vrrp\n");
  EXPECT_EQ(out("pgrep -f -c 'keepalived -D'"), "2\n");
  EXPECT_EQ(out("ps -C keepalived -o pid="), "    302\n");
  EXPECT_THAT(out("ps aux"), HasSubstr("root         302  0.0  0.0      0     0 ?        S    "));
}

TEST_F(Family, SignalsMeetHandlersOrDefaults) {
  lan.run(1, "kill -HUP 302; kill -CHLD 302; kill -0 302");
  EXPECT_THAT(notes, ElementsAre("keepalived got HUP", "keepalived got CHLD"));
  notes.clear();
  lan.run(1, "kill -USR1 303");
  EXPECT_THAT(notes,
              ElementsAre("keepalived_vrrp got USR1", "keepalived_vrrp ends: 138", "keepalived lost a child: 138"));
  notes.clear();
  EXPECT_EQ(lan.run(1, "killall -9 keepalived").status(), 0);
  EXPECT_THAT(notes, ElementsAre("keepalived ends: 137"));
  EXPECT_EQ(lan.run(1, "pidof keepalived").status(), 1);
}

TEST_F(Family, HandlerMayEndTheProcess) {
  lan.run(1, "kill 303");
  EXPECT_THAT(notes, ElementsAre("keepalived_vrrp got TERM", "keepalived_vrrp ends: 0", "keepalived lost a child: 0"));
  EXPECT_EQ(out("pgrep keepalived"), "302\n");
}

TEST_F(Family, ParentsDeathIsASignalToThoseWhoAskedForIt) {
  Daemon* const other = add(parent->pid(), "other");
  child->set_death_signal(kSigTerm);
  lan.run(1, "kill -9 302");
  EXPECT_THAT(notes, ElementsAre("keepalived ends: 137", "keepalived_vrrp got TERM", "keepalived_vrrp ends: 0"));
  EXPECT_EQ(other->parent(), kInit);
  EXPECT_EQ(out("pgrep -l ."), "304 other\n");
}

TEST_F(Family, KillLooksBeforeItReturns) { EXPECT_EQ(lan.run(1, "kill -9 303; pgrep keepalived").out(), "302\n"); }

TEST_F(Family, StoppingIsNotModelled) {
  for (const std::string_view line : {"kill -STOP 302", "killall -s STOP x", "pkill -STOP x"}) {
    const auto parsed = parse_line(line);
    ASSERT_FALSE(parsed) << line;
    EXPECT_THAT(parsed.error().text(), HasSubstr("stopping a process is not modelled"));
  }
}

TEST(Commands, InTheBackgroundAreProcesses) {
  Lan lan(2);
  lan.start(2, "nc -l -p 7000 > /tmp/got &");
  lan.start(1, "ping -c 100 10.0.0.2 &");
  lan.pass(100ms);
  EXPECT_THAT(lan.run(1, "ps -e -o ppid,args").out(),
              MatchesRegex(".*    1 ping -c 100 10.0.0.2\n.* ps -e -o ppid,args\n"));
  EXPECT_THAT(lan.run(2, "ss -tlnp").out(), HasSubstr("users:((\"nc\",pid=303,fd=3))"));
  EXPECT_EQ(lan.run(2, "kill 303; ss -Htln").out(), "");
  EXPECT_EQ(lan.run(1, "pkill ping; pgrep ping").status(), 1);
}

TEST(Commands, AreToldOfSignalsTheyHandle) {
  Lan lan(2);
  const LineRun& ping = lan.start(1, "ping 10.0.0.2");
  lan.pass(2500ms);
  lan.run(1, "pkill -INT ping");
  ASSERT_TRUE(ping.finished());
  EXPECT_EQ(ping.status(), 0);
  EXPECT_THAT(ping.out(), HasSubstr("3 packets transmitted, 3 received, 0% packet loss"));
  const LineRun& other = lan.start(1, "ping 10.0.0.2; echo $?");
  lan.pass(100ms);
  lan.run(1, "pkill ping");
  EXPECT_THAT(other.out(), HasSubstr("\n143\n"));
  EXPECT_EQ(other.err(), "Terminated\n");
}

TEST(Commands, HttpdIsAProcess) {
  Lan lan(1);
  lan.run(1, "httpd -p 8080");
  EXPECT_EQ(lan.run(1, "pgrep -a httpd").out(), "303 httpd -p 8080\n");
  EXPECT_EQ(lan.run(1, "kill $(pidof httpd); ss -Htln").out(), "");
  lan.run(1, "service httpd start");
  EXPECT_EQ(lan.run(1, "service httpd status").out(), "httpd is running.\n");
  EXPECT_EQ(lan.run(1, "service httpd stop; service httpd status").out(), "httpd is not running.\n");
}

TEST(Pipes, RunSideBySide) {
  Lan lan(2);
  lan.start(2, "nc -l -p 7000 > /tmp/got &");
  lan.start(1, "( echo one; sleep 3; echo two ) | nc -w 2 10.0.0.2 7000 &");
  lan.pass(1s);
  EXPECT_THAT(lan.run(1, "ss -Htan").out(), HasSubstr("ESTAB"));
  lan.pass(5s);
  EXPECT_EQ(lan.run(2, "cat /tmp/got").out(), "one\n");
}

TEST(Pipes, ListenerIsThereBeforeItsInput) {
  Lan lan(2);
  lan.start(2, "( sleep 4; echo bye ) | nc -l -p 7000 &");
  EXPECT_EQ(lan.run(1, "nc -d -w 6 10.0.0.2 7000").out(), "bye\n");
}

TEST(Pipes, WriterWithoutReaderEnds) {
  Lan lan(1);
  const LineRun& line = lan.start(1, "while true; do echo x; sleep 1; done | true");
  lan.pass(5s);
  EXPECT_TRUE(line.finished());
  EXPECT_EQ(line.status(), 0);
}

TEST(Pipes, SubstitutionWaitsForWhoHoldsItsPipe) {
  Lan lan(1);
  const LineRun& line = lan.start(1, "echo $(sleep 2 & echo first)");
  lan.pass(1s);
  EXPECT_FALSE(line.finished());
  lan.pass(2s);
  EXPECT_EQ(line.out(), "first\n");
}

TEST(Log, HasTheDateOfTheRun) {
  Lan lan(1);
  lan[1].epoch = std::chrono::seconds(1'700'000'000);
  lan[1].log("keepalived", 302, "Starting");
  EXPECT_EQ(lan.run(1, "cat /var/log/messages").out(), "Nov 14 22:13:20 host1 keepalived[302]: Starting\n");
}

}  // namespace
}  // namespace lvs::control
