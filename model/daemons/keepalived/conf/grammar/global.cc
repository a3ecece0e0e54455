// SPDX-License-Identifier: GPL-2.0-or-later
// global_defs and what else stands before all blocks (keepalived: core/global_parser.c).
#include <fmt/format.h>

#include <vector>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

constexpr const char* kNotifyFifo = "notification by named pipes is not modelled: use notify scripts";
constexpr const char* kSnmp = "SNMP and D-Bus are not modelled";
constexpr const char* kNamespace = "a lab's host is one network namespace";
constexpr const char* kReload = "keepalived's checks before a reload are not modelled";
constexpr const char* kVmac = "virtual MAC addresses (macvlan) are not modelled";
constexpr const char* kIpv6 = "IPv6 is not modelled";
constexpr const char* kBfd = "BFD is not modelled";
constexpr const char* kScripts = "scripts of start and end are not modelled";

void take_router_id(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("routerid name missing - ignoring");
  r.conf.global.router_id = w[1];
}

// What nobody sees here.
void take_nothing(ConfReader&, const ConfWords&) {}

void take_vrrp_strict(ConfReader& r, const ConfWords&) { r.conf.global.strict = true; }

void take_version(ConfReader& r, const ConfWords& w) {
  const auto version = r.numbers.integer(r.word(w, 1), 2, 3, true);
  if (version) {
    r.conf.global.vrrp_version = static_cast<unsigned>(*version);
  } else {
    r.report.error("VRRP Error: Version must be either 2 or 3");
  }
}

void take_group(ConfReader& r, const ConfWords& w) {
  const auto group = base::Ipv4Addr::parse(r.word(w, 1));
  if (group && group->is_multicast()) {
    r.conf.global.multicast_group = *group;
  } else if (group) {
    r.report.error(fmt::format("vrrp_mcast_group4 [{}] is not multicast. Skipping", w[1]));
  } else {
    r.report.error(fmt::format("Can't parse vrrp_mcast_group4 [{}]. Skipping", r.word(w, 1)));
  }
}

// `complaint`: of a number that will not do, with {} for it.
std::optional<std::uint64_t> natural(ConfReader& r, const ConfWords& w, std::string_view complaint,
                                     std::uint64_t most) {
  const auto value = r.numbers.natural(r.word(w, 1), 0, most, true);
  if (!value && !r.report.stopped()) r.report.error(fmt::format(fmt::runtime(complaint), w[1]));
  constexpr std::uint64_t kMostRepeats = 1000;
  if (value && *value > kMostRepeats && w[0].ends_with("repeat"))
    r.report.refuse(w[1], "more than 1000 gratuitous ARPs in a row");
  return value;
}
constexpr std::uint64_t kMostDelay = kMostUnsigned / 1'000'000;

