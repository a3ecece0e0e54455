// SPDX-License-Identifier: GPL-2.0-or-later
// What -d adds to the second line of an interface (iproute2 6.1 ip/ipaddress.c print_linkinfo(), link kinds). Cables
// are veths, as they are on the kernel that labs are compared with.
#include <fmt/format.h>

#include <algorithm>

#include "control/programs/ip/link.h"
#include "control/programs/ip/listing.h"
#include "host/virtual/bond.h"
#include "host/virtual/links.h"
#include "host/virtual/macvlan.h"

namespace lvs::control::ip {
namespace {

struct Sizes {
  unsigned least = 0, most = 0;  // MTU
  unsigned largest = 524280;     // tso_max_size
  unsigned queues = 1;
};

constexpr unsigned kGeneric = 65536, kLeastMtu = 68, kMostMtu = 65535;

Sizes sizes_of(const host::Device& dev) {
  constexpr unsigned kMostInner = 65515;  // what an outer header leaves of 65535
  constexpr unsigned kBondQueues = 16;
  if (dev.is_loopback()) return {};
  if (dev.kind() == host::DeviceKind::ipip)
    return dev.tunnel_any_protocol ? Sizes{0, 0, kGeneric} : Sizes{kLeastMtu, kMostInner, kGeneric};
  const std::string_view type = dev.link == nullptr ? "veth" : dev.link->type();
  if (type == "vlan") return {0, kMostMtu};
  if (type == "dummy") return {0, 0, kGeneric};
  if (const auto* bond = dynamic_cast<const host::BondLink*>(dev.link.get()))
    return {kLeastMtu, kMostMtu, bond->slaves().empty() ? kGeneric : 524280, kBondQueues};
  return {kLeastMtu, kMostMtu};
}

void put_word(Listing& out, std::string_view key, const std::string& value, std::string_view word = {}) {
  out.put(key, value, fmt::format("{} {} ", word.empty() ? key : word, value));
}
void put_number(Listing& out, std::string_view key, std::uint64_t value, std::string_view word = {}) {
  out.put(key, value, fmt::format("{} {} ", word.empty() ? key : word, value));
}

void put_tunnel(Listing& out, const host::Device& dev) {
  const auto end = [](base::Ipv4Addr addr) { return addr.is_any() ? std::string("any") : addr.text(); };
  const std::string proto = dev.tunnel_any_protocol ? "any" : "ipip";
  out.put("proto", proto, proto + " ");
  put_word(out, "remote", end(dev.tunnel_remote));
  put_word(out, "local", end(dev.tunnel_local));
  if (const std::string link = tunnel_link_name(dev); !link.empty()) put_word(out, "link", link, "dev");
  out.put("ttl", std::uint64_t{dev.tunnel_ttl},
          dev.tunnel_ttl == 0 ? "ttl inherit " : fmt::format("ttl {} ", dev.tunnel_ttl));
  const bool discovers = dev.tunnel_pmtudisc;
  out.put("pmtudisc", discovers, discovers ? "pmtudisc " : "nopmtudisc ");
}

// iproute2: bond_print_opt().
void put_bond(Listing& out, const host::BondLink& bond) {
  const host::BondLink::Settings& set = bond.settings();
  put_word(out, "mode", set.mode == host::BondLink::Mode::balance_rr ? "balance-rr" : "active-backup");
  if (bond.active() != nullptr) put_word(out, "active_slave", bond.active()->dev->name());
  put_number(out, "miimon", set.miimon);
  put_number(out, "updelay", set.updelay);
  put_number(out, "downdelay", set.downdelay);
  put_number(out, "peer_notify_delay", 0);
  put_number(out, "use_carrier", 1);
  put_number(out, "arp_interval", 0);
  put_number(out, "arp_missed_max", 2);
  out.put("arp_validate", JsonNull{}, "arp_validate none ");
  put_word(out, "arp_all_targets", "any");
  const bool primary =
      std::ranges::any_of(bond.slaves(), [&](const auto& slave) { return slave.dev->name() == set.primary; });
  if (primary) put_word(out, "primary", set.primary);
  put_word(out, "primary_reselect", "always");
  put_word(out, "fail_over_mac", set.fail_over_mac ? "active" : "none");
  put_word(out, "xmit_hash_policy", "layer2");
  put_number(out, "resend_igmp", 1);
  put_number(out, "num_peer_notif", set.gratuitous, "num_grat_arp");
  put_number(out, "all_slaves_active", 0);
  put_number(out, "min_links", 0);
  put_number(out, "lp_interval", 1);
  put_number(out, "packets_per_slave", 1);
  put_word(out, "ad_lacp_active", "on", "lacp_active");
  put_word(out, "ad_lacp_rate", "slow", "lacp_rate");
  put_word(out, "ad_select", "stable");
  put_number(out, "tlb_dynamic_lb", 1);
}

void put_data(Listing& out, const host::Device& dev) {
  if (dev.kind() == host::DeviceKind::ipip) return put_tunnel(out, dev);
  if (const auto* vlan = dynamic_cast<const host::VlanLink*>(dev.link.get())) {
    put_word(out, "protocol", "802.1Q");
    put_number(out, "id", vlan->id());
    out.words("<REORDER_HDR> ");
    out.open_array("flags");
    if (out.json()) out.element(std::string("REORDER_HDR"), "");
    out.close_array();
  }
  if (const auto* macvlan = dynamic_cast<const host::MacvlanLink*>(dev.link.get())) {
    put_word(out, "mode", std::string(host::name_of(macvlan->mode)));
    put_number(out, "bcqueuelen", 1000);
    put_number(out, "usedbcqueuelen", 1000);
  }
  if (const auto* bond = dynamic_cast<const host::BondLink*>(dev.link.get())) put_bond(out, *bond);
}

// iproute2: bond_slave_print_opt().
void put_slave(Listing& out, const host::Device& dev) {
  const auto* const bond = dynamic_cast<const host::BondLink*>(dev.master->link.get());
  if (bond == nullptr) return;
  const auto slave = std::ranges::find(bond->slaves(), &dev, &host::BondLink::Slave::dev);
  if (slave == bond->slaves().end()) return;
  const bool backup = bond->settings().mode == host::BondLink::Mode::active_backup && bond->active() != &*slave;
  out.put("info_slave_kind", std::string("bond"), "bond_slave ");
  out.open_object("info_slave_data");
  put_word(out, "state", backup ? "BACKUP" : "ACTIVE");
  put_word(out, "mii_status", slave->link ? "UP" : "DOWN");
  put_number(out, "link_failure_count", slave->failures);
  put_word(out, "perm_hwaddr", slave->permanent.text());
  put_number(out, "queue_id", 0);
  put_number(out, "prio", 0);
  out.close_object();
}

void put_kind(Listing& out, const host::Device& dev, std::string_view separator) {
  if (dev.is_loopback()) return;
  const bool tunnel = dev.kind() == host::DeviceKind::ipip;
  const std::string kind(tunnel ? "ipip" : dev.link == nullptr ? "veth" : dev.link->type());
  const bool plain = kind == "veth" || kind == "dummy";
  out.open_object("linkinfo");
  out.put("info_kind", kind, fmt::format("{}    {} ", separator, kind));
  if (!plain) {
    out.open_object("info_data");
    put_data(out, dev);
    out.close_object();
  }
  if (dev.master != nullptr) {
    out.words(fmt::format("{}    ", separator));
    put_slave(out, dev);
  }
  out.close_object();
}

// Others on it make it listen to all, too (kernel: dev_uc_add() of an interface without filters).
bool listens_to_all(const host::Device& dev) {
  const auto* const port = dynamic_cast<const host::MacvlanPort*>(dev.receiver);
  return dev.promiscuous || (port != nullptr && port->listening());
}

}  // namespace

bool has_details(const host::Device& dev) {
  const auto is_bridge = [](const host::Device* other) {
    return other != nullptr && other->link != nullptr && other->link->type() == "bridge";
  };
  return !is_bridge(&dev) && !is_bridge(dev.master);
}

void put_details(Listing& out, const host::Device& dev, bool of_link, std::string_view separator) {
  const Sizes sizes = sizes_of(dev);
  out.put("promiscuity", std::uint64_t{listens_to_all(dev) ? 1u : 0u},
          fmt::format(" promiscuity {} ", listens_to_all(dev) ? 1 : 0));
  out.put("allmulti", std::uint64_t{dev.allmulticast ? 1u : 0u},
          fmt::format(" allmulti {} ", dev.allmulticast ? 1 : 0));
  put_number(out, "min_mtu", sizes.least, "minmtu");
  put_number(out, "max_mtu", sizes.most, "maxmtu");
  put_kind(out, dev, separator);
  // IPv6 takes tunl0 when it is set up.
  if (of_link && (dev.name() != "tunl0" || dev.up)) put_word(out, "inet6_addr_gen_mode", "eui64", "addrgenmode");
  put_number(out, "num_tx_queues", sizes.queues, "numtxqueues");
  put_number(out, "gso_max_size", kGeneric);
  put_number(out, "gso_max_segs", kMostMtu);
  put_number(out, "tso_max_size", sizes.largest);
  put_number(out, "tso_max_segs", kMostMtu);
  put_number(out, "gro_max_size", kGeneric);
}

int no_details(Io& io, const host::Device& dev) {
  io.complain(fmt::format("not modelled: -d of {}, a bridge or a port of one\n", dev.name()));
  return 2;
}

}  // namespace lvs::control::ip
