// SPDX-License-Identifier: GPL-2.0-or-later
// KTCPVS in the kernel of a machine (ktcpvs 0.0.18: tcp_vs.c): the master, which starts the daemons of services.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/process.h"
#include "daemons/ktcpvs/kernel/server-links.h"
#include "daemons/ktcpvs/table/service.h"

namespace lvs::ktcpvs {

class ServiceDaemon;

class Module final : public control::Process {
 public:
  // It is there from here on.
  static Module& load(control::Machine& machine);
  explicit Module(control::Machine& machine);
  ~Module() override;

  Table& table() { return table_; }

  // --- for daemons ---
  control::Machine& computer() const { return machine(); }
  host::Host& host() const { return machine().host(); }
  ServerLinks& links() { return links_; }
  host::TcpPtr open_tcp(host::SocketUser* user);
  // A line of the kernel's, into /var/log/messages.
  void tell(const std::string& text);
  // The same, ten in five seconds at most (net_ratelimit()).
  void tell_limited(const std::string& text);
  // The daemon has ended. It lives until the next event.
  void forget(ServiceDaemon& daemon);

 private:
  void on_second();
  void ended(control::ExitStatus status) override;

  Table table_;
  ServerLinks links_;
  std::vector<std::unique_ptr<ServiceDaemon>> daemons_, buried_;
  control::Alarm second_;
  base::Time told_since_{};
  unsigned told_ = 0;
};

}  // namespace lvs::ktcpvs
