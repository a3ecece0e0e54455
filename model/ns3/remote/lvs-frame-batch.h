// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "host/packet/packet.h"

namespace ns3 {

/** Where and when a frame comes in. */
struct LvsFrameArrival {
  uint32_t node = 0, interface = 0;
  int64_t time = 0;  ///< ticks of ns-3's clock
};

/**
 * Frames as bytes, several in one message between processes. Headers travel as they are, a payload of zeros as its
 * length; the uid and tags of an ns-3 socket's packet, and the walk, are there again at the other end.
 */
class LvsFrameBatch {
 public:
  /** \param most bytes that a batch may have */
  explicit LvsFrameBatch(uint32_t most) : m_most(most) { m_bytes.reserve(most); }

  /** \returns false if there is no room: the batch is as it was, and takes it when it is empty unless the frame alone
   * is too large. A frame that waits for its segmentation (TSO) is too large. */
  bool Add(const LvsFrameArrival& at, const lvs::host::Packet& frame);
  bool IsEmpty() const { return m_bytes.empty(); }
  uint32_t GetFrames() const { return m_frames; }
  /** \returns where the earliest frame comes in; not of an empty batch. */
  const LvsFrameArrival& GetFirst() const { return m_first; }
  std::span<const uint8_t> GetBytes() const { return m_bytes; }
  void Clear();

  /** Gives each frame of a batch in the order in which they were added. \returns false if \p bytes are no batch. */
  static bool ForEach(std::span<const uint8_t> bytes,
                      const std::function<void(const LvsFrameArrival&, lvs::host::PacketPtr)>& take);

 private:
  uint32_t m_most;
  std::vector<uint8_t> m_bytes;
  LvsFrameArrival m_first;
  uint32_t m_frames = 0;
};

}  // namespace ns3
