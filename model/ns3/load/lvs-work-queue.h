// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>

#include "ns3/event-id.h"
#include "ns3/lvs-load-sender.h"

namespace ns3 {

/** A request that a server works on. */
struct LvsWorkJob {
  LvsLoadTuple flow;
  uint32_t replyBytes = 0;
  bool last = false;  ///< of its connection
  double demand = 0;  ///< seconds, at capacity 1
};

/**
 * The processor of a server, of a capacity: a demand of d seconds takes d / capacity alone. Requests wait in a queue,
 * or share the processor evenly.
 */
class LvsWorkQueue {
 public:
  enum Discipline { FIFO, SHARING };
  using Done = std::function<void(const LvsWorkJob&)>;
  /** \param done called when a job has been served */
  LvsWorkQueue(Discipline discipline, double capacity, Done done);
  ~LvsWorkQueue();
  LvsWorkQueue(const LvsWorkQueue&) = delete;
  LvsWorkQueue& operator=(const LvsWorkQueue&) = delete;

  void Add(const LvsWorkJob& job);
  /** From now on; 0: nothing is served. */
  void SetCapacity(double capacity);

  struct Stats {
    double busy = 0;    ///< seconds with a job
    double area = 0;    ///< integral of the number of jobs over time, seconds
    uint32_t most = 0;  ///< jobs at once
  };
  /** Since ResetStats(). */
  Stats GetStats();
  void ResetStats();
  std::size_t GetJobs() const { return m_queue.size() + m_shared.size(); }

 private:
  void Advance();
  void Order();
  void OnEvent();

  Discipline m_discipline;
  double m_capacity;
  Done m_done;
  EventId m_event;
  int64_t m_last = 0;                          // ns, up to when work is accounted for
  double m_headLeft = 0;                       // FIFO: demand of the front that is not served yet
  std::deque<LvsWorkJob> m_queue;              // FIFO
  double m_served = 0;                         // sharing: what each job has had since the beginning
  std::multimap<double, LvsWorkJob> m_shared;  // by m_served at the end
  Stats m_stats;
};

}  // namespace ns3
