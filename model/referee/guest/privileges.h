// SPDX-License-Identifier: GPL-2.0-or-later
// What the programs of a lab's host may do: all that a router's and a server's programs do, nothing to the kernel as
// such.
#pragma once

namespace lvs::referee {

// For the init of a host, which keeps its own rights: what it starts from now on is root with a few rights, cannot look
// into init or trace it, and dumps no core. `kernel_log`: may read and clear the kernel's log. Throws
// std::system_error.
void limit_rights_of_children(bool kernel_log);

}  // namespace lvs::referee
