// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-work-queue.h"

#include <algorithm>
#include <cmath>

#include "ns3/lvs-clock.h"
#include "ns3/lvs-compat.h"
#include "ns3/simulator.h"

namespace ns3 {

namespace {

constexpr double kRounding = 1e-9;  // seconds: events lie on whole nanoseconds

}  // namespace

LvsWorkQueue::LvsWorkQueue(Discipline discipline, double capacity, Done done)
    : m_discipline(discipline), m_capacity(capacity), m_done(std::move(done)), m_last(LvsClock::ReadNs()) {}

LvsWorkQueue::~LvsWorkQueue() { m_event.Cancel(); }

void LvsWorkQueue::Advance() {
  const int64_t now = LvsClock::ReadNs();
  const double elapsed = static_cast<double>(now - m_last) * 1e-9;
  m_last = now;
  const std::size_t jobs = GetJobs();
  if (jobs == 0) return;
  m_stats.busy += elapsed;
  m_stats.area += elapsed * static_cast<double>(jobs);
  if (m_discipline == FIFO) {
    m_headLeft -= elapsed * m_capacity;
  } else {
    m_served += elapsed * m_capacity / static_cast<double>(jobs);
  }
}

void LvsWorkQueue::Order() {
  m_event.Cancel();
  const std::size_t jobs = GetJobs();
  if (jobs == 0 || m_capacity <= 0) return;
  const double left = m_discipline == FIFO
                          ? m_headLeft / m_capacity
                          : (m_shared.begin()->first - m_served) * static_cast<double>(jobs) / m_capacity;
  const auto ns = static_cast<uint64_t>(std::llround(std::max(left, 0.0) * 1e9));
  m_event = Simulator::Schedule(NanoSeconds(ns), &LvsWorkQueue::OnEvent, this);
}

void LvsWorkQueue::Add(const LvsWorkJob& job) {
  Advance();
  if (GetJobs() == 0) m_served = 0;  // small again: nothing refers to it
  if (m_discipline == SHARING) {
    m_shared.emplace(m_served + job.demand, job);
    Order();
  } else {
    if (m_queue.empty()) m_headLeft = job.demand;
    m_queue.push_back(job);
    if (m_queue.size() == 1) Order();
  }
  m_stats.most = std::max(m_stats.most, static_cast<uint32_t>(GetJobs()));
}

void LvsWorkQueue::SetCapacity(double capacity) {
  Advance();
  m_capacity = capacity;
  Order();
}

void LvsWorkQueue::OnEvent() {
  Advance();
  std::deque<LvsWorkJob> done;
  if (m_discipline == FIFO) {
    done.push_back(m_queue.front());
    m_queue.pop_front();
    if (!m_queue.empty()) m_headLeft = m_queue.front().demand;
  } else {
    const double reached = m_served + kRounding;
    while (!m_shared.empty() && m_shared.begin()->first <= reached) {
      done.push_back(m_shared.begin()->second);
      m_shared.erase(m_shared.begin());
    }
  }
  Order();
  for (const LvsWorkJob& job : done) m_done(job);
}

LvsWorkQueue::Stats LvsWorkQueue::GetStats() {
  Advance();
  return m_stats;
}

void LvsWorkQueue::ResetStats() {
  Advance();
  m_stats = {};
  m_stats.most = static_cast<uint32_t>(GetJobs());
}

}  // namespace ns3
