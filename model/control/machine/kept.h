// SPDX-License-Identifier: GPL-2.0-or-later
// What programs keep on a machine and nobody else looks at (offloads of ethtool, sysctls without effect, modules asked
// for): texts by name, in a folder that no command can name. They are gone when the power is.
#pragma once

#include <string>
#include <string_view>

#include "control/machine/machine.h"

namespace lvs::control {

inline constexpr std::string_view kKeptFolder = "/proc/kept/";

// Empty: nothing was kept under this name. Slashes in names are part of them.
inline std::string kept(Machine& machine, std::string_view name) {
  return machine.files().read(std::string(kKeptFolder) + std::string(name)).text;
}
inline void keep(Machine& machine, std::string_view name, std::string text) {
  machine.files().place(std::string(kKeptFolder) + std::string(name), std::move(text));
}

}  // namespace lvs::control
