// SPDX-License-Identifier: GPL-2.0-or-later
// /dev/tcp/HOST/PORT: connections that bash opens as files. Internal to the shell.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "control/machine/machine.h"
#include "control/machine/stream.h"

namespace lvs::control {

class NetFile final : public Input, public Output, public host::SocketUser {
 public:
  static bool is_name(std::string_view path);
  // Begins to connect; `wake` is called when that has come to an end, soon and never from within a call.
  NetFile(Machine& machine, Pid process, std::string_view path, std::function<void()> wake);
  bool settled() const { return settled_; }
  // "connect: Connection refused"; nothing: it is connected.
  std::string complaint() const;
  std::string_view reason() const;  // "Connection refused"

  // --- Output, Input ---
  bool write(std::string_view text) override;
  std::string_view ready() const override;
  void take(std::size_t bytes) override;
  bool ended() const override { return !socket_ || socket_->at_end() || socket_->failed(); }
  void watch(std::function<void()> more) override { more_ = std::move(more); }

 private:
  void socket_ready() override;
  void send();

  std::string host_;
  bool known_ = true;
  host::SocketError error_ = host::SocketError::none;
  bool settled_ = false;
  std::string unsent_;
  host::TcpPtr socket_;
  std::function<void()> wake_, more_;
};

}  // namespace lvs::control
