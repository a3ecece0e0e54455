// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/station.h"

#include <utility>

#include "engine/forget-host.h"

namespace lvs::emu {
void StationPort::transmit(host::PacketPtr frame) {
  if (cable_ == nullptr) return;
  engine::forget_host(*frame);
  cable_->take_one(std::move(frame));
}

void StationPort::take(std::span<host::PacketPtr> frames) {
  station_.waiting_ += frames.size();
  for (host::PacketPtr& frame : frames) waiting_.push_back(std::move(frame));
}

Station::Station(std::string name, trace::HostId number, std::uint64_t seed, const WallClock& wall)
    : clock_(wall), machine_(std::move(name), number, seed, clock_) {}

StationPort& Station::add_interface(const std::string& interface, const base::MacAddr& mac) {
  StationPort& port = *ports_.emplace_back(std::make_unique<StationPort>(*this));
  port.device_ = &host().add_ethernet(interface, mac, &port);
  host().set_up(*port.device_, true);
  return port;
}

StationPort* Station::find_interface(std::string_view interface) {
  for (const auto& port : ports_) {
    if (port->device_->name() == interface) return port.get();
  }
  return nullptr;
}

void Station::find_interfaces() {
  std::size_t next = 0;
  for (const auto& device : host().devices())
    if (device->kind() == host::DeviceKind::ethernet && next < ports_.size()) ports_[next++]->device_ = device.get();
}

void Station::receive() {
  for (const auto& port : ports_) {
    if (port->waiting_.empty()) continue;
    std::swap(port->waiting_, port->working_);
    waiting_ -= port->working_.size();
    host().receive(*port->device_, port->working_);
    port->working_.clear();
  }
}

void Station::advance() {
  clock_.clear();
  host().advance();
}

}  // namespace lvs::emu
