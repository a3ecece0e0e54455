// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/command.h"

namespace lvs::control {

std::unique_ptr<Task> InstantCommand::start(Machine& machine, Io& io, Done done) const {
  done(body_(machine, io));
  return nullptr;
}

CommandPtr instant(InstantCommand::Body body) { return std::make_shared<InstantCommand>(std::move(body)); }

CommandPtr instant_reader(InstantCommand::Body body) { return std::make_shared<InstantCommand>(std::move(body), true); }

CommandPtr refusal(int status, std::string err, std::string out) {
  return instant([status, err = std::move(err), out = std::move(out)](Machine&, Io& io) {
    if (!out.empty()) io.print(out);
    if (!err.empty()) io.complain(err);
    return status;
  });
}

}  // namespace lvs::control
