// SPDX-License-Identifier: GPL-2.0-or-later
// vrrp_instance (keepalived: vrrp_parser.c).
#include <fmt/format.h>

#include <algorithm>

#include "daemons/keepalived/conf/address.h"
#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar-notify.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

using I = VrrpInstanceConf;
constexpr const char* kVmac = "virtual MAC addresses (macvlan) are not modelled";

I& last(ConfReader& r) { return r.conf.vrrp.instances.back(); }

void complain(ConfReader& r, const char* text, const std::string& word = {}) {
  r.report.error(fmt::format(fmt::runtime(text), last(r).name, word));
}

void take_block(ConfReader& r, const ConfWords& w) {
  r.conf.has_vrrp = true;
  if (w.size() != 2) {
    r.report.error("vrrp_instance must have a name");
    return r.skip_block(true, r.conf.vrrp.instances.empty());
  }
  if (std::ranges::find(r.conf.vrrp.instances, w[1], &I::name) != r.conf.vrrp.instances.end()) {
    r.report.error(fmt::format("vrrp instance {} already defined", w[1]));
    return r.skip_block(true);
  }
  I& instance = r.conf.vrrp.instances.emplace_back();
  instance.name = w[1];
  instance.place = r.report.place;
  instance.skip_check_adv_addr = r.conf.global.skip_check_adv_addr;
}

void end(ConfReader& r) {
  if (last(r).peers.empty() && last(r).ttl != -1) {
    complain(r, "({}): Cannot use unicast_ttl without unicast peers - resetting");
    last(r).ttl = 0;
  }
}

void take_state(ConfReader& r, const ConfWords& w) {
  const std::string& state = r.word(w, 1);
  if (state == "MASTER") {
    last(r).want = VrrpState::master;
  } else if (state != "BACKUP") {
    complain(r, "({}) unknown state '{}', defaulting to BACKUP", state);
    last(r).want = VrrpState::backup;
  } else if (last(r).want == VrrpState::master) {
    complain(r, "({}) state previously set as MASTER - ignoring BACKUP");
  } else {
    last(r).want = VrrpState::backup;
  }
}

void take_interface(ConfReader& r, const ConfWords& w) {
  const std::string& name = r.word(w, 1);
  if (name.size() > 15) return r.report.error(fmt::format("Interface name '{}' too long - ignoring", name));
  if (!r.has_interface(name)) {
    r.report.error(fmt::format("WARNING - interface {} for vrrp_instance {} doesn't exist", name, last(r).name));
    last(r).interface.clear();
  } else if (r.host.is_loopback(name)) {
    complain(r, "({}) cannot use a loopback interface ({}) for vrrp - ignoring", name);
    last(r).interface.clear();
  } else {
    last(r).interface = name;
  }
}

