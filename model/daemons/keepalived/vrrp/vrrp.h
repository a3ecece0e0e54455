// SPDX-License-Identifier: GPL-2.0-or-later
// The VRRP state machine of keepalived 2.2.7: elections, adverts, sync groups, tracking, gratuitous ARP, in the order
// and with the words of the real one (vrrp.c, vrrp_scheduler.c, vrrp_sync.c, vrrp_track.c).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/vrrp/instance.h"
#include "daemons/keepalived/vrrp/world.h"

namespace lvs::keepalived {

class Vrrp {
  // What the work of sending takes. Frames leave at once all the same; what is set behind it begins that much later,
  // and so two timers of one length come in the order in which the real one's come.
  static constexpr base::Time kAdvertWork = std::chrono::microseconds(1), kReadWork = std::chrono::microseconds(2),
                              kTimerWork = std::chrono::microseconds(3), kArpWork = std::chrono::microseconds(25);

 public:
  // `conf` is complete, and outlives this.
  Vrrp(const Conf& conf, VrrpWorld& world);

  // `first`: what a script says is the first that it says.
  enum class First : std::uint8_t { no, at_start, after_reload };
  // Where a script begins. `result` counts to rise, then to rise + fall - 1 (keepalived: vscript->result).
  struct ScriptStart {
    First first = First::at_start;
    int result = 0;
    int last_status = 0;
  };
  // What tracked scripts, files and processes are like at the start.
  struct TrackedNow {
    std::map<std::string, ScriptStart> scripts;
    std::map<std::string, int> files;       // their numbers
    std::map<std::string, bool> processes;  // is there a quorum?
  };
  // That of a script that nothing is known of.
  static ScriptStart first_of(const VrrpScriptConf& script, bool reloading);
  // Faults and priorities, from what it finds. `reloading`: after SIGHUP.
  void begin(bool reloading, const TrackedNow& now = {}, const Vrrp* old = nullptr);
  // Masters say once more that they are there: before the configuration is read again.
  void advertise();
  // Of `old`'s instances that go on, the addresses that are no longer named are removed: first of a reload.
  void remove_gone(Vrrp& old);
  // Takes away what an earlier run has left. After SIGHUP instances of `old` that go on keep their state.
  void adopt(Vrrp* old);
  // The first round of the scheduler: initial states. Called once, after begin().
  void start();
  // Adverts, timeouts and gratuitous ARPs that are due.
  void advance();
  // A packet of protocol 112 that its interface's socket has, from the IP header on.
  // `unicast`: it is the socket of unicast instances; those of multicast have another one.
  void receive(const std::string& interface, bool unicast, std::span<const std::uint8_t> packet);

  // --- what the kernel reports ---
  void interface_changed(const std::string& interface, bool up);
  void address_added(const std::string& interface, base::Ipv4Addr address);
  void address_removed(const std::string& interface, base::Ipv4Addr address);

  // Its socket could not be bound: adverts are to come from an address that the machine does not have.
  void source_missing(VrrpInstance& v);

  // --- tracking ---
  // What the scripts have last said.
  void script_changed(const std::string& name, bool ok, First first);
  void process_changed(const std::string& name, bool quorum);
  void file_changed(const std::string& name, int before, int now);

  // --- the end ---
  void release();  // priority 0, addresses away: SIGTERM
  void clear_counters() {
    for (const auto& v : instances_) v->counters = {};
  }
  void notify_stopped();  // notify scripts of the end

  const Conf& conf() const { return conf_; }
  const std::vector<std::unique_ptr<VrrpInstance>>& instances() const { return instances_; }
  const std::vector<std::unique_ptr<SyncGroup>>& groups() const { return groups_; }
  VrrpInstance* find(std::string_view name) const;
  bool started() const { return started_; }

 private:
  struct Later {
    base::Time at;
    VrrpInstance* instance;
    unsigned repeats;
  };

  struct QueuedArp {
    VrrpInstance* instance;
    const ConfAddress* address;
    std::string device;
  };

