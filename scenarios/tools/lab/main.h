// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab: runs labs on the model and on a real kernel, compares them, checks them, makes new ones.
#pragma once

namespace lvs::scenarios {

// Exit status: 0; 1 when the engines differ (diff) or an engine failed; 2 for labs and command lines with mistakes.
int lab_main(int argc, const char* const* argv);

}  // namespace lvs::scenarios
