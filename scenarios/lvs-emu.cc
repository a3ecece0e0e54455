// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-emu: modelled hosts on TAP interfaces in real time, without ns-3
#include "tools/emu/main.h"

int main(int argc, char** argv) { return lvs::scenarios::emu_main(argc, argv); }
