// SPDX-License-Identifier: GPL-2.0-or-later
// The section "Global definitions" (keepalived: dump_global_data()).
#include <ctime>

#include "daemons/keepalived/dump/dump.h"
#include "daemons/keepalived/dump/text.h"

namespace lvs::keepalived {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

long long whole_seconds(Time time) { return duration_cast<seconds>(time).count(); }

// Settings of processes and buffers, which change nothing but this text.
std::string shown(const GlobalConf& g, const char* name, const char* otherwise) {
  const auto found = g.shown.find(name);
  return found == g.shown.end() ? otherwise : found->second;
}
const char* is_shown(const GlobalConf& g, const char* name) { return true_false(g.shown.contains(name)); }

void begin(DumpText& d, const GlobalConf& g) {
  d.line("------< Global definitions >------");
  d.line(" Network namespace = (default)");
  d.line(" Network namespace ipvs = (main namespace)");
  if (!g.router_id.empty()) d.line(" Router ID = {}", g.router_id);
  const MailConf& m = g.mail;
  if (m.server) {
    d.line(" Smtp server = {}", m.server->addr.text());
    d.line(" Smtp server port = {}", m.server->port);
  }
  if (!m.helo.empty()) d.line(" Smtp HELO name = {}", m.helo);
  if (m.server || m.timeout_given) d.line(" Smtp server connection timeout = {}", whole_seconds(m.timeout));
  if (!m.from.empty()) {
    d.line(" Email notification from = {}", m.from);
    d.line(" Email notification to:");
    for (const std::string& each : m.to) d.line("   {}", each);
  }
  const auto alert = [&](const char* name, std::optional<bool> on) {
    d.line(" Default {} = {}", name, !on ? "unset" : *on ? "on" : "off");
  };
  alert("smtp_alert", m.alert);
  alert("smtp_alert_vrrp", m.alert_vrrp);
  alert("smtp_alert_checker", m.alert_checker);
  d.line(" Checkers log all failures = {}", true_false(g.checker_log_all_failures));
  d.line(" No test config before reload");
  d.line(" Dynamic interfaces = {}", true_false(g.dynamic_interfaces));
  if (g.dynamic_interfaces) d.line(" Allow interface changes = {}", true_false(g.allow_if_changes));
  if (m.no_faults) d.line(" Send emails for fault transitions = off");
}

void lvs(DumpText& d, const GlobalConf& g, bool vrrp) {
  if (g.lvs_tcp_timeout != 0) d.line(" LVS TCP timeout = {}", g.lvs_tcp_timeout);
  if (g.lvs_tcpfin_timeout != 0) d.line(" LVS TCP FIN timeout = {}", g.lvs_tcpfin_timeout);
  if (g.lvs_udp_timeout != 0) d.line(" LVS TCP timeout = {}", g.lvs_udp_timeout);  // so it says
  if (vrrp) d.line(" Default interface = {}", g.default_interface.empty() ? "eth0" : g.default_interface);
  d.line(" Disable local IGMP = no");
  if (const auto& sync = g.sync_daemon) {
    d.line(" LVS syncd vrrp {} = {}", vrrp ? "instance" : "name", sync->instance);
    d.line(" LVS syncd interface = {}", sync->interface);
    d.line(" LVS syncd syncid = {}", static_cast<unsigned>(sync->syncid.value_or(0)));
    if (sync->max_length != 0) d.line(" LVS syncd maxlen = {}", sync->max_length);
  }
  d.line(" LVS flush = {}", true_false(g.lvs_flush));
  d.line(" LVS flush on stop = {}", g.lvs_flush_on_stop ? "full" : "disabled");
}

void vrrp_part(DumpText& d, const GlobalConf& g, bool vrrp) {
  constexpr unsigned kUnset = 0xffffffff;
  d.line(" FIFO write vrrp states on reload = false");
  d.line(" VRRP notify priority changes = {}", true_false(g.notify_priority_changes));
  d.line(" VRRP IPv4 mcast group = {}", g.multicast_group.text());
  d.line(" VRRP IPv6 mcast group = ff02::12");
  d.line(" Gratuitous ARP delay = {}", whole_seconds(g.garp_delay));
  d.line(" Gratuitous ARP repeat = {}", g.garp_repeat);
  d.line(" Gratuitous ARP refresh timer = {}", whole_seconds(g.garp_refresh));
  d.line(" Gratuitous ARP refresh repeat = {}", g.garp_refresh_repeat);
  const Time lower = g.garp_lower_prio_delay.value_or(vrrp ? g.garp_delay : Time(seconds(kUnset)));
  d.line(" Gratuitous ARP lower priority delay = {}", whole_seconds(lower));
  d.line(" Gratuitous ARP lower priority repeat = {}",
         g.garp_lower_prio_repeat.value_or(vrrp ? g.garp_repeat : kUnset));
  d.line(" Num adverts before down = {}", g.down_timer_adverts);
  d.line(" Gratuitous ARP for each secondary VMAC = 0s");
  d.line(" Send advert after receive lower priority advert = {}", true_false(!g.lower_prio_no_advert));
  d.line(" Send advert after receive higher priority advert = {}", true_false(g.higher_prio_send_advert));
  d.line(" Gratuitous ARP interval = {:f}", std::chrono::duration<double>(g.garp_interval).count());
  d.line(" Gratuitous NA interval = {:f}", std::chrono::duration<double>(g.gna_interval).count());
  d.line(" VRRP default protocol version = {}", g.vrrp_version);
  if (vrrp && !g.firewall.table.empty()) {
    d.line(" nftables table name = {}", g.firewall.table);
    d.line(" nftables base chain priority = {}", g.firewall.priority);
    d.line(" nftables {}force use ifindex for link local IPv6", g.firewall.by_index ? "" : "don't ");
  }
  d.line(" nftables with{} counters", g.firewall.counters ? "" : "out");
  d.line(" libnftnl version 1.2.3");
  d.line(" VRRP check unicast_src = {}", true_false(g.check_unicast_src));
  d.line(" VRRP skip check advert addresses = {}", true_false(g.skip_check_adv_addr));
  d.line(" VRRP strict mode = {}", true_false(g.strict));
}

void processes(DumpText& d, const GlobalConf& g) {
  const std::string most = shown(g, "max_auto_priority", g.max_auto_priority_set ? "99" : "0");
  d.line(" Max auto priority = {}", most == "-1" ? "Disabled" : most);
  d.line(" Min auto priority delay = {} usecs", shown(g, "min_auto_priority_delay", "1000000"));
  for (const auto& [title, word] : {std::pair{"VRRP", "vrrp"}, std::pair{"Checker", "checker"}}) {
    const std::string name = word;
    d.line(" {} process priority = {}", title, shown(g, (name + "_priority").c_str(), "0"));
    d.line(" {} don't swap = {}", title, is_shown(g, (name + "_no_swap").c_str()));
    d.line(" {} realtime priority = {}", title, shown(g, (name + "_rt_priority").c_str(), "0"));
    d.line(" {} realtime limit = {}", title, shown(g, (name + "_rlimit_rttime").c_str(), "10000"));
  }
  d.line(" BFD process priority = 0");
  d.line(" BFD don't swap = false");
  d.line(" BFD realtime priority = 0");
  d.line(" BFD realtime limit = 10000");
  for (const char* what : {"SNMP vrrp", "SNMP checker", "SNMP RFCv2", "SNMP RFCv3", "SNMP traps"})
    d.line(" {} disabled", what);
  d.line(" SNMP socket = default (unix:/var/agentx/master)");
  d.line(" DBus disabled");
  d.line(" DBus service name = ");
  d.line(" Script security {}", able(g.script_security));
}

void buffers(DumpText& d, const GlobalConf& g) {
  if (!g.default_user_fails) d.line(" Default script uid:gid 0:0");
  for (const char* name : {"vrrp_netlink_cmd_rcv_bufs", "vrrp_netlink_monitor_rcv_bufs", "process_monitor_rcv_bufs",
                           "lvs_netlink_cmd_rcv_bufs", "lvs_netlink_monitor_rcv_bufs"}) {
    const std::string force = std::string(name) + "_force";
    d.line(" {} = {}", name, shown(g, name, "0"));
    d.line(" {} = {}", force, shown(g, force.c_str(), "0"));
  }
  d.line(" rs_init_notifies = {}", g.rs_init_notifies ? 1 : 0);
  d.line(" no_checker_emails = {}", g.mail.no_checkers ? 1 : 0);
  d.line(" rx_bufs_multiples = {}", shown(g, "vrrp_rx_bufs_multiplier", "3"));
  d.line(" umask = 0{}", shown(g, "umask", "177"));
  if (g.vrrp_startup_delay != Time{})
    d.line(" vrrp_startup_delay = {:g}", std::chrono::duration<double>(g.vrrp_startup_delay).count());
  if (g.log_unknown_vrids) d.line(" log_unknown_vrids");
}

}  // namespace

std::string moment_text(base::Time since_1970) {
  const auto us = duration_cast<std::chrono::microseconds>(since_1970).count();
  const std::time_t seconds = us / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char date[32], year[8];
  std::strftime(date, sizeof date, "%a %b %e %H:%M:%S", &parts);
  std::strftime(year, sizeof year, "%Y", &parts);
  return fmt::format("{}.{:06} ({}.{:06} {})", seconds, us % 1'000'000, date, us % 1'000'000, year);
}

std::string dump_global(const GlobalConf& global, bool vrrp) {
  DumpText d;
  begin(d, global);
  lvs(d, global, vrrp);
  vrrp_part(d, global, vrrp);
  processes(d, global);
  buffers(d, global);
  return std::move(d.text);
}

}  // namespace lvs::keepalived
