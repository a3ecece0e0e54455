// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/bash/net-file.h"

#include <fmt/format.h>

#include <utility>

#include "base/numbers.h"
#include "control/words/hosts-file.h"
#include "control/words/service-names.h"

namespace lvs::control {
namespace {

constexpr std::string_view kFolder = "/dev/tcp/";

std::optional<base::Ipv4Addr> address_of(Machine& machine, const std::string& name) {
  if (const auto address = base::Ipv4Addr::parse(name)) return address;
  const auto found = addresses_in_hosts(machine.files().read("/etc/hosts").text, name);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  const auto number = base::number<std::uint16_t>(text);
  return number ? number : service_port(text, "tcp");
}

}  // namespace

bool NetFile::is_name(std::string_view path) {
  return path.starts_with(kFolder) && path.find('/', kFolder.size()) != std::string_view::npos;
}

NetFile::NetFile(Machine& machine, Pid process, std::string_view path, std::function<void()> wake)
    : wake_(std::move(wake)) {
  path.remove_prefix(kFolder.size());
  host_ = path.substr(0, path.find('/'));
  const auto address = address_of(machine, host_);
  const auto port = port_of(path.substr(path.find('/') + 1));
  known_ = address && port;
  settled_ = !known_;
  if (!known_) return;
  socket_ = machine.sockets().tcp(this, {process, "bash", 3});
  error_ = socket_->connect({*address, *port});
  settled_ = error_ != host::SocketError::none;
}

std::string NetFile::complaint() const {
  return known_ ? fmt::format("connect: {}", text_of(error_)) : fmt::format("{}: Name or service not known", host_);
}

std::string_view NetFile::reason() const {
  if (!known_) return "Invalid argument";
  return error_ == host::SocketError::none ? std::string_view() : text_of(error_);
}

void NetFile::socket_ready() {
  if (!settled_) {
    if (!socket_->writable() && !socket_->failed()) return;
    error_ = socket_->take_error();
    settled_ = true;
    wake_();
    return;
  }
  send();
  if (const auto more = std::exchange(more_, {})) more();
}

bool NetFile::write(std::string_view text) {
  if (socket_->failed()) return false;
  unsent_ += text;
  send();
  return true;
}

void NetFile::send() {
  host::SocketError error = host::SocketError::none;
  if (!unsent_.empty()) unsent_.erase(0, socket_->write(unsent_, error));
}

std::string_view NetFile::ready() const { return socket_ ? socket_->waiting() : std::string_view(); }

void NetFile::take(std::size_t bytes) {
  std::string taken;
  host::SocketError error = host::SocketError::none;
  if (socket_) socket_->read(taken, bytes, error);
}

}  // namespace lvs::control
