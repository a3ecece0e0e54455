// SPDX-License-Identifier: GPL-2.0-or-later
// A lab at work, the same for whoever carries its frames: startup lines, then the timeline.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "control/lab/run.h"
#include "control/lab/script.h"
#include "control/machine/background-output.h"
#include "control/machine/machine.h"

namespace lvs::control {

// What a lab runs in: its time, its machines (named by their place in Lab::hosts) and its wires.
class LabWorld {
 public:
  virtual ~LabWorld() = default;

  virtual base::Time now() const = 0;
  // Calls `what` at `when`, or as soon as the present call has returned if that is past.
  virtual void at(base::Time when, std::function<void()> what) = 0;
  // The run ends at `when` at the latest; now.
  virtual void end_at(base::Time when) = 0;
  virtual void stop() = 0;

  // nullptr: a real machine, whose lines are left out.
  virtual Machine* find_machine(std::size_t host) = 0;
  // As Machine::start().
  virtual const LineRun& start(std::size_t host, ShellLinePtr line, std::function<void(const LineRun&)> done);
  // Puts a frame on the wire as sent by an interface; false if that is down, or gone.
  virtual bool inject(std::size_t host, const LabInject& what);
  // The cable of an interface is cut or mended: the carrier goes at both ends or comes back, frames on it are lost.
  virtual void plug(std::size_t host, const LabCable& what);
  // The machine crashes or boots. After a crash its host is a new one, with interfaces of the same names and ports.
  virtual void switch_power(std::size_t host, bool on);
};

class ScriptRun {
 public:
  // What `script` was parsed of must outlive the run, as must `world`.
  ScriptRun(const LabScript& script, LabWorld& world) : script_(script), lab_(*script.lab), world_(world) {}
  ScriptRun(const ScriptRun&) = delete;
  ScriptRun& operator=(const ScriptRun&) = delete;

  // Called when the startup lines have run, before each line of the timeline at its time (false: the run ends there),
  // and when all of it has run.
  std::function<void()> on_started;
  std::function<bool(const LabEvent&)> before_event;
  std::function<void()> on_finished;
  // Told of each line before it starts.
  std::function<void(const LabPlace& place, const std::string& text)> on_line;
  // Told of each line when its foreground has ended, or when it is no longer waited for.
  std::function<void(const CommandResult&)> on_result;
  // What could not be done as the lab says.
  std::function<void(const std::string&)> on_notice;

  // The line that the next one waits for.
  struct AtWork {
    std::size_t host;
    const LabPlace& place;
    const std::string& text;
  };

  base::Time not_before{};  // the timeline begins then at the earliest

  // Begins; the world's calls do the rest.
  void begin();
  // The line at work is no longer waited for: the run stands still there, unless it is told to go on.
  void give_up();
  void go_on() { next(); }
  std::optional<AtWork> at_work() const;
  // To the processes of the line at work, its own shell last.
  void signal(int number);
  // What the timeline does not say, behind it or while nothing is at work; the place of `event` is kept by reference.
  // on_finished comes again when a line that it begins has ended.
  void perform(const LabEvent& event, const ShellLinePtr& line);
  // Lines of the timeline that have not begun.
  std::size_t left() const;

  bool started() const { return timeline_; }
  // Of the timeline; 0 until the startup lines have run.
  base::Time zero() const { return zero_; }
  // Every line so far, with all that it and its background jobs have printed; one still at work is ended by SIGTERM.
  std::vector<CommandResult> results() const;
  // What background jobs have printed since their line or they themselves were last told of: the line again, with the
  // new output alone.
  void collect_background(const std::function<void(const CommandResult&)>& tell);

 private:
  static constexpr std::size_t kNobody = SIZE_MAX;
  struct Ran {
    std::size_t host;
    const LabPlace* place;
    base::Time at;
    const LineRun* run;
  };

  void next();
  void next_event();
  void switch_power(const LabEvent& event, bool on);
  void start(std::size_t host, const LabPlace& place, const ShellLinePtr& line);
  void ended(std::size_t line, const LineRun& run);
  CommandResult result_of(const Ran& line) const;

  const LabScript& script_;
  const Lab& lab_;
  LabWorld& world_;
  std::vector<Ran> lines_;         // in the order run
  std::size_t waiting_ = kNobody;  // the line at work, of lines_
  BackgroundOutput background_;
  std::size_t host_ = 0;  // the next startup line
  std::size_t line_ = 0;
  std::size_t booting_ = kNobody;  // the host whose startup lines run again
  std::size_t event_ = 0;
  base::Time zero_{};
  bool timeline_ = false;
  bool stopped_ = false;
};

}  // namespace lvs::control
