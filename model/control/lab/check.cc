// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/check.h"

#include "control/lab/script.h"

namespace lvs::control {

std::vector<LabMessage> check_commands(const Lab& lab) {
  const auto script = parse_script(lab);
  return script ? std::vector<LabMessage>{} : script.error();
}

}  // namespace lvs::control