  template <class... Args>
  void log(const char* text, const Args&... args);
  template <class... Args>
  void detail(const char* text, const Args&... args);

  // vrrp.cc
  void track_interfaces(VrrpInstance& v);
  void find_sources();
  void initial_faults(const TrackedNow& now);
  void initial_files(const TrackedNow& now);
  void initial_script(VrrpInstance& v, const Tracking& track, const TrackedNow& now);
  void initial_groups(const Vrrp* old);
  void initial_state(VrrpInstance& v);
  VrrpInstance* successor(const VrrpInstance& before) const;
  void take_over(Vrrp& old);
  void follow_groups(const Vrrp& old);
  void wake();
  base::Time next_due() const;
  base::Time clock() const { return world_.now() + work_; }

  // states.cc
  void arm(VrrpInstance& v);
  void send_advert(VrrpInstance& v, unsigned priority);
  void master_transmit(VrrpInstance& v);
  void become_master(VrrpInstance& v);
  void go_master(VrrpInstance& v);
  void restore_interface(VrrpInstance& v, bool advert, bool force);
  void leave_master(VrrpInstance& v, bool advert);
  void leave_fault(VrrpInstance& v);
  void set_addresses(VrrpInstance& v, bool add, bool excluded);
  static std::vector<base::Ipv4Addr> not_accepted(const VrrpInstance& v);
  void set_drop_rule(VrrpInstance& v, bool add);
  void set_routes(VrrpInstance& v, bool add);
  void timeout(VrrpInstance& v);
  void synchronise(VrrpInstance& v, VrrpState before);

  // receive.cc
  bool accepts(VrrpInstance& v, const ReceivedAdvert& advert, bool check_addresses);
  bool authentic(VrrpInstance& v, const ReceivedAdvert& advert);
  bool from_peer(VrrpInstance& v, const ReceivedAdvert& advert);
  void backup_receives(VrrpInstance& v, const ReceivedAdvert& advert);
  void preempt_clock(VrrpInstance& v, const ReceivedAdvert& advert);
  bool master_receives(VrrpInstance& v, const ReceivedAdvert& advert);
  void lower_priority(VrrpInstance& v, const ReceivedAdvert& advert);
  void learn_interval(VrrpInstance& v, const ReceivedAdvert& advert);

  // garp.cc
  void send_link_update(VrrpInstance& v, unsigned repeats);
  void send_or_queue(VrrpInstance& v, const ConfAddress& address, const std::string& device);
  void send_arp(const ConfAddress& address, const std::string& device);
  void send_queued();
  void later(VrrpInstance& v, base::Time after, unsigned repeats);

  // sync.cc
  bool group_can_go_master(VrrpInstance& v);
  void sync_backup(VrrpInstance& v);
  void sync_master(VrrpInstance& v);
  void sync_fault(VrrpInstance& v);
  void forget_routes(const std::string& interface);
  void down_instance(VrrpInstance& v);
  void try_up_instance(VrrpInstance& v, bool leaving_init);
  void come_up(VrrpInstance& v);
  void set_effective_priority(VrrpInstance& v);
  void weigh(VrrpInstance& v, const Tracking& track, bool up);
  void script_says(VrrpInstance& v, const Tracking& track, bool ok, First first);

  // notify.cc
  void notify(VrrpInstance& v);
  void notify(SyncGroup& group);
  template <class T>
  void mail(T& whose, const std::string& name, std::optional<bool> own, const std::string& body);

  const Conf& conf_;
  VrrpWorld& world_;
  std::vector<std::unique_ptr<VrrpInstance>> instances_;
  std::vector<std::unique_ptr<SyncGroup>> groups_;
  std::vector<Later> later_;  // gratuitous ARPs
  std::vector<QueuedArp> queued_;
  std::map<std::string, base::Time> next_arp_;  // of an interface: not before
  base::Time queue_at_ = base::kNever;
  std::uint64_t armed_ = 0;
  base::Time work_{};  // since the last event began
  bool reloading_ = false;
  bool started_ = false;
  base::Time delayed_until_{};
};

}  // namespace lvs::keepalived
