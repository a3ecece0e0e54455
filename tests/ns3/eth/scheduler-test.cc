// SPDX-License-Identifier: GPL-2.0-or-later
// LvsScheduler gives events in the order in which ns-3's own schedulers give them.
#include "ns3/lvs-scheduler.h"

#include <gtest/gtest.h>

#include <random>

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

}  // namespace
}  // namespace ns3
