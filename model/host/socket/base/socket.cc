// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/base/socket.h"

#include <array>

namespace lvs::host {

std::string_view text_of(SocketError error) {
  switch (error) {
    case SocketError::none: return "Success";
    case SocketError::again: return "Resource temporarily unavailable";
    case SocketError::refused: return "Connection refused";
    case SocketError::reset: return "Connection reset by peer";
    case SocketError::aborted: return "Software caused connection abort";
    case SocketError::timed_out: return "Connection timed out";
    case SocketError::host_unreachable: return "No route to host";
    case SocketError::net_unreachable: return "Network is unreachable";
    case SocketError::host_down: return "Host is down";
    case SocketError::no_network: return "Machine is not on the network";
    case SocketError::no_protocol: return "Protocol not available";
    case SocketError::not_supported: return "Operation not supported";
    case SocketError::protocol: return "Protocol error";
    case SocketError::message_size: return "Message too long";
    case SocketError::access: return "Permission denied";
    case SocketError::in_use: return "Address already in use";
    case SocketError::not_available: return "Cannot assign requested address";
    case SocketError::invalid: return "Invalid argument";
    case SocketError::not_connected: return "Transport endpoint is not connected";
    case SocketError::connected: return "Transport endpoint is already connected";
    case SocketError::broken_pipe: return "Broken pipe";
  }
  return {};
}

UnreachableMeaning meaning_of_unreachable(std::uint8_t code) {
  static constexpr std::array<UnreachableMeaning, 16> kMeaning{{
      {SocketError::net_unreachable, false},   // net unreachable
      {SocketError::host_unreachable, false},  // host unreachable
      {SocketError::no_protocol, true},        // protocol unreachable
      {SocketError::refused, true},            // port unreachable
      {SocketError::message_size, false},      // fragmentation needed
      {SocketError::not_supported, false},     // source route failed
      {SocketError::net_unreachable, true},    // network unknown
      {SocketError::host_down, true},          // host unknown
      {SocketError::no_network, true},         // host isolated
      {SocketError::net_unreachable, true},    // network prohibited
      {SocketError::host_unreachable, true},   // host prohibited
      {SocketError::net_unreachable, false},   // network unreachable for this TOS
      {SocketError::host_unreachable, false},  // host unreachable for this TOS
      {SocketError::host_unreachable, true},   // administratively prohibited
      {SocketError::host_unreachable, true},   // precedence violation
      {SocketError::host_unreachable, true},   // precedence cut off
  }};
  return code < kMeaning.size() ? kMeaning[code] : UnreachableMeaning{SocketError::none, false};
}

}  // namespace lvs::host
