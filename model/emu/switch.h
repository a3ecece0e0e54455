// SPDX-License-Identifier: GPL-2.0-or-later
// A learning Ethernet switch (kernel: net/bridge without STP), for segments that more than two ends share.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "emu/frame-sink.h"
#include "emu/wall-clock.h"
#include "engine/learning-table.h"

namespace lvs::emu {

class Switch {
 public:
  explicit Switch(const WallClock& clock) : clock_(clock) {}
  Switch(const Switch&) = delete;
  Switch& operator=(const Switch&) = delete;

  // A port: what `out` is to get leaves there; the result takes what comes in.
  FrameSink& add_port(FrameSink& out);

 private:
  struct Port final : FrameSink {
    Port(Switch& owner_switch, std::uint32_t number, FrameSink& to) : owner(owner_switch), index(number), out(to) {}
    void take(std::span<host::PacketPtr> frames) override {
      for (host::PacketPtr& frame : frames) owner.forward(index, std::move(frame));
    }
    Switch& owner;
    std::uint32_t index;
    FrameSink& out;
  };
  static constexpr base::Time kAgeing = std::chrono::seconds(300);
  static constexpr std::size_t kMostAddresses = 16384;

  void forward(std::uint32_t from, host::PacketPtr frame);
  void flood(std::uint32_t from, host::PacketPtr frame);

  const WallClock& clock_;
  std::vector<std::unique_ptr<Port>> ports_;
  engine::LearningTable table_{kMostAddresses};
};

}  // namespace lvs::emu
