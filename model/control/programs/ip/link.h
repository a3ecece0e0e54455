// SPDX-License-Identifier: GPL-2.0-or-later
// What the verbs of `ip link` share.
#pragma once

#include <string>
#include <string_view>

#include "control/programs/ip/ip.h"

namespace lvs::control::ip {

CommandResultOrError parse_link_add(Args& args);

// "    RX:  bytes packets ..." as -s shows it, `errors` as -s -s does.
std::string link_counters(const host::Device& dev, bool errors);

// Words of iproute2's iplink_parse() that are not modelled.
bool is_other_link_word(std::string_view word);

}  // namespace lvs::control::ip
