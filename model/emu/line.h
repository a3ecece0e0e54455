// SPDX-License-Identifier: GPL-2.0-or-later
// One direction of a cable that a lab gives a rate, a delay or losses.
#pragma once

#include <deque>

#include "base/rng.h"
#include "control/lab/lab.h"
#include "emu/frame-sink.h"
#include "emu/wall-clock.h"

namespace lvs::emu {

// Frames leave one after the other at the segment's rate (preamble, padding, FCS and gap as on Ethernet), wait in its
// queue, and arrive after its delay.
class Line final : public FrameSink {
 public:
  Line(const control::LabSegment& segment, std::uint64_t seed, const WallClock& clock, FrameSink& to)
      : rate_(segment.rate),
        delay_(segment.delay),
        loss_(segment.loss),
        queue_(segment.queue),
        rng_(seed),
        clock_(clock),
        to_(to) {}

  void take(std::span<host::PacketPtr> frames) override;
  // When the next frame arrives; kNever: none is under way.
  base::Time next() const { return under_way_.empty() ? base::kNever : under_way_.front().arrives; }
  // Hands over what has arrived.
  void advance();

  std::uint64_t lost() const { return lost_; }        // by the segment's loss
  std::uint64_t dropped() const { return dropped_; }  // the queue was full

 private:
  struct Frame {
    base::Time leaves, arrives;
    host::PacketPtr packet;
  };

  std::uint64_t rate_;
  base::Time delay_;
  double loss_;
  std::uint32_t queue_;
  base::Rng rng_;
  const WallClock& clock_;
  FrameSink& to_;
  std::deque<Frame> under_way_;
  base::Time free_{};  // when the line is
  std::uint64_t lost_ = 0, dropped_ = 0;
};

}  // namespace lvs::emu
