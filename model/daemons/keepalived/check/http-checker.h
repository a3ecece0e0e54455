// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP_GET: pages have the right status, digest and text (keepalived: check_http.c).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemons/keepalived/check/http-answer.h"
#include "daemons/keepalived/check/tcp-checker.h"

namespace lvs::keepalived {

class HttpChecker final : public Checker {
 public:
  HttpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);

  std::string failed_url() const override { return failed_url_ ? url().path : std::string(); }

 private:
  enum class Result : std::uint8_t { good, retry, failed };

  void check() override;
  void happened(Connection::Outcome outcome);
  void send_request();
  void take_answer();
  void judge();
  void tell_length();
  void failure(const char* what);
  void epilog(Result result);
  const CheckUrl& url() const { return conf_.urls[url_]; }

  Connection connection_;
  // connecting: until the request has been sent; waiting: for the first of the answer.
  enum class Step : std::uint8_t { connecting, waiting, reading };
  Step step_ = Step::connecting;
  std::optional<HttpAnswer> answer_;
  std::size_t url_ = 0;
  bool failed_url_ = false;         // the URL that url_ names has failed
  std::vector<long long> missing_;  // by URL: how much less than Content-Length the last answer was, as was told
};

}  // namespace lvs::keepalived
