// SPDX-License-Identifier: GPL-2.0-or-later
// LvsScheduler gives events in the order in which ns-3's own schedulers give them, or frames first.
#include "ns3/lvs-scheduler.h"

#include <gtest/gtest.h>

#include <random>

#include "ns3/boolean.h"
#include "ns3/lvs-arrival-event.h"
#include "ns3/map-scheduler.h"

namespace ns3 {
namespace {

TEST(LvsSchedulerTest, TheOrderIsThatOfTheMap) {
  std::mt19937 random(1);
  const Ptr<Scheduler> map = CreateObject<MapScheduler>(), ours = CreateObject<LvsScheduler>();
  std::vector<Scheduler::Event> all;
  uint32_t uid = 0;
  for (int step = 0; step < 20000; ++step) {
    const unsigned what = random() % 100;
    if (what < 55 || all.empty()) {
      const Scheduler::Event event{nullptr, {random() % 64, ++uid, 0}};
      map->Insert(event);
      ours->Insert(event);
      all.push_back(event);
    } else if (what < 65) {
      const std::size_t at = random() % all.size();
      map->Remove(all[at]);
      ours->Remove(all[at]);
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      ASSERT_EQ(ours->PeekNext().key.m_uid, map->PeekNext().key.m_uid);
      const uint32_t next = map->RemoveNext().key.m_uid;
      ASSERT_EQ(ours->RemoveNext().key.m_uid, next);
      std::erase_if(all, [&](const Scheduler::Event& event) { return event.key.m_uid == next; });
    }
    ASSERT_EQ(ours->IsEmpty(), map->IsEmpty());
  }
}

struct FrameEvent : LvsArrivalEvent {
  explicit FrameEvent(uint32_t at) : interface(at) {}
  uint32_t GetInterface() const override { return interface; }
  void Notify() override {}
  uint32_t interface;
};
struct OtherEvent : EventImpl {
  void Notify() override {}
};

TEST(LvsSchedulerTest, ArrivalsComeFirstByInterfaceWhereAskedFor) {
  FrameEvent second(2), first(1);
  OtherEvent other;
  const auto order = [&](bool arrivalsFirst) {
    Ptr<LvsScheduler> scheduler = CreateObject<LvsScheduler>();
    scheduler->SetAttribute("ArrivalsFirst", BooleanValue(arrivalsFirst));
    // At one time: something else, a frame at interface 2, at 1, at 2 again; earlier, something else.
    scheduler->Insert({&other, {7, 1, 0}});
    scheduler->Insert({&second, {7, 2, 0}});
    scheduler->Insert({&first, {7, 3, 0}});
    scheduler->Insert({&second, {7, 4, 0}});
    scheduler->Insert({&other, {6, 5, 0}});
    std::vector<uint32_t> uids;
    while (!scheduler->IsEmpty()) uids.push_back(scheduler->RemoveNext().key.m_uid);
    return uids;
  };
  EXPECT_EQ(order(true), (std::vector<uint32_t>{5, 3, 2, 4, 1}));
  EXPECT_EQ(order(false), (std::vector<uint32_t>{5, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace ns3
