// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/script-run.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "control/lab/files.h"

namespace lvs::control {
namespace {

constexpr int kTerminated = 128 + 15;  // sh's status of a line that SIGTERM ended

}  // namespace

const LineRun& LabWorld::start(std::size_t host, ShellLinePtr line, std::function<void(const LineRun&)> done) {
  return find_machine(host)->start(std::move(line), std::move(done));
}

bool LabWorld::inject(std::size_t host, const LabInject& what) {
  host::Host& sender = find_machine(host)->host();
  host::Device* const device = sender.device("eth" + std::to_string(what.interface));
  if (device == nullptr || !device->up) return false;
  sender.transmit_raw(*device, host::Packet::from_frame(what.frame));
  return true;
}

void LabWorld::plug(std::size_t host, const LabCable& what) {
  host::Host& end = find_machine(host)->host();
  if (host::Device* const device = end.device("eth" + std::to_string(what.interface)))
    end.set_carrier(*device, what.plugged);
}

void LabWorld::switch_power(std::size_t host, bool on) {
  Machine& machine = *find_machine(host);
  on ? machine.boot() : machine.crash();
}

void ScriptRun::begin() {
  for (std::size_t host = 0; host < lab_.hosts.size(); ++host)
    if (Machine* const machine = world_.find_machine(host)) place_lab_files(lab_, host, *machine);
  next();
}

void ScriptRun::next() {
  if (booting_ != kNobody) {
    if (line_ < script_.startup[booting_].size()) {
      const std::size_t line = line_++;
      return start(booting_, lab_.hosts[booting_].startup[line].place, script_.startup[booting_][line]);
    }
    booting_ = kNobody;
  }
  if (timeline_) return next_event();
  while (host_ < lab_.hosts.size() &&
         (world_.find_machine(host_) == nullptr || line_ >= script_.startup[host_].size())) {
    ++host_;
    line_ = 0;
  }
  if (host_ < lab_.hosts.size()) {
    const std::size_t line = line_++;
    return start(host_, lab_.hosts[host_].startup[line].place, script_.startup[host_][line]);
  }
  if (world_.now() < not_before) return world_.at(not_before, [this] { next(); });
  zero_ = world_.now();
  timeline_ = true;
  if (const auto end = lab_.end()) world_.end_at(zero_ + *end);
  if (on_started) on_started();
  next_event();
}

void ScriptRun::next_event() {
  while (event_ < lab_.timeline.size() && waiting_ == kNobody && !stopped_) {
    const LabEvent& event = lab_.timeline[event_];
    if (zero_ + event.at > world_.now()) return world_.at(zero_ + event.at, [this] { next_event(); });
    if (before_event && !before_event(event)) {
      stopped_ = true;
      return world_.stop();
    }
    perform(event, script_.timeline[event_++]);
  }
  if (event_ == lab_.timeline.size() && waiting_ == kNobody && !stopped_ && on_finished) on_finished();
}

// The one place that knows what the lines of a timeline do.
void ScriptRun::perform(const LabEvent& event, const ShellLinePtr& line) {
  if (std::holds_alternative<LabEnd>(event.what)) {
    stopped_ = true;
    return world_.stop();
  }
  if (world_.find_machine(event.host) == nullptr) return;
  if (const auto* frame = std::get_if<LabInject>(&event.what)) {
    if (!world_.inject(event.host, *frame) && on_notice)
      on_notice(event.place.text() + ": the frame could not be sent: Network is down");
    return;
  }
  if (const auto* cable = std::get_if<LabCable>(&event.what)) return world_.plug(event.host, *cable);
  if (const auto* power = std::get_if<LabPower>(&event.what)) return switch_power(event, power->on);
  if (world_.find_machine(event.host)->on()) return start(event.host, event.place, line);
  if (on_notice) on_notice(event.place.text() + ": " + lab_.hosts[event.host].name + " is off");
}

void ScriptRun::switch_power(const LabEvent& event, bool on) {
  Machine& machine = *world_.find_machine(event.host);
  if (machine.on() == on) {
    if (on_notice) on_notice(event.place.text() + ": " + lab_.hosts[event.host].name + (on ? " is on" : " is off"));
    return;
  }
  world_.switch_power(event.host, on);
  if (!on) return;
  place_lab_files(lab_, event.host, machine);
  booting_ = event.host;
  line_ = 0;
  next();
}

void ScriptRun::start(std::size_t host, const LabPlace& place, const ShellLinePtr& line) {
  if (on_line) on_line(place, line->text);
  const std::size_t number = lines_.size();
  waiting_ = number;
  lines_.push_back({host, &place, world_.now(), nullptr});
  const LineRun& run = world_.start(host, line, [this, number](const LineRun& done) { ended(number, done); });
  lines_[number].run = &run;
}

void ScriptRun::ended(std::size_t line, const LineRun& run) {
  lines_[line].run = &run;
  if (line != waiting_) return;  // it was given up
  if (on_result) on_result(result_of(lines_[line]));
  background_.watch(line, run);
  world_.at(world_.now(), [this, line] {
    if (waiting_ != line) return;
    waiting_ = kNobody;
    next();
  });
}

void ScriptRun::give_up() {
  if (waiting_ == kNobody) return;
  const Ran& line = lines_[std::exchange(waiting_, kNobody)];
  CommandResult result = result_of(line);
  result.status = 0;  // it has none yet
  if (on_result) on_result(result);
}

std::optional<ScriptRun::AtWork> ScriptRun::at_work() const {
  if (waiting_ == kNobody) return {};
  const Ran& line = lines_[waiting_];
  if (line.run == nullptr || line.run->finished()) return {};
  return AtWork{line.host, *line.place, line.run->text()};
}

void ScriptRun::signal(int number) {
  if (waiting_ == kNobody || lines_[waiting_].run == nullptr) return;
  Processes& processes = world_.find_machine(lines_[waiting_].host)->processes();
  const Pid shell = lines_[waiting_].run->pid();
  const auto below = [&](const Process* process) {
    while (process != nullptr && process->pid() != shell && process->pid() != kInit)
      process = processes.find(process->parent());
    return process != nullptr && process->pid() == shell;
  };
  for (const Process* process : processes.all())
    if (process->pid() != shell && below(process)) processes.send(process->pid(), number);
  processes.send(shell, number);
}

std::size_t ScriptRun::left() const {
  const auto is_line = [](const LabEvent& event) { return !std::holds_alternative<LabEnd>(event.what); };
  return static_cast<std::size_t>(
      std::count_if(lab_.timeline.begin() + static_cast<std::ptrdiff_t>(event_), lab_.timeline.end(), is_line));
}

CommandResult ScriptRun::result_of(const Ran& line) const {
  const LineRun& run = *line.run;
  const base::Time since_start = line.at - zero_;
  const int status = run.finished() ? run.status() : kTerminated;
  return {since_start, lab_.hosts[line.host].name, run.text(), status, run.out(), run.err()};
}

std::vector<CommandResult> ScriptRun::results() const {
  std::vector<CommandResult> results;
  for (const Ran& line : lines_) results.push_back(result_of(line));
  return results;
}

void ScriptRun::collect_background(const std::function<void(const CommandResult&)>& tell) {
  background_.collect([&](std::size_t line, std::string out, std::string err) {
    tell({world_.now() - zero_, lab_.hosts[lines_[line].host].name, lines_[line].run->text(), 0, std::move(out),
          std::move(err)});
  });
}

}  // namespace lvs::control
