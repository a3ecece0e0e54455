// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/base/calls.h"

#include <algorithm>
#include <utility>

#include "host/ip/stack.h"

namespace lvs::host {

namespace {

// A program runs a while after what it waited for: what comes close behind, as a FIN behind the last data, is there
// too.
constexpr base::Time kWakeUp = std::chrono::microseconds(100);

}  // namespace

SocketCalls::Wake::Wake(SocketCalls& whose)
    : base::Timer([](base::Timer& timer) { static_cast<Wake&>(timer).owner.tell_users(); }), owner(whose) {}

SocketCalls::SocketCalls(Stack& host) : host_(host), wake_(*this), rng_(base::Rng(host.rng).next()) {}

SocketCalls::~SocketCalls() { host_.cancel(wake_); }

void SocketCalls::end_call() {
  if (flushing_) return;  // what was met on the way out is sent and ended by who sends
  flushing_ = true;
  while (PacketPtr packet = outbox_.pop()) host_.ip_local_out(std::move(packet));
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

void SocketCalls::tell_users() {
  telling_.swap(to_tell_);
  // By index: who is told may close sockets, whose places are emptied.
  for (std::size_t i = 0; i < telling_.size(); ++i) {  // NOLINT(modernize-loop-convert)
    SocketBase* const socket = telling_[i];
    if (socket == nullptr) continue;
    telling_[i] = nullptr;
    socket->told = false;
    socket->user->socket_ready();
  }
  telling_.clear();
}

bool SocketCalls::address_usable(base::Ipv4Addr address) const {
  if (address.is_any() || host_.sysctls.get(Ipv4Key::ip_nonlocal_bind) != 0) return true;
  const RouteType type = host_.fib.address_type(address);
  return type == RouteType::local || type == RouteType::broadcast || type == RouteType::multicast;
}

}  // namespace lvs::host
