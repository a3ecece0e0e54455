// SPDX-License-Identifier: GPL-2.0-or-later
// What the VRRP child writes (keepalived: vrrp_print.c, vrrp_data.c).
#include <algorithm>

#include "daemons/keepalived/dump/dump.h"
#include "daemons/keepalived/dump/text.h"

namespace lvs::keepalived {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::seconds;

const char* state_text(VrrpState state) {
  switch (state) {
    case VrrpState::init: return "INIT";
    case VrrpState::backup: return "BACKUP";
    case VrrpState::master: return "MASTER";
    case VrrpState::fault: return "FAULT";
    default: return "unknown";
  }
}

std::string scope_text(std::uint8_t scope) {
  switch (scope) {
    case 0: return "global";
    case 200: return "site";
    case 253: return "link";
    case 254: return "host";
    case 255: return "nowhere";
    default: return std::to_string(scope);
  }
}

}  // namespace

std::string address_text(const ConfAddress& a, const std::string& interface, bool set) {
  std::string text = a.prefix.length == 32 || a.peer ? a.prefix.addr.text() : a.prefix.text();
  if (a.broadcast) text += " brd " + a.broadcast->text();
  text += " dev " + (a.device.empty() ? interface : a.device);
  text += " scope " + scope_text(a.scope);
  if (!a.label.empty()) text += " label " + a.label;
  if (a.peer) text += fmt::format(" peer {}/{}", a.peer->text(), a.prefix.length);
  if (a.no_prefix_route) text += " noprefixroute";
  if (a.dont_track) text += " no_track";
  return text + (set ? " set" : "");
}

std::string route_text(const ConfRoute& route) {
  std::string text = "prepend";
  for (const std::string& word : route.words) text += " " + word + (word == "via" ? " inet" : "");
  return text + " proto 18";
}

