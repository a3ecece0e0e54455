// SPDX-License-Identifier: GPL-2.0-or-later
// The rules that keepalived sets where a master is not to take packets to its addresses (vrrp_strict, no_accept): what
// goes to them at LOCAL_IN and what comes from them at LOCAL_OUT is dropped (keepalived: vrrp_nftables.c, which makes
//   table ip keepalived { set vips; chain in { ip daddr @vips drop }; chain out { ip saddr @vips drop } } ).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "control/machine/machine.h"

namespace lvs::keepalived {

class Firewall {
 public:
  Firewall(control::Machine& machine, std::function<void(std::string_view)> log)
      : machine_(machine), log_(std::move(log)) {}

  // The table is made when the first addresses come; one that a killed keepalived has left is taken away before.
  void add(const std::vector<base::Ipv4Addr>& addresses, const std::string& table, int priority);
  void remove(const std::vector<base::Ipv4Addr>& addresses);
  // Its end in order: the table goes. Who is killed leaves it behind.
  void end();

 private:
  struct Table;
  void make(const std::string& name, int priority);
  void destroy(const std::string& name);

  control::Machine& machine_;
  std::function<void(std::string_view)> log_;
  Table* table_ = nullptr;  // the machine's: it outlives us
};

}  // namespace lvs::keepalived
