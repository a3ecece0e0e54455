// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

namespace lvs::scenarios {

int cluster_main(int argc, char** argv);

}  // namespace lvs::scenarios