void take_garp_delay(ConfReader& r, const ConfWords& w) {
  if (const auto v = natural(r, w, "vrrp_garp_master_delay '{}' invalid - ignoring", kMostDelay))
    r.conf.global.garp_delay = std::chrono::seconds(*v);
}
void take_garp_repeat(ConfReader& r, const ConfWords& w) {
  const auto v = natural(r, w, "vrrp_garp_master_repeat '{}' invalid - ignoring", kMostUnsigned);
  if (!v) return;
  if (*v == 0) r.report.error("vrrp_garp_master_repeat must be greater than 0, setting to 1");
  r.conf.global.garp_repeat = *v == 0 ? 1 : static_cast<unsigned>(*v);
}
void take_garp_refresh(ConfReader& r, const ConfWords& w) {
  if (const auto v = natural(r, w, "Invalid vrrp_garp_master_refresh '{}' - ignoring", kMostUnsigned))
    r.conf.global.garp_refresh = std::chrono::seconds(*v);
}
void take_garp_refresh_repeat(ConfReader& r, const ConfWords& w) {
  const auto v = natural(r, w, "vrrp_garp_master_refresh_repeat '{}' invalid - ignoring", kMostUnsigned);
  if (!v) return;
  if (*v == 0) r.report.error("vrrp_garp_master_refresh_repeat must be greater than 0, setting to 1");
  r.conf.global.garp_refresh_repeat = *v == 0 ? 1 : static_cast<unsigned>(*v);
}
void take_garp_lower_delay(ConfReader& r, const ConfWords& w) {
  if (const auto v = natural(r, w, "vrrp_garp_lower_prio_delay '{}' invalid - ignoring", kMostDelay))
    r.conf.global.garp_lower_prio_delay = std::chrono::seconds(*v);
}
void take_garp_lower_repeat(ConfReader& r, const ConfWords& w) {
  if (const auto v = natural(r, w, "Invalid vrrp_garp_lower_prio_repeat '{}'", kMostUnsigned))
    r.conf.global.garp_lower_prio_repeat = static_cast<unsigned>(*v);
}
void take_down_timer(ConfReader& r, const ConfWords& w) {
  const auto v = r.numbers.natural(r.word(w, 1), 1, 100, true);
  if (v) {
    r.conf.global.down_timer_adverts = static_cast<unsigned>(*v);
  } else {
    r.report.error(fmt::format("Invalid vrrp_down_timer_adverts [1:100] '{}'", r.word(w, 1)));
  }
}
void take_garp_interval(ConfReader& r, const ConfWords& w) {
  if (const auto v = r.numbers.seconds(r.word(w, 1), 1, kMostUnsigned, true)) {
    r.conf.global.garp_interval = *v;
  } else {
    r.report.error(fmt::format("vrrp_garp_interval '{}' is invalid", r.word(w, 1)));
  }
}
// Of IPv6's neighbours, whom nobody tells anything here.
void take_gna_interval(ConfReader& r, const ConfWords& w) {
  if (const auto v = r.numbers.seconds(r.word(w, 1), 1, kMostUnsigned, true)) {
    r.conf.global.gna_interval = *v;
  } else {
    r.report.error(fmt::format("vrrp_gna_interval '{}' is invalid", r.word(w, 1)));
  }
}
void take_min_garp(ConfReader& r, const ConfWords& w) {
  const auto on = r.flag(w);
  if (!on) return r.report.error("Invalid value for vrrp_min_garp specified");
  auto& g = r.conf.global;
  g.garp_repeat = *on ? 1 : 5;
  g.garp_delay = *on ? Time{} : Time(std::chrono::seconds(5));
  g.garp_lower_prio_repeat = *on ? 1 : 5;
  g.garp_lower_prio_delay = g.garp_delay;
}
template <bool GlobalConf::*member>
void take_flag(ConfReader& r, const ConfWords& w) {
  if (const auto on = r.flag(w)) {
    r.conf.global.*member = *on;
  } else {
    r.report.error(fmt::format("Invalid value for {} specified", w[0]));
  }
}
template <bool GlobalConf::*member>
void set(ConfReader& r, const ConfWords&) {
  r.conf.global.*member = true;
}
void take_startup_delay(ConfReader& r, const ConfWords& w) {
  if (const auto v = r.numbers.seconds(r.word(w, 1), 1, kMostUnsigned, true)) {
    r.conf.global.vrrp_startup_delay = *v;
  } else {
    r.report.error(fmt::format("vrrp_startup_delay '{}' is invalid", r.word(w, 1)));
  }
}
void take_child_wait(ConfReader& r, const ConfWords& w) {
  if (const auto v = r.numbers.natural(r.word(w, 1), 0, kMostUnsigned / 1'000'000, true)) {
    r.conf.global.child_wait = std::chrono::seconds(*v);
  } else {
    r.report.error(fmt::format("Invalid child_wait_time {}", r.word(w, 1)));
  }
}
void take_interface(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("default_interface requires interface name");
  r.conf.global.default_interface = w[1];
}
void take_timeouts(ConfReader& r, const ConfWords& w) {
  if (w.size() < 3) return r.report.error("lvs_timeouts requires at least one option");
  for (std::size_t i = 1; i < w.size(); ++i) {
    int* which = w[i] == "tcp"      ? &r.conf.global.lvs_tcp_timeout
                 : w[i] == "tcpfin" ? &r.conf.global.lvs_tcpfin_timeout
                 : w[i] == "udp"    ? &r.conf.global.lvs_udp_timeout
                                    : nullptr;
    if (which == nullptr) {
      r.report.error(fmt::format("Unknown option {} specified for lvs_timeouts", w[i]));
    } else if (i + 1 == w.size()) {
      r.report.error(fmt::format("No value specified for lvs_timeout {} - ignoring", w[i]));
    } else {
      const auto value = r.numbers.natural(w[i + 1], 0, 86400 * 31, false);
      if (value) *which = static_cast<int>(*value);
      if (!value) r.report.error(fmt::format("Invalid lvs_timeout {} ({}) - ignoring", w[i], w[i + 1]));
      ++i;
    }
  }
}
void take_user(ConfReader& r, const ConfWords& w) {
  if (w.size() < 2) return r.report.error("No script username specified");
  r.conf.global.has_script_user = true;
  if (set_script_user(r, w[1], w.size() > 2 ? w[2] : std::string())) return;
  r.report.error("Error setting global script uid/gid");
  r.conf.global.default_user_fails = true;
}
void take_seed(ConfReader& r, const ConfWords& w) {
  if (w.size() != 2) return r.report.error("Invalid random_seed");
  if (const auto v = r.numbers.natural(w[1], 0, kMostUnsigned, false))
    r.conf.global.random_seed = static_cast<std::uint32_t>(*v);
}
void take_flush_on_stop(ConfReader& r, const ConfWords& w) {
  if (w.size() > 1 && w[1] == "VS") return r.report.refuse(w[1], "lvs_flush_on_stop of services alone is not modelled");
  if (w.size() > 1) return r.report.error(fmt::format("Unknown lvs_flush_on_stop type {}", w[1]));
  r.conf.global.lvs_flush_on_stop = true;
}

