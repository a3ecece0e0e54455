// SPDX-License-Identifier: GPL-2.0-or-later
// A keepalived.conf as values, with keepalived's defaults: what the whole daemon and its VRRP child need.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "daemons/keepalived/conf/words.h"
#include "host/socket/base/socket.h"

namespace lvs::keepalived {

using base::Time;

// A command line of the configuration; its first word is the program.
struct ConfScript {
  ConfWords words;
  bool empty() const { return words.empty(); }
  std::string text() const;  // as keepalived writes it into logs
};

// lvs_sync_daemon
struct SyncDaemonConf {
  std::string interface;
  std::string instance;                // whose state it follows
  std::optional<std::uint8_t> syncid;  // the instance's virtual_router_id, when there is none
  std::uint32_t max_length = 0;        // 0: as the kernel has it
  std::uint16_t port = 8848;
  std::uint8_t ttl = 1;
  base::Ipv4Addr group = base::Ipv4Addr::of(224, 0, 0, 81);
};

// Mails of changes, by SMTP.
struct MailConf {
  std::vector<std::string> to;
  std::string from, helo;
  std::optional<host::SocketAddress> server;
  Time timeout = std::chrono::seconds(30);
  bool timeout_given = false;
  std::optional<bool> alert, alert_vrrp, alert_checker;
  bool no_faults = false, no_checkers = false;

  // Is there one for what has said `own` of it itself?
  bool wanted(std::optional<bool> own, std::optional<bool> kind, bool otherwise) const {
    return own ? *own : kind ? *kind : alert.value_or(otherwise);
  }
};

// Where keepalived's own rules go: nftables of global_defs.
struct FirewallConf {
  std::string table;  // empty: there is none
  int priority = -1;
  bool by_index = false, counters = false;
};

struct GlobalConf {
  MailConf mail;
  std::string router_id;
  unsigned vrrp_version = 2;
  base::Ipv4Addr multicast_group = base::Ipv4Addr::of(224, 0, 0, 18);
  Time garp_delay = std::chrono::seconds(5);
  unsigned garp_repeat = 5;
  Time garp_refresh{};
  unsigned garp_refresh_repeat = 1;
  std::optional<Time> garp_lower_prio_delay;
  std::optional<unsigned> garp_lower_prio_repeat;
  Time garp_interval{}, gna_interval{};
  unsigned down_timer_adverts = 3;
  bool lower_prio_no_advert = false;
  bool higher_prio_send_advert = false;
  bool check_unicast_src = false;
  bool skip_check_adv_addr = false;
  bool strict = false;
  bool log_unknown_vrids = false;
  bool dynamic_interfaces = false, allow_if_changes = false;
  bool max_auto_priority_set = false;
  bool script_security = false;
  bool has_script_user = false;  // or the default user has been looked for
  bool default_user_fails = false;
  bool notify_priority_changes = false;
  Time vrrp_startup_delay{};
  Time child_wait = std::chrono::seconds(5);
  std::string default_interface;

