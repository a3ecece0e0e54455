// SPDX-License-Identifier: GPL-2.0-or-later
// telnet of inetutils 2.4 to a port that speaks no TELNET, as people try whether a service answers.
#include <fmt/format.h>

#include <utility>

#include "base/numbers.h"
#include "control/machine/alarm.h"
#include "control/machine/command.h"
#include "control/machine/machine.h"
#include "control/machine/task-command.h"
#include "control/names/lookup.h"
#include "control/words/addresses.h"
#include "control/words/service-names.h"

namespace lvs::control {
namespace {

using host::SocketError;

struct TelnetOptions {
  std::string host, service;  // as typed
  std::uint16_t port = 0;
};

class Telnet final : public Task, private host::SocketUser {
 public:
  Telnet(Machine& machine, Io& io, Done done, const TelnetOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        owner_{io.pid, "telnet", 3},
        lookup_(machine, owner_),
        turn_(machine.host(), [this] { send_typed(); }) {}
  ~Telnet() override { io_.in->watch({}); }

  void begin() {
    if (const auto address = host_address(options_.host)) {
      addresses_ = {*address};
      return connect();
    }
    lookup_.addresses(options_.host, [this](const Found& found) {
      addresses_ = found.addresses;
      if (!addresses_.empty()) return connect();
      io_.complain(
          fmt::format("Server lookup failure:  {}:{}, {}\n", options_.host, options_.service, text_of(found.error)));
      finish(1);
    });
  }

 private:
  void finish(int status) {
    if (std::exchange(over_, true)) return;
    turn_.clear();
    io_.in->watch({});
    socket_.reset();
    done_(status);
  }

  void connect() {
    io_.print(fmt::format("Trying {}...\n", addresses_[next_].text()));
    socket_ = machine_.sockets().tcp(this, owner_);
    const SocketError error = socket_->connect({addresses_[next_], options_.port});
    if (error != SocketError::none) failed(error);
  }

  void failed(SocketError error) {
    if (next_ + 1 == addresses_.size()) {
      io_.complain(fmt::format("telnet: Unable to connect to remote host: {}\n", text_of(error)));
      return finish(1);
    }
    io_.complain(fmt::format("telnet: connect to address {}: {}\n", addresses_[next_++].text(), text_of(error)));
    connect();
  }

  void socket_ready() override {
    if (over_) return;
    if (!connected_) {
      if (socket_->failed()) return failed(socket_->take_error());
      const host::TcpState state = socket_->state();
      if (state == host::TcpState::syn_sent || state == host::TcpState::syn_recv) return;
      connected_ = true;
      io_.print(fmt::format("Connected to {}.\nEscape character is '^]'.\n", options_.host));
      io_.in->watch([this] { turn_.set_at(machine_.host().now()); });
      turn_.set_at(machine_.host().now());
    }
    receive();
  }

  void receive() {
    std::string data;
    SocketError error = SocketError::none;
    while (socket_->read(data, 8192, error) != 0) {
    }
    if (!data.empty()) io_.print(shown(data));
    if (over_ || error == SocketError::again) return;
    close();
  }

  void close() {
    io_.complain("Connection closed by foreign host.\n");
    finish(0);
  }

  // Lines end with a newline alone.
  std::string shown(std::string_view data) {
    std::string text;
    for (const char c : data) {
      const bool behind = std::exchange(carriage_return_, c == '\r');
      if (behind && c == '\0')
        text += '\r';
      else if (behind && c != '\n')
        (text += '\r') += c;
      else if (c != '\r')
        text += c;
    }
    return text;
  }

  // What was typed is sent when it is looked at the next time: with the end of it there, it is lost, as the real one
  // leaves before it sends.
  void send_typed() {
    if (over_ || !connected_) return;
    if (io_.in->ended()) return close();
    const std::string_view ready = io_.in->ready();
    for (const char c : ready) {
      if (c == '\n') outgoing_ += '\r';
      outgoing_ += c;
      if (c == '\r') outgoing_ += '\0';
      if (c == '\xff') outgoing_ += c;
    }
    io_.in->take(ready.size());
    SocketError error = SocketError::none;
    while (!outgoing_.empty()) {
      const std::size_t size = socket_->write(outgoing_, error);
      if (size == 0) break;
      outgoing_.erase(0, size);
    }
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  TelnetOptions options_;
  host::SocketOwner owner_;
  std::vector<base::Ipv4Addr> addresses_;
  std::size_t next_ = 0;
  bool connected_ = false, carriage_return_ = false, over_ = false;
  std::string outgoing_;
  host::TcpPtr socket_;
  Lookup lookup_;
  Alarm turn_;
};

}  // namespace

CommandResultOrError parse_telnet(const std::vector<Word>& words) {
  constexpr std::uint16_t kTelnet = 23;
  constexpr std::string_view kKnown = "-4 -E HOST PORT";
  const auto refused = [&](const Word& word, std::string why) {
    return base::Error{SyntaxError{word.column, word.text, std::move(why), std::string(kKnown)}};
  };
  TelnetOptions options;
  std::vector<std::size_t> operands;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word == "-4" || word == "-E") continue;
    if (word.starts_with('-')) return refused(words[i], "this option of telnet is not modelled");
    operands.push_back(i);
  }
  if (operands.empty()) return refused(words[0], "the prompt of telnet is not modelled");
  if (operands.size() > 2) return refused(words[operands[2]], "not expected here");
  options.host = words[operands[0]].text;
  if (looks_like_ipv6(options.host)) return refused(words[operands[0]], "IPv6 is not modelled");
  if (operands.size() == 1) return refused(words[operands[0]], "a port is needed: the TELNET protocol is not modelled");
  options.service = words[operands[1]].text;
  const auto number = base::number<std::uint64_t>(options.service);
  if (number && (*number == 0 || *number > 65535))
    return refusal(1, fmt::format("Port number {} is out of range.\n", options.service));
  const auto port = number ? static_cast<std::uint16_t>(*number) : service_port(options.service, "tcp");
  if (!port)
    return refusal(1, fmt::format("Server lookup failure:  {}:{}, Servname not supported for ai_socktype\n",
                                  options.host, options.service));
  if (*port == kTelnet) return refused(words[operands[1]], "the TELNET protocol is not modelled");
  options.port = *port;
  return CommandPtr(std::make_shared<TaskCommand<Telnet, TelnetOptions>>(std::move(options)));
}

}  // namespace lvs::control
