// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "control/lab/run.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/simulator.h"

namespace ns3 {

// Counts what one interface sends and receives, and keeps it where that is wanted.
class LvsLabCapture : public LvsFrameObserver {
 public:
  LvsLabCapture(std::vector<::lvs::control::CapturedFrame>& frames, uint64_t& count, bool keep)
      : m_frames(frames), m_count(count), m_keep(keep) {}
  void FrameSent(LvsEthNetDevice&, const ::lvs::host::Packet& frame) override { Keep(frame, true); }
  void FrameReceived(LvsEthNetDevice&, const ::lvs::host::Packet& frame) override { Keep(frame, false); }

 private:
  void Keep(const ::lvs::host::Packet& frame, bool outbound) {
    ++m_count;
    if (!m_keep) return;
    auto& kept = m_frames.emplace_back();
    kept.at = ::lvs::base::Time(Simulator::Now().GetNanoSeconds());
    kept.outbound = outbound;
    kept.bytes.resize(frame.size());
    frame.copy_to(kept.bytes);
  }

  std::vector<::lvs::control::CapturedFrame>& m_frames;
  uint64_t& m_count;
  bool m_keep;
};

}  // namespace ns3
