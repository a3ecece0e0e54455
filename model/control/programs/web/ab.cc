// SPDX-License-Identifier: GPL-2.0-or-later
// ab of Apache 2.4: its command line, and the requests, each on a connection of its own, or (-k) one
// after the other.
#include "control/programs/web/ab.h"

#include <fmt/format.h>
#include <algorithm>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/names/lookup.h"
#include "control/words/addresses.h"
#include "control/words/getopt.h"
#include "control/words/libc-numbers.h"

namespace lvs::control {
namespace {

using host::SocketError;

constexpr std::string_view kKnown = "-c -H -k -l -n -q -r -s";

int errno_of(SocketError error) {
  switch (error) {
    case SocketError::refused: return 111;
    case SocketError::timed_out: return 110;
    case SocketError::reset: return 104;
    case SocketError::host_unreachable: return 113;
    case SocketError::net_unreachable: return 101;
    case SocketError::not_available: return 99;
    case SocketError::access: return 13;
    default: return 22;
  }
}

class Ab final : public Task, private host::SocketUser {
 public:
  Ab(Machine& machine, Io& io, Done done, const AbOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        process_(io.pid),
        lookup_(machine, {io.pid, "ab", 5}),
        alarm_(machine.host(),
               [this] { give_up("apr_pollset_poll: The timeout specified has expired (70007)\n", 70007 & 0xff); }) {}

  void begin() {
    io_.print(
        fmt::format("This is ApacheBench, Version 2.3 <$Revision$>\n"
                    "Copyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/\n"
                    "Licensed to The Apache Software Foundation, http://www.apache.org/\n\n"
                    "Benchmarking {} (be patient){}",
                    options_.host, options_.heartbeat() != 0 ? "\n" : "..."));
    request_ = fmt::format("GET {} HTTP/1.0\r\n", options_.path);
    if (options_.keep) request_ += "Connection: Keep-Alive\r\n";
    request_ += fmt::format("Host: {}{}\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n", options_.host,
                            options_.port_given ? fmt::format(":{}", options_.port) : "");
    for (const std::string& header : options_.headers) request_ += header + "\r\n";
    request_ += "\r\n";
    if (!options_.named) return begin_requests();
    lookup_.addresses_of(options_.host, wire::DnsType::a, [this](const Found& found) {
      if (!found.addresses.empty()) {
        options_.address = in_order_of_trial(machine_.host(), found.addresses).front();
        return begin_requests();
      }
      const unsigned code = 670000 + (found.error == NameError::again     ? 3u
                                      : found.error == NameError::no_data ? 5u
                                                                          : 2u);
      give_up(fmt::format("apr_sockaddr_info_get() for {}: {} ({})\n", options_.host, text_of(found.error), code),
              static_cast<int>(code & 0xff));
    });
  }

 private:
  void begin_requests() {
    began_ = machine_.host().now();
    connections_.resize(options_.concurrency);
    open(connections_[0]);  // the others once this one has brought a header
  }

  struct Connection {
    host::TcpPtr socket;
    std::string answer;
    base::Time began{}, connected{}, first{};
    bool is_connected = false, idle = false;
    bool kept = false;  // has brought an answer
  };

  base::Time now() const { return machine_.host().now(); }

  void open(Connection& connection) {
    if (started_ == options_.requests) {
      connection.socket.reset();
      return;
    }
    const auto place = static_cast<unsigned>(&connection - connections_.data());
    connection = {machine_.sockets().tcp(this, {process_, "ab", 5 + place}), {}, now(), {}, {}, false, false, false};
    connection.socket->set_no_delay(true);
    alarm_.set_after(options_.timeout);
    if (const SocketError error = connection.socket->connect({options_.address, options_.port});
        error != SocketError::none) {
      failed("apr_socket_connect()", error);
    }
  }

  void failed(std::string_view what, SocketError error) {
    const int number = errno_of(error);
    give_up(fmt::format("{}: {} ({})\n", what, text_of(error), number), number);
  }

  void give_up(const std::string& why, int status) {
    io_.complain(why);
    if (report_.done != 0) io_.print(fmt::format("Total of {} requests completed\n", report_.done));
    finish(status);
  }

  void finish(int status) {
    over_ = true;
    alarm_.clear();
    for (Connection& connection : connections_) connection.socket.reset();
    done_(status);
  }

  void socket_ready() override {
    for (Connection& connection : connections_) {
      if (over_) return;
      if (connection.socket != nullptr) serve(connection);
    }
  }

  void serve(Connection& connection) {
    host::TcpSocket& socket = *connection.socket;
    SocketError error = SocketError::none;
    if (!connection.is_connected) {
      if (socket.failed()) return failed("apr_socket_recv", socket.take_error());
      if (socket.state() == host::TcpState::syn_sent || socket.state() == host::TcpState::syn_recv) return;
      connection.is_connected = true;
      connection.connected = now();
      // Two that connect for the last request: one of them has nothing to ask, and is kept until the end.
      connection.idle = started_ == options_.requests;
      if (!connection.idle) {
        ++started_;
        socket.write(request_, error);
      }
    }
    if (connection.idle) return;
    while (socket.read(connection.answer, 8192, error) != 0) {
      if (connection.first == base::Time{0}) connection.first = now();
      alarm_.set_after(options_.timeout);
    }
    // The server has legitimately shut down a connection that is kept: another one asks.
    if (connection.kept && connection.answer.empty() && error == SocketError::none) {
      --started_;
      return open(connection);
    }
    if (!met_ && connection.answer.find("\r\n\r\n") != std::string::npos) {
      met_ = true;
      for (std::size_t i = 1; i < connections_.size() && !over_; ++i) open(connections_[i]);
      if (over_) return;
    }
    if (is_whole(connection)) return go_on(connection);
    if (error == SocketError::again) return;
    if (error != SocketError::none) {
      if (!options_.go_on) return failed("apr_socket_recv", error);
      ++report_.bad_receive;
    }
    ended(connection);
  }

  // An answer of known length on a connection that the server keeps.
  bool is_whole(const Connection& connection) const {
    const std::size_t header = connection.answer.find("\r\n\r\n");
    if (!options_.keep || header == std::string::npos) return false;
    const std::string_view head = std::string_view(connection.answer).substr(0, header);
    if (head.find("Keep-Alive") == std::string_view::npos && head.find("keep-alive") == std::string_view::npos)
      return false;
    std::size_t length = head.find("Content-Length:");
    if (length == std::string_view::npos) length = head.find("Content-length:");
    if (length == std::string_view::npos) return false;
    const auto size = static_cast<std::size_t>(std::max(atoi_of(std::string(head.substr(length + 15))), 0));
    return connection.answer.size() - header - 4 >= size;
  }
  void go_on(Connection& connection) {
    ++report_.kept;
    count(connection);
    if (over_) return;
    connection.answer.clear();
    connection.kept = true;
    connection.began = connection.connected = now();
    connection.first = {};
    connection.idle = started_ == options_.requests;
    if (connection.idle) return;
    ++started_;
    SocketError error = SocketError::none;
    connection.socket->write(request_, error);
  }

  void ended(Connection& connection) {
    count(connection);
    if (!over_) open(connection);
  }

  void count(Connection& connection) {
    const std::size_t header = connection.answer.find("\r\n\r\n");
    const std::uint64_t size = connection.answer.size();
    const std::uint64_t body = header == std::string::npos ? 0 : size - header - 4;
    if (report_.done == 0) {
      report_.document = body;
      const std::size_t server = connection.answer.find("Server: ");
      if (server < header) {
        // The first word of it (ab: read_connection()).
        const std::size_t begin = server + 8;
        report_.server = connection.answer.substr(begin, connection.answer.find_first_of(" \r", begin) - begin);
      }
    } else if (body != report_.document && !options_.any_length) {
      ++report_.bad_length;
    }
    const std::size_t blank = connection.answer.find(' ');
    if (blank >= header || connection.answer.compare(blank + 1, 1, "2") != 0) ++report_.not_2xx;
    report_.transferred += size;
    report_.html += body;
    ++report_.done;
    report_.samples.push_back(
        {connection.connected - connection.began, connection.first - connection.connected, now() - connection.began});
    const unsigned heartbeat = options_.heartbeat();
    if (heartbeat != 0 && report_.done % heartbeat == 0) {
      io_.complain(fmt::format("Completed {} requests\n", report_.done));
    }
    if (report_.done < options_.requests) return;
    report_.taken = now() - began_;
    if (heartbeat != 0) {
      io_.complain(fmt::format("Finished {} requests\n", report_.done));
    } else {
      io_.print("..done\n");
    }
    io_.print(ab_text(options_, report_));
    finish(0);
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  AbOptions options_;
  std::uint32_t process_;
  std::string request_;
  std::vector<Connection> connections_;
  unsigned started_ = 0;
  base::Time began_{};
  bool over_ = false, met_ = false;
  AbReport report_;
  Lookup lookup_;
  Alarm alarm_;
};

class AbCommand final : public Command {
 public:
  explicit AbCommand(AbOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    return start_ab(machine, io, std::move(done), options_);
  }

 private:
  AbOptions options_;
};

// atoi(3), as ab reads its numbers.
unsigned count_of(const std::string& text) { return static_cast<unsigned>(std::max(atoi_of(text), 0)); }

}  // namespace

std::unique_ptr<Task> start_ab(Machine& machine, Io& io, Done done, const AbOptions& options) {
  auto ab = std::make_unique<Ab>(machine, io, std::move(done), options);
  ab->begin();
  return ab;
}

CommandResultOrError parse_ab(const std::vector<Word>& words) {
  AbOptions options;
  Getopt getopt(words, "c:H:kln:qrs:");
  const auto fail = [&](std::size_t word, std::string reason) {
    return base::Error{SyntaxError{words[word].column, words[word].text, std::move(reason), std::string(kKnown)}};
  };
  while (const auto option = getopt.next()) {
    if (!option->known) return fail(option->word, "this option of ab is not modelled");
    if (option->missing) return fail(option->word, "the argument of this option is missing");
    switch (option->letter) {
      case 'c': options.concurrency = count_of(option->value); break;
      case 'H': options.headers.push_back(option->value); break;
      case 'k': options.keep = true; break;
      case 'l': options.any_length = true; break;
      case 'n': options.requests = count_of(option->value); break;
      case 'q': options.quiet = true; break;
      case 'r': options.go_on = true; break;
      default: options.timeout = std::chrono::seconds(count_of(option->value));
    }
  }
  const std::size_t last = words.size() - 1;
  if (getopt.operands().size() != 1) return fail(last, "ab takes one address: http://HOST[:PORT]/PATH");
  const std::size_t at = getopt.operands().front();
  std::string_view rest = words[at].text;
  if (rest.starts_with("http://")) rest.remove_prefix(7);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return fail(at, "ab wants a path behind the host: http://HOST[:PORT]/PATH");
  options.path = rest.substr(slash);
  std::string_view authority = rest.substr(0, slash);
  if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
    const unsigned port = count_of(std::string(authority.substr(colon + 1)));
    if (port == 0 || port > 65535) return fail(at, "not a port");
    options.port = static_cast<std::uint16_t>(port);
    options.port_given = true;
    authority = authority.substr(0, colon);
  }
  options.host = authority;
  const auto address = host_address(options.host);
  options.named = !address;
  if (address) options.address = *address;
  constexpr unsigned kMostRequests = 1'000'000, kMostConcurrency = 20'000;
  if (options.requests == 0 || options.requests > kMostRequests) return fail(last, "-n takes 1 to 1000000");
  if (options.concurrency == 0 || options.concurrency > std::min(options.requests, kMostConcurrency)) {
    return fail(last, "-c takes 1 to 20000, and no more than -n");
  }
  return CommandPtr(std::make_shared<AbCommand>(std::move(options)));
}

}  // namespace lvs::control
