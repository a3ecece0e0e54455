// SPDX-License-Identifier: GPL-2.0-or-later
// What the verbs of `ip link` share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control/programs/ip/ip.h"

namespace lvs::control::ip {

CommandResultOrError parse_link_add(Args& args);

// "    RX:  bytes packets ..." as -s shows it, `errors` as -s -s does.
std::string link_counters(const host::Device& dev, bool errors);

// What -d adds behind hardware_line(); nothing: not modelled of such an interface. `of_link`: of `ip link`, not `ip
// addr`.
std::optional<std::string> link_details(const host::Device& dev, bool of_link, std::string_view separator);
// Says so; the status.
int no_details(Io& io, const host::Device& dev);

// Words of iproute2's iplink_parse() that are not modelled.
bool is_other_link_word(std::string_view word);

}  // namespace lvs::control::ip
