// SPDX-License-Identifier: GPL-2.0-or-later
// A running machine, as the reader of a configuration sees it.
#pragma once

#include "control/machine/machine.h"
#include "daemons/nginx/conf/host.h"

namespace lvs::nginx {

// Of Linux.
int errno_of(control::FileError error);

class MachineHost final : public ConfHost {
 public:
  explicit MachineHost(control::Machine& machine) : machine_(machine) {}
  Content read(std::string_view path) const override {
    auto file = machine_.files().read(path);
    return {errno_of(file.error), std::move(file.text)};
  }
  std::vector<std::string> list(std::string_view folder) const override { return machine_.files().list(folder); }

 private:
  control::Machine& machine_;
};

}  // namespace lvs::nginx
