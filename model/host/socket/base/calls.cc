// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/base/calls.h"

#include <algorithm>
#include <utility>

#include "host/ip/stack.h"
#include "host/socket/base/receive-buffer.h"

namespace lvs::host {

SocketCalls::Wake::Wake(SocketCalls& whose)
    : base::Timer([](base::Timer& timer) { static_cast<Wake&>(timer).owner.wake_users(); }), owner(whose) {}

SocketCalls::SocketCalls(Stack& host) : host_(host), wake_(*this), rng_(base::Rng(host.rng).next()) {}

SocketCalls::~SocketCalls() {
  host_.cancel(wake_);
  host_.cpu.forget_run();
}

const ProgramCosts& SocketCalls::costs_of(const SocketBase& socket) const {
  return socket.in_kernel ? host_.cpu.model.kernel : host_.cpu.model.user;
}

void SocketCalls::charge_call(const SocketBase& socket, std::size_t bytes) {
  if (!host_.cpu.serving()) return;
  const ProgramCosts& costs = costs_of(socket);
  host_.cpu.spend(costs.call + costs.kilobyte * static_cast<std::int64_t>(bytes) / 1000);
}

void SocketCalls::charge_connection(const SocketBase& socket) {
  if (host_.cpu.serving()) host_.cpu.spend(costs_of(socket).connection);
  charge_call(socket);
}

void SocketCalls::end_call() {
  if (flushing_) return;  // what was met on the way out is sent and ended by who sends
  flushing_ = true;
  while (PacketPtr packet = outbox_.pop()) {
    host_.cpu.spend(host_.cpu.model.send);
    host_.ip_local_out(std::move(packet));
  }
  flushing_ = false;
  ended_.clear();
}

void SocketCalls::tell(SocketBase& socket) {
  if (socket.user == nullptr || socket.told) return;
  socket.told = true;
  to_tell_.push_back(&socket);
  if (!wake_.armed()) host_.arm_exactly(wake_, host_.now() + kWakeUp);
}

void SocketCalls::forget(SocketBase& socket) {
  socket.user = nullptr;
  if (!socket.told) return;
  socket.told = false;
  std::ranges::replace(to_tell_, &socket, nullptr);
  std::ranges::replace(telling_, &socket, nullptr);
}

void SocketCalls::wake_users() {
  if (!host_.cpu.model.programs()) return tell_users();
  telling_.insert(telling_.end(), to_tell_.begin(), to_tell_.end());
  to_tell_.clear();
  host_.cpu.run([](void* self) { static_cast<SocketCalls*>(self)->tell_users(); }, this);
}

void SocketCalls::tell_users() {
  const bool costly = host_.cpu.model.programs();
  if (!costly) telling_.swap(to_tell_);
  // By index: who is told may close sockets, whose places are emptied.
  for (std::size_t i = 0; i < telling_.size(); ++i) {
    SocketBase* const socket = telling_[i];
    if (socket == nullptr) continue;
    telling_[i] = nullptr;
    socket->told = false;
    host_.cpu.spend(costs_of(*socket).wake);
    socket->user->socket_ready();
    if (!costly) continue;
    // One a turn: what it sends leaves at the end of its own, and packets come between.
    telling_.erase(telling_.begin(), telling_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    if (!telling_.empty()) host_.cpu.run([](void* self) { static_cast<SocketCalls*>(self)->tell_users(); }, this);
    return;
  }
  telling_.clear();
}

bool SocketCalls::address_usable(base::Ipv4Addr address) const {
  if (address.is_any() || host_.sysctls.get(Ipv4Key::ip_nonlocal_bind) != 0) return true;
  const RouteType type = host_.fib.address_type(address);
  return type == RouteType::local || type == RouteType::broadcast || type == RouteType::multicast;
}

}  // namespace lvs::host
