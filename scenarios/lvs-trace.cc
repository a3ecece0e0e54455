// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-trace: the walks of packets through hosts, from a trace, as text, JSON or captures
#include "tools/trace/main.h"

int main(int argc, char** argv) { return lvs::scenarios::walk_main(argc, argv); }
