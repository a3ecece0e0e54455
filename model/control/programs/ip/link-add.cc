// SPDX-License-Identifier: GPL-2.0-or-later
// ip link add (iproute2 6.1 ip/iplink.c, iplink_vlan.c, iplink_bridge.c, link_veth.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/programs/ip/bond-words.h"
#include "control/programs/ip/link.h"
#include "control/programs/ip/tunnel-words.h"
#include "host/virtual/bridge.h"
#include "host/virtual/links.h"
#include "host/virtual/macvlan.h"

namespace lvs::control::ip {
namespace {

constexpr std::string_view kTypes = "dummy veth bridge vlan macvlan bond ipip";
constexpr auto kKnownTypes =
    std::to_array<std::string_view>({"dummy", "veth", "bridge", "vlan", "macvlan", "bond", "ipip"});
constexpr std::size_t kLongestName = 15;  // IFNAMSIZ - 1

// Of the kernel's, and not modelled; any other type is none of Linux.
constexpr auto kOtherTypes = std::to_array<std::string_view>(
    {"amt",    "bareudp", "bond_slave", "bridge_slave", "can",    "dsa",       "erspan",  "geneve",
     "gre",    "gretap",  "gtp",        "hsr",          "ifb",    "ip6erspan", "ip6gre",  "ip6gretap",
     "ip6tnl", "ipoib",   "ipvlan",     "ipvtap",       "lowpan", "macsec",    "macvtap", "netdevsim",
     "nlmon",  "rmnet",   "sit",        "team",         "vcan",   "virt_wifi", "vrf",     "vti",
     "vti6",   "vxcan",   "vxlan",      "wireguard",    "wwan",   "xfrm"});

// One end of what is made.
struct End {
  std::string name;
  std::optional<base::MacAddr> mac;
  std::optional<std::uint32_t> mtu;
  std::optional<unsigned> queue;
};

struct LinkAdd {
  std::string below, type;
  End self, peer;
  bool up = false;
  std::optional<std::uint32_t> vlan;
  std::optional<std::uint32_t> ageing;  // 1/100 s
  std::optional<std::uint32_t> group;
  host::MacvlanLink::Mode macvlan = host::MacvlanLink::Mode::vepa;
  BondWords bond;
  TunnelEnds tunnel;
};

using Ended = std::optional<CommandResultOrError>;

// name, address, mtu, txqueuelen: of the new interface or of its peer. False: none of these.
bool is_common(std::string_view word) {
  constexpr auto kWords = std::to_array<std::string_view>({"name", "dev", "mtu", "txqueuelen", "qlen", "txqlen"});
  return abbreviates(word, "address") || std::ranges::find(kWords, word) != kWords.end();
}

Ended take_common(Args& args, const std::string& word, End& end) {
  if (args.empty()) return CommandResultOrError(incomplete());
  const std::string& text = args.take();
  if (abbreviates(word, "address")) {
    end.mac = base::MacAddr::parse(text);
    if (!end.mac) return CommandResultOrError(refusal(1, fmt::format("\"{}\" is invalid lladdr.\n", text)));
  } else if (word == "mtu" || word == "name" || word == "dev") {
    if (word != "mtu") {
      end.name = text;
      return std::nullopt;
    }
    const auto mtu = base::c_number(text, 0x7fffffff);
    if (!mtu) return CommandResultOrError(invalid_argument(text, "Invalid \"mtu\" value\n"));
    end.mtu = static_cast<std::uint32_t>(*mtu);
  } else {
    const auto queue = base::c_number(text, 0x7fffffff);
    if (!queue) return CommandResultOrError(invalid_argument(text, "Invalid \"txqueuelen\" value\n"));
    end.queue = static_cast<unsigned>(*queue);
  }
  return std::nullopt;
}

Ended not_modelled(const Args& args, std::string_view known) {
  return CommandResultOrError(base::Error{args.unknown("not modelled here", std::string(known))});
}

Ended take_vlan(Args& args, const std::string& word, LinkAdd& add) {
  constexpr std::string_view kKnown = "id protocol";
  if (word != "id" && word != "protocol") return not_modelled(args, kKnown);
  if (args.empty()) return CommandResultOrError(incomplete());
  const std::string& text = args.take();
  if (word == "protocol") {
    if (text != "802.1q" && text != "802.1Q") return not_modelled(args, "802.1Q");
    return std::nullopt;
  }
  const auto id = base::c_number(text, 65535);
  if (!id) return CommandResultOrError(invalid_argument(text, "id is invalid"));
  add.vlan = static_cast<std::uint32_t>(*id);
  return std::nullopt;
}

// What makes no difference without spanning tree is taken and forgotten.
Ended take_bridge(Args& args, const std::string& word, LinkAdd& add) {
  constexpr std::string_view kKnown = "stp_state 0 forward_delay ageing_time vlan_filtering 0";
  const bool known =
      word == "stp_state" || word == "forward_delay" || word == "ageing_time" || word == "vlan_filtering";
  if (!known) return not_modelled(args, kKnown);
  if (args.empty()) return CommandResultOrError(incomplete());
  const std::string& text = args.take();
  const auto value = base::c_number(text, 0x7fffffff);
  if (!value) return CommandResultOrError(invalid_argument(text, "invalid " + word));
  if ((word == "stp_state" || word == "vlan_filtering") && *value != 0) return not_modelled(args, kKnown);
  if (word == "ageing_time") add.ageing = static_cast<std::uint32_t>(*value);
  return std::nullopt;
}

Ended take_macvlan(Args& args, const std::string& word, LinkAdd& add) {
  using Kind = host::MacvlanLink::Mode;
  constexpr std::string_view kKnown = "mode private, vepa, bridge";
  if (word != "mode") return not_modelled(args, kKnown);
  if (args.empty()) return CommandResultOrError(incomplete());
  const std::string& text = args.take();
  for (const Kind mode : {Kind::private_, Kind::vepa, Kind::bridge}) {
    if (text != host::name_of(mode)) continue;
    add.macvlan = mode;
    return std::nullopt;
  }
  if (text == "passthru" || text == "source") return not_modelled(args, kKnown);
  return CommandResultOrError(refusal(1, fmt::format("Error: argument of \"mode\" must be \"private\", \"vepa\", "
                                                     "\"bridge\", \"passthru\" or \"source\", not \"{}\"\n",
                                                     text)));
}

Ended take_of_type(Args& args, const std::string& word, LinkAdd& add, bool& of_peer) {
  if (add.type == "vlan") return take_vlan(args, word, add);
  if (add.type == "bridge") return take_bridge(args, word, add);
  if (add.type == "macvlan") return take_macvlan(args, word, add);
  if (add.type == "ipip") return take_tunnel_word(args, word, add.tunnel);
  if (add.type == "bond") return take_bond_word(args, word, add.bond);
  if (add.type != "veth") return not_modelled(args, "no more words");
  if (word == "peer") {
    of_peer = true;
    return std::nullopt;
  }
  if (!of_peer) return not_modelled(args, "peer");
  if (is_common(word)) return take_common(args, word, add.peer);
  add.peer.name = word;
  return std::nullopt;
}

Ended take_type(Args& args, LinkAdd& add) {
  if (args.empty()) return CommandResultOrError(incomplete());
  add.type = args.take();
  if (std::ranges::find(kOtherTypes, add.type) != kOtherTypes.end())
    return CommandResultOrError(
        base::Error{args.unknown("this type of interface is not modelled", std::string(kTypes))});
  return std::nullopt;
}

// --- what the kernel does ---

int failed(Io& io, std::string_view text) {
  io.complain(fmt::format("Error: {}\n", text));
  return 2;
}

// "dummy0": the first that is free (kernel: dev_alloc_name()).
std::string free_name(const host::Host& host, std::string_view type) {
  for (unsigned i = 0;; ++i) {
    std::string name = fmt::format("{}{}", type, i);
    if (host.device(name) == nullptr) return name;
  }
}

host::Device& make(host::Host& host, const End& end, std::unique_ptr<host::VirtualLink> link) {
  host::Device& dev = host.add_virtual(end.name, std::move(link), end.mac);
  if (end.mtu) {
    dev.mtu = *end.mtu;
    dev.mtu_set = true;
  }
  if (end.queue) dev.tx_queue_length = *end.queue;
  return dev;
}

int make_pair(host::Host& host, Io& io, LinkAdd& add) {
  if (add.peer.name.empty()) {
    add.peer.name = free_name(host, "veth");
    if (add.peer.name == add.self.name) add.peer.name = "veth1";
  }
  if (host.device(add.peer.name) != nullptr) return rtnetlink_error(io, "File exists");
  auto peer_link = std::make_unique<host::VethLink>(host);
  auto link = std::make_unique<host::VethLink>(host);
  host::VethLink& near = *link;
  host::VethLink& far = *peer_link;
  host::Device& peer = make(host, add.peer, std::move(peer_link));  // the kernel makes the peer first
  host::Device& dev = make(host, add.self, std::move(link));
  near.join(peer);
  far.join(dev);
  return 0;
}

// On a macvlan: on what that one is on.
int make_macvlan(host::Host& host, Io& io, LinkAdd& add, host::Device* below) {
  if (below == nullptr) return rtnetlink_error(io, "Invalid argument");
  if (const auto* on = dynamic_cast<const host::MacvlanLink*>(below->link.get())) below = on->lower();
  if (!below->is_ethernet()) return rtnetlink_error(io, "Invalid argument");
  if (below->receiver != nullptr && below->master != nullptr) return rtnetlink_error(io, "Device or resource busy");
  if (add.self.mtu.value_or(0) > below->mtu) return rtnetlink_error(io, "Invalid argument");
  if (!add.self.mtu) add.self.mtu = below->mtu;
  host::Device& dev = make(host, add.self, std::make_unique<host::MacvlanLink>(host, *below, add.macvlan));
  dev.mtu_set = false;
  return 0;
}

int make_ipip(host::Host& host, Io& io, const LinkAdd& add) {
  if (!add.tunnel.dev.empty() && host.device(interface_of(add.tunnel.dev)) == nullptr) {
    no_device(io, add.tunnel.dev);
    return 255;
  }
  host::Device* const dev = make_tunnel(host, add.self.name, add.tunnel);
  if (dev == nullptr) return rtnetlink_error(io, "File exists");
  if (add.self.mtu) {
    dev->mtu = std::clamp(*add.self.mtu, 68u, 65515u);  // kernel: ip_tunnel_newlink()
    dev->mtu_set = true;
  }
  if (add.self.queue) dev->tx_queue_length = *add.self.queue;
  return 0;
}

int apply(Machine& machine, Io& io, LinkAdd add) {
  host::Host& host = machine.host();
  host::Device* below = nullptr;
  if (!add.below.empty() && (below = host.device(interface_of(add.below))) == nullptr) return no_device(io, add.below);
  if (add.self.name.size() > kLongestName || add.peer.name.size() > kLongestName)
    return failed(io, "Attribute failed policy validation.");
  if (std::ranges::find(kKnownTypes, add.type) == kKnownTypes.end()) return failed(io, "Unknown device type.");
  if (add.type == "vlan") {
    if (below == nullptr) return failed(io, "8021q: link not specified.");
    if (!add.vlan) return failed(io, "8021q: VLAN properties not specified.");
    if (*add.vlan > 4095) return failed(io, "8021q: Invalid VLAN id.");
  }
  if (add.self.name.empty()) {
    add.self.name = add.type == "vlan" ? fmt::format("{}.{}", add.below, *add.vlan) : free_name(host, add.type);
  }
  if (host.device(add.self.name) != nullptr) return rtnetlink_error(io, "File exists");
  if (add.type == "veth") return make_pair(host, io, add);
  if (add.type == "vlan") {
    for (const auto& dev : host.devices()) {
      const bool taken = dev->link != nullptr && dev->link->lower() == below &&
                         dev->link->takes_tag(static_cast<std::uint16_t>(*add.vlan));
      if (taken) return failed(io, "8021q: VLAN device already exists.");
    }
    if (!add.self.mtu) add.self.mtu = below->mtu;
    make(host, add.self, std::make_unique<host::VlanLink>(host, *below, static_cast<std::uint16_t>(*add.vlan)));
  } else if (add.type == "macvlan") {
    if (const int status = make_macvlan(host, io, add, below); status != 0) return status;
  } else if (add.type == "bond") {
    if (add.bond.primary && !add.bond.primary->empty() && host.device(*add.bond.primary) == nullptr)
      return no_device(io, *add.bond.primary);
    make(host, add.self, make_bond(machine, add.bond));
  } else if (add.type == "ipip") {
    if (const int status = make_ipip(host, io, add); status != 0) return status;
  } else if (add.type == "bridge") {
    auto link = std::make_unique<host::BridgeLink>(host);
    if (add.ageing) link->ageing_time = std::chrono::milliseconds(10) * *add.ageing;
    make(host, add.self, std::move(link));
  } else {
    host::Device& dev = make(host, add.self, std::make_unique<host::DummyLink>(host));
    dev.noarp = true;
    dev.multicast = false;
  }
  if (add.group) host.device(add.self.name)->group = *add.group;
  if (add.up) {
    host::Device& dev = *host.device(add.self.name);
    host.set_up(dev, true);
    machine.note_up(dev.index());
  }
  return 0;
}

}  // namespace

CommandResultOrError parse_link_add(Args& args) {
  LinkAdd add;
  bool of_peer = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    Ended ended;
    if (!add.type.empty()) {
      ended = take_of_type(args, word, add, of_peer);
    } else if (word == "type") {
      ended = take_type(args, add);
    } else if (word == "link") {
      if (args.empty()) return incomplete();
      add.below = args.take();
    } else if (is_common(word)) {
      ended = take_common(args, word, add.self);
    } else if (word == "up" || word == "down") {
      add.up = word == "up";
    } else if (word == "group") {
      if (args.empty()) return incomplete();
      const std::string& text = args.take();
      add.group = group_of(text);
      if (!add.group) return invalid_argument(text, "Invalid \"group\" value\n");
    } else if (is_other_link_word(word) || word == "arp" || word == "promisc") {
      ended = not_modelled(args, "link name address mtu txqueuelen group up type");
    } else if (!add.self.name.empty()) {
      return duplicate_or_garbage("dev", word);
    } else {
      add.self.name = word;
    }
    if (ended) return std::move(*ended);
  }
  if (add.type.empty()) return refusal(1, "Not enough information: \"type\" argument is required\n");
  return instant([add](Machine& machine, Io& io) { return apply(machine, io, add); });
}

}  // namespace lvs::control::ip