  bool checker_log_all_failures = false;
  bool lvs_flush = false;
  bool lvs_flush_on_stop = false;
  bool rs_init_notifies = false;
  int lvs_tcp_timeout = 0, lvs_tcpfin_timeout = 0, lvs_udp_timeout = 0;  // seconds; 0: as it is
  std::optional<SyncDaemonConf> sync_daemon;
  FirewallConf firewall;
  std::optional<std::uint32_t> random_seed;
  std::string instance;
  std::map<std::string, std::string> shown;  // settings that nothing but the dump of SIGUSR1 tells of, by their word
};

// An address of virtual_ipaddress, virtual_ipaddress_excluded or static_ipaddress.
struct ConfAddress {
  base::Ipv4Prefix prefix;
  std::optional<base::Ipv4Addr> broadcast;
  std::optional<base::Ipv4Addr> peer;
  std::string device;  // empty: the instance's
  std::string label;
  std::uint8_t scope = 0;  // as the kernel numbers them
  bool no_prefix_route = false;
  bool dont_track = false;
};

// A route of virtual_routes or static_routes: the words as `ip route` takes them, checked.
struct ConfRoute {
  ConfWords words;
  std::string text;  // as keepalived writes it into logs
  std::string device;
  bool dont_track = false;
};

// What a weight of an instance hangs on. No weight: the instance is in FAULT while it fails.
struct ConfTrack {
  std::string name;
  int weight = 0;
  bool reverse = false;
};

struct ConfNotify {
  ConfScript master, backup, fault, stop, deleted, master_rx_lower_pri, any;
  bool has_deleted = false;
};

struct VrrpScriptConf {
  std::string name;
  ConfScript script;
  Time interval = std::chrono::seconds(1);
  Time timeout{};  // 0: interval
  int weight = 0;
  bool weight_reverse = false;
  int rise = 1;
  int fall = 1;
  bool own_user = false;  // user root
  bool removed = false;   // its user is not there
  bool insecure = false;  // its program cannot be run: the script is disabled
};

struct TrackFileConf {
  std::string name;
  std::string file;
  int weight = 1;
  bool weight_reverse = false;
  int init_value = 0;
  bool init = false;
  bool overwrite = false;
};

struct TrackProcessConf {
  std::string name;
  ConfWords process;  // path, parameters
  int weight = 0;
  bool weight_reverse = false;
  unsigned quorum = 1;
  unsigned quorum_max = 0xffffffffu;
  Time terminate_delay{};
  Time fork_delay{};
  bool full_command = false;
  enum class Match : std::uint8_t { none, exact, initial, partial } match = Match::none;
};

enum class VrrpState : std::uint8_t { init, backup, master, fault, stop, deleted };

enum class VrrpAuth : std::uint8_t { none = 0, pass = 1 };

struct VrrpInstanceConf {
  std::string name;
  ConfPlace place;
  VrrpState want = VrrpState::init;  // init: not set
  std::string interface;
  unsigned vrid = 0;
  unsigned priority = 0;  // 0: not set
  unsigned version = 0;   // 0: not set
  Time advert_interval{};
  VrrpAuth auth = VrrpAuth::none;
  bool auth_set = false;
  std::string auth_pass;  // at most 8
  std::vector<ConfAddress> addresses, excluded;
  std::vector<ConfRoute> routes;

  bool unicast_configured = false;
  bool unicast_fault_no_peer = false;
  struct Peer {
    base::Ipv4Addr address;
    unsigned min_ttl = 0, max_ttl = 255;
  };
  std::vector<Peer> peers;
  std::optional<base::Ipv4Addr> source;
  std::optional<base::Ipv4Addr> multicast_group;
  bool track_source = false;
  bool check_unicast_src = false;
  int ttl = -1;

  bool nopreempt = false;
  Time preempt_delay{};
  bool dont_track_primary = false;
  std::vector<ConfTrack> track_interfaces, track_scripts, track_files, track_processes;
  ConfNotify notify;
  std::optional<bool> notify_priority_changes, smtp_alert;
  bool skip_check_adv_addr = false;
  std::optional<bool> strict;
  std::optional<bool> accept;
  std::optional<bool> lower_prio_no_advert, higher_prio_send_advert;
  bool promote_secondaries = false;

  std::optional<Time> garp_delay, garp_refresh, garp_lower_prio_delay;
  std::optional<unsigned> garp_repeat, garp_refresh_repeat, garp_lower_prio_repeat, down_timer_adverts;
};

struct SyncGroupConf {
  std::string name;
  std::vector<std::string> members;
  std::vector<ConfTrack> track_interfaces, track_scripts, track_files, track_processes;
  ConfNotify notify;
  bool tracking_weight = false;
  std::optional<bool> notify_priority_changes, smtp_alert;
};

struct VrrpConf {
  std::vector<ConfAddress> static_addresses;
  std::vector<ConfRoute> static_routes;
  std::vector<VrrpScriptConf> scripts;
  std::vector<TrackFileConf> files;
  std::vector<TrackProcessConf> processes;
  std::vector<SyncGroupConf> groups;
  std::vector<VrrpInstanceConf> instances;
};

}  // namespace lvs::keepalived
