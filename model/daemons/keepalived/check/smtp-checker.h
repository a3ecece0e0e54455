// SPDX-License-Identifier: GPL-2.0-or-later
// SMTP_CHECK: banner, HELO and QUIT are answered as a mail server answers (keepalived: check_smtp.c).
#pragma once

#include <cstdint>
#include <string>

#include "daemons/keepalived/check/tcp-checker.h"

namespace lvs::keepalived {

class SmtpChecker final : public Checker {
 public:
  SmtpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);

 private:
  enum class Step : std::uint8_t { connecting, banner, helo, quit };

  void check() override;
  void happened(Connection::Outcome outcome);
  void read();
  void take_line(const std::string& line);
  void say(const std::string& text, Step next);
  void server_failure(const char* what);  // with the server that is asked behind it
  void failure(const std::string& what);
  void success();

  Connection connection_;
  Step step_ = Step::connecting;
  std::string line_;
  bool again_ = false;  // the next check is one more attempt
};

}  // namespace lvs::keepalived
