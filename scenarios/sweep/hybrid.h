// SPDX-License-Identifier: GPL-2.0-or-later
// Several NAT directors under round-robin DNS: each has its own VIP and its share of the real servers; a request asks
// for the name and gets the next director's address.
#pragma once

#include <ns3/nstime.h>

#include <functional>
#include <string>
#include <utility>

#include "ns3/lvs-cluster-helper.h"
#include "ns3/lvs-load-profile.h"
#include "sweep/point.h"

namespace lvs::scenarios {

// Resolvers that ask a name server which director to send a site's requests to, and keep what it says for its time.
class HybridNames {
 public:
  virtual ~HybridNames() = default;

  // The requests behind this resolver go to this director from now on.
  using Chosen = std::function<void(unsigned resolver, unsigned director)>;
  void set_chosen(Chosen chosen) { chosen_ = std::move(chosen); }
  virtual void add_resolver(const ns3::Ptr<ns3::LvsHost>& machine) = 0;
  virtual void start() = 0;

 protected:
  Chosen chosen_;
};

ns3::LvsLoadProfile profile_of(const PointSpec& spec);
ns3::LvsClusterConfig config_of(const PointSpec& spec);
// Calls set(attribute of LvsHost, cost) for every stage of the director's CPU.
void set_director_cpu(const PointSpec& spec, const std::function<void(const std::string&, ns3::Time)>& set);

// How often one of the resolvers may send its clients elsewhere, at most.
double loads_of_resolvers(const PointSpec& spec);

// spec.directors > 1; the servers are dealt out in turn.
PointResult run_hybrid_point(const PointSpec& spec);

}  // namespace lvs::scenarios
