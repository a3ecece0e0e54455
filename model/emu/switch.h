// SPDX-License-Identifier: GPL-2.0-or-later
// A learning Ethernet switch (kernel: net/bridge without STP), for segments that more than two ends share.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "emu/frame-sink.h"
#include "emu/wall-clock.h"

namespace lvs::emu {

class Switch {
 public:
  explicit Switch(const WallClock& clock) : clock_(clock) {}
  Switch(const Switch&) = delete;
  Switch& operator=(const Switch&) = delete;

  // A port: what `out` is to get leaves there; the result takes what comes in.
  FrameSink& add_port(FrameSink& out);

 private:
  struct Learned {
    std::uint32_t port;
    base::Time seen;
  };
  struct Port final : FrameSink {
    Port(Switch& owner_switch, std::uint32_t number, FrameSink& to) : owner(owner_switch), index(number), out(to) {}
    void take(std::span<host::PacketPtr> frames) override {
      for (host::PacketPtr& frame : frames) owner.forward(index, std::move(frame));
    }
    Switch& owner;
    std::uint32_t index;
    FrameSink& out;
    // What the last frame from here found in the table: most are followed by another of the kind.
    std::uint64_t source = 0, destination = 0;
    Learned* source_entry = nullptr;
    Learned* destination_entry = nullptr;
  };
  static constexpr base::Time kAgeing = std::chrono::seconds(300);
  // Addresses known at most: a storm of forged ones costs no more memory than this; later ones are flooded.
  static constexpr std::size_t kMost = 16384;

  void forward(std::uint32_t from, host::PacketPtr frame);
  void learn(std::uint64_t address, Port& port);
  Learned* find(std::uint64_t address, Port& port);
  void flood(std::uint32_t from, host::PacketPtr frame);

  const WallClock& clock_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::unordered_map<std::uint64_t, Learned> table_;
};

}  // namespace lvs::emu
