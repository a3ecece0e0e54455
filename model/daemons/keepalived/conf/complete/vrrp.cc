// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "daemons/keepalived/conf/complete/complete.h"
#include "daemons/keepalived/conf/complete/scripts.h"
#include "daemons/keepalived/conf/complete/strict.h"

namespace lvs::keepalived {
namespace {

using I = VrrpInstanceConf;
constexpr unsigned kOwner = 255;
constexpr Time kSecond = std::chrono::seconds(1);
constexpr Time kCentisecond = std::chrono::milliseconds(10);

class Completion {
 public:
  Completion(Conf& conf, const ConfHost& host, ConfReport& report, bool detail)
      : conf_(conf), vrrp_(conf.vrrp), host_(host), report_(report), detail_(detail) {}

  bool run() {
    check_scripts();
    for (const I& instance : vrrp_.instances) {
      if (!minimum(instance)) return false;
    }
    form_groups();
    for (I& instance : vrrp_.instances) {
      if (!complete(instance)) return false;
    }
    if (conflicts()) return false;
    spread_groups();
    find_instance_of_sync_daemon();
    return true;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> text, Args&&... args) {
    report_.error(fmt::format(text, std::forward<Args>(args)...));
  }

  void check_scripts() {
    if (vrrp_.instances.empty()) return;
    bool any = false;
    for (VrrpScriptConf& script : vrrp_.scripts) {
      const ScriptFindings found = examine_script(script.script, host_, report_);
      any |= found.script;
      script.insecure = found.disabled();
      if (found.not_found) say("Disabling track script {} since not found/accessible", script.name);
    }
    const auto notify = [&](ConfNotify& n) {
      for (ConfScript* each : {&n.backup, &n.master, &n.fault, &n.stop, &n.deleted, &n.any, &n.master_rx_lower_pri})
        any |= examine_notify(*each, host_, report_);
    };
    for (I& instance : vrrp_.instances) notify(instance.notify);
    for (SyncGroupConf& group : vrrp_.groups) notify(group.notify);
    if (any && !conf_.global.script_security)
      report_.error(ConfStatus::security_error,
                    "SECURITY VIOLATION - scripts are being executed but script_security not enabled.");
    const auto disabled = [&](const ConfTrack& track) {
      const auto script = std::ranges::find(vrrp_.scripts, track.name, &VrrpScriptConf::name);
      return script != vrrp_.scripts.end() && script->insecure;
    };
    for (I& instance : vrrp_.instances) std::erase_if(instance.track_scripts, disabled);
    for (SyncGroupConf& group : vrrp_.groups) std::erase_if(group.track_scripts, disabled);
    std::erase_if(vrrp_.scripts, [](const VrrpScriptConf& script) { return script.insecure; });
  }

  bool minimum(const I& instance) {
    if (instance.vrid == 0) {
      say("({}) the virtual router id must be set", instance.name);
      return false;
    }
    if (instance.interface.empty()) {
      say("({}) Unknown interface!", instance.name);
      return false;
    }
    return true;
  }

  void form_groups() {
    std::vector<std::string> taken;
    std::erase_if(vrrp_.groups, [&](SyncGroupConf& group) {
      if (group.members.empty()) {
        say("Sync group {} has no virtual router(s). removing", group.name);
        return true;
      }
      std::erase_if(group.members, [&](const std::string& name) {
        if (std::ranges::find(vrrp_.instances, name, &I::name) == vrrp_.instances.end()) {
          say("Virtual router {} specified in sync group {} doesn't exist - ignoring", name, group.name);
          return true;
        }
        if (std::ranges::find(taken, name) != taken.end()) {
          say("Virtual router {} cannot exist in more than one sync group; ignoring {}", name, group.name);
          return true;
        }
        taken.push_back(name);
        return false;
      });
      if (group.members.empty()) {
        say("Sync group {}, no matching virtual router found in group declaration - removing", group.name);
        return true;
      }
      if (group.members.size() == 1)
        say("Sync group {} has only 1 virtual router(s) - this probably isn't what you want", group.name);
      return false;
    });
  }

  SyncGroupConf* group_of(const I& instance) {
    const auto in = [&](const SyncGroupConf& group) {
      return std::ranges::find(group.members, instance.name) != group.members.end();
    };
    const auto found = std::ranges::find_if(vrrp_.groups, in);
    return found == vrrp_.groups.end() ? nullptr : &*found;
  }

