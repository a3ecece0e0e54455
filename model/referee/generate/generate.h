// SPDX-License-Identifier: GPL-2.0-or-later
// Random small labs: a cluster with NAT, DR and TUN services, and clients that send what clients send and what they
// should not.
#pragma once

#include <cstdint>

#include "control/lab/lab.h"

namespace lvs::referee {

// The same lab for the same seed, on every machine. It lasts a few seconds; lines stand far enough apart, and away from
// whole seconds after one another (when timers of the kernel run out), that their order is certain.
control::Lab generate_lab(std::uint64_t seed);

// The same cluster, with waits of seconds to days: for a kernel in virtual time.
control::Lab generate_waiting_lab(std::uint64_t seed);

// Two or three directors with keepalived, deaths, cut cables and restarts: for a kernel in virtual time.
control::Lab generate_director_lab(std::uint64_t seed);
// Two directors with synchronisation daemons, and an address that moves between them: likewise.
control::Lab generate_sync_lab(std::uint64_t seed);
// A client and a server that talk by TCP across cables that are cut and rules that drop: likewise.
control::Lab generate_endpoint_lab(std::uint64_t seed);

}  // namespace lvs::referee