namespace {

void address(DumpText& d, const ConfAddress& a, const std::string& interface, bool set) {
  d.line("     {}", address_text(a, interface, set));
}
// `set`: those that are in the kernel, where that is told.
void route(DumpText& d, const ConfRoute& each, const std::set<const ConfRoute*>* set) {
  const bool told = set != nullptr && set->contains(&each);
  d.line("     {}{}", route_text(each), told ? " [installed ifindex 0]" : "");
}

void tracks(DumpText& d, const char* title, const std::vector<ConfTrack>& list, const char* comma) {
  if (list.empty()) return;
  d.line("   {} :", title);
  for (const ConfTrack& each : list)
    d.line("     {}{} weight {}{}", each.name, comma, each.weight, each.reverse ? " reverse" : "");
}

void notify_script(DumpText& d, const char* type, const ConfScript& script) {
  if (!script.empty()) d.line("   {} state transition script = {}, uid:gid 0:0", type, script.text());
}

void state(DumpText& d, const VrrpInstance& v) {
  d.line("   State = {}", state_text(v.state));
  if (v.state != VrrpState::backup) return;
  d.line("   Master router = {}", v.has_master ? v.master_address.text() : "0.0.0.0");
  d.line("   Master priority = {}", v.master_priority);
  if (v.conf->version == 3)
    d.line("   Master advert int = {:.2f} sec", std::chrono::duration<double>(v.master_interval).count());
}

void faults_and_times(DumpText& d, control::Machine& machine, const VrrpInstance& v) {
  d.line("   Number of interface and track script faults = {}", v.faults);
  d.line("   Number of track scripts init = {}", v.scripts_pending);
  const auto date = [&](Time at) { return moment_text(at == Time{} ? at : machine.epoch + at); };
  d.line("   Last transition = {}", date(v.last_transition));
  if (v.due == base::kNever) {
    d.line("   Read timeout = DISABLED");
  } else {
    d.line("   Read timeout = {}", date(v.due));
  }
  d.line("   Master down timer = {} usecs", duration_cast<microseconds>(v.down_time).count());
}

void begin(DumpText& d, control::Machine& machine, const VrrpInstance& v, bool configured) {
  const VrrpInstanceConf& conf = *v.conf;
  d.line(" VRRP Instance = {}", v.name());
  d.line("   VRRP Version = {}", conf.version);
  if (v.sync != nullptr) d.line("   Sync group = {}", v.sync->conf->name);
  if (!configured) state(d, v);
  const bool flags = v.unicast() || conf.unicast_configured || conf.unicast_fault_no_peer || conf.dont_track_primary ||
                     conf.skip_check_adv_addr || conf.source || conf.track_source || conf.check_unicast_src ||
                     conf.promote_secondaries || conf.nopreempt;
  d.line("   Flags:{}", flags ? "" : " none");
  if (v.unicast()) {
    d.line("     Using unicast");
  } else if (conf.unicast_configured) {
    d.line("     Unicast config option specified but using multicast");
  }
  if (conf.unicast_fault_no_peer) d.line("     If unicast go to fault state if no peers");
  d.line("   Wantstate = {}", state_text(v.want));
  d.line("   Number of config faults = {}", v.config_faults);
  if (!configured) faults_and_times(d, machine, v);
}

void interface_and_arp(DumpText& d, const VrrpInstance& v) {
  const VrrpInstanceConf& conf = *v.conf;
  d.line("   Interface = {}", conf.interface);
  if (conf.dont_track_primary) d.line("   VRRP interface tracking disabled");
  if (conf.skip_check_adv_addr) d.line("   Skip checking advert IP addresses");
  if (conf.strict.value_or(false)) d.line("   Enforcing strict VRRP compliance");
  d.line("   Using src_ip = {}{}", v.source ? v.source->text() : "(none)", conf.source ? " (from configuration)" : "");
  if (!v.unicast()) d.line("   Multicast address {}", conf.multicast_group->text());
  const auto whole = [](Time time) { return duration_cast<seconds>(time).count(); };
  d.line("   Gratuitous ARP delay = {}", whole(*conf.garp_delay));
  d.line("   Gratuitous ARP repeat = {}", *conf.garp_repeat);
  d.line("   Gratuitous ARP refresh = {}", whole(*conf.garp_refresh));
  d.line("   Gratuitous ARP refresh repeat = {}", *conf.garp_refresh_repeat);
  d.line("   Gratuitous ARP lower priority delay = {}", whole(*conf.garp_lower_prio_delay));
  d.line("   Gratuitous ARP lower priority repeat = {}", *conf.garp_lower_prio_repeat);
  d.line("   Down timer adverts = {}", *conf.down_timer_adverts);
  d.line("   Send advert after receive lower priority advert = {}", true_false(!*conf.lower_prio_no_advert));
  d.line("   Send advert after receive higher priority advert = {}", true_false(*conf.higher_prio_send_advert));
}

void priorities(DumpText& d, const VrrpInstance& v, bool configured) {
  const VrrpInstanceConf& conf = *v.conf;
  d.line("   Virtual Router ID = {}", conf.vrid);
  d.line("   Priority = {}", v.base_priority);
  if (!configured) d.line("   Effective priority = {}", v.effective_priority);
  if (!configured) d.line("   Total priority = {}", v.total_priority);
  const auto ms = [](Time time) { return duration_cast<std::chrono::milliseconds>(time).count(); };
  if (conf.version == 2) {
    d.line("   Advert interval = {} sec", duration_cast<seconds>(conf.advert_interval).count());
  } else {
    d.line("   Advert interval = {} milli-sec", ms(conf.advert_interval));
    if (!configured && v.state == VrrpState::backup)
      d.line("   Master advert interval = {} milli-sec", ms(v.master_interval));
  }
  d.line("   Accept = {}", able(conf.accept.value_or(true)));
  d.line("   Preempt = {}", able(!conf.nopreempt));
  if (conf.preempt_delay != Time{})
    d.line("   Preempt delay = {:g} secs", std::chrono::duration<double>(conf.preempt_delay).count());
  d.line("   Promote_secondaries = {}", able(conf.promote_secondaries));
  if (conf.auth == VrrpAuth::pass) {
    d.line("   Authentication type = SIMPLE_PASSWORD");
    d.line("   Password = {}", conf.auth_pass);
  } else if (conf.version == 2) {
    d.line("   Authentication type = none");
  }
}

void lists(DumpText& d, const VrrpInstance& v, const PoolDump* pool, const MailConf& mails, bool configured) {
  const VrrpInstanceConf& conf = *v.conf;
  if (!conf.addresses.empty()) d.line("   Virtual IP ({}):", conf.addresses.size());
  for (const ConfAddress& each : conf.addresses) address(d, each, conf.interface, v.addresses_set);
  if (!conf.excluded.empty()) d.line("   Virtual IP Excluded :");
  for (const ConfAddress& each : conf.excluded) address(d, each, conf.interface, v.addresses_set);
  if (v.unicast()) {
    d.line("   Unicast TTL = {}", conf.ttl == -1 ? 255 : conf.ttl);
    d.line("   Check unicast src : {}", yes_no(conf.check_unicast_src));
    d.line("   Unicast Peer :");
    for (const auto& peer : conf.peers)
      d.line("     {} min_ttl {} max_ttl {}", peer.address.text(), peer.min_ttl, peer.max_ttl);
    d.line("   Unicast checksum compatibility = no");
  }
  if (pool != nullptr) {
    d.line("   fd_in {}, fd_out {}", pool->in, pool->out);
  } else {
    d.line("   No sockets allocated");
  }
  if (!conf.routes.empty()) d.line("   Virtual Routes :");
  for (const ConfRoute& each : conf.routes) route(d, each, configured ? &v.routes_set : nullptr);
  tracks(d, "Tracked interfaces", conf.track_interfaces, "");
  tracks(d, "Tracked scripts", conf.track_scripts, "");
  tracks(d, "Tracked files", conf.track_files, ",");
  tracks(d, "Tracked processes", conf.track_processes, ",");
  d.line("   Using smtp notification = {}", yes_no(mails.wanted(conf.smtp_alert, mails.alert_vrrp, false)));
  d.line("   Notify deleted = {}", conf.notify.has_deleted ? "Deleted" : "Fault");
  notify_script(d, "Backup", conf.notify.backup);
  notify_script(d, "Master", conf.notify.master);
  notify_script(d, "Fault", conf.notify.fault);
  notify_script(d, "Stop", conf.notify.stop);
  notify_script(d, "Deleted", conf.notify.deleted);
  notify_script(d, "Generic", conf.notify.any);
  notify_script(d, "Master rx lower pri", conf.notify.master_rx_lower_pri);
  d.line("   Notify priority changes = {}", true_false(conf.notify_priority_changes.value_or(false)));
}

void pools(DumpText& d, const VrrpDump& of) {
  if (of.pools.empty()) return;
  d.line("------< VRRP Sockpool >------");
  for (const PoolDump& pool : of.pools) {
    d.line(" fd_in {} fd_out = {}", pool.in, pool.out);
    d.line("   Interface = {}", pool.interface);
    d.line("   Family = IPv4");
    d.line("   Protocol = VRRP");
    d.line("   Type = {}icast", pool.source.is_any() ? "Mult" : "Un");
    if (!pool.source.is_any()) d.line("   Address = {}", pool.source.text());
    d.line("   Rx buf size = 0");
    d.line("   VRRP instances");
    auto sorted = pool.instances;
    std::ranges::sort(sorted, {}, [](const VrrpInstance* v) { return v->conf->vrid; });
    for (const VrrpInstance* v : sorted) d.line("     {} vrid {}", v->name(), v->conf->vrid);
  }
}

void group(DumpText& d, const SyncGroup& group, const MailConf& mails) {
  d.line(" VRRP Sync Group = {}, {}", group.conf->name, state_text(group.state));
  d.line("   Num member fault {}, num member init {}", group.faults, group.inits);
  d.line("   VRRP member instances :");
  for (const VrrpInstance* v : group.members) d.line("     {}", v->name());
  if (group.conf->tracking_weight) d.line("   sync group tracking weight set");
  d.line("   Using smtp notification = {}", yes_no(mails.wanted(group.conf->smtp_alert, mails.alert_vrrp, false)));
  if (group.conf->notify_priority_changes)
    d.line("   Notify priority changes = {}", yes_no(*group.conf->notify_priority_changes));
  tracks(d, "Tracked interfaces", group.conf->track_interfaces, "");
  tracks(d, "Tracked scripts", group.conf->track_scripts, "");
  tracks(d, "Tracked files", group.conf->track_files, ",");
  tracks(d, "Tracked process", group.conf->track_processes, ",");
  notify_script(d, "Backup", group.conf->notify.backup);
  notify_script(d, "Master", group.conf->notify.master);
  notify_script(d, "Fault", group.conf->notify.fault);
  notify_script(d, "Stop", group.conf->notify.stop);
  notify_script(d, "Generic", group.conf->notify.any);
}

// The instances that hang on `name`.
void users(DumpText& d, const Vrrp& vrrp, const std::string& name, std::vector<Tracking> VrrpInstance::*list) {
  bool any = false;
  for (const auto& v : vrrp.instances()) {
    for (const Tracking& track : (*v).*list) {
      if (track.name != name) continue;
      if (!std::exchange(any, true)) d.line("   Tracking instances :");
      d.line("     {}, weight {}{}", v->name(), track.weight, track.multiplier == -1 ? " reverse" : "");
    }
  }
}

void script(DumpText& d, const Vrrp& vrrp, const VrrpScriptConf& conf, const ScriptDump& now) {
  d.line(" VRRP Script = {}", conf.name);
  d.line("   Command = {}", conf.script.text());
  d.line("   Interval = {} sec", duration_cast<seconds>(conf.interval).count());
  d.line("   Timeout = {} sec", duration_cast<seconds>(conf.timeout).count());
  d.line("   Weight = {}{}", conf.weight, conf.weight_reverse ? " reverse" : "");
  d.line("   Rise = {}", conf.rise);
  d.line("   Fall = {}", conf.fall);
  d.line("   Result = {}", now.result);
  d.line("   Insecure = {}", yes_no(conf.insecure));
  d.line("   Init state = {}", now.first);
  d.line("   Status = {}", now.result >= conf.rise ? "GOOD" : "BAD");
  d.line("   Script uid:gid = 0:0");
  d.line("   VRRP instances :");
  users(d, vrrp, conf.name, &VrrpInstance::scripts);
  d.line("   State = {}", now.state);
}

void process(DumpText& d, const VrrpDump& of, const TrackProcessConf& conf, const ProcessDump& now) {
  using Match = TrackProcessConf::Match;
  d.line(" VRRP Track process = {}", conf.name);
  d.line("   Process = {}", conf.process.front());
  std::string parameters;
  for (std::size_t i = 1; i < conf.process.size(); ++i) parameters += (i > 1 ? " " : "") + conf.process[i];
  if (!parameters.empty()) d.line("   Parameters = {}", parameters);
  if (conf.match != Match::none)
    d.line("   Param match{}", conf.match == Match::exact     ? ""
                               : conf.match == Match::partial ? " = partial"
                                                              : " = initial");
  d.line("   Min processes = {}", conf.quorum);
  if (conf.quorum_max != 0xffffffff) d.line("   Max processes = {}", conf.quorum_max);
  d.line("   Current processes = {}", now.count);
  d.line("   Have quorum = {}", true_false(now.quorum));
  d.line("   Weight = {}{}", conf.weight, conf.weight_reverse ? " reverse" : "");
  d.line("   Terminate delay = {:f}s", std::chrono::duration<double>(conf.terminate_delay).count());
  d.line("   Fork delay = {:f}s", std::chrono::duration<double>(conf.fork_delay).count());
  if (!of.configured) d.line("   Fork delay timer not running");
  if (!of.configured) d.line("   Terminate delay timer not running");
  d.line("   Full command = {}", true_false(conf.full_command));
  users(d, *of.vrrp, conf.name, &VrrpInstance::processes);
}

void static_entries(DumpText& d, const VrrpDump& of) {
  const VrrpConf& conf = of.vrrp->conf().vrrp;
  if (!conf.static_addresses.empty()) d.line("------< Static Addresses >------");
  for (const ConfAddress& each : conf.static_addresses) address(d, each, each.device, true);
  if (!conf.static_routes.empty()) d.line("------< Static Routes >------");
  for (const ConfRoute& each : conf.static_routes) route(d, each, of.configured ? &of.static_routes_set : nullptr);
}

}  // namespace

