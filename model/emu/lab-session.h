// SPDX-License-Identifier: GPL-2.0-or-later
// The startup and timeline lines of a lab, in real time.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "control/lab/lab.h"
#include "control/lab/run.h"
#include "emu/engine.h"

namespace lvs::emu {

class LabSession {
 public:
  // `stations` by the lab's hosts; lines of those that are nullptr are left out. All lines are known to be modelled.
  LabSession(Engine& engine, const control::Lab& lab, std::vector<Station*> stations)
      : engine_(engine), lab_(lab), stations_(std::move(stations)) {}

  // Told of each line when its foreground has ended.
  std::function<void(const control::CommandResult&)> on_result;
  // What could not be done as the lab says.
  std::function<void(const std::string&)> on_notice;
  // Told once when the startup lines have run, and once when the timeline has.
  std::function<void()> on_started, on_finished;

  // Begins; the engine does the rest. The lab's "end" stops the engine.
  void begin();
  // The timeline's zero, meaningful once the startup lines have run.
  base::Time zero() const { return zero_; }
  bool started() const { return timeline_; }

 private:
  void next_startup_line();
  void next_event();
  void run_line(std::size_t host, const std::string& text, void (LabSession::*next)());
  void inject(std::size_t host, const control::LabEvent& event, const control::LabInject& what);

  Engine& engine_;
  const control::Lab& lab_;
  std::vector<Station*> stations_;
  std::size_t startup_host_ = 0;
  std::size_t startup_line_ = 0;
  std::size_t event_ = 0;
  base::Time zero_{};
  bool timeline_ = false;
};

}  // namespace lvs::emu
