// SPDX-License-Identifier: GPL-2.0-or-later
// What tcpvsadm -h says.
#pragma once

#include <string>
#include <string_view>

namespace lvs::ktcpvs {

std::string help_text(std::string_view program);

}  // namespace lvs::ktcpvs
