// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/ip/tunnel-words.h"

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/words/addresses.h"

namespace lvs::control::ip {

std::optional<CommandResultOrError> take_tunnel_word(Args& args, const std::string& word, TunnelEnds& ends) {
  constexpr std::string_view kKnown = "remote local dev ttl pmtudisc nopmtudisc";
  constexpr auto kKeys = std::to_array<std::string_view>({"remote", "local", "dev", "ttl", "hoplimit", "hlim", "tos"});
  if (word == "pmtudisc" || word == "nopmtudisc") {
    ends.pmtudisc = word == "pmtudisc";
    return std::nullopt;
  }
  if (std::ranges::find(kKeys, word) == kKeys.end())
    return CommandResultOrError(base::Error{args.unknown("not modelled here", std::string(kKnown))});
  if (args.empty()) return CommandResultOrError(incomplete());
  const std::string& text = args.take();
  if (looks_like_ipv6(text)) return CommandResultOrError(base::Error{args.unknown("IPv6 is not modelled")});
  if (word == "tos") {
    return CommandResultOrError(base::Error{args.unknown("not modelled here", std::string(kKnown))});
  } else if (word == "dev") {
    ends.dev = text;
  } else if (word == "remote" || word == "local") {
    const auto addr = text == "any" ? base::Ipv4Addr{} : iproute_address(text);
    if (!addr) return CommandResultOrError(bad_inet_address(text));
    (word == "remote" ? ends.remote : ends.local) = *addr;
  } else if (text == "inherit") {
    ends.ttl = 0;
  } else {
    const auto ttl = base::c_number(text, 255);
    if (!ttl) return CommandResultOrError(invalid_argument(text, "invalid TTL\n"));
    ends.ttl = static_cast<std::uint8_t>(*ttl);
  }
  return std::nullopt;
}

host::Device* tunnel_between(host::Host& host, base::Ipv4Addr local, base::Ipv4Addr remote, unsigned link) {
  for (const auto& dev : host.devices()) {
    const bool tunnel = dev->kind() == host::DeviceKind::ipip;
    if (tunnel && dev->tunnel_local == local && dev->tunnel_remote == remote && dev->tunnel_link_index == link)
      return dev.get();
  }
  return nullptr;
}

host::Device* make_tunnel(host::Host& host, const std::string& name, const TunnelEnds& ends) {
  host::Device* const link = ends.dev.empty() ? nullptr : host.device(interface_of(ends.dev));
  if (tunnel_between(host, ends.local, ends.remote, link == nullptr ? 0 : link->index()) != nullptr) return nullptr;
  host::Device& dev = host.add_tunnel(name, ends.local, ends.remote, link);
  dev.tunnel_ttl = ends.ttl;
  dev.tunnel_pmtudisc = ends.pmtudisc;
  dev.tunnel_any_protocol = true;
  return &dev;
}

}  // namespace lvs::control::ip
