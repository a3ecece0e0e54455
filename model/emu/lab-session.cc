// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/lab-session.h"

namespace lvs::emu {

void LabSession::begin() {
  if (const auto end = lab_.end(); end && lab_.timeline.empty()) engine_.stop();
  next_startup_line();
}

void LabSession::next_startup_line() {
  while (startup_host_ < lab_.hosts.size() &&
         (stations_[startup_host_] == nullptr || startup_line_ >= lab_.hosts[startup_host_].startup.size())) {
    ++startup_host_;
    startup_line_ = 0;
  }
  if (startup_host_ < lab_.hosts.size()) {
    const std::size_t line = startup_line_++;
    return run_line(startup_host_, lab_.hosts[startup_host_].startup[line].text, &LabSession::next_startup_line);
  }
  zero_ = engine_.clock().now();
  timeline_ = true;
  if (const auto end = lab_.end()) engine_.at(zero_ + *end, [this] { engine_.stop(); });
  if (on_started) on_started();
  next_event();
}

void LabSession::next_event() {
  while (event_ < lab_.timeline.size()) {
    const control::LabEvent& event = lab_.timeline[event_];
    if (zero_ + event.at > engine_.clock().now()) {
      engine_.at(zero_ + event.at, [this] { next_event(); });
      return;
    }
    ++event_;
    if (std::holds_alternative<control::LabEnd>(event.what)) return engine_.stop();
    if (stations_[event.host] == nullptr) continue;
    if (const auto* frame = std::get_if<control::LabInject>(&event.what)) {
      inject(event.host, event, *frame);
      continue;
    }
    return run_line(event.host, std::get<control::LabCommand>(event.what).text, &LabSession::next_event);
  }
  if (on_finished) on_finished();
}

void LabSession::run_line(std::size_t host, const std::string& text, void (LabSession::*next)()) {
  const base::Time began = engine_.clock().now();
  auto line = control::parse_line(text);
  stations_[host]->machine().start(std::move(line.value()), [=, this](const control::LineRun& ended) {
    if (on_result) {
      control::CommandResult result;
      result.at = began - (timeline_ ? zero_ : base::Time{0});
      result.host = lab_.hosts[host].name;
      result.command = text;
      result.status = ended.status();
      result.out = ended.out();
      result.err = ended.err();
      on_result(result);
    }
    engine_.at(engine_.clock().now(), [this, next] { (this->*next)(); });
  });
}

void LabSession::inject(std::size_t host, const control::LabEvent& event, const control::LabInject& what) {
  host::Host& machine = stations_[host]->host();
  host::Device* device = machine.device("eth" + std::to_string(what.interface));
  if (device == nullptr || !device->up) {
    if (on_notice) on_notice(event.place.text() + ": the frame could not be sent: Network is down");
    return;
  }
  machine.transmit_raw(*device, host::Packet::from_frame(what.frame));
}

}  // namespace lvs::emu