void take_dynamic(ConfReader& r, const ConfWords& w) {
  r.conf.global.dynamic_interfaces = true;
  if (w.size() < 2) return;
  if (w[1] != "allow_if_changes") return r.report.error(fmt::format("Unknown dynamic_interfaces option '{}'", w[1]));
  r.conf.global.allow_if_changes = true;
}

using G = GlobalConf;
constexpr Keyword kGlobal[] = {
    {.name = "process_names", .refused = "names of processes are not modelled"},
    {.name = "process_name", .refused = "names of processes are not modelled"},
    {.name = "vrrp_process_name", .refused = "names of processes are not modelled"},
    {.name = "checker_process_name", .refused = "names of processes are not modelled"},
    {.name = "lvs_process_name", .refused = "names of processes are not modelled"},
    {.name = "bfd_process_name", .refused = "names of processes are not modelled"},
    {.name = "router_id", .take = take_router_id},
    {.name = "startup_script", .refused = kScripts},
    {.name = "startup_script_timeout", .refused = kScripts},
    {.name = "shutdown_script", .refused = kScripts},
    {.name = "shutdown_script_timeout", .refused = kScripts},
    {.name = "checker_log_all_failures", .take = take_flag<&G::checker_log_all_failures>},
    {.name = "dynamic_interfaces", .take = take_dynamic},
    {.name = "default_interface", .take = take_interface},
    {.name = "disable_local_igmp", .refused = "IGMP reports cannot be turned off"},
    {.name = "lvs_timeouts", .take = take_timeouts},
    {.name = "lvs_flush", .take = set<&G::lvs_flush>},
    {.name = "lvs_flush_on_stop", .take = take_flush_on_stop},
    {.name = "lvs_flush_onstop", .take = take_flush_on_stop},
    {.name = "lvs_sync_daemon", .take = take_sync_daemon},
    {.name = "vrrp_mcast_group4", .take = take_group},
    {.name = "vrrp_mcast_group6", .refused = kIpv6},
    {.name = "vrrp_garp_master_delay", .take = take_garp_delay},
    {.name = "vrrp_garp_master_repeat", .take = take_garp_repeat},
    {.name = "vrrp_garp_master_refresh", .take = take_garp_refresh},
    {.name = "vrrp_garp_master_refresh_repeat", .take = take_garp_refresh_repeat},
    {.name = "vrrp_garp_lower_prio_delay", .take = take_garp_lower_delay},
    {.name = "vrrp_garp_lower_prio_repeat", .take = take_garp_lower_repeat},
    {.name = "vrrp_down_timer_adverts", .take = take_down_timer},
    {.name = "vrrp_garp_interval", .take = take_garp_interval},
    {.name = "vrrp_gna_interval", .take = take_gna_interval},
    {.name = "vrrp_min_garp", .take = take_min_garp},
    {.name = "vrrp_garp_extra_if", .refused = kVmac},
    {.name = "vrrp_vmac_garp_intvl", .refused = kVmac},
    {.name = "vrrp_lower_prio_no_advert", .take = take_flag<&G::lower_prio_no_advert>},
    {.name = "vrrp_higher_prio_send_advert", .take = take_flag<&G::higher_prio_send_advert>},
    {.name = "vrrp_version", .take = take_version},
    {.name = "vrrp_check_unicast_src", .take = set<&G::check_unicast_src>},
    {.name = "vrrp_skip_check_adv_addr", .take = take_flag<&G::skip_check_adv_addr>},
    {.name = "vrrp_strict", .take = take_vrrp_strict},
    {.name = "notify_fifo", .refused = kNotifyFifo},
    {.name = "notify_fifo_script", .refused = kNotifyFifo},
    {.name = "vrrp_notify_fifo", .refused = kNotifyFifo},
    {.name = "vrrp_notify_fifo_script", .refused = kNotifyFifo},
    {.name = "vrrp_notify_priority_changes", .take = take_flag<&G::notify_priority_changes>},
    {.name = "fifo_write_vrrp_states_on_reload", .refused = kNotifyFifo},
    {.name = "lvs_notify_fifo", .refused = kNotifyFifo},
    {.name = "lvs_notify_fifo_script", .refused = kNotifyFifo},
    {.name = "bfd_priority", .refused = kBfd},
    {.name = "bfd_no_swap", .refused = kBfd},
    {.name = "bfd_rt_priority", .refused = kBfd},
    {.name = "bfd_cpu_affinity", .refused = kBfd},
    {.name = "bfd_rlimit_rttime", .refused = kBfd},
    {.name = "bfd_rlimit_rtime", .refused = kBfd},
    {.name = "snmp_socket", .refused = kSnmp},
    {.name = "enable_traps", .refused = kSnmp},
    {.name = "enable_snmp_vrrp", .refused = kSnmp},
    {.name = "enable_snmp_keepalived", .refused = kSnmp},
    {.name = "enable_snmp_rfc", .refused = kSnmp},
    {.name = "enable_snmp_rfcv2", .refused = kSnmp},
    {.name = "enable_snmp_rfcv3", .refused = kSnmp},
    {.name = "enable_snmp_checker", .refused = kSnmp},
    {.name = "enable_dbus", .refused = kSnmp},
    {.name = "dbus_service_name", .refused = kSnmp},
    {.name = "script_user", .take = take_user},
    {.name = "enable_script_security", .take = set<&G::script_security>},
    {.name = "rs_init_notifies", .take = set<&G::rs_init_notifies>},
    {.name = "vrrp_startup_delay", .take = take_startup_delay},
    {.name = "log_unknown_vrids", .take = set<&G::log_unknown_vrids>},
    {.name = "vmac_prefix", .refused = kVmac},
    {.name = "vmac_addr_prefix", .refused = kVmac},
    {.name = "random_seed", .take = take_seed},
    {.name = "reload_check_config", .refused = kReload},
    {.name = "reload_time_file", .refused = kReload},
    {.name = "reload_repeat", .refused = kReload},
    {.name = "reload_file", .refused = kReload},
    {.name = "include_check", .refused = "how strictly included files are looked for cannot be chosen"},
    {.name = "config_save_dir", .refused = "copies of the configuration are not modelled"},
    {.name = "tmp_config_directory", .take = take_nothing},
    {.name = "data_use_instance", .refused = "names of dumps cannot be chosen"},
};

constexpr Keyword kTop[] = {
    {.name = "linkbeat_use_polling", .refused = "polling of link states is not modelled"},
    {.name = "net_namespace", .refused = kNamespace},
    {.name = "net_namespace_ipvs", .refused = kNamespace},
    {.name = "namespace_with_ipsets", .refused = kNamespace},
    {.name = "use_pid_dir", .refused = "the folder of pid files cannot be chosen"},
    {.name = "instance", .refused = kNamespace},
    {.name = "child_wait_time", .take = take_child_wait},
};

constexpr Keyword kBfdBlocks[] = {{.name = "bfd_instance", .refused = kBfd}};

}  // namespace

std::span<const Keyword> global_keywords() {
  static const auto joined = [](std::span<const Keyword> some, std::span<const Keyword> more) {
    std::vector<Keyword> all(some.begin(), some.end());
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  static const auto inside = joined(joined(joined(kGlobal, mail_keywords()), firewall_keywords()), tuning_keywords());
  static const Keyword block[] = {{.name = "global_defs", .inside = inside, .block = true}};
  static const auto all = joined(kTop, block);
  return all;
}
std::span<const Keyword> bfd_keywords() { return kBfdBlocks; }

}  // namespace lvs::keepalived
