// SPDX-License-Identifier: GPL-2.0-or-later
// The makers of the schedulers, one in each sched-NAME.cc.
#pragma once

#include <memory>

#include "ipvs/sched/scheduler.h"

namespace lvs::ipvs {

std::unique_ptr<Scheduler> make_rr();
std::unique_ptr<Scheduler> make_wrr();
std::unique_ptr<Scheduler> make_lc();
std::unique_ptr<Scheduler> make_wlc();
std::unique_ptr<Scheduler> make_lblc();
std::unique_ptr<Scheduler> make_lblcr();
std::unique_ptr<Scheduler> make_dh();
std::unique_ptr<Scheduler> make_sh();
std::unique_ptr<Scheduler> make_mh();
std::unique_ptr<Scheduler> make_sed();
std::unique_ptr<Scheduler> make_nq();
std::unique_ptr<Scheduler> make_fo();
std::unique_ptr<Scheduler> make_ovf();
std::unique_ptr<Scheduler> make_twos();

}  // namespace lvs::ipvs
