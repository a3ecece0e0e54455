// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/env/sysctl.h"

#include <algorithm>

namespace lvs::host {
namespace {

constexpr auto kConfNames = std::to_array<std::string_view>({
#define LVS_CONF_ENTRY(name, value) #name,
    LVS_CONF_KEYS(LVS_CONF_ENTRY)
#undef LVS_CONF_ENTRY
});

constexpr auto kIpv4Names = std::to_array<std::string_view>({
#define LVS_IPV4_ENTRY(name, value) #name,
    LVS_IPV4_KEYS(LVS_IPV4_ENTRY)
#undef LVS_IPV4_ENTRY
});

template <class Key, std::size_t N>
std::optional<Key> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Key>(at - names.begin());
}

}  // namespace

ConfSet conf_defaults() {
  ConfSet set{
#define LVS_CONF_VALUE(name, value) value,
      LVS_CONF_KEYS(LVS_CONF_VALUE)
#undef LVS_CONF_VALUE
  };
  // Kernel: ipv4_devconf_dflt has it on, ipv4_devconf (all) off, and both are needed.
  set[static_cast<std::size_t>(Conf::accept_source_route)] = 1;
  return set;
}

std::string_view name_of(Conf key) { return kConfNames[static_cast<std::size_t>(key)]; }
std::optional<Conf> conf_of(std::string_view name) { return find_name<Conf>(kConfNames, name); }
std::string_view name_of(Ipv4Key key) { return kIpv4Names[static_cast<std::size_t>(key)]; }
std::optional<Ipv4Key> ipv4_key_of(std::string_view name) { return find_name<Ipv4Key>(kIpv4Names, name); }

bool Sysctls::reserved(std::uint16_t port) const {
  return std::ranges::any_of(reserved_ports, [&](const auto& r) { return port >= r.first && port <= r.second; });
}

Sysctls::Sysctls()
    : all(conf_defaults()),
      defaults(conf_defaults()),
      ipv4_{
#define LVS_IPV4_VALUE(name, value) value,
          LVS_IPV4_KEYS(LVS_IPV4_VALUE)
#undef LVS_IPV4_VALUE
      } {
  all[static_cast<std::size_t>(Conf::accept_source_route)] = 0;
}

}  // namespace lvs::host
