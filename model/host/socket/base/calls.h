// SPDX-License-Identifier: GPL-2.0-or-later
// What sockets of every kind share: the host they belong to, when what they send leaves, and the programs that wait.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/rng.h"
#include "base/timer-wheel.h"
#include "host/packet/packet.h"
#include "host/socket/base/socket.h"

namespace lvs::host {

class Stack;
struct ProgramCosts;

// What may be at work when it ends.
class FreedAfterCall {
 public:
  virtual ~FreedAfterCall() = default;
};

class SocketCalls {
 public:
  explicit SocketCalls(Stack& host);
  ~SocketCalls();
  SocketCalls(const SocketCalls&) = delete;
  SocketCalls& operator=(const SocketCalls&) = delete;

  Stack& host() { return host_; }
  const Stack& host() const { return host_; }
  base::Rng& rng() { return rng_; }
  std::uint64_t next_serial() { return ++serial_; }

  // Every way into the sockets is one of these: what they send leaves when the outermost is over, and sockets that have
  // ended go then. So no socket is met in the middle of its work, not even by packets to this host itself.
  class Call {
   public:
    explicit Call(SocketCalls& calls) : calls_(calls) { ++calls_.depth_; }
    ~Call() {
      if (--calls_.depth_ == 0) calls_.end_call();
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

   private:
    SocketCalls& calls_;
  };
  void send(PacketPtr packet) {
    if (!silent_) outbox_.push(std::move(packet));
  }
  void free_after_call(std::unique_ptr<FreedAfterCall> ended) { ended_.push_back(std::move(ended)); }
  // Nothing is sent any more: the host is about to end.
  void fall_silent() { silent_ = true; }

  // A call of the socket's program costs time, where the CPU has a model of programs.
  void charge_call(const SocketBase& socket, std::size_t bytes = 0);
  void charge_connection(const SocketBase& socket);

  void tell(SocketBase& socket);
  void forget(SocketBase& socket);  // is not to be told any more

  // May a socket be bound to it?
  bool address_usable(base::Ipv4Addr address) const;

 private:
  struct Wake : base::Timer {
    explicit Wake(SocketCalls& whose);
    SocketCalls& owner;
  };

  void end_call();
  void wake_users();
  void tell_users();
  const ProgramCosts& costs_of(const SocketBase& socket) const;

  Stack& host_;
  std::vector<std::unique_ptr<FreedAfterCall>> ended_;
  std::vector<SocketBase*> to_tell_, telling_;
  PacketQueue outbox_;
  Wake wake_;
  base::Rng rng_;  // of their own: sockets change no other choice of the host
  std::uint64_t serial_ = 0;
  unsigned depth_ = 0;
  bool flushing_ = false, silent_ = false;
};

}  // namespace lvs::host
