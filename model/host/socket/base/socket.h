// SPDX-License-Identifier: GPL-2.0-or-later
// What TCP and UDP sockets have in common: addresses, errors, and who is told when something happens.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/addr.h"
#include "host/packet/route.h"

namespace lvs::host {

class TcpSocket;
class UdpSocket;

// Why a call on a socket failed; the errno of Linux.
enum class SocketError : std::uint8_t {
  none,
  again,             // EAGAIN
  refused,           // ECONNREFUSED
  reset,             // ECONNRESET
  aborted,           // ECONNABORTED
  timed_out,         // ETIMEDOUT
  host_unreachable,  // EHOSTUNREACH
  net_unreachable,   // ENETUNREACH
  host_down,         // EHOSTDOWN
  no_network,        // ENONET
  no_protocol,       // ENOPROTOOPT
  not_supported,     // EOPNOTSUPP
  protocol,          // EPROTO
  message_size,      // EMSGSIZE
  access,            // EACCES
  in_use,            // EADDRINUSE
  not_available,     // EADDRNOTAVAIL
  invalid,           // EINVAL
  not_connected,     // ENOTCONN
  connected,         // EISCONN
  broken_pipe,       // EPIPE
};
// strerror(3): "Connection refused"
std::string_view text_of(SocketError error);

// What an ICMP destination unreachable means for the sender. `fatal`: connected UDP sockets fail too
// (kernel: icmp_err_convert).
struct UnreachableMeaning {
  SocketError error;
  bool fatal;
};
UnreachableMeaning meaning_of_unreachable(std::uint8_t code);

struct SocketAddress {
  base::Ipv4Addr addr{};
  std::uint16_t port = 0;
  friend constexpr auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

// A program with sockets. Told through the host's timers, never from within a call on a socket or a packet, that one of
// its sockets may have something new: the program then looks, as after poll(2).
class SocketUser {
 public:
  virtual ~SocketUser() = default;
  virtual void socket_ready() = 0;
};

// Whose socket it is, for listings.
struct SocketOwner {
  std::uint32_t process = 0;   // number of the process, 0: none (any more)
  std::string_view program{};  // must outlive the socket
  unsigned descriptor = 3;     // of the process
};

// Common to both kinds.
struct SocketBase {
  SocketUser* user = nullptr;
  SocketOwner owner{};
  bool told = false;       // on the list of those to be told
  bool in_kernel = false;  // of a thread of the kernel: its calls cost what those cost
  // Taken from net.ipv4.ip_no_pmtu_disc when the socket is made (kernel: inet_create()).
  bool discovers_mtu = true;
  bool must_not_fragment(const Route& route) const { return discovers_mtu && !route.mtu_locked; }
};

// Close as close(2): what is queued is still sent.
struct SocketCloser {
  void operator()(TcpSocket* socket) const;
  void operator()(UdpSocket* socket) const;
};
using TcpPtr = std::unique_ptr<TcpSocket, SocketCloser>;
using UdpPtr = std::unique_ptr<UdpSocket, SocketCloser>;

}  // namespace lvs::host
