// SPDX-License-Identifier: GPL-2.0-or-later
// curl at work: one URL after the other, a connection each.
#include <fmt/format.h>

#include <utility>

#include "base/numbers.h"
#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/names/lookup.h"
#include "control/programs/web/curl/body.h"
#include "control/programs/web/curl/socket.h"
#include "control/programs/web/curl/text.h"

namespace lvs::control {
namespace {

using host::SocketError;

enum Code : int {
  kOk = 0,
  kWeird = 1,
  kProtocol = 1,
  kResolve = 6,
  kConnect = 7,
  kPartial = 18,
  kHttpError = 22,
  kWrite = 23,
  kTooMany = 47,
  kTimeout = 28,
  kInterfaceFailed = 45,
  kEmpty = 52,
  kReceive = 56,
};

class Curl final : public Task, private host::SocketUser {
 public:
  Curl(Machine& machine, Io& io, Done done, const CurlOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        owner_{io.pid, "curl", 5},
        lookup_(machine, owner_),
        alarm_(machine.host(), [this] { timeout(); }) {}

  void begin() { go_on(); }

 private:
  enum class Phase : std::uint8_t { resolving, waiting, connecting, receiving, over };

  // One URL after the other, as long as they end at once: a thousand refused ones are no thousand calls within each
  // other.
  void go_on() {
    next_ = true;
    if (within_) return;
    within_ = true;
    while (std::exchange(next_, false)) {
      if (number_ == options_.urls.size()) {
        phase_ = Phase::over;
        return done_(status_);
      }
      begin_url();
    }
    within_ = false;
  }

  void begin_url() {
    result_ = {};
    url_ = &options_.urls[number_];
    redirects_ = 0;
    posts_ = options_.data.has_value();
    earlier_.clear();
    result_.url = url_;
    began_ = machine_.host().now();
    received_.clear();
    header_.clear();
    body_ = {};
    have_header_ = false;
    sent_.clear();
    if (!options_.silent) io_.complain(std::string(kCurlMeterHead));
    look_up();
  }

  void look_up() {
    address_ = 0;
    addresses_ = {url_->address};
    resolved_ = machine_.host().now();
    if (url_->resolved) return connect();
    phase_ = Phase::resolving;
    if (const base::Time most = connect_limit(); most > base::Time{0}) alarm_.set_after(most);
    lookup_.addresses(url_->host, [this](const Found& found) {
      if (phase_ != Phase::resolving) return;
      alarm_.clear();
      addresses_ = found.addresses;
      resolved_ = machine_.host().now();
      if (addresses_.empty()) return end(kResolve, fmt::format("Could not resolve host: {}", url_->host));
      connect();
    });
  }

  void note(const std::string& text) {
    if (options_.verbose) io_.complain("* " + text + "\n");
  }
  double elapsed() const { return std::chrono::duration<double>(machine_.host().now() - began_).count(); }
  long milliseconds() const {
    return static_cast<long>((machine_.host().now() - began_) / std::chrono::milliseconds(1));
  }

  void connect() {
    note(fmt::format("  Trying {}:{}...", address().text(), url_->port));
    socket_ = machine_.sockets().tcp(this, owner_);
    socket_->set_no_delay(true);
    if (options_.keep_alive) socket_->set_keep_alive({true, *options_.keep_alive, *options_.keep_alive});
    if (const SocketError error = bind_curl(machine_, options_, *socket_); error != SocketError::none) {
      return end(kInterfaceFailed,
                 fmt::format("bind failed with errno {}: {}", error == SocketError::in_use ? 98 : 99, text_of(error)));
    }
    phase_ = Phase::connecting;
    // Of what is left an address has half, the last one all.
    base::Time most = began_ + connect_limit() - machine_.host().now();
    if (address_ + 1 < addresses_.size()) most /= 2;
    alarm_.set_after(std::max(most, base::Time{0}));
    if (const SocketError error = socket_->connect({address(), url_->port}); error != SocketError::none) {
      if (error == SocketError::invalid || error == SocketError::net_unreachable || error == SocketError::access) {
        note(fmt::format("Immediate connect fail for {}: {}", address().text(), text_of(error)));
      }
      connect_failed();
    }
  }
  base::Ipv4Addr address() const { return addresses_[address_]; }

  base::Time connect_limit() const {
    constexpr base::Time kUsual = std::chrono::seconds(300);
    base::Time most = options_.connect_most > base::Time{0} ? options_.connect_most : kUsual;
    if (options_.most > base::Time{0}) most = std::min(most, options_.most);
    return most;
  }

  // Its loop looks at the next address when a timer wakes it: the one of happy eyeballs, 200 ms after it began to
  // connect, else the second that it waits at most.
  void wait_for_next() {
    socket_.reset();
    phase_ = Phase::waiting;
    const base::Time now = machine_.host().now(), eyeballs = resolved_ + std::chrono::milliseconds(200);
    alarm_.set_at(now < eyeballs ? eyeballs : now + std::chrono::seconds(1));
  }
  void go_to_next() {
    ++address_;
    connect();
  }

  void connect_failed() {
    if (address_ + 1 < addresses_.size()) return wait_for_next();
    end(kConnect, fmt::format("Failed to connect to {} port {} after {} ms: Couldn't connect to server", url_->host,
                              url_->port, milliseconds()));
  }

  void socket_ready() override {
    if (phase_ == Phase::connecting) {
      if (socket_->failed()) {
        const SocketError error = socket_->take_error();
        note(fmt::format("connect to {} port {} failed: {}", address().text(), url_->port, text_of(error)));
        if (error == SocketError::timed_out && address_ + 1 == addresses_.size()) {
          return end(kTimeout, fmt::format("Failed to connect to {} port {} after {} ms: Timeout was reached",
                                           url_->host, url_->port, milliseconds()));
        }
        return connect_failed();
      }
      if (socket_->state() == host::TcpState::syn_sent || socket_->state() == host::TcpState::syn_recv) return;
      connected();
    }
    if (phase_ == Phase::receiving) receive();
  }

  void connected() {
    result_.connected = elapsed();
    ++result_.connections;
    result_.local = socket_->local();
    result_.remote = socket_->remote();
    note(fmt::format("Connected to {} ({}) port {} (#{})", url_->host, address().text(), url_->port, number_));
    phase_ = Phase::receiving;
    alarm_.clear();
    if (options_.most > base::Time{0}) alarm_.set_at(began_ + options_.most);
    ask();
  }

  void ask() {
    phase_ = Phase::receiving;
    sent_ = curl_request(options_, *url_, posts_, redirects_ != 0 && result_.version == "1.0");
    SocketError error = SocketError::none;
    socket_->write(sent_, error);
    if (options_.verbose) {
      for (std::string_view rest = sent_; !rest.empty();) {
        const std::size_t end = rest.find('\n') + 1;
        io_.complain("> " + std::string(rest.substr(0, end)));
        rest.remove_prefix(end);
      }
    }
  }

  void receive() {
    SocketError error = SocketError::none;
    while (socket_->read(received_, 16384, error) != 0) {
      if (result_.first == 0) result_.first = elapsed();
    }
    if (!have_header_ && !take_header()) return;
    if (have_header_) {
      const CurlBody::State body = options_.head ? CurlBody::State::whole : body_.take(received_);
      if (body == CurlBody::State::whole) return arrived();
      if (body == CurlBody::State::broken)
        return end(kReceive, "Illegal or missing hexadecimal sequence in chunked-encoding");
    }
    if (error == SocketError::again) return;
    if (error != SocketError::none) return end(kReceive, fmt::format("Recv failure: {}", text_of(error)));
    if (!have_header_) {
      return received_.empty() && header_.empty() ? end(kEmpty, "Empty reply from server")
                                                  : end(kWeird, "Received HTTP/0.9 when not allowed");
    }
    if (const std::string missing = body_.missing(); !missing.empty()) return end(kPartial, missing);
    arrived();
  }
  void arrived() {
    if (!follow()) end(kOk, {});
  }

  // False: the transfer is over.
  bool take_header() {
    constexpr std::string_view kBegin = "HTTP/";
    const std::size_t known = std::min(received_.size(), kBegin.size());
    if (std::string_view(received_).substr(0, known) != kBegin.substr(0, known)) {
      end(kWeird, "Received HTTP/0.9 when not allowed");
      return false;
    }
    const std::size_t size = received_.find("\r\n\r\n");
    if (size == std::string::npos) return true;
    header_ = received_.substr(0, size + 4);
    received_.erase(0, size + 4);
    have_header_ = true;
    if (options_.verbose && header_.starts_with("HTTP/1.0")) io_.complain("* HTTP 1.0, assume close after body\n");
    for (std::string_view rest = header_; options_.verbose && !rest.empty();) {
      const std::size_t line_end = rest.find("\r\n") + 2;
      io_.complain(fmt::format("< {}", rest.substr(0, line_end)));
      rest.remove_prefix(line_end);
    }
    read_curl_header(header_, result_);
    body_.expect(header_);
    if (options_.fail && result_.status >= 400) {
      end(kHttpError, fmt::format("The requested URL returned error: {}", result_.status));
      return false;
    }
    return true;
  }

  void timeout() {
    if (phase_ == Phase::resolving) {
      phase_ = Phase::over;
      return end(kTimeout, fmt::format("Resolving timed out after {} milliseconds", milliseconds()));
    }
    if (phase_ == Phase::waiting) return go_to_next();
    if (phase_ == Phase::connecting && address_ + 1 < addresses_.size()) return wait_for_next();
    if (phase_ == Phase::connecting) {
      const bool all = options_.most > base::Time{0} && connect_limit() == options_.most;
      return end(kTimeout, all ? fmt::format("Connection timed out after {} milliseconds", milliseconds())
                               : fmt::format("Failed to connect to {} port {} after {} ms: Timeout was reached",
                                             url_->host, url_->port, milliseconds()));
    }
    if (phase_ != Phase::receiving) return;
    const std::string of = body_.length() ? fmt::format(" out of {}", *body_.length()) : std::string();
    end(kTimeout, fmt::format("Operation timed out after {} milliseconds with {}{} bytes received", milliseconds(),
                              body_.text().size(), of));
  }

  // -L: another request, on the same connection where it stays. False: there is no redirection.
  bool follow() {
    const std::string to = result_.status / 100 == 3 ? curl_redirect(header_, *url_) : std::string();
    const bool redirects = options_.follow && !to.empty() && result_.status != 304;
    result_.redirect = redirects ? std::string() : to;
    if (!redirects) return false;
    if (redirects_ == options_.redirects) {
      end(kTooMany, fmt::format("Maximum ({}) redirects followed", options_.redirects));
      return true;
    }
    CurlUrl next;
    std::string complaint;
    if (const auto reason = parse_curl_url(to, next, complaint); reason || !complaint.empty()) {
      end(kProtocol, fmt::format("not modelled: {}: {}", to, reason.value_or("a bad URL")));
      return true;
    }
    const std::string kept = curl_header_field(header_, "connection:");
    const bool stays = result_.version == "1.1" && kept != "close" && next.host == url_->host &&
                       next.port == url_->port && socket_->state() == host::TcpState::established;
    ++redirects_;
    if (options_.include || options_.head) earlier_ += header_;
    if (result_.status != 307 && result_.status != 308) posts_ = false;
    next.typed = url_->typed;
    redirected_ = std::move(next);
    url_ = &redirected_;
    result_.redirects = redirects_;
    result_.redirected = elapsed();
    result_.effective = url_->whole;
    result_.first = 0;
    received_.clear();
    header_.clear();
    body_ = {};
    have_header_ = false;
    if (!stays) socket_.reset();
    stays ? ask() : look_up();
    return true;
  }

  // What was received goes out, then the summary; then the next URL.
  void end(int code, const std::string& message) {
    alarm_.clear();
    result_.code = code;
    result_.message = message;
    result_.total = elapsed();
    const bool failed_by_status = code == kHttpError;
    if (have_header_ && !failed_by_status) {
      std::string text;
      if (options_.head || options_.include) text = earlier_ + header_;
      if (!options_.head) {
        text += body_.text();
        result_.size = body_.text().size();
      }
      if (!put_out(text) && code == kOk) {
        result_.code = kWrite;
        result_.message = "Failure writing output to destination";
      }
    }
    if (!options_.silent) io_.complain(curl_meter(body_.length().value_or(result_.size), result_.size, result_.total));
    if (options_.verbose) {
      if (have_header_ && !options_.head && result_.size != 0)
        io_.complain(fmt::format("{{ [{} bytes data]\n", result_.size));
      if (code != kOk) note(message);
      note(fmt::format("Closing connection {}", number_));
    }
    if (result_.code != kOk && (!options_.silent || options_.show_error)) {
      io_.complain(fmt::format("curl: ({}) {}\n", result_.code, result_.message));
    }
    socket_.reset();
    status_ = result_.code;
    io_.print(curl_write_out(options_.write_out, result_));
    ++number_;
    go_on();
  }

  bool put_out(const std::string& text) {
    std::string file;
    if (number_ < options_.outputs.size()) {
      file = options_.outputs[number_];
    } else if (options_.remote_name) {
      file = url_->path.substr(url_->path.rfind('/') + 1);
      if (file.empty()) return text.empty();
    }
    if (file.empty() || file == "-") {
      io_.print(text);
      return true;
    }
    Files& files = machine_.files();
    if (files.can_write(file) != FileError::none) return false;
    files.truncate(file);
    return files.append(file, text) == FileError::none;
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  CurlOptions options_;
  host::SocketOwner owner_;
  Phase phase_ = Phase::connecting;
  std::size_t number_ = 0;
  bool next_ = false, within_ = false;  // of go_on()
  const CurlUrl* url_ = nullptr;
  CurlUrl redirected_;  // where -L has led
  unsigned redirects_ = 0;
  bool posts_ = false;
  std::string earlier_;                    // headers of answers that led here
  std::vector<base::Ipv4Addr> addresses_;  // of its host
  std::size_t address_ = 0;                // that is tried
  base::Time began_{}, resolved_{};
  std::string sent_, received_, header_;
  bool have_header_ = false;
  CurlBody body_;
  CurlResult result_;
  int status_ = 0;
  host::TcpPtr socket_;
  Lookup lookup_;
  Alarm alarm_;
};

}  // namespace

std::unique_ptr<Task> start_curl(Machine& machine, Io& io, Done done, const CurlOptions& options) {
  auto curl = std::make_unique<Curl>(machine, io, std::move(done), options);
  curl->begin();
  return curl;
}

}  // namespace lvs::control
