// SPDX-License-Identifier: GPL-2.0-or-later
// What a program that has opened all it needs gives up for good.
#pragma once

namespace lvs::os {

// No program can be started, no other process looked into, nothing mounted, no module loaded, no namespace entered from
// here on, by this thread and those that it starts: such calls fail with EPERM (seccomp). Costs nothing where packets
// pass: a few instructions a system call. False: this kernel has no seccomp.
bool raise_fence();

}  // namespace lvs::os
