// SPDX-License-Identifier: GPL-2.0-or-later
// The program lvs-emu.
#pragma once

namespace lvs::scenarios {

int emu_main(int argc, const char* const* argv);

}  // namespace lvs::scenarios
