// SPDX-License-Identifier: GPL-2.0-or-later
// A client's connection: requests come in, one after the other is answered.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "control/machine/alarm.h"
#include "daemons/nginx/daemon/session.h"
#include "daemons/nginx/http/request-body.h"
#include "daemons/nginx/http/request.h"
#include "daemons/nginx/upstream/generation.h"
#include "host/socket/sockets.h"

namespace lvs::nginx {

class Exchange;
class Worker;

class HttpSession final : public Session {
 public:
  HttpSession(Worker& worker, host::TcpPtr socket, const ListenPoint& point);
  ~HttpSession() override;
  void begin();

  // --- for the exchange ---
  Worker& worker() { return worker_; }
  const ListenPoint& point() const { return point_; }
  const host::SocketAddress& remote() const { return remote_; }
  const host::SocketAddress& local() const { return local_; }
  std::uint64_t number() const { return number_; }
  const ProxyHeader& proxy_header() const { return proxy_; }
  std::uint64_t requests() const { return requests_; }
  base::Time since() const { return since_; }
  void send(std::string_view text);
  std::size_t unsent() const { return out_.size() - written_; }
  std::uint64_t sent() const { return sent_; }
  // The request's body is wanted: Exchange::with_body() gets it once it is whole, or right away.
  void want_body();
  // The body is accepted ("100 Continue"), or is not.
  void let_go_on();
  void refuse_to_go_on() { expects_ = false; }
  // Of the request, as far as it has been read for somebody.
  std::uint64_t body_bytes() const { return body_ && counted_ ? body_->bytes() : 0; }
  // What is being done, for stub_status.
  void count(ConnectionCounts& to) const override;
  // The answer is complete, up to what is unsent: log it, and go on or close.
  void answered(bool keep);
  // At once, without the rest of an answer.
  void give_up();

 private:
  enum class Phase : std::uint8_t { idle, head, body, answer, discarding, lingering, over };

  void socket_ready() override;
  void drain() override;
  void on_alarm();
  void wait(base::Time length) { alarm_.set_after(length); }
  bool receive();
  bool read_proxy_header();
  void read_head();
  void refuse(unsigned status, bool silently = false);
  void begin_exchange();
  void pump();
  void after_answer();
  void finish_answer();
  void log();
  void next_request();
  void close();
  bool client_has_gone() const;
  void look_for_client();

  // http-body.cc
  void read_body();
  bool take_body(bool open);
  bool is_for_a_file(bool whole);
  bool discard();

  Worker& worker_;
  host::TcpPtr socket_;
  const ListenPoint& point_;
  host::SocketAddress local_, remote_;
  std::uint64_t number_, requests_ = 0, sent_ = 0;
  base::Time since_, request_since_{};
  Phase phase_ = Phase::head;
  std::string in_, out_;
  std::size_t written_ = 0;
  RequestParser parser_;
  std::optional<RequestBody> body_;            // of the request that is being answered
  std::uint64_t preread_ = 0;                  // of it: what came together with the head
  std::unique_ptr<Exchange> exchange_, done_;  // done_: it may be at work still
  // unread_: the body has not been asked for; lingers_: the connection is not closed before the client has;
  // counted_: its bytes are part of $request_length
  bool unread_ = false, expects_ = false, lingers_ = false, in_file_ = false, logged_ = true, counted_ = false;
  bool complete_ = false, keep_ = false, pumping_ = false;
  base::Time discard_until_{};
  ProxyHeader proxy_;
  bool awaits_proxy_;
  control::Alarm alarm_, again_;
};

}  // namespace lvs::nginx
