// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/http-checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "daemons/keepalived/check/md5.h"

namespace lvs::keepalived {
namespace {

using host::SocketError;
constexpr std::size_t kMostAnswer = 1 << 20;
constexpr std::size_t kRead = 4096;

// The number behind "HTTP/1.x "; 0 where there is none.
int status_of(std::string_view answer) {
  const std::size_t blank = answer.find(' ');
  if (!answer.starts_with("HTTP/") || blank == std::string_view::npos) return 0;
  return std::atoi(std::string(answer.substr(blank + 1, 3)).c_str());
}

std::string_view body_of(std::string_view answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string_view() : answer.substr(end + 4);
}

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
      connection_(world, [this](Connection::Outcome outcome) { happened(outcome); }) {}

void HttpChecker::check() {
  answer_.clear();
  asked_ = false;
  connection_.open(conf_.from, conf_.to, *conf_.connect_timeout);
}

void HttpChecker::happened(Connection::Outcome outcome) {
  switch (outcome) {
    case Connection::Outcome::connected: return send_request();
    case Connection::Outcome::ready: return take_answer();
    case Connection::Outcome::failed: return failure("Connection failed");
    case Connection::Outcome::timed_out: return failure(asked_ ? "Timeout HTTP read" : "Timeout connecting");
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
  const std::string request =
      fmt::format("GET {} HTTP/1.{}\r\nUser-Agent: KeepAliveClient\r\n{}Host: {}\r\n\r\n", url().path, conf_.http_minor,
                  conf_.http_connection_close ? "Connection: close\r\n" : "", name);
  SocketError error = SocketError::none;
  asked_ = true;
  if (connection_.socket()->write(request, error) != request.size()) return failure("Cannot send get request to");
  connection_.await_data(*conf_.connect_timeout);
}

void HttpChecker::take_answer() {
  SocketError error = SocketError::none;
  while (answer_.size() < kMostAnswer) {
    if (connection_.socket()->read(answer_, kRead, error) != 0) continue;
    if (error == SocketError::again) return connection_.await_data(*conf_.connect_timeout);
    break;  // the end, or an error: what has come is judged
  }
  connection_.close();
  judge();
}

void HttpChecker::judge() {
  if (answer_.empty()) return failure("Read, no data received from ");
  if (!is_wanted(url(), status_of(answer_))) return failure("HTTP status code error to");
  if (!url().digest.empty() && md5_of(body_of(answer_)) != url().digest) return failure("MD5 digest error to");
  if (!up_)
    log(fmt::format("{} success to {} url({})", url().digest.empty() ? "HTTP status code" : "MD5 digest", name(),
                    url().path));
  epilog(Result::good);
}

void HttpChecker::failure(const std::string& what) {
  connection_.close();
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
      says(true);
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
      says(false);
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
