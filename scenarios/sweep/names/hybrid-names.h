// SPDX-License-Identifier: GPL-2.0-or-later
// Resolvers that ask a name server which director to send a site's requests to, and keep what it says for its time.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "ns3/lvs-host.h"

namespace lvs::scenarios {

class HybridNames {
 public:
  // `server` becomes a name server at `address` that knows all directors' addresses by one name.
  HybridNames(const ns3::Ptr<ns3::LvsHost>& server, const std::string& address, const std::vector<std::string>& vips,
              unsigned ttl);
  ~HybridNames();

  // The requests behind this resolver go to this director from now on.
  using Chosen = std::function<void(unsigned resolver, unsigned director)>;
  void set_chosen(Chosen chosen) { chosen_ = std::move(chosen); }
  void add_resolver(const ns3::Ptr<ns3::LvsHost>& machine);
  void start();

 private:
  class Resolver;

  std::string address_;
  std::vector<std::string> vips_;
  Chosen chosen_;
  std::vector<std::unique_ptr<Resolver>> resolvers_;
};

}  // namespace lvs::scenarios
