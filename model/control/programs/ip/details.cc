// SPDX-License-Identifier: GPL-2.0-or-later
// What -d adds to the second line of an interface (iproute2 6.1 ip/ipaddress.c print_linkinfo(), link kinds). Cables
// are veths, as they are on the kernel that labs are compared with.
#include <fmt/format.h>

#include "control/programs/ip/link.h"
#include "host/virtual/links.h"

namespace lvs::control::ip {
namespace {

struct Sizes {
  unsigned least = 0, most = 0;  // MTU
  unsigned largest = 524280;     // tso_max_size
};

std::string kind_text(const host::Device& dev, Sizes& sizes) {
  constexpr unsigned kGeneric = 65536, kLeastMtu = 68, kMostMtu = 65535;
  if (dev.is_loopback()) return {};
  if (dev.kind() == host::DeviceKind::ipip) {
    sizes.largest = kGeneric;
    const bool first = dev.name() == "tunl0";
    constexpr unsigned kMostInner = 65515;  // what an outer header leaves of 65535
    if (!first) sizes = {kLeastMtu, kMostInner, kGeneric};
    const auto end = [](base::Ipv4Addr addr) { return addr.is_any() ? std::string("any") : addr.text(); };
    return fmt::format("ipip {} remote {} local {} ttl {} {}", first ? "any" : "ipip", end(dev.tunnel_remote),
                       end(dev.tunnel_local), dev.tunnel_ttl == 0 ? "inherit" : std::to_string(dev.tunnel_ttl),
                       dev.tunnel_pmtudisc && !first ? "pmtudisc" : "nopmtudisc");
  }
  if (const auto* vlan = dynamic_cast<const host::VlanLink*>(dev.link.get())) {
    sizes.most = kMostMtu;
    return fmt::format("vlan protocol 802.1Q id {} <REORDER_HDR>", vlan->id());
  }
  if (dev.link != nullptr && dev.link->type() == "dummy") {
    sizes.largest = kGeneric;
    return "dummy";
  }
  sizes.least = kLeastMtu;
  sizes.most = kMostMtu;
  return "veth";
}

}  // namespace

std::optional<std::string> link_details(const host::Device& dev, bool of_link, std::string_view separator) {
  if (dev.master != nullptr || (dev.link != nullptr && dev.link->type() == "bridge")) return std::nullopt;
  Sizes sizes;
  const std::string kind = kind_text(dev, sizes);
  std::string text =
      fmt::format(" promiscuity {}  allmulti 0 minmtu {} maxmtu {} ", dev.promiscuous ? 1 : 0, sizes.least, sizes.most);
  if (!kind.empty()) text += fmt::format("{}    {} ", separator, kind);
  if (of_link && dev.name() != "tunl0") text += "addrgenmode eui64 ";
  return text + fmt::format(
                    "numtxqueues 1 gso_max_size 65536 gso_max_segs 65535 tso_max_size {} tso_max_segs 65535 "
                    "gro_max_size 65536 ",
                    sizes.largest);
}

int no_details(Io& io, const host::Device& dev) {
  io.complain(fmt::format("not modelled: -d of {}, a bridge or a port of one\n", dev.name()));
  return 2;
}

}  // namespace lvs::control::ip
