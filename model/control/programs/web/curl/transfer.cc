// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/curl/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/programs/web/curl/socket.h"

namespace lvs::control {

using host::SocketError;

namespace {

// What curl says if the connection ends here; empty: nothing is missing.
std::string curl_missing(const HttpBody& body) {
  if (body.is_chunked()) return "transfer closed with outstanding read data remaining";
  if (body.length() && body.text().size() < *body.length())
    return fmt::format("transfer closed with {} bytes remaining to read", *body.length() - body.text().size());
  return {};
}

}  // namespace

CurlTransfer::CurlTransfer(Machine& machine, Io& io, const CurlOptions& options, std::function<void()> ended)
    : machine_(machine),
      io_(io),
      options_(options),
      ended_(std::move(ended)),
      owner_{io.pid, "curl", 5},
      lookup_(machine, owner_),
      alarm_(machine.host(), [this] { timeout(); }) {}

void CurlTransfer::begin(const CurlUrl& url) {
  result_ = {};
  url_ = &url;
  redirects_ = 0;
  posts_ = options_.data.has_value();
  if (posts_) result_.method = "POST";
  if (options_.head) result_.method = "HEAD";
  if (!options_.method.empty()) result_.method = options_.method;
  earlier_.clear();
  result_.url = url_;
  began_ = machine_.host().now();
  received_.clear();
  header_.clear();
  body_ = {};
  have_header_ = false;
  sent_.clear();
  for (const auto& each : options_.resolved) {
    if (numbers_ != 0) note(fmt::format("RESOLVE {}:{} is - old addresses discarded", each.host, each.port));
    note(fmt::format("Added {}:{}:{} to DNS cache", each.host, each.port, each.address.text()));
  }
  look_up();
}

void CurlTransfer::note(std::string_view text) {
  if (options_.verbose) io_.complain(fmt::format("* {}\n", text));
}

void CurlTransfer::look_up() {
  if (reuse()) return ask();
  number_ = numbers_++;
  address_ = 0;
  addresses_ = {url_->address};
  resolved_ = machine_.host().now();
  if (is_cached(url_->host)) note(fmt::format("Hostname {} was found in DNS cache", url_->host));
  if (url_->resolved) return connect();
  phase_ = Phase::resolving;
  if (const base::Time most = connect_limit(); most > base::Time{0}) alarm_.set_after(most);
  lookup_.addresses(url_->host, [this](const Found& answer) { found(answer); });
}

// Asked for before, or told by --resolve.
bool CurlTransfer::is_cached(const std::string& host) {
  if (std::ranges::find(options_.resolved, host, &CurlOptions::Resolved::host) != options_.resolved.end()) return true;
  if (std::ranges::find(cached_, host) != cached_.end()) return true;
  cached_.push_back(host);
  return false;
}

void CurlTransfer::found(const Found& found) {
  if (phase_ != Phase::resolving) return;
  alarm_.clear();
  addresses_ = found.addresses;
  resolved_ = machine_.host().now();
  if (addresses_.empty()) return end(kCurlResolve, fmt::format("Could not resolve host: {}", url_->host));
  connect();
}

// A connection that has waited takes the request. Those whose other side has gone meanwhile are given up first.
bool CurlTransfer::reuse() {
  reused_ = false;
  for (const Kept& each : kept_) {
    if (is_alive(each)) continue;
    note(fmt::format("Connection {} seems to be dead", each.number));
    note(fmt::format("Closing connection {}", each.number));
  }
  std::erase_if(kept_, [](const Kept& each) { return !is_alive(each); });
  const auto kept =
      std::ranges::find_if(kept_, [&](const Kept& each) { return each.host == url_->host && each.port == url_->port; });
  if (kept == kept_.end()) return false;
  // Its address names the host's record there, which nobody can know.
  note(fmt::format("Found bundle for host: 0x{:012x} [serially]", 0));
  note("Can not multiplex, even if we wanted to");
  note(fmt::format("Re-using existing connection #{} with host {}", kept->number, kept->host));
  socket_ = std::move(kept->socket);
  number_ = kept->number;
  kept_.erase(kept);
  reused_ = true;
  result_.local = socket_->local();
  result_.remote = socket_->remote();
  if (options_.most > base::Time{0}) alarm_.set_at(began_ + options_.most);
  return true;
}

void CurlTransfer::connect() {
  note(fmt::format("  Trying {}:{}...", address().text(), url_->port));
  socket_ = machine_.sockets().tcp(this, owner_);
  socket_->set_no_delay(true);
  if (options_.keep_alive) socket_->set_keep_alive({true, *options_.keep_alive, *options_.keep_alive});
  if (auto failure = bind_curl(machine_, options_, *socket_)) return end(kCurlInterfaceFailed, *failure);
  phase_ = Phase::connecting;
  // Of what is left an address has half, the last one all.
  base::Time most = began_ + connect_limit() - machine_.host().now();
  if (address_ + 1 < addresses_.size()) most /= 2;
  alarm_.set_after(std::max(most, base::Time{0}));
  if (const SocketError error = socket_->connect({address(), url_->port}); error != SocketError::none) {
    if (error == SocketError::invalid || error == SocketError::net_unreachable || error == SocketError::access) {
      note(fmt::format("Immediate connect fail for {}: {}", address().text(), text_of(error)));
    }
    connect_failed(error);
  }
}

base::Time CurlTransfer::connect_limit() const {
  constexpr base::Time kUsual = std::chrono::seconds(300);
  base::Time most = options_.connect_most > base::Time{0} ? options_.connect_most : kUsual;
  if (options_.most > base::Time{0}) most = std::min(most, options_.most);
  return most;
}

// Its loop looks at the next address when a timer wakes it: the one of happy eyeballs, 200 ms after it began to
// connect, else the second that it waits at most.
void CurlTransfer::wait_for_next() {
  socket_.reset();
  phase_ = Phase::waiting;
  const base::Time now = machine_.host().now(), eyeballs = resolved_ + std::chrono::milliseconds(200);
  alarm_.set_at(now < eyeballs ? eyeballs : now + std::chrono::seconds(1));
}

void CurlTransfer::go_to_next() {
  ++address_;
  connect();
}

void CurlTransfer::connect_failed(SocketError error) {
  if (address_ + 1 < addresses_.size()) return wait_for_next();
  result_.refused = error == SocketError::refused;
  end(kCurlConnect, fmt::format("Failed to connect to {} port {} after {} ms: Couldn't connect to server", url_->host,
                                url_->port, milliseconds()));
}

void CurlTransfer::socket_ready() {
  if (phase_ == Phase::connecting) {
    if (socket_->failed()) {
      const SocketError error = socket_->take_error();
      note(fmt::format("connect to {} port {} failed: {}", address().text(), url_->port, text_of(error)));
      if (error == SocketError::timed_out && address_ + 1 == addresses_.size()) {
        return end(kCurlTimeout, fmt::format("Failed to connect to {} port {} after {} ms: Timeout was reached",
                                             url_->host, url_->port, milliseconds()));
      }
      return connect_failed(error);
    }
    if (socket_->state() == host::TcpState::syn_sent || socket_->state() == host::TcpState::syn_recv) return;
    connected();
  }
  if (phase_ == Phase::receiving) receive();
}

void CurlTransfer::connected() {
  result_.connected = elapsed();
  ++result_.connections;
  result_.local = socket_->local();
  result_.remote = socket_->remote();
  note(fmt::format("Connected to {} ({}) port {} (#{})", url_->host, address().text(), url_->port, number_));
  alarm_.clear();
  if (options_.most > base::Time{0}) alarm_.set_at(began_ + options_.most);
  ask();
}

void CurlTransfer::ask() {
  phase_ = Phase::receiving;
  sent_ = curl_request(options_, *url_, posts_, redirects_ != 0 && result_.version == "1.0");
  result_.method = sent_.substr(0, sent_.find(' '));
  result_.uploaded = posts_ ? options_.data->size() : 0;
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

void CurlTransfer::receive() {
  SocketError error = SocketError::none;
  while (socket_->read(received_, 16384, error) != 0) {
    if (result_.first == 0) result_.first = elapsed();
  }
  if (!have_header_ && !take_header()) return;
  if (have_header_) {
    const HttpBody::State body = options_.head ? HttpBody::State::whole : body_.take(received_);
    if (body == HttpBody::State::whole) {
      if (!follow()) end(kCurlOk, {});
      return;
    }
    if (body == HttpBody::State::broken)
      return end(kCurlReceive, "Illegal or missing hexadecimal sequence in chunked-encoding");
  }
  if (error == SocketError::again) return;
  if (!have_header_ && received_.empty() && reused_) {
    // Its other side closed it while the request was on its way.
    note("Connection died, retrying a fresh connect (retry count: 1)");
    note(fmt::format("Closing connection {}", number_));
    socket_.reset();
    return look_up();
  }
  if (error != SocketError::none) return end(kCurlReceive, fmt::format("Recv failure: {}", text_of(error)));
  if (!have_header_) {
    return received_.empty() && header_.empty() ? end(kCurlEmpty, "Empty reply from server")
                                                : end(kCurlWeird, "Received HTTP/0.9 when not allowed");
  }
  if (const std::string missing = curl_missing(body_); !missing.empty()) return end(kCurlPartial, missing);
  if (!follow()) end(kCurlOk, {});
}

// False: the transfer is over.
bool CurlTransfer::take_header() {
  constexpr std::string_view kBegin = "HTTP/";
  const std::size_t known = std::min(received_.size(), kBegin.size());
  if (std::string_view(received_).substr(0, known) != kBegin.substr(0, known)) {
    end(kCurlWeird, "Received HTTP/0.9 when not allowed");
    return false;
  }
  const std::size_t size = received_.find("\r\n\r\n");
  if (size == std::string::npos) return true;
  header_ = received_.substr(0, size + 4);
  received_.erase(0, size + 4);
  have_header_ = true;
  if (options_.verbose && header_.starts_with("HTTP/1.0")) io_.complain("* HTTP 1.0, assume close after body\n");
  read_curl_header(header_, result_);
  body_.expect(header_);
  const bool failed = options_.fail && result_.status >= 400;
  for (std::string_view rest = header_; options_.verbose && !rest.empty();) {
    if (failed && rest == "\r\n") break;  // it gives up before the line that ends the head
    const std::size_t line_end = rest.find("\r\n") + 2;
    io_.complain(fmt::format("< {}", rest.substr(0, line_end)));
    rest.remove_prefix(line_end);
  }
  if (failed) {
    end(kCurlHttpError, fmt::format("The requested URL returned error: {}", result_.status));
    return false;
  }
  return true;
}

void CurlTransfer::timeout() {
  if (phase_ == Phase::resolving)
    return end(kCurlTimeout, fmt::format("Resolving timed out after {} milliseconds", milliseconds()));
  if (phase_ == Phase::waiting) return go_to_next();
  if (phase_ == Phase::connecting && address_ + 1 < addresses_.size()) return wait_for_next();
  if (phase_ == Phase::connecting) {
    const bool all = options_.most > base::Time{0} && connect_limit() == options_.most;
    return end(kCurlTimeout, all ? fmt::format("Connection timed out after {} milliseconds", milliseconds())
                                 : fmt::format("Failed to connect to {} port {} after {} ms: Timeout was reached",
                                               url_->host, url_->port, milliseconds()));
  }
  if (phase_ != Phase::receiving) return;
  const std::string of = body_.length() ? fmt::format(" out of {}", *body_.length()) : std::string();
  end(kCurlTimeout, fmt::format("Operation timed out after {} milliseconds with {}{} bytes received", milliseconds(),
                                body_.text().size(), of));
}

// Whether the connection takes another request when the answer is there.
bool CurlTransfer::stays() const {
  return have_header_ && result_.version == "1.1" && !curl_asks_to_close(header_) &&
         (options_.head || body_.is_delimited()) && socket_ != nullptr &&
         socket_->state() == host::TcpState::established;
}

// -L: another request, on the same connection where it stays. False: there is no redirection.
bool CurlTransfer::follow() {
  const std::string to = result_.status / 100 == 3 ? curl_redirect(header_, *url_) : std::string();
  const bool redirects = options_.follow && !to.empty() && result_.status != 304;
  result_.redirect = redirects ? std::string() : to;
  if (!redirects) return false;
  if (redirects_ == options_.redirects) {
    end(kCurlTooMany, fmt::format("Maximum ({}) redirects followed", options_.redirects));
    return true;
  }
  CurlUrl next;
  std::string complaint;
  if (const auto reason = parse_curl_url(to, next, complaint); reason || !complaint.empty()) {
    end(kCurlProtocol, fmt::format("not modelled: {}: {}", to, reason.value_or("a bad URL")));
    return true;
  }
  if (stays()) kept_.push_back({url_->host, url_->port, number_, std::move(socket_)});
  socket_.reset();
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
  look_up();
  return true;
}

std::string CurlTransfer::farewell() const {
  const bool left = !kept_.empty() && kept_.back().number == number_;
  return left ? fmt::format("Connection #{} to host {} left intact", number_, url_->host)
              : fmt::format("Closing connection {}", number_);
}

void CurlTransfer::end(int code, const std::string& message) {
  alarm_.clear();
  phase_ = Phase::over;
  result_.code = code;
  result_.message = message;
  result_.total = elapsed();
  if (have_header_ && !options_.head && code != kCurlHttpError) result_.size = body_.text().size();
  if (code == kCurlOk && stays()) kept_.push_back({url_->host, url_->port, number_, std::move(socket_)});
  socket_.reset();
  ended_();
}

}  // namespace lvs::control
