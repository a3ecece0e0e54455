// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-lab-console.h"

#include "ns3/nstime.h"
#include "ns3/simulator.h"

namespace ns3 {

using CoreTime = ::lvs::base::Time;

namespace {

CoreTime SinceStart() { return CoreTime(Simulator::Now().GetNanoSeconds()); }

}  // namespace

void LvsLabPrompt::Ask() {
  m_begun = true;
  if (m_prompt.IsExpired()) m_prompt = Simulator::ScheduleNow(&LvsLabPrompt::Prompt, this);
}

void LvsLabPrompt::Prompt() {
  m_before();
  const LvsLabConsole::Order order = m_console.Next(SinceStart() - m_script.zero());
  m_ordered = SinceStart();
  m_interrupts = 0;
  switch (order.what) {
    case LvsLabConsole::Order::What::quit: return Simulator::Stop();
    case LvsLabConsole::Order::What::wait:
      m_prompt = Simulator::Schedule(NanoSeconds(order.wait.count()), &LvsLabPrompt::Prompt, this);
      return;
    case LvsLabConsole::Order::What::event: return Obey(order);
  }
}

void LvsLabPrompt::Obey(const LvsLabConsole::Order& order) {
  m_orders.push_back(order.event);
  m_orders.back().at = SinceStart() - m_script.zero();
  m_script.perform(m_orders.back(), order.line);
  if (!m_script.at_work()) Ask();  // who is at work says when it is done
}

void LvsLabPrompt::Look() {
  const auto line = m_script.at_work();
  const bool late = line && SinceStart() - m_ordered >= m_console.patience;
  if (late && m_interrupts == 0) m_console.GaveUp(SinceStart() - m_ordered);
  if (!m_console.Interrupted() && !late && m_interrupts == 0) return;
  if (!line) {
    m_prompt.Cancel();
    return Ask();
  }
  constexpr int kInterrupt = 2, kKill = 9;
  if (m_interrupts++ < 2) return m_signal(line->host, m_interrupts == 1 ? kInterrupt : kKill);
  m_script.give_up();
  Ask();
}

}  // namespace ns3
