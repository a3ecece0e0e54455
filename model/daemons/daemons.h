// SPDX-License-Identifier: GPL-2.0-or-later
// The daemons of modelled machines, as commands of their shells.
#pragma once

namespace lvs::daemons {

// To be called once by every program that parses commands, before it does; more often does no harm.
void add_daemons();

}  // namespace lvs::daemons