void take_vrid(ConfReader& r, const ConfWords& w) {
  if (const auto id = r.numbers.natural(r.word(w, 1), 1, 255, false)) {
    last(r).vrid = static_cast<unsigned>(*id);
  } else {
    complain(r, "({}): VRID '{}' not valid - must be between 1 & 255", r.word(w, 1));
  }
}
void take_priority(ConfReader& r, const ConfWords& w) {
  const auto priority = r.numbers.natural(r.word(w, 1), 1, 255, false);
  if (!priority) complain(r, "({}) Priority not valid! must be between 1 & 255. Using default 100");
  last(r).priority = priority ? static_cast<unsigned>(*priority) : 100;
}
void take_advert(ConfReader& r, const ConfWords& w) {
  const auto interval = r.numbers.seconds(r.word(w, 1), 10'000, 255'000'000, true);
  if (interval && *interval > Time{}) {
    last(r).advert_interval = *interval;
  } else {
    complain(r, "({}) Advert interval ({}) not valid! Must be > 0 - ignoring", r.word(w, 1));
  }
}
void take_version(ConfReader& r, const ConfWords& w) {
  const auto version = r.numbers.integer(r.word(w, 1), 2, 3, true);
  if (!version) return complain(r, "({}): Version must be either 2 or 3");
  if (last(r).version != 0 && last(r).version != *version)
    return r.report.error(fmt::format("({}) vrrp_version {} conflicts with configured or deduced version {}; ignoring.",
                                      last(r).name, *version, last(r).version));
  last(r).version = static_cast<unsigned>(*version);
}

void take_auth_type(ConfReader& r, const ConfWords& w) {
  const std::string& type = r.word(w, 1);
  if (type == "PASS") {
    last(r).auth = VrrpAuth::pass;
    last(r).auth_set = true;
  } else if (type == "AH") {
    r.report.refuse(type, "authentication headers (IPsec AH) are not modelled: use PASS");
  } else {
    complain(r, "({}) unknown authentication type '{}'", type);
  }
}
void take_auth_pass(ConfReader& r, const ConfWords& w) {
  std::string pass = r.word(w, 1);
  if (pass.size() > 8) {
    r.report.error("Truncating auth_pass to 8 characters");
    pass.resize(8);
  }
  last(r).auth_pass = std::move(pass);
}

void take_addresses(ConfReader& r, const ConfWords& w, std::vector<ConfAddress>& to) {
  r.each_line(w, [&](const ConfWords& line) {
    if (auto address = read_address(r, line, false)) to.push_back(std::move(*address));
  });
}
void take_vips(ConfReader& r, const ConfWords& w) { take_addresses(r, w, last(r).addresses); }
void take_evips(ConfReader& r, const ConfWords& w) { take_addresses(r, w, last(r).excluded); }
void take_routes(ConfReader& r, const ConfWords& w) {
  r.each_line(w, [&](const ConfWords& line) {
    if (auto route = read_route(r, line, false)) last(r).routes.push_back(std::move(*route));
  });
}

void take_peer(ConfReader& r, const ConfWords& line) {
  const auto address = read_host_address(
      r, line[0],
      "Configuration error: VRRP instance[" + last(r).name + "] malformed unicast peer address[{}]. Skipping...");
  if (!address) return;
  I::Peer peer{*address};
  for (std::size_t i = 1; i < line.size(); i += 2) {
    if (i + 1 == line.size()) {
      complain(r, "({}) {} is missing a value", line[i]);
      break;
    }
    const auto ttl = r.numbers.natural(line[i + 1], 0, 255, false);
    if (!ttl) continue;
    if (line[i] != "min_ttl" && line[i] != "max_ttl") {
      complain(r, "({}) unknown unicast_peer option {}", line[i]);
      break;
    }
    (line[i] == "min_ttl" ? peer.min_ttl : peer.max_ttl) = static_cast<unsigned>(*ttl);
    last(r).check_unicast_src = true;
  }
  if (peer.min_ttl > peer.max_ttl)
    r.report.error(fmt::format("({}) min_ttl {} > max_ttl {} - all packets will be discarded", last(r).name,
                               peer.min_ttl, peer.max_ttl));
  last(r).peers.push_back(peer);
}
void take_peers(ConfReader& r, const ConfWords& w) {
  last(r).unicast_configured = true;
  r.each_line(w, [&](const ConfWords& line) { take_peer(r, line); });
}
void take_no_peer(ConfReader& r, const ConfWords&) {
  last(r).unicast_configured = last(r).unicast_fault_no_peer = true;
}
void take_check_src(ConfReader& r, const ConfWords&) { last(r).unicast_configured = last(r).check_unicast_src = true; }
void take_source(ConfReader& r, const ConfWords& w) {
  if (w[0] == "unicast_src_ip") last(r).unicast_configured = true;
  const auto address = read_host_address(
      r, r.word(w, 1),
      "Configuration error: VRRP instance[" + last(r).name + "] malformed src address[{}]. Skipping...");
  if (address) last(r).source = address;
}
void take_destination(ConfReader& r, const ConfWords& w) {
  const auto address =
      read_host_address(r, r.word(w, 1), "(" + last(r).name + ") malformed mcast dest address {}. Skipping...");
  if (!address) return;
  if (!address->is_multicast()) return complain(r, "({}) mcast_dst_ip {} not multicast. Skipping...", w[1]);
  last(r).multicast_group = address;
}
void take_ttl(ConfReader& r, const ConfWords& w) {
  if (const auto ttl = r.numbers.natural(r.word(w, 1), 0, 255, false)) {
    last(r).ttl = static_cast<int>(*ttl);
  } else {
    complain(r, "({}): TTL '{}' not valid - must be between 0 & 255", r.word(w, 1));
  }
}

template <bool I::*member, bool value = true>
void set(ConfReader& r, const ConfWords&) {
  last(r).*member = value;
}
template <std::optional<bool> I::*member>
void take_flag(ConfReader& r, const ConfWords& w) {
  if (const auto on = r.flag(w)) {
    last(r).*member = *on;
  } else {
    r.report.error(fmt::format("({}) invalid {} {} specified", last(r).name, w[0], w[1]));
  }
}
void take_priority_changes(ConfReader& r, const ConfWords& w) {
  last(r).notify_priority_changes = r.flag(w);
  if (!r.flag(w)) complain(r, "({}) Invalid value '{}' for notify_priority_changes specified", w[1]);
}
// Whatever the word, the check is skipped: keepalived's own way.
void take_skip_check(ConfReader& r, const ConfWords& w) {
  if (r.flag(w)) {
    last(r).skip_check_adv_addr = true;
  } else {
    complain(r, "({}) invalid skip_check_adv_addr {} specified", w[1]);
  }
}
void take_preempt_delay(ConfReader& r, const ConfWords& w) {
  const auto delay = r.numbers.seconds(r.word(w, 1), 0, 1'000'000'000, true);
  if (!delay) complain(r, "({}) Preempt_delay not valid! must be between 0-1000");
  last(r).preempt_delay = delay.value_or(Time{});
}

std::optional<std::uint64_t> natural(ConfReader& r, const ConfWords& w, std::uint64_t least, std::uint64_t most,
                                     const char* text) {
  const auto value = r.numbers.natural(r.word(w, 1), least, most, true);
  if (!value) complain(r, text, r.word(w, 1));
  return value;
}
constexpr std::uint64_t kMostSeconds = kMostUnsigned / 1'000'000;

void take_garp_delay(ConfReader& r, const ConfWords& w) {
  if (const auto v = natural(r, w, 0, kMostSeconds, "({}): garp_master_delay '{}' invalid - ignoring"))
    last(r).garp_delay = std::chrono::seconds(*v);
}
void take_garp_refresh(ConfReader& r, const ConfWords& w) {
  const auto v = natural(r, w, 0, kMostUnsigned, "({}): Invalid garp_master_refresh '{}' - ignoring");
  last(r).garp_refresh = std::chrono::seconds(v.value_or(0));
}
void take_repeat(ConfReader& r, const ConfWords& w, std::optional<unsigned>& to) {
  constexpr std::uint64_t kMost = 1000;  // of gratuitous ARPs in a row
  const std::string text = "({}): " + w[0] + " '{}' invalid - ignoring";
  const auto v = natural(r, w, 0, kMostUnsigned, text.c_str());
  if (!v) return;
  if (*v > kMost) return r.report.refuse(w[1], fmt::format("more than {} gratuitous ARPs in a row", kMost));
  if (*v == 0) r.report.error(fmt::format("({}): {} must be greater than 0, setting to 1", last(r).name, w[0]));
  to = *v == 0 ? 1 : static_cast<unsigned>(*v);
}
void take_garp_repeat(ConfReader& r, const ConfWords& w) { take_repeat(r, w, last(r).garp_repeat); }
void take_refresh_repeat(ConfReader& r, const ConfWords& w) { take_repeat(r, w, last(r).garp_refresh_repeat); }
void take_lower_delay(ConfReader& r, const ConfWords& w) {
  if (const auto v = natural(r, w, 0, kMostSeconds, "({}): garp_lower_prio_delay '{}' invalid - ignoring"))
    last(r).garp_lower_prio_delay = std::chrono::seconds(*v);
}
void take_lower_repeat(ConfReader& r, const ConfWords& w) {
  const auto v = natural(r, w, 0, 0x7fffffff, "({}): Invalid garp_lower_prio_repeat '{}'");
  if (v && *v > 1000) return r.report.refuse(w[1], "more than 1000 gratuitous ARPs in a row");
  if (v) last(r).garp_lower_prio_repeat = static_cast<unsigned>(*v);
}
void take_down_timer(ConfReader& r, const ConfWords& w) {
  if (const auto v = natural(r, w, 1, 100, "({}): Invalid down_timer_adverts [1:100] '{}'"))
    last(r).down_timer_adverts = static_cast<unsigned>(*v);
}

template <std::vector<ConfTrack> I::*list, Tracked what>
void take_tracked(ConfReader& r, const ConfWords& w) {
  read_tracked(r, w, last(r).name, what, last(r).*list);
}
template <ConfScript ConfNotify::*script>
void notify(ConfReader& r, const ConfWords& w) {
  take_notify(r, w, last(r).notify.*script, "(" + last(r).name + ") {} script already specified");
}
void take_deleted(ConfReader& r, const ConfWords& w) {
  last(r).notify.has_deleted = true;
  if (w.size() > 1) notify<&ConfNotify::deleted>(r, w);
}
void take_sync_interface(ConfReader& r, const ConfWords& w) { take_instance_sync_daemon(r, w, last(r).name); }
void take_nothing(ConfReader&, const ConfWords&) {}
void take_accept(ConfReader& r, const ConfWords&) { last(r).accept = true; }
void take_no_accept(ConfReader& r, const ConfWords&) { last(r).accept = false; }
void take_strict(ConfReader& r, const ConfWords& w) {
  if (const auto on = r.flag(w)) {
    last(r).strict = *on;
  } else {
    r.report.error(fmt::format("({}) invalid strict_mode {} specified", last(r).name, w[1]));
  }
}
void take_instance_alert(ConfReader& r, const ConfWords& w) {
  take_smtp_alert(r, w, last(r).smtp_alert, "vrrp_instance");
}

constexpr Keyword kAuth[] = {
    {.name = "auth_type", .take = take_auth_type},
    {.name = "auth_pass", .take = take_auth_pass},
};

using N = ConfNotify;
constexpr Keyword kInside[] = {
    {.name = "use_vmac", .refused = kVmac},
    {.name = "use_vmac_addr", .refused = kVmac},
    {.name = "vmac_xmit_base", .refused = kVmac},
    {.name = "use_ipvlan", .refused = "ipvlan is not modelled"},
    {.name = "unicast_peer", .take = take_peers},
    {.name = "unicast_fault_no_peer", .take = take_no_peer},
    {.name = "check_unicast_src", .take = take_check_src},
    {.name = "old_unicast_checksum", .refused = "the checksum of old releases is not modelled"},
    {.name = "native_ipv6", .refused = "IPv6 is not modelled"},
    {.name = "state", .take = take_state},
    {.name = "interface", .take = take_interface},
    {.name = "vrf", .refused = "virtual routing domains are not modelled"},
    {.name = "dont_track_primary", .take = set<&I::dont_track_primary>},
    {.name = "track_interface", .take = take_tracked<&I::track_interfaces, Tracked::interfaces>},
    {.name = "track_script", .take = take_tracked<&I::track_scripts, Tracked::scripts>},
    {.name = "track_file", .take = take_tracked<&I::track_files, Tracked::files>},
    {.name = "track_process", .take = take_tracked<&I::track_processes, Tracked::processes>},
    {.name = "track_bfd", .refused = "BFD is not modelled"},
    {.name = "mcast_src_ip", .take = take_source},
    {.name = "unicast_src_ip", .take = take_source},
    {.name = "mcast_dst_ip", .take = take_destination},
    {.name = "track_src_ip", .take = set<&I::track_source>},
    {.name = "virtual_router_id", .take = take_vrid},
    {.name = "unicast_ttl", .take = take_ttl},
    {.name = "version", .take = take_version},
    {.name = "priority", .take = take_priority},
    {.name = "advert_int", .take = take_advert},
    {.name = "virtual_ipaddress", .take = take_vips},
    {.name = "virtual_ipaddress_excluded", .take = take_evips},
    {.name = "promote_secondaries", .refused = "keepalived's own writing of this sysctl is not modelled: use sysctl"},
    {.name = "linkbeat_use_polling", .refused = "polling of link states is not modelled"},
    {.name = "virtual_routes", .take = take_routes},
    {.name = "virtual_rules", .refused = "rules of policy routing that move with an instance are not modelled"},
    {.name = "accept", .take = take_accept},
    {.name = "no_accept", .take = take_no_accept},
    {.name = "skip_check_adv_addr", .take = take_skip_check},
    {.name = "strict_mode", .take = take_strict},
    {.name = "preempt", .take = set<&I::nopreempt, false>},
    {.name = "nopreempt", .take = set<&I::nopreempt>},
    {.name = "preempt_delay", .take = take_preempt_delay},
    {.name = "debug", .take = take_nothing},
    {.name = "notify_backup", .take = notify<&N::backup>},
    {.name = "notify_master", .take = notify<&N::master>},
    {.name = "notify_fault", .take = notify<&N::fault>},
    {.name = "notify_stop", .take = notify<&N::stop>},
    {.name = "notify_deleted", .take = take_deleted},
    {.name = "notify", .take = notify<&N::any>},
    {.name = "notify_master_rx_lower_pri", .take = notify<&N::master_rx_lower_pri>},
    {.name = "smtp_alert", .take = take_instance_alert},
    {.name = "notify_priority_changes", .take = take_priority_changes},
    {.name = "lvs_sync_daemon_interface", .take = take_sync_interface},
    {.name = "garp_master_delay", .take = take_garp_delay},
    {.name = "garp_master_refresh", .take = take_garp_refresh},
    {.name = "garp_master_repeat", .take = take_garp_repeat},
    {.name = "garp_master_refresh_repeat", .take = take_refresh_repeat},
    {.name = "garp_lower_prio_delay", .take = take_lower_delay},
    {.name = "garp_lower_prio_repeat", .take = take_lower_repeat},
    {.name = "down_timer_adverts", .take = take_down_timer},
    {.name = "garp_extra_if", .refused = kVmac},
    {.name = "vmac_garp_intvl", .refused = kVmac},
    {.name = "lower_prio_no_advert", .take = take_flag<&I::lower_prio_no_advert>},
    {.name = "higher_prio_send_advert", .take = take_flag<&I::higher_prio_send_advert>},
    {.name = "kernel_rx_buf_size", .take = take_nothing},
    {.name = "authentication", .inside = kAuth, .block = true},
};
constexpr Keyword kBlock = {.name = "vrrp_instance", .take = take_block, .inside = kInside, .block = true, .end = end};

}  // namespace

const Keyword& instance_block() { return kBlock; }

}  // namespace lvs::keepalived
