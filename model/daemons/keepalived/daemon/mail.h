// SPDX-License-Identifier: GPL-2.0-or-later
// Mails of a keepalived: one connection to the mail server for each (keepalived: core/smtp.c).
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "control/machine/machine.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

class Mailer {
 public:
  using Line = std::function<void(std::string_view text)>;
  Mailer(control::Machine& machine, control::Pid process, bool detail, Line line);
  ~Mailer();
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;

  // Nothing happens where there is nobody to write to, or no server. `subject`: behind the router's id.
  void send(const GlobalConf& conf, const std::string& subject, const std::string& body);
  // The process ends: connections are still opened, but nobody looks at what comes of them.
  void stop() { stopping_ = true; }
  // What is under way is dropped: the process has ended.
  void drop();

 private:
  class Mail;
  void ended(Mail& mail);

  control::Machine& machine_;
  control::Pid process_;
  bool detail_;
  bool stopping_ = false;
  Line line_;
  std::list<std::unique_ptr<Mail>> sending_, gone_;
};

}  // namespace lvs::keepalived
