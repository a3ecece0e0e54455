// SPDX-License-Identifier: GPL-2.0-or-later
// What the sockets of a host's TCP and UDP share: they take their protocol over from whom it had before, and give it
// back.
#pragma once

#include <cstdint>
#include <utility>

#include "host/ip/l4.h"
#include "host/packet/packet.h"
#include "host/socket/base/calls.h"
#include "host/socket/base/socket.h"
#include "wire/ipv4.h"

namespace lvs::host {

class TransportTable : public TransportHandler {
 public:
  TransportTable(SocketCalls& calls, wire::IpProto protocol);
  ~TransportTable() override;
  TransportTable(const TransportTable&) = delete;
  TransportTable& operator=(const TransportTable&) = delete;

  // --- for the sockets ---
  SocketCalls& calls() { return calls_; }
  Stack& host() { return host_; }
  base::Rng& rng() { return calls_.rng(); }
  void send(PacketPtr packet) { calls_.send(std::move(packet)); }
  void tell(SocketBase& socket) { calls_.tell(socket); }
  void forget(SocketBase& socket) { calls_.forget(socket); }

 protected:
  SocketCalls& calls_;
  Stack& host_;

 private:
  std::uint8_t protocol_;
  TransportHandler* before_;
};

}  // namespace lvs::host
