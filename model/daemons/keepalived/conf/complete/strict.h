// SPDX-License-Identifier: GPL-2.0-or-later
// vrrp_strict and strict_mode: what an instance may not say (keepalived: vrrp_complete_instance()).
#pragma once

#include "daemons/keepalived/conf/report.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

class StrictMode {
 public:
  StrictMode(VrrpInstanceConf& instance, ConfReport& report) : i_(instance), report_(report) {}

  // In keepalived's order; each changes what does not comply, and says so.
  void state();
  void authentication();
  void preemption();
  void down_timer(unsigned otherwise);  // of global_defs
  void acceptance(bool strict, FirewallConf& firewall);
  void lower_priority();

 private:
  void say(std::string_view text);

  VrrpInstanceConf& i_;
  ConfReport& report_;
};

}  // namespace lvs::keepalived
