// SPDX-License-Identifier: GPL-2.0-or-later
// What a lab runs in: stations, in real time.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "control/lab/script-run.h"
#include "emu/engine.h"

namespace lvs::emu {

class LabWorld final : public control::LabWorld {
 public:
  // `stations` by the lab's hosts, nullptr for real machines.
  LabWorld(Engine& engine, std::vector<Station*> stations) : engine_(engine), stations_(std::move(stations)) {}

  base::Time now() const override { return engine_.clock().now(); }
  void at(base::Time when, std::function<void()> what) override { engine_.at(when, std::move(what)); }
  void end_at(base::Time when) override;
  void stop() override { engine_.stop(); }
  control::Machine* find_machine(std::size_t host) override;
  void switch_power(std::size_t host, bool on) override;

 private:
  Engine& engine_;
  std::vector<Station*> stations_;
};

}  // namespace lvs::emu
