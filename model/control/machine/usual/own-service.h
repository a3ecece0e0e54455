// SPDX-License-Identifier: GPL-2.0-or-later
// A command that acts on services which a lab brings itself, in /etc/init.d or /etc/systemd/system. Whether it brings
// them is seen when the command runs, or by who has all of the lab's files at hand.
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

class OwnServiceCommand : public Command {
 public:
  explicit OwnServiceCommand(std::vector<Word> services) : services_(std::move(services)) {}
  // Their names as written.
  const std::vector<Word>& services() const { return services_; }

 private:
  std::vector<Word> services_;
};

}  // namespace lvs::control
