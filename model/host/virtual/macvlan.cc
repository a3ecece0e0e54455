// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/virtual/macvlan.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace lvs::host {

std::string_view name_of(MacvlanLink::Mode mode) {
  switch (mode) {
    case MacvlanLink::Mode::private_: return "private";
    case MacvlanLink::Mode::vepa: return "vepa";
    case MacvlanLink::Mode::bridge: return "bridge";
  }
  return {};
}

bool MacvlanPort::listening() const {
  return std::ranges::any_of(links_, [](const MacvlanLink* link) { return link->device->up; });
}

MacvlanLink* MacvlanPort::find(const std::uint8_t* mac) const {
  const auto at = std::ranges::find_if(links_, [&](const MacvlanLink* link) {
    return link->device != nullptr && link->device->up && std::memcmp(mac, link->device->mac.bytes.data(), 6) == 0;
  });
  return at == links_.end() ? nullptr : *at;
}

void MacvlanPort::broadcast(const Packet& frame, const MacvlanLink* from, bool bridged) {
  for (MacvlanLink* const link : std::vector(links_)) {
    if (link == from || !link->device->up || (bridged && link->mode != MacvlanLink::Mode::bridge)) continue;
    host_.loop_frame(*link->device, frame.clone());
  }
}

// Kernel: macvlan_handle_frame().
void MacvlanPort::receive(Device& in, PacketPtr frame) {
  const wire::Ethernet eth{frame->data()};
  if (eth.dst().is_multicast()) {
    MacvlanLink* const sender = find(eth.p + 6);
    if (sender != nullptr && sender->mode == MacvlanLink::Mode::private_)
      return host_.receive_above(*sender->device, std::move(frame));  // came back from the switch: its own
    // From outside all get it; what one of ours has sent comes back for those in another mode than bridge.
    if (sender == nullptr || sender->mode == MacvlanLink::Mode::vepa) broadcast(*frame, sender, false);
    return host_.deliver_frame(in, std::move(frame));
  }
  MacvlanLink* const receiver = find(eth.p);
  if (receiver == nullptr) return host_.deliver_frame(in, std::move(frame));
  host_.receive_above(*receiver->device, std::move(frame));
}

MacvlanLink::MacvlanLink(Stack& host, Device& lower, Mode of) : mode(of), host_(host), lower_(lower) {
  for (const auto& dev : host.devices()) {
    auto* const other = dynamic_cast<MacvlanLink*>(dev->link.get());
    if (other != nullptr && &other->lower_ == &lower && other->port_ != nullptr) port_ = other->port_;
  }
  if (port_ == nullptr) port_ = std::make_shared<MacvlanPort>(host, lower);
  port_->add(*this);
}

void MacvlanLink::removed() {
  if (port_ == nullptr) return;
  port_->remove(*this);
  port_.reset();
}

std::optional<std::uint32_t> MacvlanLink::mtu() const {
  if (device->mtu <= lower_.mtu) return std::nullopt;
  return lower_.mtu;
}

void MacvlanLink::set_up(bool up) {
  if (!up || std::exchange(has_been_up_, true)) return;
  changes_before_ = device->counters.carrier_changes;
}

bool MacvlanLink::state_known() const { return has_been_up_ && device->counters.carrier_changes != changes_before_; }

// Kernel: macvlan_queue_xmit(). To another in mode bridge by way of the interface below, whose captures see it.
void MacvlanLink::transmit(PacketPtr frame) {
  if (mode == Mode::bridge) {
    const wire::Ethernet eth{frame->data()};
    if (eth.dst().is_multicast()) {
      port_->broadcast(*frame, this, true);
    } else if (const MacvlanLink* const other = port_->find(eth.p); other != nullptr && other->mode == Mode::bridge) {
      return host_.loop_frame(lower_, std::move(frame));
    }
  }
  host_.transmit_below(lower_, std::move(frame));
}

}  // namespace lvs::host
