// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/complete/strict.h"

#include <fmt/format.h>

namespace lvs::keepalived {
namespace {

constexpr unsigned kAddressOwner = 255;
constexpr const char* kDefaultTable = "keepalived";
constexpr unsigned kAdverts = 3;  // missed ones that make a master

}  // namespace

void StrictMode::say(std::string_view text) { report_.error(fmt::format("({}) {}", i_.name, text)); }

void StrictMode::state() {
  const bool owner = i_.priority == kAddressOwner;
  if ((i_.want == VrrpState::master) == owner) return;
  say("State MASTER must match being address owner");
  i_.want = owner ? VrrpState::master : VrrpState::backup;
}

void StrictMode::authentication() {
  if (i_.auth == VrrpAuth::none) return;
  say("Strict mode does not support authentication. Ignoring.");
  i_.auth = VrrpAuth::none;
}

void StrictMode::preemption() {
  if (i_.preempt_delay == Time{}) return;
  say("preempt_delay is incompatible with strict mode - resetting");
  i_.preempt_delay = {};
}

void StrictMode::down_timer(unsigned otherwise) {
  if (i_.down_timer_adverts.value_or(otherwise) != kAdverts)
    say("down_timer_adverts is incompatible with strict mode - resetting");
  i_.down_timer_adverts = kAdverts;
}

// Packets to an address that another owns are dropped by rules of keepalived's own (keepalived: nft_add_addresses()).
void StrictMode::acceptance(bool strict, FirewallConf& firewall) {
  const bool owner = i_.priority == kAddressOwner;
  if (!i_.accept) i_.accept = owner || !strict;
  if (*i_.accept && !owner && strict && i_.version == 2) {
    say("warning - accept mode for VRRP version 2 does not comply with RFC3768 - resetting");
    i_.accept = false;
  }
  if (*i_.accept || !firewall.table.empty()) return;
  report_.log("use_vmac or no_accept/strict specified, but no firewall configured - using nftables");
  firewall.table = kDefaultTable;
}

void StrictMode::lower_priority() {
  if (i_.garp_lower_prio_repeat.value_or(0) != 0) say("Strict mode requires no repeat garps. resetting");
  i_.garp_lower_prio_repeat = 0;
  if (i_.garp_lower_prio_delay.value_or(Time{}) != Time{}) say("Strict mode requires no repeat garp delay. resetting");
  i_.garp_lower_prio_delay = Time{};
  if (!i_.lower_prio_no_advert.value_or(true)) say("Strict mode requires no lower priority advert. resetting");
  i_.lower_prio_no_advert = true;
  if (i_.higher_prio_send_advert.value_or(false))
    say("strict mode requires higher_prio_send_advert to be clear. resetting");
  i_.higher_prio_send_advert = false;
}

}  // namespace lvs::keepalived
