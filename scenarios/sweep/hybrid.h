// SPDX-License-Identifier: GPL-2.0-or-later
// Several NAT directors under round-robin DNS: each has its own VIP and its share of the real servers; a request asks
// for the name and gets the next director's address.
#pragma once

#include <ns3/nstime.h>

#include <functional>
#include <string>

#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-load-profile.h"
#include "sweep/point.h"

namespace lvs::scenarios {

ns3::LvsLoadProfile profile_of(const PointSpec& spec);
ns3::LvsClusterConfig config_of(const PointSpec& spec);
// Calls set(attribute of LvsHost, cost) for every stage of the director's CPU.
void set_director_cpu(const PointSpec& spec, const std::function<void(const std::string&, ns3::Time)>& set);

// How often one of the resolvers may send its clients elsewhere, at most.
double loads_of_resolvers(const PointSpec& spec);

// spec.directors > 1; the servers are dealt out in turn.
PointResult run_hybrid_point(const PointSpec& spec);

}  // namespace lvs::scenarios
