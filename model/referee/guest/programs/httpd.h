// SPDX-License-Identifier: GPL-2.0-or-later
// httpd and `service httpd` inside the kernel: the same options, pages and bytes as the modelled ones.
#pragma once

#include <optional>

namespace lvs::referee {

// The programs that the guest finds as links to this one. The exit status, or nothing when argv[0] is neither.
std::optional<int> guest_httpd(int argc, char** argv);

}  // namespace lvs::referee
