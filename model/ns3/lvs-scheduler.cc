// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-scheduler.h"

#include <algorithm>
#include <cstdint>

#include "ns3/assert.h"
#include "ns3/boolean.h"
#include "ns3/lvs-arrival-event.h"

namespace ns3 {

NS_OBJECT_ENSURE_REGISTERED(LvsScheduler);

namespace {

constexpr std::size_t kChildren = 4;

// Frames by interface, then all else.
uint64_t PlaceAtItsTime(const Scheduler::Event& event) {
  const auto* arrival = dynamic_cast<const LvsArrivalEvent*>(event.impl);
  return arrival == nullptr ? UINT64_MAX : arrival->GetInterface();
}

}  // namespace

TypeId LvsScheduler::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsScheduler")
          .SetParent<Scheduler>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsScheduler>()
          .AddAttribute("ArrivalsFirst",
                        "At one time, frames of LvsEthNetDevice come in before all else, by interface: the same order "
                        "whichever process simulates the sender. Without it, the order of ns-3's schedulers.",
                        BooleanValue(false), MakeBooleanAccessor(&LvsScheduler::m_arrivalsFirst), MakeBooleanChecker());
  return tid;
}

// As EventKey's operator<, in one comparison where times differ.
bool LvsScheduler::IsBefore(const Event& a, const Event& b) const {
  if (a.key.m_ts != b.key.m_ts) return a.key.m_ts < b.key.m_ts;
  if (m_arrivalsFirst) {
    const uint64_t first = PlaceAtItsTime(a), second = PlaceAtItsTime(b);
    if (first != second) return first < second;
  }
  return a.key.m_uid < b.key.m_uid;
}

void LvsScheduler::MoveUp(std::size_t at, const Event& event) {
  while (at != 0) {
    const std::size_t parent = (at - 1) / kChildren;
    if (!IsBefore(event, m_heap[parent])) break;
    m_heap[at] = m_heap[parent];
    at = parent;
  }
  m_heap[at] = event;
}

void LvsScheduler::MoveDown(std::size_t at, const Event& event) {
  const std::size_t size = m_heap.size();
  for (std::size_t first = at * kChildren + 1; first < size; first = at * kChildren + 1) {
    const std::size_t end = std::min(first + kChildren, size);
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      if (IsBefore(m_heap[child], m_heap[least])) least = child;
    }
    if (!IsBefore(m_heap[least], event)) break;
    m_heap[at] = m_heap[least];
    at = least;
  }
  m_heap[at] = event;
}

void LvsScheduler::Insert(const Event& event) {
  const Event copy = event;
  m_heap.push_back(copy);
  MoveUp(m_heap.size() - 1, copy);
}

Scheduler::Event LvsScheduler::RemoveNext() {
  const Event next = m_heap.front();
  const Event last = m_heap.back();
  m_heap.pop_back();
  if (!m_heap.empty()) MoveDown(0, last);
  return next;
}

void LvsScheduler::Remove(const Event& event) {
  const auto at = std::ranges::find_if(m_heap, [&](const Event& each) { return each.key.m_uid == event.key.m_uid; });
  NS_ASSERT_MSG(at != m_heap.end(), "LvsScheduler: there is no such event");
  const auto hole = static_cast<std::size_t>(at - m_heap.begin());
  const Event last = m_heap.back();
  m_heap.pop_back();
  if (hole == m_heap.size()) return;
  if (hole != 0 && IsBefore(last, m_heap[(hole - 1) / kChildren])) {
    MoveUp(hole, last);
  } else {
    MoveDown(hole, last);
  }
}

}  // namespace ns3
