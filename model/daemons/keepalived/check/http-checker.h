// SPDX-License-Identifier: GPL-2.0-or-later
// HTTP_GET: pages have the right status and digest (keepalived: check_http.c).
#pragma once

#include <cstddef>
#include <string>

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
  void failure(const std::string& what);
  void epilog(Result result);
  const CheckUrl& url() const { return conf_.urls[url_]; }

  Connection connection_;
  std::string answer_;
  std::size_t url_ = 0;
  bool failed_url_ = false;  // the URL that url_ names has failed
  bool asked_ = false;
};

}  // namespace lvs::keepalived
