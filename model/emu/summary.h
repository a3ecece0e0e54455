// SPDX-License-Identifier: GPL-2.0-or-later
// What an emulation did, for people.
#pragma once

#include <string>

#include "emu/engine.h"

namespace lvs::emu {

// Lines: each TAP with its frames in and out and what was lost and why, each host's drops by reason, lines that
// dropped, how late timers were.
std::string summary(const Engine& engine);

// "director: 12 dropped: no_socket 9, ip_rpfilter 3"; empty when nothing was.
std::string drops_text(const std::string& name, const host::Host& host);

}  // namespace lvs::emu
