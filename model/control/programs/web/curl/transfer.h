// SPDX-License-Identifier: GPL-2.0-or-later
// One transfer of curl: from a URL to the whole answer, over redirections. Connections that stay are used again for the
// same host and port, as long as the transfers' object lives. Internal to curl.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/names/lookup.h"
#include "control/programs/web/curl/curl.h"
#include "control/programs/web/curl/text.h"
#include "control/programs/web/http-body.h"

namespace lvs::control {

class CurlTransfer final : private host::SocketUser {
 public:
  // `options` must outlive it. `ended`: the transfer is over; called once a begin(), maybe from within it.
  CurlTransfer(Machine& machine, Io& io, const CurlOptions& options, std::function<void()> ended);

  // `url` must outlive the transfer.
  void begin(const CurlUrl& url);

  // The connections that wait are closed.
  void close() { kept_.clear(); }

  CurlResult& result() { return result_; }
  bool has_header() const { return have_header_; }
  const std::string& header() const { return header_; }
  const std::string& earlier() const { return earlier_; }  // headers of the redirections that led here
  const HttpBody& body() const { return body_; }
  // A line of -v.
  void note(std::string_view text);
  // What -v says of the connection when the transfer is over.
  std::string farewell() const;

 private:
  enum class Phase : std::uint8_t { resolving, waiting, connecting, receiving, over };
  // A connection that waits for another request to its host.
  struct Kept {
    std::string host;
    std::uint16_t port = 0;
    unsigned number = 0;
    host::TcpPtr socket;
  };
  static bool is_alive(const Kept& kept) { return kept.socket->state() == host::TcpState::established; }

  void look_up();
  bool is_cached(const std::string& host);
  void found(const Found& found);
  bool reuse();
  void connect();
  base::Time connect_limit() const;
  void wait_for_next();
  void go_to_next();
  void connect_failed(host::SocketError error);
  void socket_ready() override;
  void connected();
  void ask();
  void receive();
  bool take_header();
  void timeout();
  bool follow();
  bool stays() const;
  void end(int code, const std::string& message);

  base::Ipv4Addr address() const { return addresses_[address_]; }
  double elapsed() const { return std::chrono::duration<double>(machine_.host().now() - began_).count(); }
  long milliseconds() const {
    return static_cast<long>((machine_.host().now() - began_) / std::chrono::milliseconds(1));
  }

  Machine& machine_;
  Io& io_;
  const CurlOptions& options_;
  std::function<void()> ended_;
  host::SocketOwner owner_;
  Phase phase_ = Phase::over;
  const CurlUrl* url_ = nullptr;
  CurlUrl redirected_;  // where -L has led
  unsigned redirects_ = 0;
  bool posts_ = false;
  std::string earlier_;
  std::vector<base::Ipv4Addr> addresses_;  // of its host
  std::size_t address_ = 0;                // that is tried
  base::Time began_{}, resolved_{};
  std::string sent_, received_, header_;
  bool have_header_ = false;
  HttpBody body_;
  CurlResult result_;
  std::vector<std::string> cached_;  // hosts that were asked for
  std::vector<Kept> kept_;
  unsigned numbers_ = 0;  // of connections so far
  unsigned number_ = 0;   // of this one
  bool reused_ = false;
  host::TcpPtr socket_;
  Lookup lookup_;
  Alarm alarm_;
};

}  // namespace lvs::control
