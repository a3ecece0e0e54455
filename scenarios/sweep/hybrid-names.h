// SPDX-License-Identifier: GPL-2.0-or-later
// Resolvers that ask a name server which director to send a site's requests to, and keep what it says for its time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ns3/lvs-host.h"

namespace lvs::scenarios {

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

// `server` becomes a name server at `address` that knows all directors' addresses by one name for `ttl` seconds. The
// program that offers --resolvers brings it (names/name-server.h), so that the other sweeps are built without name
// servers.
using MakeHybridNames = std::unique_ptr<HybridNames> (*)(const ns3::Ptr<ns3::LvsHost>& server,
                                                         const std::string& address,
                                                         const std::vector<std::string>& vips, unsigned ttl);

}  // namespace lvs::scenarios
