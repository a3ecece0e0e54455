// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3 {

/**
 * Deadlines that all lie equally far ahead when they are set, so that they fall due in the order in which they were
 * set: a ring, without a timer for each. Who owns it throws away from the front what has become void.
 */
class LvsLoadDeadlines {
 public:
  struct Entry {
    int64_t due;  // ns
    uint32_t flow;
    uint32_t request;
  };

  bool Empty() const { return m_size == 0; }
  const Entry& Front() const { return m_ring[m_first]; }
  void Pop() {
    m_first = (m_first + 1) & (m_ring.size() - 1);
    --m_size;
  }
  void Push(const Entry& entry) {
    if (m_size == m_ring.size()) Grow();
    m_ring[(m_first + m_size++) & (m_ring.size() - 1)] = entry;
  }

 private:
  void Grow() {
    std::vector<Entry> larger(m_ring.empty() ? 64 : m_ring.size() * 2);
    for (std::size_t i = 0; i < m_size; ++i) larger[i] = m_ring[(m_first + i) & (m_ring.size() - 1)];
    m_ring.swap(larger);
    m_first = 0;
  }

  std::vector<Entry> m_ring;  // a power of two
  std::size_t m_first = 0;
  std::size_t m_size = 0;
};

}  // namespace ns3
