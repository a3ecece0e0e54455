// SPDX-License-Identifier: GPL-2.0-or-later
// Adverts of VRRP, gratuitous ARPs and neighbours' questions on one interface.
#pragma once

#include <vector>

#include "control/lab/run.h"

namespace lvs::referee {

// Puts those that follow each other within a moment into one order. An advert is answered at once while its sender
// still announces its addresses one by one; and of two timers of one length the order hangs on the microseconds that
// keepalived's own work has taken, which the kernel in virtual time counts by its clock reads, and the model estimates.
// Questions of two hosts to one neighbour alone that fall due in one tick (both have heard the same advert) are asked
// and answered in an order that is nobody's: one CPU runs the kernel's hosts, last timer first.
void settle_directors(std::vector<const control::CapturedFrame*>& frames);

}  // namespace lvs::referee
