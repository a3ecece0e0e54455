// SPDX-License-Identifier: GPL-2.0-or-later
// MAC addresses that a kernel draws for interfaces that lines make (`ip link add`: kernel: eth_random_addr()).
#pragma once

#include <optional>

#include "control/lab/run.h"

namespace lvs::referee {

// `right` with the drawn addresses of `left` in its frames: those that only one of the runs has, in the order in which
// they are first seen, host by host. Nothing where there are none, or not as many in both: then they are compared.
std::optional<control::LabRun> with_drawn_macs_of(const control::LabRun& left, const control::LabRun& right);

}  // namespace lvs::referee
