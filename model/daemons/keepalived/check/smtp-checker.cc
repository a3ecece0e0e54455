// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/smtp-checker.h"

#include <fmt/format.h>

#include <utility>

namespace lvs::keepalived {
namespace {

using host::SocketError;
constexpr std::size_t kMostLine = 511;  // keepalived: SMTP_BUFF_MAX

// The three digits that a line begins with, and nothing but a blank behind them; -1: it does not.
int status_of(const std::string& line) {
  if (line.size() < 3 || line.find_first_not_of("0123456789") < 3 || (line.size() > 3 && line[3] != ' ')) return -1;
  return (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
}

}  // namespace

SmtpChecker::SmtpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : Checker(conf, real, services, world),
      connection_(world, [this](Connection::Outcome outcome) { happened(outcome); }) {}

// Each round has its retries, the first one too.
void SmtpChecker::check() {
  if (!std::exchange(again_, false)) tries_ = 0;
  step_ = Step::connecting;
  line_.clear();
  connection_.open(conf_.from, conf_.to, *conf_.connect_timeout);
}

void SmtpChecker::happened(Connection::Outcome outcome) {
  switch (outcome) {
    case Connection::Outcome::connected: step_ = Step::banner; return connection_.await_data(*conf_.connect_timeout);
    case Connection::Outcome::ready: return read();
    case Connection::Outcome::failed: return server_failure("Could not connect to server");
    case Connection::Outcome::timed_out:
      return server_failure(step_ == Step::connecting ? "Connection timeout to server" : "Read timeout from server");
    case Connection::Outcome::unreachable:
      return failure(fmt::format("Network unreachable for server {} - real server [{}]:{}", conf_.to.addr.text(),
                                 real_.conf->address.text(), real_.conf->port));
    case Connection::Outcome::error:
      log("SMTP_CHECK socket bind failed. Rescheduling.");
      connection_.close();
      return again(*conf_.delay_loop);
  }
}

void SmtpChecker::read() {
  SocketError error = SocketError::none;
  if (line_.size() >= kMostLine) {
    log(fmt::format("SMTP_CHECK Buffer overflow reading from server [{}]:{}. Increase SMTP_BUFF_MAX in check_smtp.h",
                    conf_.to.addr.text(), conf_.to.port));
    line_.clear();
  }
  const std::size_t read = connection_.socket()->read(line_, kMostLine - line_.size(), error);
  if (read == 0 && error != SocketError::again) return server_failure("Read failure from server");
  if (const std::size_t end = line_.find('\n'); end != std::string::npos) {
    const std::string line = line_.substr(0, end);
    line_.clear();
    return take_line(line);
  }
  connection_.await_data(*conf_.connect_timeout);
}

void SmtpChecker::take_line(const std::string& line) {
  switch (step_) {
    case Step::banner:
      if (status_of(line) != 220) return server_failure("Bad greeting banner from server");
      return say(fmt::format("HELO {}\r\n", conf_.helo_name.empty() ? "smtpchecker.keepalived.org" : conf_.helo_name),
                 Step::helo);
    case Step::helo:
      if (status_of(line) != 250) return server_failure("Bad HELO response from server");
      return say("QUIT\r\n", Step::quit);
    default: return success();
  }
}

void SmtpChecker::say(const std::string& text, Step next) {
  SocketError error = SocketError::none;
  if (connection_.socket()->write(text, error) != text.size()) return server_failure("Write failure to server");
  step_ = next;
  connection_.await_data(*conf_.connect_timeout);
}

void SmtpChecker::server_failure(const char* what) {
  failure(fmt::format("{} [{}]:{}", what, conf_.to.addr.text(), conf_.to.port));
}

void SmtpChecker::failure(const std::string& what) {
  connection_.close();
  if ((up_ || !has_run_) && (conf_.log_all_failures || tries_ >= *conf_.retry)) log("SMTP_CHECK " + what);
  if (++tries_ <= *conf_.retry) {
    again_ = true;
    return again(*conf_.delay_before_retry);
  }
  if (up_ || !has_run_) says(false, "CHECK failed on service : " + what);
  has_run_ = true;
  again(*conf_.delay_loop);
}

void SmtpChecker::success() {
  connection_.close();
  tries_ = 0;
  if (!up_ || !has_run_) {
    log(fmt::format("Remote SMTP server {} succeed on service.", name()));
    says(true, "CHECK succeed on service");
  }
  has_run_ = true;
  again(*conf_.delay_loop);
}

}  // namespace lvs::keepalived