  bool complete(I& i) {
    if (i.version == 0) i.version = conf_.global.vrrp_version;
    if (i.ttl == -1) i.ttl = 255;
    StrictMode strict(i, report_);
    const bool is_strict = i.strict.value_or(conf_.global.strict);
    i.strict = is_strict;
    if (i.addresses.empty()) {
      if (i.version == 3 || is_strict) {
        say("({}) No VIP specified; at least one is required", i.name);
        return false;
      }
      say("({}) No VIP specified; at least one is sensible", i.name);
    }
    if (i.priority == 0) i.priority = i.want == VrrpState::master ? kOwner : 100;
    if (i.want == VrrpState::init)
      i.want = i.priority == kOwner ? VrrpState::master : VrrpState::backup;
    else if (is_strict)
      strict.state();
    if (is_strict) strict.authentication();
    authentication(i);
    unicast(i);
    if (!has_room(i)) return false;
    preemption(i, is_strict);
    if (is_strict) strict.down_timer(conf_.global.down_timer_adverts);
    strict.acceptance(is_strict, conf_.global.firewall);
    multicast(i);
    if (is_strict) strict.lower_priority();
    defaults(i);
    interval(i);
    own_interface(i);
    assigned(i);
    if (i.addresses.empty())
      report_.error(ConfStatus::warning, fmt::format("({}) No VIP specified; at least one is sensible", i.name));
    weights(i);
    return true;
  }

  void authentication(I& i) {
    if (i.auth == VrrpAuth::none) return;
    if (i.version == 3) {
      say("({}) VRRP version 3 does not support authentication. Ignoring.", i.name);
      i.auth = VrrpAuth::none;
    } else if (i.auth_pass.empty()) {
      say("({}) Authentication specified but no password given. Ignoring", i.name);
      i.auth = VrrpAuth::none;
    }
  }

  void unicast(I& i) {
    if (!i.unicast_configured || !i.peers.empty()) return;
    if (i.unicast_fault_no_peer) {
      report_.log(fmt::format("({}) Cannot use unicast without any peers - going to fault state", i.name));
    } else {
      report_.error(ConfStatus::deprecated,
                    fmt::format("({}) A unicast keyword has been specified without any unicast peers. Defaulting to "
                                "multicast. This usage is deprecated - please update your configuration.",
                                i.name));
    }
  }

  // More addresses than an advert holds are moved to those that are not advertised.
  bool has_room(I& i) {
    const std::size_t header = 14 + 20 + 8 + (i.version == 2 ? 8 : 0);
    const std::size_t most = std::min<std::size_t>((host_.mtu(i.interface) - header) / 4, 255);
    if (i.addresses.size() <= most) return true;
    say("({}) Number of VIPs ({}) exceeds maximum/space available in packet (max {} addresses) - excess moved to eVIPs",
        i.name, i.addresses.size(), most);
    const auto first = i.addresses.begin() + static_cast<std::ptrdiff_t>(most);
    i.excluded.insert(i.excluded.end(), first, i.addresses.end());
    i.addresses.erase(first, i.addresses.end());
    return true;
  }

  void preemption(I& i, bool strict) {
    if (i.priority == kOwner && i.nopreempt) {
      say("({}) nopreempt is incompatible with priority 255. resetting nopreempt", i.name);
      i.nopreempt = false;
    }
    if (i.want == VrrpState::master) {
      if (i.nopreempt) say("({}) Warning - nopreempt will not work with initial state MASTER - clearing", i.name);
      if (i.preempt_delay > Time{})
        say("({}) Warning - preempt delay will not work with initial state MASTER - clearing", i.name);
      i.nopreempt = false;
      i.preempt_delay = {};
    }
    const bool waits = i.preempt_delay > Time{};
    if (strict) StrictMode(i, report_).preemption();
    if (waits && i.nopreempt) {
      say("({}) preempt_delay is incompatible with nopreempt mode - resetting", i.name);
      i.preempt_delay = {};
    }
  }

  void multicast(I& i) {
    if (i.peers.empty()) {
      if (!i.multicast_group) i.multicast_group = conf_.global.multicast_group;
    } else if (i.multicast_group) {
      say("({}) multicast destination specified with unicast - ignoring", i.name);
      i.multicast_group.reset();
    }
  }

