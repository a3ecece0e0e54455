// SPDX-License-Identifier: GPL-2.0-or-later
// python3 -m http.server: the web server that Python 3.11 brings along, in the folder of the command.
#include <fmt/format.h>

#include <list>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/task-command.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/web/python-pages.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

using host::SocketError;

constexpr std::string_view kKnownOfPython = "python3 -m http.server [-b ADDRESS] [-d FOLDER] [PORT]";

struct PythonOptions {
  std::uint16_t port = 8000;
  base::Ipv4Addr address;
  std::string folder = ".";
  bool at_once = false;  // -u
};

class PythonServer final : public Task, private host::SocketUser {
 public:
  PythonServer(Machine& machine, Io& io, Done done, PythonOptions options)
      : machine_(machine), io_(io), done_(std::move(done)), options_(std::move(options)) {}

  void begin() {
    options_.folder = machine_.files().real(options_.folder);
    listener_ = machine_.sockets().tcp(this, {io_.pid, "python3", 3});
    listener_->set_reuse(true, false);
    SocketError error = listener_->bind({options_.address, options_.port});
    if (error == SocketError::none) error = listener_->listen(5);
    if (error != SocketError::none) {
      // Behind a traceback of its own.
      const bool in_use = error == SocketError::in_use;
      io_.complain(fmt::format("OSError: [Errno {}] {}\n", in_use ? 98 : 99, text_of(error)));
      return done_(1);
    }
    // Standard output is no terminal: what is said stays in the buffer.
    const std::string address = options_.address.text();
    said_ = fmt::format("Serving HTTP on {0} port {1} (http://{0}:{1}/) ...\n", address, options_.port);
    if (options_.at_once) io_.print(std::exchange(said_, {}));
  }

  bool take_signal(int signal) override {
    constexpr int kInterrupt = 2;
    if (signal != kInterrupt) return false;
    connections_.clear();
    listener_.reset();
    io_.print(said_ + "\nKeyboard interrupt received, exiting.\n");
    done_(0);
    return true;
  }

 private:
  struct Connection {
    host::TcpPtr socket;
    base::Ipv4Addr from;
    std::string received, body;
    std::size_t written = 0;
    bool answered = false;
  };

  void socket_ready() override {
    while (host::TcpPtr socket = listener_->accept()) {
      socket->user = this;
      socket->owner = {io_.pid, "python3", static_cast<unsigned>(4 + connections_.size())};
      const base::Ipv4Addr from = socket->remote().addr;
      connections_.push_back({std::move(socket), from, {}, {}, 0, false});
    }
    std::erase_if(connections_, [&](Connection& each) { return !serve(each); });
  }

  // False: it is over.
  bool serve(Connection& connection) {
    constexpr std::size_t kMostHead = 65536;
    host::TcpSocket& socket = *connection.socket;
    SocketError error = SocketError::none;
    while (!connection.answered) {
      // A request without a version has no header.
      const std::size_t line = connection.received.find('\n');
      const bool short_form =
          line != std::string::npos && connection.received.substr(0, line).find(" HTTP/") == std::string::npos;
      const bool whole = short_form || connection.received.find("\r\n\r\n") != std::string::npos ||
                         connection.received.find("\n\n") != std::string::npos;
      if (!whole && connection.received.size() < kMostHead) {
        if (socket.read(connection.received, 8192, error) != 0) continue;
        if (error == SocketError::again) return true;
        if (connection.received.empty() || error != SocketError::none) return false;
      }
      answer(connection);
    }
    while (connection.written < connection.body.size()) {
      const std::size_t size = socket.write(std::string_view(connection.body).substr(connection.written), error);
      if (size == 0) return error == SocketError::again;
      connection.written += size;
    }
    socket.shut_write();
    return false;
  }
  void answer(Connection& connection) {
    const base::Time now = machine_.host().now();
    PythonAnswer made = python_answer(machine_.files(), connection.received, options_.folder, machine_.epoch, now);
    const std::string who = fmt::format("{} - - [{}] ", connection.from.text(), log_date(machine_.epoch + now));
    if (!made.problem.empty()) io_.complain(who + "code " + made.problem + "\n");
    io_.complain(fmt::format("{}\"{}\" {} -\n", who, made.line, made.status));
    connection.answered = true;
    SocketError error = SocketError::none;
    if (!made.head.empty()) connection.socket->write(made.head, error);
    connection.body = std::move(made.body);
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  PythonOptions options_;
  host::TcpPtr listener_;
  std::list<Connection> connections_;
  std::string said_;
};

}  // namespace

CommandResultOrError parse_python3(const std::vector<Word>& words) {
  PythonOptions options;
  const auto odd = [](const Word& word, std::string reason) {
    return base::Error{SyntaxError{word.column, word.text, std::move(reason), std::string(kKnownOfPython)}};
  };
  std::size_t at = 1;
  if (at < words.size() && words[at].text == "-u") {
    options.at_once = true;
    ++at;
  }
  const bool module = at + 1 < words.size() && words[at].text == "-m" && words[at + 1].text == "http.server";
  if (!module) return odd(at < words.size() ? words[at] : words[0], "of Python its web server alone is modelled");
  bool has_port = false;
  for (at += 2; at < words.size(); ++at) {
    std::string name = words[at].text, value;
    const std::size_t equals = name.find('=');
    if (name.starts_with("--") && equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const bool address = name == "-b" || name == "--bind", folder = name == "-d" || name == "--directory";
    if (!address && !folder) {
      const auto port = base::number_up_to<std::uint32_t>(name, 65535);
      if (name.starts_with('-') || has_port || !port) return odd(words[at], "not modelled here");
      options.port = static_cast<std::uint16_t>(*port);
      has_port = true;
      continue;
    }
    if (value.empty()) {
      if (++at == words.size()) return odd(words[at - 1], "the argument of this option is missing");
      value = words[at].text;
    }
    if (folder) {
      if (auto reason = Files::unmodelled(value)) return odd(words[at], *reason);
      options.folder = value;
      continue;
    }
    const auto parsed = base::Ipv4Addr::parse(value);
    if (!parsed) return odd(words[at], "an IPv4 address is needed here");
    options.address = *parsed;
  }
  return CommandPtr(std::make_shared<TaskCommand<PythonServer, PythonOptions>>(std::move(options)));
}

}  // namespace lvs::control
