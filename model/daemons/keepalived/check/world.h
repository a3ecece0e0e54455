// SPDX-License-Identifier: GPL-2.0-or-later
// What the checkers and the services ask of the process that they run in.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "control/machine/machine.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

class CheckWorld {
 public:
  virtual ~CheckWorld() = default;
  virtual control::Machine& computer() = 0;
  virtual control::Pid process() const = 0;
  virtual void log(std::string_view text) = 0;
  virtual bool detail() const = 0;  // keepalived -D
  virtual void mail(const std::string& subject, const std::string& body) = 0;
  virtual std::uint16_t next_ping() = 0;  // the number of an echo request, from 0
  // Starts a script; `done` is told its status. The number is for end_script().
  virtual std::uint64_t run_script(const ConfScript& script, std::function<void(int status)> done) = 0;
  virtual void end_script(std::uint64_t run) = 0;
  // Starts a script that nobody waits for, once what is being done has been done.
  virtual void notify(const ConfScript& script) = 0;
};

}  // namespace lvs::keepalived