  void defaults(I& i) {
    const GlobalConf& g = conf_.global;
    const auto set = [](auto& value, const auto& otherwise) { value = value.value_or(otherwise); };
    set(i.garp_delay, g.garp_delay);
    set(i.garp_repeat, g.garp_repeat);
    set(i.garp_refresh, g.garp_refresh);
    set(i.garp_refresh_repeat, g.garp_refresh_repeat);
    set(i.garp_lower_prio_delay, g.garp_lower_prio_delay.value_or(g.garp_delay));
    set(i.garp_lower_prio_repeat, g.garp_lower_prio_repeat.value_or(g.garp_repeat));
    set(i.down_timer_adverts, g.down_timer_adverts);
    set(i.lower_prio_no_advert, g.lower_prio_no_advert);
    set(i.higher_prio_send_advert, g.higher_prio_send_advert);
    const SyncGroupConf* group = group_of(i);
    const bool changes = group != nullptr && group->notify_priority_changes ? *group->notify_priority_changes
                                                                            : g.notify_priority_changes;
    set(i.notify_priority_changes, changes);
    i.check_unicast_src |= g.check_unicast_src;
  }

  void interval(I& i) {
    if (i.advert_interval == Time{}) i.advert_interval = kSecond;
    const auto seconds = [&] { return std::chrono::duration<double>(i.advert_interval).count(); };
    if (i.version == 2) {
      if (i.advert_interval >= 256 * kSecond) {
        say("({}) VRRPv2 advertisement interval {:.2f}s is out of range. Must be less than 256s. Setting to 255s",
            i.name, seconds());
        i.advert_interval = 255 * kSecond;
      } else if (i.advert_interval % kSecond != Time{}) {
        say("({}) VRRPv2 advertisement interval {:f}s must be an integer. rounding", i.name, seconds());
        i.advert_interval = (i.advert_interval + kSecond / 2) / kSecond * kSecond;
        if (i.advert_interval == Time{}) i.advert_interval = kSecond;
      }
      return;
    }
    if (i.advert_interval >= 4096 * kCentisecond) {
      say("({}) VRRPv3 advertisement interval {:.2f}s is out of range. Must be less than 40.96s. Setting to 40.95s",
          i.name, seconds());
      i.advert_interval = 4095 * kCentisecond;
    } else if (i.advert_interval % kCentisecond != Time{}) {
      say("({}) VRRPv3 advertisement interval {:f}s must be in units of 10ms - rounding", i.name, seconds());
      i.advert_interval = (i.advert_interval + kCentisecond / 2) / kCentisecond * kCentisecond;
      if (i.advert_interval == Time{}) i.advert_interval = kCentisecond;
    }
  }

  void own_interface(I& i) {
    std::erase_if(i.track_interfaces, [&](const ConfTrack& track) {
      if (track.name != i.interface) return false;
      say("({}) Ignoring track_interface {} since own interface", i.name, track.name);
      return true;
    });
  }

  // The address of an interface is told of when the first instance takes it for its own.
  void assigned(const I& i) {
    for (const ConfTrack& track : i.track_interfaces) used_.push_back(track.name);
    const bool first = std::ranges::find(used_, i.interface) == used_.end();
    const auto address = host_.address(i.interface);
    if (detail_ && first && address)
      report_.log(fmt::format("Assigned address {} for interface {}", address->text(), i.interface));
    used_.push_back(i.interface);
    for (const auto* list : {&i.addresses, &i.excluded})
      for (const ConfAddress& each : *list) used_.push_back(each.dont_track ? std::string() : each.device);
    for (const ConfRoute& each : i.routes) used_.push_back(each.dont_track ? std::string() : each.device);
  }

