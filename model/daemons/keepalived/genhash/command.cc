// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/genhash/command.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "daemons/keepalived/check/http-answer.h"
#include "daemons/keepalived/check/tls-client.h"
#include "daemons/keepalived/genhash/options.h"
#include "host/socket/sockets.h"

namespace lvs::keepalived {
namespace {

using control::Io;
using control::Machine;
using host::SocketError;

// Sixteen bytes a row, as genhash -v shows them.
std::string dump_of(std::string_view bytes) {
  constexpr std::size_t kRow = 16;
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += kRow) {
    const std::string_view row = bytes.substr(at, kRow);
    text += fmt::format("{:04}  ", at);
    for (std::size_t i = 0; i < kRow; ++i) {
      if (i == kRow / 2) text += row.size() > i ? "- " : "  ";
      text += i < row.size() ? fmt::format("{:02x} ", static_cast<unsigned char>(row[i])) : "   ";
    }
    text += "  ";
    for (std::size_t i = 0; i < kRow; ++i) {
      const char c = i < row.size() ? row[i] : ' ';
      text += i < row.size() && (c < ' ' || c > '~') ? '.' : c;
    }
    text += '\n';
  }
  return text;
}

std::string title(std::string_view what) {
  return fmt::format("-----------------------[{:^26}]-----------------------\n", what);
}

// One page, from connect() to the end of what the server says.
class Hashing final : public control::Task, private host::SocketUser {
 public:
  Hashing(Machine& machine, Io& io, control::Done done, HashRequest request)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        request_(std::move(request)),
        timeout_(machine.host(), [this] { end(timed_out()); }),
        begin_(machine.host().now()) {}

  void start() {
    socket_ = machine_.sockets().tcp(this, {io_.pid, "genhash", 5});
    timeout_.set_after(request_.timeout);
    const SocketError error = socket_->connect(request_.server);
    if (error == SocketError::none) return;
    end(error == SocketError::net_unreachable || error == SocketError::host_unreachable
            ? "HTTP_CHECK - network unreachable\n"
            : "Connection failed\n");
  }

 private:
  enum class Step : std::uint8_t { connecting, shaking, waiting, reading, ended };

  std::string timed_out() const {
    switch (step_) {
      case Step::connecting: return "Timeout connecting\n";
      case Step::reading: return request_.tls ? "Timeout SSL read\n" : "Timeout HTTP read\n";
      default: return "Timeout WEB read\n";
    }
  }

  void socket_ready() override {
    if (step_ == Step::connecting) {
      if (socket_->failed())
        return end(socket_->take_error() == SocketError::timed_out ? "Timeout connecting\n" : "Connection failed\n");
      if (!socket_->writable()) return;
      timeout_.set_after(request_.timeout);
      if (!request_.tls) return ask();
      step_ = Step::shaking;
      tls_.emplace(*socket_, machine_.host().rng, request_.sni ? request_.virtualhost : std::string());
      return shake();
    }
    if (step_ == Step::shaking) return shake();
    if (step_ != Step::ended && socket_->readable()) read();
  }

  void shake() {
    switch (tls_->shake()) {
      case TlsClient::Handshake::done: return ask();
      case TlsClient::Handshake::waits: return;
      case TlsClient::Handshake::failed: return end("SSL handshake/communication error connecting to\n");
    }
  }

  void ask() {
    const std::string name = request_.virtualhost.empty()
                                 ? fmt::format("{}:{}", request_.server.addr.text(), request_.server.port)
                                 : request_.virtualhost;
    const std::string text = http_request(request_.url, request_.http_minor, request_.connection_close, name);
    SocketError error = SocketError::none;
    if (request_.tls ? !tls_->write(text) : socket_->write(text, error) != text.size())
      return end("Cannot send get request\n");
    step_ = Step::waiting;
    timeout_.set_after(request_.timeout);
    if (socket_->readable()) read();
  }

