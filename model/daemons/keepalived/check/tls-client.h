// SPDX-License-Identifier: GPL-2.0-or-later
// TLS on a socket of the model, by OpenSSL, which keepalived uses too (keepalived: check_ssl.c). What OpenSSL draws at
// random it draws from the machine's generator; it reads no configuration of the computer that the model runs on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/rng.h"
#include "host/socket/sockets.h"

namespace lvs::keepalived {

// The client's end. The server's certificate is not verified, as keepalived does not by default.
class TlsClient {
 public:
  // `name`: what the server is told to be called (SNI); empty: nothing.
  TlsClient(host::TcpSocket& socket, base::Rng& random, const std::string& name);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  // waits: for more from the server; failed: this is no TLS, or none that both speak.
  enum class Handshake : std::uint8_t { done, waits, failed };
  Handshake shake();
  bool write(std::string_view text);
  // closed: with a word of TLS; broken: without one, or by an error.
  enum class Read : std::uint8_t { data, waits, closed, broken };
  Read read(std::string& bytes, std::size_t most);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lvs::keepalived
