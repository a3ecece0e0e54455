// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-compare: the ways to build a cluster side by side
#include "compare/compare.h"

int main(int argc, char** argv) { return lvs::scenarios::compare_main(argc, argv); }