  void read() {
    constexpr std::size_t kMost = 4096;
    while (step_ != Step::ended) {
      step_ = Step::reading;
      std::string bytes;
      if (request_.tls) {
        const TlsClient::Read read = tls_->read(bytes, kMost);
        if (read == TlsClient::Read::waits) break;
        if (read != TlsClient::Read::data) return finish();
      } else {
        SocketError error = SocketError::none;
        if (socket_->read(bytes, kMost, error) == 0) {
          if (error != SocketError::again) return finish();
          break;
        }
      }
      take(bytes);
    }
    timeout_.set_after(request_.timeout);
  }

  void take(const std::string& bytes) {
    if (has_head_) return body(bytes);
    if (request_.verbose) io_.print(title("    HTTP Header Buffer    "));
    head_ += bytes;
    const std::size_t end = head_.find("\r\n\r\n");
    constexpr std::size_t kLongestHead = 1 << 20;
    if (end == std::string::npos) return head_.size() > kLongestHead ? finish() : void();
    has_head_ = true;
    const std::string rest = head_.substr(end + 4);
    head_.resize(end + 4);
    length_ = content_length_in(head_);
    if (request_.verbose) {
      io_.print(dump_of(head_) + title(" HTTP Header Ascii Buffer "));
      std::string shown;
      for (const char c : head_)
        if (c != '\r') shown += c;
      io_.print(shown + "\n");
    }
    if (rest.empty()) return;
    if (request_.verbose) io_.print(title("        HTML Buffer       "));
    body(rest);
  }

  // What is beyond Content-Length does not count.
  void body(std::string_view bytes) {
    if (request_.verbose) io_.print(dump_of(bytes));
    if (length_) bytes = bytes.substr(0, *length_ - std::min(*length_, counted_));
    counted_ += bytes.size();
    digest_.add(bytes);
  }

  void finish() {
    if (!has_head_) {
      io_.complain("no data received from remote webserver\n");
      return end({});
    }
    const std::string bytes = digest_.bytes();
    if (request_.verbose)
      io_.print("\n" + title("    HTML hash resulting   ") + dump_of(bytes) + title(" HTML hash final resulting "));
    io_.print(base::hex_digits(bytes) + "\n");
    end({});
  }

  void end(const std::string& said) {
    step_ = Step::ended;
    timeout_.clear();
    tls_.reset();
    socket_.reset();
    if (!said.empty()) io_.print(said);
    if (request_.verbose)
      io_.print(
          fmt::format("\nGlobal response time for [{}] = {} usecs\n", request_.url,
                      std::chrono::duration_cast<std::chrono::microseconds>(machine_.host().now() - begin_).count()));
    done_(0);
  }

  Machine& machine_;
  Io& io_;
  control::Done done_;
  HashRequest request_;
  host::TcpPtr socket_;
  std::optional<TlsClient> tls_;
  control::Alarm timeout_;
  base::Time begin_;
  Step step_ = Step::connecting;
  std::string head_;
  bool has_head_ = false;
  std::optional<std::size_t> length_;
  std::size_t counted_ = 0;
  base::Digest digest_{"md5"};
};

class Genhash final : public control::Command {
 public:
  explicit Genhash(HashRequest request) : request_(std::move(request)) {}

  std::unique_ptr<control::Task> start(Machine& machine, Io& io, control::Done done) const override {
    auto task = std::make_unique<Hashing>(machine, io, done, request_);
    task->start();
    return task;
  }

 private:
  HashRequest request_;
};

}  // namespace

control::CommandResultOrError parse_genhash(const std::vector<control::Word>& words) {
  HashOptions options;
  if (auto error = parse_hash_options(words, options)) return base::Error{std::move(*error)};
  if (options.status) return control::refusal(*options.status, options.err);
  return control::CommandPtr(std::make_shared<Genhash>(std::move(options.request)));
}

}  // namespace lvs::keepalived
