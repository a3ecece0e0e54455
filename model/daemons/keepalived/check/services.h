// SPDX-License-Identifier: GPL-2.0-or-later
// Virtual servers at work: what their real servers' health means for IPVS, quorum and sorry servers (keepalived:
// check/ipwrapper.c, ipvswrapper.c).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemons/keepalived/check/world.h"
#include "daemons/keepalived/conf/conf.h"
#include "ipvs/ip-vs.h"

namespace lvs::keepalived {

class Checker;
struct Service;

struct RealServer {
  const RealServerConf* conf = nullptr;
  Service* service = nullptr;
  bool alive = false;  // in the pool
  bool set = false;    // in IPVS
  int failed = 0;      // checkers that have failed
  long long weight = 1;
  bool reloaded = false;  // it goes on with one of before SIGHUP
  long long weight_before = 1;

  bool inhibit() const { return conf->inhibit.value_or(false); }
};

// What IPVS is told of a weight.
inline int real_weight(long long weight) { return static_cast<int>(std::clamp(weight, 0LL, 0x7fffffffLL)); }

// How many real servers of all users of a group each of its entries has; one without any is taken out (keepalived:
// tcp_alive, udp_alive, sctp_alive, fwm4_alive).
struct GroupUse {
  std::vector<std::array<unsigned, 3>> ranges;  // TCP, UDP, SCTP
  std::vector<unsigned> marks;
};

struct Service {
  const VirtualServerConf* conf = nullptr;
  const ServerGroupConf* group = nullptr;
  std::shared_ptr<GroupUse> use;  // the group's
  std::vector<std::unique_ptr<RealServer>> servers;
  std::unique_ptr<RealServer> sorry;
  bool quorum_up = true;
  bool sorry_is_server = false;                // the sorry server is one of the servers as well
  bool alive = false;                          // in IPVS
  bool active = true;                          // not suspended (ha_suspend)
  bool reloaded = false;                       // it goes on with one of before SIGHUP
  std::vector<ipvs::ServiceKey> kept_entries;  // of its group, by their first
};

class Services {
 public:
  Services(const Conf& conf, CheckWorld& world);

  // SIGHUP: what `old` has in IPVS and is asked for still is kept, and the rest taken out; before start(). The checkers
  // of both are told apart by their servers; `old`'s have been, and work no more.
  void follow(Services& old, const std::vector<std::unique_ptr<Checker>>& old_checkers,
              const std::vector<std::unique_ptr<Checker>>& checkers);
  // What is in IPVS already is taken over. `reload`: lvs_flush is not looked at.
  void start(bool reload);
  // A checker has said so for the first time, or something else than before. False: IPVS would not have it.
  void checker_says(RealServer& real, bool alive, bool& is_up, bool& has_run, bool alpha);
  // Before start(): a checker that has not run counts as failed (alpha).
  void fail_at_start(RealServer& real) { ++real.failed; }
  void set_weight(RealServer& real, long long weight, bool quorum);
  // SIGTERM.
  void stop();

  const std::vector<std::unique_ptr<Service>>& all() const { return services_; }
  const Conf& conf() const { return conf_; }

 private:
  // Services of IPVS that are made and unmade together: one, or those of an entry of a group.
  struct Entry {
    std::vector<ipvs::ServiceKey> keys;
    unsigned* servers = nullptr;  // of a group: GroupUse's
  };
  std::vector<Entry> entries(const Service& service) const;
  enum class Ask : std::uint8_t { add, remove, add_server, edit_server, remove_server, edit };
  // False: IPVS would not have it. What is there already, or gone already, is as it should be.
  bool ask(ipvs::Error error, Ask what, const ipvs::ServiceKey& key, const RealServer* real = nullptr);
  bool add(Service& service);
  void remove(Service& service);
  void flush_at_stop();
  bool add(RealServer& real);
  bool remove(RealServer& real, bool force);
  bool edit(RealServer& real, int weight);
  ipvs::DestinationConfig destination(const RealServer& real, const ipvs::ServiceKey& key, int weight) const;
  // services-reload.cc
  using Checkers = std::vector<std::unique_ptr<Checker>>;
  void follow_server(Services& old, RealServer& before, RealServer& real, const Checkers& old_checkers,
                     const Checkers& checkers);
  void follow_sorry(Services& old, Service& before, Service& service);
  void remove_gone(Services& old, Service& service);
  void remove_gone(RealServer& real);
  void lose_if_weak(Service& service);
  std::string entry_text(const Service& service, const Entry& entry, const char* mark) const;
  void fill_new_entries(Service& service);
  void remove_entries(Services& old, Service& before, Service& service);
  bool edit(Service& service);
  ipvs::ServiceConfig config_of(const Service& service) const;
  void start_server(RealServer& real);
  bool perform(RealServer& real, bool alive);
  void update_quorum(Service& service, bool init);
  void pool(Service& service, bool put);
  void notify(const ConfScript& script);
  void mail(const Service& service, std::string_view state, const std::string& text);
  void lose_at_stop(Service& service);
  long long live_weight(const Service& service) const;

  const Conf& conf_;
  CheckWorld& world_;
  ipvs::IpVs& ipvs_;
  std::vector<std::unique_ptr<Service>> services_;
};

}  // namespace lvs::keepalived
