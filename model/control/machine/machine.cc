// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/machine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <utility>

namespace lvs::control {

Machine::Machine(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock)
    : seed_(seed),
      clock_(clock),
      host_(std::move(name), id, seed, clock),
      ipvs_(host_),
      processes_(host_),
      files_(*this),
      sockets_(host_) {}

Machine::~Machine() {
  sockets_.fall_silent();  // who ends now has nobody to tell
  runs_.clear();           // their tasks hold timers, listeners and sockets of the host
  processes_.clear();
  ipvs_.forget_daemons();
}

void Machine::add_arp_tap(host::Arp::Tap tap, void* self) {
  arp_taps_.emplace_back(tap, self);
  host_.arp.set_tap(
      [](void* machine, host::Device& in, const wire::Arp& arp, const host::Packet& frame) {
        const auto taps = static_cast<Machine*>(machine)->arp_taps_;  // one that is told may take itself away
        for (const auto& [each, owner] : taps) each(owner, in, arp, frame);
      },
      this);
}

void Machine::remove_arp_tap(host::Arp::Tap tap, void* self) {
  std::erase(arp_taps_, std::pair(tap, self));
  if (arp_taps_.empty()) host_.arp.set_tap(nullptr, nullptr);
}

void Machine::add_frame_tap(host::Host::FrameTap tap, void* self) {
  frame_taps_.emplace_back(tap, self);
  host_.set_frame_tap(
      [](void* machine, const host::Device& dev, const host::Packet& frame, bool outbound) {
        const auto taps = static_cast<Machine*>(machine)->frame_taps_;  // one that is told may take itself away
        for (const auto& [each, owner] : taps) each(owner, dev, frame, outbound);
      },
      this);
}

void Machine::remove_frame_tap(host::Host::FrameTap tap, void* self) {
  std::erase(frame_taps_, std::pair(tap, self));
  if (frame_taps_.empty()) host_.set_frame_tap(nullptr, nullptr);
}

void Machine::remove_last_words(const void* self) {
  std::erase_if(last_words_, [&](const auto& each) { return each.first == self; });
}

void Machine::say_last_words() {
  const auto all = std::exchange(last_words_, {});
  for (const auto& [self, say] : all) say();
}

const LineRun& Machine::start(ShellLinePtr line, std::function<void(const LineRun&)> done, Pid parent) {
  if (host_.tracing()) {
    host_.journal("command", line->text);
    done = [this, then = std::move(done)](const LineRun& run) {
      host_.journal("output", fmt::format("{} {}\n{}{}", run.status(), run.text(), run.out(), run.err()));
      if (then) then(run);
    };
  }
  runs_.push_back(std::make_unique<LineRun>(*this, std::move(line), std::move(done), parent));
  LineRun& run = *runs_.back();
  run.begin();
  host_.settled();
  return run;
}

void Machine::end(const LineRun& run) {
  std::erase_if(runs_, [&](const std::unique_ptr<LineRun>& each) { return each.get() == &run; });
}

void Machine::crash() {
  sockets_.fall_silent();
  processes_.end_all();
  processes_.clear();
  last_words_.clear();
  arp_taps_.clear();
  frame_taps_.clear();
  been_up_.clear();
  rebuild();
  on_ = false;
}

// Everything that knows the host or is part of it is made anew, where it was: references to it stay good.
void Machine::rebuild() {
  struct Plug {
    std::string name;
    base::MacAddr mac;
    host::Port* port;
  };
  std::vector<Plug> plugs;
  for (const auto& dev : host_.devices())
    if (dev->kind() == host::DeviceKind::ethernet) plugs.push_back({dev->name(), dev->mac, dev->port});
  const std::string name = host_.name();
  const trace::HostId id = host_.id();
  const host::CpuModel cpu = host_.cpu.model;
  ++seed_;  // another life, other choices
  ipvs_.forget_daemons();
  std::destroy_at(&sockets_);
  std::destroy_at(&files_);
  std::destroy_at(&processes_);
  std::destroy_at(&ipvs_);
  std::destroy_at(&host_);
  std::construct_at(&host_, name, id, seed_, clock_);
  std::construct_at(&ipvs_, host_);
  std::construct_at(&processes_, host_);
  std::construct_at(&files_, *this);
  std::construct_at(&sockets_, host_);
  host_.cpu.model = cpu;
  for (const Plug& plug : plugs) host_.add_ethernet(plug.name, plug.mac, plug.port);
}

void Machine::boot() {
  on_ = true;
  for (const auto& dev : host_.devices())
    if (dev->kind() == host::DeviceKind::ethernet) host_.set_up(*dev, true);
}

void Machine::log(std::string_view tag, Pid pid, std::string_view text) {
  const auto now = std::chrono::floor<std::chrono::seconds>(epoch + host_.now());
  const std::tm date = fmt::gmtime(std::chrono::system_clock::time_point(now));
  const std::string from = pid == 0 ? std::string(tag) : fmt::format("{}[{}]", tag, pid);
  files_.append("/var/log/messages",
                fmt::format("{:%b} {:2} {:%H:%M:%S} {} {}: {}\n", date, date.tm_mday, date, host_.name(), from, text));
}

ScriptOutcome Machine::run_script(std::string_view script) {
  ScriptOutcome outcome;
  while (!script.empty()) {
    const std::size_t end = script.find('\n');
    const std::string_view text = script.substr(0, end);
    script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
    auto line = parse_line(text);
    if (!line) {
      outcome.status = 2;
      outcome.err += fmt::format("{}: {}\n", text, line.error().text());
      return outcome;
    }
    if ((*line)->chains.empty()) continue;
    const LineRun& run = start(*line);
    outcome.out += run.out();
    outcome.err += run.err();
    outcome.status = run.status();
    if (!run.finished()) {
      outcome.status = 2;
      outcome.err += fmt::format("{}: takes time\n", text);
    }
    if (run.idle()) this->end(run);  // a cluster is set up by tens of thousands of lines
    if (outcome.status != 0) {
      outcome.err += fmt::format("{}: status {}\n", text, outcome.status);
      return outcome;
    }
  }
  return outcome;
}

std::string Machine::run(std::string_view script) {
  ScriptOutcome outcome = run_script(script);
  if (outcome.status != 0) throw std::runtime_error(host_.name() + ": " + outcome.err);
  return std::move(outcome.out);
}

}  // namespace lvs::control
