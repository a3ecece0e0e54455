// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/http-checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {
namespace {

using host::SocketError;
bool is_wanted(const CheckUrl& url, int status) {
  if (url.statuses.empty()) return status >= 200 && status <= 299;
  const auto within = [&](const auto& range) {
    return status >= static_cast<int>(range.first) && status <= static_cast<int>(range.second);
  };
  return std::ranges::any_of(url.statuses, within);
}

}  // namespace

HttpChecker::HttpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : Checker(conf, real, services, world),
      connection_(world, [this](Connection::Outcome outcome) { happened(outcome); }),
      missing_(conf.urls.size()) {}

void HttpChecker::check() {
  step_ = Step::connecting;
  tls_.reset();
  connection_.open(conf_.from, conf_.to, *conf_.connect_timeout);
}

void HttpChecker::happened(Connection::Outcome outcome) {
  switch (outcome) {
    case Connection::Outcome::connected:
      if (!conf_.tls) return send_request();
      tls_.emplace(*connection_.socket(), world_.computer().host().rng, told_name());
      return shake();
    case Connection::Outcome::ready:
      if (step_ == Step::connecting) return shake();
      return conf_.tls ? take_tls() : take_plain();
    case Connection::Outcome::failed: return failure("Connection failed");
    case Connection::Outcome::unreachable: return failure("HTTP_CHECK - network unreachable");
    case Connection::Outcome::timed_out:
      return failure(step_ == Step::connecting ? "Timeout connecting"
                     : step_ == Step::waiting  ? "Timeout WEB read"
                     : conf_.tls               ? "Timeout SSL read"
                                               : "Timeout HTTP read");
    case Connection::Outcome::error:
      log("WEB socket bind failed. Rescheduling");
      close();
      return again(*conf_.delay_loop);
  }
}

void HttpChecker::close() {
  tls_.reset();
  connection_.close();
}

std::string HttpChecker::told_name() const {
  if (!conf_.sni) return {};
  if (!url().virtualhost.empty()) return url().virtualhost;
  return !conf_.virtualhost.empty() ? conf_.virtualhost : real_.service->conf->virtualhost;
}

void HttpChecker::shake() {
  switch (tls_->shake()) {
    case TlsClient::Handshake::done: return send_request();
    case TlsClient::Handshake::waits: return connection_.await_more();
    case TlsClient::Handshake::failed: return failure("SSL handshake/communication error connecting to");
  }
}

void HttpChecker::send_request() {
  const std::string& real_host = real_.conf->virtualhost;
  const std::string& service_host = real_.service->conf->virtualhost;
  std::string name = !url().virtualhost.empty()   ? url().virtualhost
                     : !conf_.virtualhost.empty() ? conf_.virtualhost
                     : !real_host.empty()         ? real_host
                                                  : service_host;
  if (name.empty()) name = fmt::format("{}:{}", conf_.to.addr.text(), conf_.to.port);
  const std::string request = http_request(url().path, conf_.http_minor, conf_.http_connection_close, name);
  SocketError error = SocketError::none;
  if (tls_ ? !tls_->write(request) : connection_.socket()->write(request, error) != request.size())
    return failure("Cannot send get request to");
  answer_.emplace(url(), services_.conf().check.regex_stack, [this](std::string_view text) { log(text); });
  step_ = Step::waiting;
  connection_.await_data(*conf_.connect_timeout);
}

void HttpChecker::take_plain() {
  step_ = Step::reading;
  SocketError error = SocketError::none;
  for (std::size_t room; (room = answer_->room()) != 0;) {
    std::string bytes;
    if (connection_.socket()->read(bytes, room, error) != 0) {
      answer_->take(bytes);
      continue;
    }
    if (error == SocketError::again) return connection_.await_data(*conf_.connect_timeout);
    if (error != SocketError::none) return failure("Read error with");
    break;
  }
  close();
  judge();
}

// One read for each time that something has come: what OpenSSL has kept of it waits for the next time, as in
// keepalived.
void HttpChecker::take_tls() {
  step_ = Step::reading;
  std::string bytes;
  do {
    const TlsClient::Read read = tls_->read(bytes, answer_->room());
    if (read == TlsClient::Read::waits) return connection_.await_more();
    if (read != TlsClient::Read::data) {
      close();
      if (read == TlsClient::Read::closed && !answer_->has_head()) return failure("SSL read error from");
      return judge();
    }
    answer_->take(bytes);
  } while (connection_.socket()->readable());
  connection_.await_more();
}

void HttpChecker::judge() {
  if (!answer_->has_head()) return failure("Read, no data received from ");
  if (!is_wanted(url(), answer_->status())) return failure("HTTP status code error to");
  tell_length();
  if (!url().digest.empty() && answer_->digest() != url().digest) return failure("MD5 digest error to");
  if (url().regex && answer_->matches() == url().regex_no_match) return failure("Regex match failed");
  if (!up_)
    log(fmt::format("{} success to {} url({})",
                    url().regex             ? "Regex match"
                    : !url().digest.empty() ? "MD5 digest"
                                            : "HTTP status code",
                    name(), url().path));
  epilog(Result::good);
}

// Told once, until the difference is another.
void HttpChecker::tell_length() {
  const auto lengths = answer_->mismatch();
  const long long missing = lengths ? static_cast<long long>(lengths->said - lengths->counted) : 0;
  if (std::exchange(missing_[url_], missing) == missing || !lengths) return;
  const VirtualServerConf& service = *real_.service->conf;
  log(fmt::format("http_check for RS {} VS {} url {}{}: content_length ({}) does not match received bytes ({})",
                  name_of(*real_.conf, service), name_of(service), url().virtualhost, url().path, lengths->said,
                  lengths->counted));
}

void HttpChecker::failure(const char* what) {
  close();
  // A server that is known to be dead is not asked again at once.
  if (!up_ && has_run_) return epilog(Result::failed);
  if (conf_.log_all_failures) log(fmt::format("{} server {}.", what, name()));
  has_run_ = true;
  epilog(Result::retry);
}

void HttpChecker::epilog(Result result) {
  bool all = false;  // every URL has been asked
  if (result == Result::good) {
    all = ++url_ == conf_.urls.size();
    tries_ = 0;
  } else if (result == Result::retry) {
    ++tries_;
  }
  if (result == Result::good && failed_url_) {
    // The failed URL is up: all are asked again.
    failed_url_ = false;
    url_ = 0;
  } else if (result == Result::good && all) {
    if (!up_ || !has_run_) {
      log(fmt::format("Remote Web server {} succeed on service.", name()));
      says(true, "CHECK succeed on service");
      has_run_ = true;
    }
    url_ = 0;
  } else if (result == Result::retry && tries_ > *conf_.retry) {
    if (up_ || !has_run_) {
      if (*conf_.retry != 0) {
        log(fmt::format("HTTP_CHECK on service {} failed after {} retries.", name(), tries_ - 1));
      } else {
        log(fmt::format("HTTP_CHECK on service {} failed.", name()));
      }
      says(false, "CHECK failed on service : HTTP request failed");
    }
    failed_url_ = true;
  }
  base::Time delay = *conf_.delay_before_retry;
  if (result == Result::good) {
    delay = *conf_.delay_loop;
    if (!has_run_) tries_ = *conf_.retry;
  } else if (failed_url_) {
    delay = std::max(*conf_.delay_before_retry, *conf_.delay_loop);
  }
  if (conf_.fast_recovery && (!has_run_ || (!up_ && !failed_url_))) delay = {};
  again(delay);
}

}  // namespace lvs::keepalived
