// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::ktcpvs {

control::CommandResultOrError parse_tcpvsadm(const std::vector<control::Word>& words);

}  // namespace lvs::ktcpvs
