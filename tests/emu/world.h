// SPDX-License-Identifier: GPL-2.0-or-later
// Real machines beside modelled ones: User Mode Linux guests, bridges, and namespaces on them.
#pragma once

#include <memory>
#include <string>

#include "emu/net.h"

namespace lvs::emu_test {

// Why guests cannot be had here; empty: they can.
std::string why_no_guests();

// Bridges in one namespace, where guests, lvs-emu and namespaces meet.
class World : public Namespace {
 public:
  World() : Namespace("world") {}
  void bridge(const std::string& name) const;
  // A TAP for a guest on a bridge.
  std::string guest_tap(const std::string& name, const std::string& bridge_name) const;
  // lvs-emu's TAP, once it is there.
  void join(const std::string& name, const std::string& bridge_name) const;
  // A namespace's eth0 on a bridge; what leaves the bridge for it has been completed and cut as on a wire.
  void wire(const Namespace& host, const std::string& port, const std::string& bridge_name) const;
};

// A guest that runs its script and then serves until the object goes.
class Guest {
 public:
  // `taps` are those of guest_tap(), separated by blanks: eth0, eth1, ...
  Guest(const World& world, const std::string& name, const std::string& script, const std::string& taps);
  ~Guest();
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  bool ready() const;
  std::string log() const { return program_->log(); }
  bool wait_for(const std::string& text, int seconds) const { return program_->wait_for(text, seconds); }

 private:
  std::string stop_, script_;
  std::unique_ptr<Program> program_;
};

}  // namespace lvs::emu_test