  // A group moves as one: its members have no floating priorities, nor has the owner of an address.
  void weights(I& i) {
    const SyncGroupConf* group = group_of(i);
    const bool grouped = group != nullptr && !group->tracking_weight;
    if (!grouped && i.priority != kOwner) return;
    std::erase_if(i.track_interfaces, [&](ConfTrack& track) {
      if (track.weight == 0) return false;
      say("({}) ignoring {} tracked interface {}due to {}", i.name, track.name, grouped ? "weight " : "",
          grouped ? "SYNC group" : "address owner");
      track.weight = 0;
      return !grouped;
    });
    const char* because = grouped ? "SYNC group" : "address_owner";
    std::erase_if(i.track_scripts, [&](const ConfTrack& track) {
      if (track.weight == 0) return false;
      say("({}) ignoring tracked script {} with weights due to {}", i.name, track.name, because);
      return true;
    });
    std::erase_if(i.track_files, [&](ConfTrack& track) {
      if (track.weight == 0) return false;
      if (track.weight != 1) {
        say("({}) ignoring tracked file {} with weight {} due to {}", i.name, track.name, track.weight, because);
        return true;
      }
      say("({}) ignoring weight from tracked file {} due to {}. specify weight 0", i.name, track.name, because);
      track.weight = 0;
      return false;
    });
  }

  bool conflicts() {
    bool any = false;
    for (std::size_t a = 0; a < vrrp_.instances.size(); ++a) {
      for (std::size_t b = a + 1; b < vrrp_.instances.size(); ++b)
        any |= conflict(vrrp_.instances[a], vrrp_.instances[b]);
    }
    return any;
  }
  bool conflict(const I& a, const I& b) {
    if (a.vrid != b.vrid || a.interface != b.interface || a.peers.empty() != b.peers.empty()) return false;
    if (a.peers.empty()) {
      if (a.multicast_group != b.multicast_group) return false;
      say("{} and {} both use VRID {} with IPv4 on interface {}", a.name, b.name, a.vrid, a.interface);
      return true;
    }
    const auto source = [&](const I& i) { return i.source ? i.source : host_.address(i.interface); };
    if (!source(a) || source(a) != source(b)) return false;
    const bool common = std::ranges::any_of(a.peers, [&](const I::Peer& peer) {
      return std::ranges::find(b.peers, peer.address, &I::Peer::address) != b.peers.end();
    });
    if (common) say("({}) duplicate VRID conflict with {} VRID {}", a.name, b.name, a.vrid);
    return common;
  }

  // What a group tracks, each of its members tracks.
  void spread_groups() {
    for (SyncGroupConf& group : vrrp_.groups) {
      const bool owner = std::ranges::any_of(vrrp_.instances,
                                             [&](const I& i) { return i.priority == kOwner && group_of(i) == &group; });
      const auto spread = [&](std::vector<ConfTrack>& tracks, std::vector<ConfTrack> I::*to, const char* what,
                              const char* how) {
        for (ConfTrack& track : tracks) {
          if (owner && track.weight != 0) {
            say("({}) Cannot have weighted track {} '{}' with member having priority 255 - {}", group.name, what,
                track.name, how);
            track.weight = 0;
          }
          for (I& i : vrrp_.instances) {
            auto& own = i.*to;
            if (group_of(i) == &group && std::ranges::find(own, track.name, &ConfTrack::name) == own.end())
              own.push_back(track);
          }
        }
      };
      spread(group.track_scripts, &I::track_scripts, "script", "clearing weight");
      spread(group.track_files, &I::track_files, "file", "setting weight 0");
      spread(group.track_processes, &I::track_processes, "process", "setting weight 0");
      spread(group.track_interfaces, &I::track_interfaces, "interface", "clearing weight");
    }
  }

  void find_instance_of_sync_daemon() {
    auto& daemon = conf_.global.sync_daemon;
    if (!daemon) return;
    const auto instance = std::ranges::find(vrrp_.instances, daemon->instance, &I::name);
    if (instance == vrrp_.instances.end()) {
      say("Unable to find vrrp instance {} for lvs_syncd - clearing lvs_syncd config", daemon->instance);
      daemon.reset();
    } else if (!daemon->syncid) {
      daemon->syncid = static_cast<std::uint8_t>(instance->vrid);
    }
  }

  Conf& conf_;
  VrrpConf& vrrp_;
  const ConfHost& host_;
  ConfReport& report_;
  bool detail_;
  std::vector<std::string> used_;  // interfaces of the instances so far
};

}  // namespace

bool complete_vrrp(Conf& conf, const ConfHost& host, ConfReport& report, bool detail) {
  return Completion(conf, host, report, detail).run();
}

}  // namespace lvs::keepalived
