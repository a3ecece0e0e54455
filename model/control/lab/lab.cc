// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/lab.h"

#include <algorithm>

namespace lvs::control {

std::string LabPlace::text() const { return line == 0 ? file : file + ":" + std::to_string(line); }

std::string LabMessage::text() const { return place.text() + ": " + reason; }

const LabHost* Lab::find_host(std::string_view host_name) const {
  const auto found = std::ranges::find(hosts, host_name, &LabHost::name);
  return found == hosts.end() ? nullptr : &*found;
}

std::optional<base::Time> Lab::end() const {
  for (const LabEvent& event : timeline)
    if (std::holds_alternative<LabEnd>(event.what)) return event.at;
  return {};
}

base::MacAddr default_mac(std::size_t host, unsigned interface) {
  return {{2, 0, 0, static_cast<std::uint8_t>(host >> 8), static_cast<std::uint8_t>(host),
           static_cast<std::uint8_t>(interface)}};
}

}  // namespace lvs::control
