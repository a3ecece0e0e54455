// SPDX-License-Identifier: GPL-2.0-or-later
// The files below /proc/sys: net/ipv4, its conf, neigh and vs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/files.h"

namespace lvs::control {

// `path` is what comes after /proc/sys/: "net/ipv4/conf/eth0/arp_ignore".

// Why no command can name this key, or nothing if it can. Interface names are not judged.
std::optional<std::string> unmodelled_sysctl(std::string_view path);

// With the newline that the kernel puts behind it.
Files::Content read_sysctl(Machine& machine, std::string_view path);
// As the kernel takes it: the first number of `text`, in decimal, octal or hexadecimal.
FileError write_sysctl(Machine& machine, std::string_view path, std::string_view text);

// The files below a folder, in the order in which a listing has them.
std::vector<std::string> list_sysctls(Machine& machine, std::string_view folder);

}  // namespace lvs::control
