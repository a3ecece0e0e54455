// SPDX-License-Identifier: GPL-2.0-or-later
// The CPU of a host: one frame at a time, charged for the dearest stage that it passes, with a finite backlog.
#include "host/link/cpu.h"

#include "host/router.h"

namespace lvs::test {
namespace {

using host::CpuStage;
using host::Hook;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

class CpuTest : public RouterTest {
 protected:
  CpuTest() {
    host::CpuModel& model = box.host.cpu.model;
    model.enabled = true;
    model.receive = 1us;
    model.route = 10us;
    model.rewrite = 60us;
  }
  Frame request() const { return from_client() / Ip{.src = client, .dst = server} / Udp{.sport = 4000, .dport = 53}; }
  Frame forwarded() const {
    return to_server() / Ip{.src = client, .dst = server, .ttl = 63} / Udp{.sport = 4000, .dport = 53};
  }
  // A hook that costs as much as a rewrite, whatever else the packet passes.
  void rewrite_at(Hook hook) {
    box.host.netfilter.add(hook, {0, "rewrites",
                                  [](void* self, Hook, host::PacketPtr&) {
                                    static_cast<host::Host*>(self)->cpu.charge(CpuStage::rewrite);
                                    return host::HookResult::accept();
                                  },
                                  &box.host});
  }
};

TEST_F(CpuTest, OutputLeavesWhenTheTurnEnds) {
  receive(0, request());
  EXPECT_THAT(box.sent(1), IsEmpty());
  box.advance_to(10us - 1ns);
  EXPECT_THAT(box.sent(1), IsEmpty());
  box.advance_to(10us);
  EXPECT_THAT(box.sent(1), ElementsAre(forwarded()));
  EXPECT_EQ(box.host.cpu.counters.processed, 1u);
  EXPECT_EQ(box.host.cpu.counters.ip_packets, 1u);
  EXPECT_EQ(box.host.cpu.counters.ip_bytes, 28u);
  EXPECT_EQ(box.host.cpu.counters.busy, 10us);
}

// Routing comes after the rewrite here, and is cheaper: it must not take the charge down, nor be added to it.
TEST_F(CpuTest, TheDearestStageIsChargedWhateverComesLast) {
  rewrite_at(Hook::NF_INET_PRE_ROUTING);
  receive(0, request());
  box.advance_to(60us - 1ns);
  EXPECT_THAT(box.sent(1), IsEmpty());
  box.advance_to(60us);
  EXPECT_THAT(box.sent(1), SizeIs(1));
  EXPECT_EQ(box.host.cpu.counters.busy, 60us);
}

TEST_F(CpuTest, ADearStageThatComesLastCountsToo) {
  rewrite_at(Hook::NF_INET_POST_ROUTING);
  receive(0, request());
  box.advance_to(60us - 1ns);
  EXPECT_THAT(box.sent(1), IsEmpty());
  box.advance_to(60us);
  EXPECT_THAT(box.sent(1), SizeIs(1));
}

TEST_F(CpuTest, WhatIsDroppedEarlyCostsItsReception) {
  Frame frame = request();
  frame[0] = 0x04;  // for somebody else
  receive(0, frame);
  receive(0, request());
  box.advance_to(11us - 1ns);
  EXPECT_THAT(box.sent(1), IsEmpty());
  box.advance_to(11us);
  EXPECT_THAT(box.sent(1), SizeIs(1));
}

TEST_F(CpuTest, FramesWaitTheirTurnAndTooManyAreDropped) {
  box.host.cpu.model.backlog = 2;
  for (int i = 0; i < 4; ++i) receive(0, request());
  EXPECT_EQ(box.host.cpu.backlog(), 2u);
  EXPECT_EQ(box.host.cpu.counters.dropped, 1u);
  EXPECT_EQ(box.host.cpu.counters.max_backlog, 2u);
  EXPECT_EQ(box.host.drops(trace::Drop::cpu_backlog), 1u);
  EXPECT_EQ(eth0.counters.rx_dropped, 1u);
  box.advance_to(20us);
  EXPECT_THAT(box.sent(1), SizeIs(2));
  box.advance_to(1s);
  EXPECT_THAT(box.sent(1), SizeIs(1));
  EXPECT_EQ(box.host.cpu.counters.busy, 30us);
}

// A program that spends 5 us, and when it did.
struct Program {
  explicit Program(host::Host& its) : host(its) {}
  void ask() {
    host.cpu.run([](void* self) { static_cast<Program*>(self)->work(); }, this);
  }
  void work() {
    at.push_back(host.now());
    host.cpu.spend(5us);
  }
  host::Host& host;
  std::vector<base::Time> at;
};

TEST_F(CpuTest, AProgramsTurnIsBehindTheFramesThatWait) {
  Program program(box.host);
  receive(0, request());
  receive(0, request());
  program.ask();
  program.ask();  // once, however often
  receive(0, request());
  box.advance_to(20us - 1ns);
  EXPECT_THAT(program.at, IsEmpty());
  box.advance_to(20us);
  EXPECT_THAT(program.at, ElementsAre(20us));
  box.advance_to(35us - 1ns);
  EXPECT_THAT(box.sent(1), SizeIs(2));
  box.advance_to(35us);
  EXPECT_THAT(box.sent(1), SizeIs(1)) << "the third has waited for the program too";
  EXPECT_THAT(program.at, SizeIs(1));
  EXPECT_EQ(box.host.cpu.counters.busy, 35us);
  EXPECT_EQ(box.host.cpu.counters.programs, 5us);
}

TEST_F(CpuTest, AnIdleCpuServesAProgramAtOnce) {
  Program program(box.host);
  program.ask();
  EXPECT_THAT(program.at, SizeIs(1));
  receive(0, request());
  box.advance_to(15us);
  EXPECT_THAT(box.sent(1), SizeIs(1));
  program.ask();
  EXPECT_THAT(program.at, ElementsAre(0us, 15us));
}

TEST_F(CpuTest, NobodyIsServedWhoHasBeenForgotten) {
  Program program(box.host);
  receive(0, request());
  program.ask();
  box.host.cpu.forget_run();
  box.advance_to(1ms);
  EXPECT_THAT(program.at, IsEmpty());
}

}  // namespace
}  // namespace lvs::test
