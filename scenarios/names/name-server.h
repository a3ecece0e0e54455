// SPDX-License-Identifier: GPL-2.0-or-later
// A modelled dnsmasq as the name server of lvs-dns-hybrid, asked over UDP.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sweep/hybrid.h"

namespace lvs::scenarios {

std::unique_ptr<HybridNames> make_hybrid_names(const ns3::Ptr<ns3::LvsHost>& server, const std::string& address,
                                               const std::vector<std::string>& vips, unsigned ttl);

}  // namespace lvs::scenarios