std::string dump_stats(const Vrrp& vrrp) {
  DumpText d;
  for (const auto& v : vrrp.instances()) {
    const VrrpInstance::Counters& c = v->counters;
    d.line("VRRP Instance: {}", v->name());
    d.line("  Advertisements:");
    d.line("    Received: {}", c.advert_received);
    d.line("    Sent: {}", c.advert_sent);
    d.line("  Became master: {}", c.become_master);
    d.line("  Released master: {}", c.release_master);
    d.line("  Packet Errors:");
    d.line("    Length: {}", c.length_errors);
    d.line("    TTL: {}", c.ttl_errors);
    d.line("    Invalid Type: {}", c.type_errors);
    d.line("    Advertisement Interval: 0");  // keepalived 2.2.7 never counts them
    d.line("    Address List: {}", c.address_list_errors);
    d.line("  Authentication Errors:");
    d.line("    Invalid Type: {}", c.auth_invalid);
    d.line("    Type Mismatch: {}", c.auth_mismatch);
    d.line("    Failure: {}", c.auth_failure);
    d.line("  Priority Zero:");
    d.line("    Received: {}", c.zero_received);
    d.line("    Sent: {}", c.zero_sent);
  }
  return std::move(d.text);
}

std::string dump_vrrp(control::Machine& machine, const VrrpDump& of) {
  const Vrrp& vrrp = *of.vrrp;
  const VrrpConf& conf = vrrp.conf().vrrp;
  DumpText d;
  d.text = dump_global(vrrp.conf().global, true);
  static_entries(d, of);
  if (!vrrp.instances().empty()) d.line("------< VRRP Topology >------");
  for (const auto& v : vrrp.instances()) {
    const auto mine = [&](const PoolDump& pool) {
      return std::ranges::find(pool.instances, v.get()) != pool.instances.end();
    };
    const auto pool = std::ranges::find_if(of.pools, mine);
    begin(d, machine, *v, of.configured);
    interface_and_arp(d, *v);
    priorities(d, *v, of.configured);
    lists(d, *v, pool == of.pools.end() ? nullptr : &*pool, vrrp.conf().global.mail, of.configured);
  }
  pools(d, of);
  if (!vrrp.groups().empty()) d.line("------< VRRP Sync groups >------");
  for (const auto& each : vrrp.groups()) group(d, *each, vrrp.conf().global.mail);
  if (!conf.scripts.empty()) d.line("------< VRRP Scripts >------");
  for (std::size_t i = 0; i < conf.scripts.size(); ++i) script(d, vrrp, conf.scripts[i], of.scripts[i]);
  if (!conf.files.empty()) d.line("------< VRRP Track files >------");
  for (std::size_t i = 0; i < conf.files.size(); ++i) {
    d.line(" Track file = {}", conf.files[i].name);
    d.line("   File = {}", conf.files[i].file);
    d.line("   Status = {}", of.files[i]);
    d.line("   Weight = {}{}", conf.files[i].weight, conf.files[i].weight_reverse ? " reverse" : "");
    users(d, vrrp, conf.files[i].name, &VrrpInstance::files);
  }
  if (!conf.processes.empty()) d.line("------< VRRP Track processes >------");
  for (std::size_t i = 0; i < conf.processes.size(); ++i) process(d, of, conf.processes[i], of.processes[i]);
  return d.text + dump_interfaces(machine, vrrp, of.configured);
}

}  // namespace lvs::keepalived
