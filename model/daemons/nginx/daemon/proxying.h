// SPDX-License-Identifier: GPL-2.0-or-later
// A request passed on to a server, and to the next one where that fails (nginx: ngx_http_upstream.c,
// ngx_http_proxy_module.c).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "control/machine/alarm.h"
#include "daemons/nginx/http/response.h"
#include "daemons/nginx/upstream/idle-links.h"
#include "daemons/nginx/upstream/peers.h"
#include "host/socket/sockets.h"

namespace lvs::nginx {

class Exchange;
class Worker;

// $proxy_host: the name of the group, with the port where it is not 80.
std::string proxy_host(const ProxyPass& pass);

class Proxying final : public host::SocketUser {
 public:
  explicit Proxying(Exchange& exchange);
  ~Proxying() override;

  void start();
  // The client took some of the answer.
  void room();
  // The connection is given back or closed; nothing is said any more.
  void drop();
  // Of the server that is asked, for the error log; empty: none.
  const std::string& url() const { return url_; }
  const AnswerHead& answer() const { return answer_.head(); }

 private:
  enum class Phase : std::uint8_t { none, connecting, sending, head, body, over };

  void socket_ready() override;
  void on_alarm();

  // proxying.cc: who is asked, and what goes wrong
  void connect();
  bool open(const UpstreamServer& server);
  void connected();
  void send();
  std::size_t piece_end() const;
  void next(unsigned why);
  unsigned why_timed_out();
  void fail(unsigned status);
  void note_response_time();
  std::string_view doing() const;
  void failed_call(std::string_view call, host::SocketError error);
  void release(Choice::Verdict verdict);
  void give_back();

  // proxying-request.cc
  std::string request() const;
  std::string target() const;
  void add_headers(std::string& text) const;

  // proxying-answer.cc
  void read_head();
  bool is_next_status(unsigned status, unsigned& why) const;
  void take_head();
  void read_body();
  bool take_bytes(std::string_view bytes);
  void pass_on();
  void send_on();
  void finish_body(bool at_end);
  std::string redirected(const std::string& location) const;

  Exchange& exchange_;
  Worker& worker_;
  Group& group_;
  std::optional<Choice> choice_;
  Link link_;
  Phase phase_ = Phase::none;
  std::string url_, request_, in_;
  std::size_t written_ = 0, head_size_ = 0;  // of the request
  AnswerParser answer_;
  Dechunker dechunker_;
  base::Time began_{}, asked_{};
  std::string raw_, body_;  // a buffer that is not full yet; what has left the buffers
  std::size_t buffer_ = 0;  // of the one that is being filled
  std::uint64_t left_ = 0;  // of a body whose length is known
  bool sent_request_ = false, whole_ = false, at_end_ = false;
  control::Alarm alarm_;
};

}  // namespace lvs::nginx
