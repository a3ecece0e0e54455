// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-lab-given.h"

#include <algorithm>

#include "ns3/nstime.h"
#include "ns3/simulator.h"

namespace ns3 {

void LvsTakeDraws(const std::vector<::lvs::control::LabDraw>& draws, const ::lvs::control::Lab& lab,
                  const std::vector<Ptr<LvsHost>>& hosts, ::lvs::base::Time startup) {
  for (const ::lvs::control::LabDraw& draw : draws) {
    const auto spec = std::ranges::find(lab.hosts, draw.host, &::lvs::control::LabHost::name);
    if (spec == lab.hosts.end()) continue;
    const Ptr<LvsHost> host = hosts[static_cast<std::size_t>(spec - lab.hosts.begin())];
    const auto take = [host, draw] {
      LvsHost::Entry entry(*host);
      const auto* device = host->GetHost().device(draw.interface);
      if (device != nullptr) host->GetHost().neighbours.set_reachable_time(*device, draw.reachable);
    };
    Simulator::Schedule(NanoSeconds(std::max(draw.at + startup, ::lvs::base::Time{0}).count()), take);
  }
}

::lvs::trace::HostInfo LvsRealHost(const ::lvs::control::Lab& lab, std::size_t host) {
  ::lvs::trace::HostInfo info{static_cast<::lvs::trace::HostId>(host + 1), lab.hosts[host].name, "host", false, {}};
  for (const auto& interface : lab.hosts[host].interfaces) {
    info.interfaces.push_back({interface.name(), 0, static_cast<int>(interface.segment), {}, {}});
  }
  return info;
}

}  // namespace ns3
