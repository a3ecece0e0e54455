// SPDX-License-Identifier: GPL-2.0-or-later
// A modelled machine in real time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/machine/machine.h"
#include "emu/frame-sink.h"
#include "emu/wall-clock.h"

namespace lvs::emu {

class Station;

// One Ethernet interface. What the host sends goes to the cable at once; what comes in waits until the host's turn, so
// that nobody is called back from within a call.
class StationPort final : public host::Port, public FrameSink {
 public:
  explicit StationPort(Station& station) : station_(station) {}

  void set_cable(FrameSink* cable) { cable_ = cable; }
  host::Device& device() { return *device_; }
  void transmit(host::PacketPtr frame) override;
  void take(std::span<host::PacketPtr> frames) override;

 private:
  friend class Station;
  Station& station_;
  host::Device* device_ = nullptr;
  FrameSink* cable_ = nullptr;  // nullptr: unplugged
  std::vector<host::PacketPtr> waiting_;
  std::vector<host::PacketPtr> working_;
};

class Station {
 public:
  // `number` counts from 1: it names the machine in walks.
  Station(std::string name, trace::HostId number, std::uint64_t seed, const WallClock& wall);
  Station(const Station&) = delete;
  Station& operator=(const Station&) = delete;

  control::Machine& machine() { return machine_; }
  host::Host& host() { return machine_.host(); }
  const std::string& name() { return machine_.host().name(); }
  // An interface that is up, without addresses.
  StationPort& add_interface(const std::string& interface, const base::MacAddr& mac);
  StationPort* find_interface(std::string_view interface);
  // The machine has crashed: its interfaces are new ones, of the old names and in the old order.
  void find_interfaces();
  const std::vector<std::unique_ptr<StationPort>>& interfaces() const { return ports_; }

  bool has_frames() const { return waiting_ != 0; }
  // The host's turn: everything that has come in.
  void receive();
  base::Time wanted() const { return clock_.wanted(); }
  // What is due at the present time of the clock.
  void advance();

 private:
  friend class StationPort;
  StationClock clock_;
  control::Machine machine_;
  std::vector<std::unique_ptr<StationPort>> ports_;
  std::size_t waiting_ = 0;
};

}  // namespace lvs::emu
