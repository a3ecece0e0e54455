// SPDX-License-Identifier: GPL-2.0-or-later
// phttp: requests of one connection of HTTP/1.1, each to the server that its own line chooses, over connections that
// are kept (ktcpvs 0.0.18: tcp_vs_phttp.c). HTTP/1.0 is relayed as by http.
#pragma once

#include <cstdint>
#include <string>

#include "daemons/ktcpvs/kernel/body.h"
#include "daemons/ktcpvs/kernel/connection.h"

namespace lvs::ktcpvs {

class PersistentConnection final : public Connection {
 public:
  using Connection::Connection;

 private:
  enum class Step : std::uint8_t { line, head, body, reply_head, reply_body };
  void choose() override;
  void connected() override;
  void unavailable() override;

  // Each false: nothing more can be done now, or the connection is over.
  bool take_line();
  bool take_head();
  bool take_body();
  bool take_reply_head();
  bool take_reply_body();
  bool read(host::TcpSocket& socket, std::string& buffer);
  bool reply_is_over();
  void ask(DestinationPtr destination);

  Step step_ = Step::line;
  bool first_ = true;  // nothing has been taken from the client yet: others may have it
  bool old_ = false;   // HTTP/1.0
  bool head_only_ = false;
  std::string in_, reply_;
  MessageHead request_, answer_;
  int status_ = 0;
  Body body_;
};

}  // namespace lvs::ktcpvs
