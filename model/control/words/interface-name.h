// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string_view>

namespace lvs::control {

// "eth0:1" is eth0 to those who ask the kernel by ioctl, which cuts the alias off (kernel: dev_ioctl()):
// if_nametoindex(), by which iproute2, brctl and libpcap look for an interface, and old-fashioned tools.
// SO_BINDTODEVICE knows no aliases.
inline std::string_view interface_of(std::string_view name) { return name.substr(0, name.find(':')); }

}  // namespace lvs::control
