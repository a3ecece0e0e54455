// SPDX-License-Identifier: GPL-2.0-or-later
// The syslog daemon of one host inside the kernel: what programs say to /dev/log becomes lines of /var/log/messages, as
// rsyslog writes them. The model's machines have the same file (control::Machine::log()).
#pragma once

#include <string>
#include <string_view>

#include "os/fd.h"

namespace lvs::referee {

class SystemLog {
 public:
  // In the host's own root. Throws std::system_error.
  void open(const std::string& host);
  int fd() const { return socket_.get(); }
  // Writes down what has come.
  void take();

  // "<30>Jan  2 03:04:05 TAG[PID]: TEXT", as syslog(3) and logger(1) send it, with the host's name behind the date.
  static std::string line_of(std::string_view message, std::string_view host);

 private:
  os::Fd socket_;
  std::string host_;
};

}  // namespace lvs::referee
