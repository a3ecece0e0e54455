// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/station.h"

#include <utility>

namespace lvs::emu {
namespace {

// A frame on the wire knows nothing of the host that sent it.
void scrub(host::Packet& frame) {
  frame.in = nullptr;
  frame.out = nullptr;
  frame.route = {};
  frame.mark = 0;
  frame.type = host::PacketType::host;
  frame.ipvs_property = false;
  frame.ignore_df = false;
  frame.forwarded = false;
  frame.nf_trace = false;
  frame.reply_source_fixed = false;
  frame.frag_pmtu = false;
  frame.frag_max_size = 0;
  frame.conntrack = {};
}

}  // namespace

void StationPort::transmit(host::PacketPtr frame) {
  if (cable_ == nullptr) return;
  scrub(*frame);
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
