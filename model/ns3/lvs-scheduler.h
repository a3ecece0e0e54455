// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "ns3/scheduler.h"

namespace ns3 {

/**
 * \brief Events in a heap of four children a node, in one piece of memory.
 *
 * The order is that of all of ns-3's schedulers, so a run gives the same bytes. Networks of LvsEthNetDevice have one
 * short event for each frame and cable, and few events in advance: then MapScheduler takes a quarter of the time. Set
 * it with `SchedulerType=ns3::LvsScheduler`; the sweep programs do.
 *
 * With ArrivalsFirst, what happens at the same nanosecond has an order that does not depend on when it was scheduled,
 * and so not on which process simulates the sender: frames come first, by the number of the interface, then all else in
 * the order in which it was scheduled. Events of one node alone matter here, and each node's come from itself and from
 * its interfaces.
 */
class LvsScheduler : public Scheduler {
 public:
  static TypeId GetTypeId();

  void Insert(const Event& event) override;
  bool IsEmpty() const override { return m_heap.empty(); }
  Event PeekNext() const override { return m_heap.front(); }
  Event RemoveNext() override;
  /** Takes time in proportion to the number of events. */
  void Remove(const Event& event) override;

 private:
  bool IsBefore(const Event& a, const Event& b) const;
  // Puts `event` into the hole at `at`, or above it.
  void MoveUp(std::size_t at, const Event& event);
  // Puts `event` into the hole at `at`, or below it.
  void MoveDown(std::size_t at, const Event& event);

  std::vector<Event> m_heap;
  bool m_arrivalsFirst = false;
};

}  // namespace ns3
