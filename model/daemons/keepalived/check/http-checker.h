// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP_GET and SSL_GET: pages have the right status, digest and text (keepalived: check_http.c, check_ssl.c).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemons/keepalived/check/http-answer.h"
#include "daemons/keepalived/check/tcp-checker.h"
#include "daemons/keepalived/check/tls-client.h"

namespace lvs::keepalived {

class HttpChecker final : public Checker {
 public:
  HttpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);

  std::string failed_url() const override { return failed_url_ ? url().path : std::string(); }

 private:
  enum class Result : std::uint8_t { good, retry, failed };

  void check() override;
  void happened(Connection::Outcome outcome);
  void shake();
  void send_request();
  void take_plain();
  void take_tls();
  void close();
  std::string told_name() const;  // to a server of TLS
  void judge();
  void tell_length();
  void failure(const char* what);
  void epilog(Result result);
  const CheckUrl& url() const { return conf_.urls[url_]; }

  Connection connection_;
  // connecting: until the request has been sent; waiting: for the first of the answer.
  enum class Step : std::uint8_t { connecting, waiting, reading };
  Step step_ = Step::connecting;
  std::optional<TlsClient> tls_;  // on the connection's socket
  std::optional<HttpAnswer> answer_;
  std::size_t url_ = 0;
  bool failed_url_ = false;         // the URL that url_ names has failed
  std::vector<long long> missing_;  // by URL: how much less than Content-Length the last answer was, as was told
};

}  // namespace lvs::keepalived
