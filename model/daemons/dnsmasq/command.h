// SPDX-License-Identifier: GPL-2.0-or-later
// The command dnsmasq of a modelled machine.
#pragma once

#include <vector>

#include "control/machine/command.h"
#include "control/words/word.h"

namespace lvs::dnsmasq {

control::CommandResultOrError parse_dnsmasq(const std::vector<control::Word>& words);

}  // namespace lvs::dnsmasq
