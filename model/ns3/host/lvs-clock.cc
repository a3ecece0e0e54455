// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-clock.h"

#include <algorithm>

#include "ns3/simulator.h"

namespace ns3 {

using ::lvs::base::kNever;

void LvsEvent::Schedule(uint32_t context, Time delay) {
  Ref();  // the simulator's
  Simulator::ScheduleWithContext(context, delay, this);
}

LvsClock::LvsClock(LvsEvent::Function wake, void* self)
    : m_event(Create<LvsEvent>(&LvsClock::OnEvent, this)), m_wake(wake), m_self(self) {}

LvsClock::~LvsClock() { m_event->Disown(); }

::lvs::base::Time LvsClock::FromNs3(Time time) { return ::lvs::base::Time{time.GetNanoSeconds()}; }

Time LvsClock::ToNs3(::lvs::base::Time time) {
  return NanoSeconds(static_cast<uint64_t>(std::max<int64_t>(time.count(), 0)));
}

::lvs::base::Time LvsClock::Read() { return FromNs3(Simulator::Now()); }

void LvsClock::wake_at(::lvs::base::Time when) {
  m_wanted = when;
  if (when != kNever && (m_ordered.empty() || when < m_ordered.back())) Order(when);
}

void LvsClock::Order(::lvs::base::Time when) {
  m_ordered.push_back(when);
  m_event->Schedule(m_context, ToNs3(when - now()));
}

void LvsClock::OnEvent(void* self) {
  LvsClock& clock = *static_cast<LvsClock*>(self);
  const Moment moment(clock);
  clock.m_ordered.pop_back();
  if (clock.m_wanted > clock.m_now) {  // ordered for what has been called for by another event since
    if (clock.m_wanted != kNever && (clock.m_ordered.empty() || clock.m_wanted < clock.m_ordered.back())) {
      clock.Order(clock.m_wanted);
    }
    return;
  }
  clock.m_wanted = kNever;
  clock.m_wake(clock.m_self);
}

}  // namespace ns3
