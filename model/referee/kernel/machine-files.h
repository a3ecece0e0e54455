// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel and the labs get from the machine, copied into the run folder: its owner there is who runs the
// kernel, who may not read it where it stands.
#pragma once

#include <string>

#include "referee/kernel/image.h"

namespace lvs::referee {

// FOLDER/agent, the program, and FOLDER/lib, the shared objects of this process from outside the system's folders.
void copy_agent(const std::string& program, const std::string& folder);

// FOLDER/modules/lib/modules/RELEASE, and FOLDER/linux where the kernel is not a package's; the image to be started.
KernelImage copy_kernel(const KernelImage& image, const std::string& folder);

// FOLDER/etc, what programs of a lab find in /etc: names of protocols and services, system accounts, data of the
// packages. Nothing that says who uses this machine, and no name service: a lookup must not put queries on the lab's
// wires.
void make_etc(const std::string& folder);

}  // namespace lvs::referee
