// SPDX-License-Identifier: GPL-2.0-or-later
// A running machine, as the reader of a configuration sees it.
#pragma once

#include "control/machine/machine.h"
#include "daemons/keepalived/conf/host.h"

namespace lvs::keepalived {

// Is it a command of the modelled machines, by its name or by its path?
bool is_command(std::string_view program);

class MachineHost final : public ConfHost {
 public:
  explicit MachineHost(control::Machine& machine) : machine_(machine) {}
  std::optional<std::string> read(std::string_view path) const override;
  std::vector<std::string> matches(const std::string& pattern) const override;
  bool is_folder(std::string_view path) const override;
  bool can_be_conf(std::string_view path) const override;
  bool has_interface(std::string_view name) const override;
  unsigned mtu(std::string_view name) const override;
  bool exists(std::string_view program) const override;
  bool can_execute(std::string_view program) const override;
  bool is_program(std::string_view path) const override { return is_command(path); }
  std::string path_of(std::string_view program) const override;
  std::optional<base::Ipv4Addr> address(std::string_view interface) const override;
  std::string local_name() const override;

 private:
  control::Machine& machine_;
};

}  // namespace lvs::keepalived
