// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/ip/bond-words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/numbers.h"

namespace lvs::control::ip {
namespace {

using BondMode = host::BondLink::Mode;
using BondEnded = std::optional<CommandResultOrError>;

constexpr std::string_view kKnownBond =
    "mode balance-rr, active-backup; miimon updelay downdelay use_carrier 1 primary primary_reselect always "
    "active_slave clear_active_slave fail_over_mac none, active; num_grat_arp num_unsol_na";

constexpr auto kModes = std::to_array<std::string_view>(
    {"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"});
constexpr auto kOtherWords =
    std::to_array<std::string_view>({"arp_interval",     "arp_ip_target",     "arp_validate",
                                     "arp_all_targets",  "arp_missed_max",    "ns_ip6_target",
                                     "xmit_hash_policy", "resend_igmp",       "all_slaves_active",
                                     "min_links",        "lp_interval",       "packets_per_slave",
                                     "lacp_rate",        "lacp_active",       "ad_select",
                                     "ad_user_port_key", "ad_actor_sys_prio", "ad_actor_system",
                                     "tlb_dynamic_lb",   "peer_notify_delay", "help"});

BondEnded not_of_bonds(const Args& args, std::string_view why = "not modelled of bonds") {
  return CommandResultOrError(base::Error{args.unknown(std::string(why), std::string(kKnownBond))});
}

BondEnded take_bond_mode(const Args& args, const std::string& text, BondWords& words) {
  auto at = static_cast<std::size_t>(std::ranges::find(kModes, text) - kModes.begin());
  if (const auto number = base::c_number(text, 255)) at = *number;
  if (at >= kModes.size()) return CommandResultOrError(invalid_argument(text, "invalid mode"));
  if (at > 1) return not_of_bonds(args, "this mode of bonds is not modelled");
  words.mode = at == 0 ? BondMode::balance_rr : BondMode::active_backup;
  return std::nullopt;
}

BondEnded take_bond_number(const std::string& word, const std::string& text, BondWords& words) {
  const bool count = word == "num_grat_arp" || word == "num_unsol_na";
  const auto number = base::c_number(text, count ? 255 : 0xffffffff);
  if (!number) return CommandResultOrError(invalid_argument(text, "invalid " + word));
  auto& to = word == "miimon"      ? words.miimon
             : word == "updelay"   ? words.updelay
             : word == "downdelay" ? words.downdelay
                                   : words.gratuitous;
  to = static_cast<std::uint32_t>(*number);
  return std::nullopt;
}

}  // namespace

BondEnded take_bond_word(Args& args, const std::string& word, BondWords& words) {
  if (std::ranges::find(kOtherWords, word) != kOtherWords.end()) return not_of_bonds(args);
  if (word == "clear_active_slave") {
    words.active = "";
    return std::nullopt;
  }
  constexpr auto kWords = std::to_array<std::string_view>({"mode", "miimon", "updelay", "downdelay", "use_carrier",
                                                           "primary", "primary_reselect", "active_slave",
                                                           "fail_over_mac", "num_grat_arp", "num_unsol_na"});
  if (std::ranges::find(kWords, word) == kWords.end()) return not_of_bonds(args, "no word of bonds");
  if (args.empty()) return CommandResultOrError(incomplete());
  const std::string& text = args.take();
  if (word == "mode") return take_bond_mode(args, text, words);
  if (word == "primary" || word == "active_slave") {
    (word == "primary" ? words.primary : words.active) = text;
  } else if (word == "fail_over_mac") {
    const bool none = text == "none" || text == "0";
    if (!none && text != "active" && text != "1") return not_of_bonds(args);
    words.fail_over_mac = !none;
  } else if (word == "use_carrier" || word == "primary_reselect") {
    if (text != "1" && text != "always" && text != "0") return not_of_bonds(args);
    if ((text == "0") != (word == "primary_reselect") && text != "always") return not_of_bonds(args);
  } else {
    return take_bond_number(word, text, words);
  }
  return std::nullopt;
}

namespace {

// Kernel: macvlan_device_event(), vlan_device_event(): NETDEV_NOTIFY_PEERS goes on to the interfaces above, in this
// order.
void announce_with_those_above(host::Host& host, host::Device& dev) {
  host.arp.announce(dev);
  for (const std::string_view type : {"macvlan", "vlan"}) {
    for (const auto& other : host.devices()) {
      const bool above = other->link != nullptr && other->link->lower() == &dev && other->link->type() == type;
      if (above && other->up) announce_with_those_above(host, *other);
    }
  }
}

}  // namespace

std::unique_ptr<host::BondLink> make_bond(Machine& machine, const BondWords& words) {
  host::Host& host = machine.host();
  host::BondLink::Settings settings;
  settings.mode = words.mode.value_or(BondMode::balance_rr);
  settings.miimon = words.miimon.value_or(0);
  settings.updelay = words.updelay.value_or(0);
  settings.downdelay = words.downdelay.value_or(0);
  settings.primary = words.primary.value_or("");
  settings.gratuitous = static_cast<std::uint8_t>(words.gratuitous.value_or(1));
  settings.fail_over_mac = words.fail_over_mac.value_or(false);
  host::BondLink::Actions actions;
  actions.set_mac = [&host](host::Device& dev, const base::MacAddr& mac) { host.set_mac(dev, mac); };
  actions.set_up = [&host](host::Device& dev, bool up) { host.set_up(dev, up); };
  actions.announce = [&host](host::Device& dev) { announce_with_those_above(host, dev); };
  actions.settle = [&host] { host.settle_links(); };
  actions.random_mac = [&host] {
    base::MacAddr mac;
    for (std::uint8_t& byte : mac.bytes) byte = static_cast<std::uint8_t>(host.rng.next());
    mac.bytes[0] = static_cast<std::uint8_t>((mac.bytes[0] & 0xfe) | 2);
    return mac;
  };
  return std::make_unique<host::BondLink>(host, std::move(settings), std::move(actions));
}

int change_bond(Machine& machine, Io& io, host::Device& dev, const BondWords& words) {
  auto& bond = dynamic_cast<host::BondLink&>(*dev.link);
  const auto refuse = [&](std::string_view text) {
    io.complain(fmt::format("Error: {}\n", text));
    return 2;
  };
  for (const auto& name : {words.active, words.primary})
    if (name && !name->empty() && machine.host().device(*name) == nullptr) return no_device(io, *name);
  if (words.mode && *words.mode != bond.settings().mode) {
    if (!bond.slaves().empty()) return refuse("unable to set option because the bond device has slaves.");
    if (dev.up) return refuse("unable to set option because the bond is up.");
    bond.set_mode(*words.mode);
  }
  if (words.active) {
    const host::Device* const slave = words.active->empty() ? nullptr : machine.host().device(*words.active);
    if (!bond.set_active(slave)) return rtnetlink_error(io, "Invalid argument");
  }
  if (words.miimon) bond.set_miimon(*words.miimon);
  if (words.updelay || words.downdelay) {
    if (bond.settings().miimon == 0) return rtnetlink_error(io, "Operation not permitted");
    bond.set_delays(words.updelay.value_or(bond.settings().updelay),
                    words.downdelay.value_or(bond.settings().downdelay));
  }
  if (words.primary) bond.set_primary(*words.primary);
  if (words.gratuitous) bond.set_gratuitous(static_cast<std::uint8_t>(*words.gratuitous));
  return 0;
}

}  // namespace lvs::control::ip
