// SPDX-License-Identifier: GPL-2.0-or-later
// The checker child of a keepalived: virtual servers and their checkers on the IPVS of its machine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "control/machine/alarm.h"
#include "daemons/keepalived/check/checker.h"
#include "daemons/keepalived/check/services.h"
#include "daemons/keepalived/daemon/child.h"
#include "daemons/keepalived/daemon/scripts.h"
#include "host/env/events.h"

namespace lvs::keepalived {

class CheckerChild final : public Child, private CheckWorld {
 public:
  CheckerChild(control::Machine& machine, control::Pid parent, const Options& options, Log log,
               const GlobalConf& global, std::shared_ptr<ParentLink> link);
  ~CheckerChild() override;

  void begin() override;

 private:
  // --- Process ---
  bool take_signal(int signal) override;
  void give_back() override;
  std::string pid_file() const override { return options_.checkers_pid; }

  // --- CheckWorld ---
  control::Machine& computer() override { return machine(); }
  control::Pid process() const override { return pid(); }
  void log(std::string_view text) override { line(text); }
  bool detail() const override { return log_.detail; }
  void mail(const std::string& subject, const std::string& body) override {
    write_mail(reading_->conf.global, subject, body);
  }
  std::uint16_t next_ping() override { return pings_++; }
  std::uint64_t run_script(const ConfScript& script, std::function<void(int status)> done) override;
  void end_script(std::uint64_t run) override { scripts_.kill(run); }
  void notify(const ConfScript& script) override;

  void read(bool again);
  void activate(bool again);
  void watch_addresses();
  bool has_address(base::Ipv4Addr address) const;
  void run_notices();
  void suspend();
  static void on_event(void* self, const host::HostEvent& event);
  void stop();

  std::unique_ptr<ConfReading> reading_;
  std::unique_ptr<Services> services_;
  std::vector<std::unique_ptr<Checker>> checkers_;
  Scripts scripts_;
  std::uint16_t pings_ = 0;
  bool listening_ = false;
  bool reloaded_ = false;
  bool stopping_ = false;
  std::vector<ConfScript> notices_;  // scripts that are to begin
  control::Alarm start_, changed_, notify_, last_;
};

}  // namespace lvs::keepalived
