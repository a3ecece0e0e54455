// SPDX-License-Identifier: GPL-2.0-or-later
// A health checker at work (keepalived: check/check_api.c, check_tcp.c, check_http.c, check_misc.c).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "control/machine/alarm.h"
#include "daemons/keepalived/check/services.h"
#include "daemons/keepalived/check/world.h"

namespace lvs::keepalived {

class Checker {
 public:
  Checker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);
  virtual ~Checker() = default;
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  // The first check comes after `delay`.
  void start(base::Time delay) { next_.set_after(delay); }
  // Of ha_suspend: it waits for its service's address.
  void enable(bool on) { enabled_ = on; }
  bool enabled() const { return enabled_; }
  const CheckerConf& conf() const { return conf_; }
  RealServer& real() { return real_; }
  const RealServer& real() const { return real_; }

  // --- SIGHUP ---
  void silence() { next_.clear(); }
  // Does one of before look at the same in the same way? (keepalived: compare_conn_opts() and its like)
  bool same_as(const Checker& old) const;
  // It goes on where `old` stopped.
  virtual void migrate(const Checker& old);
  // Up or down, without a word to the services: what a reload makes of it.
  void set_up(bool up) { up_ = up; }
  void set_tries(unsigned tries) { tries_ = tries; }
  bool has_run() const { return has_run_; }

  // --- what a dump tells ---
  bool is_up() const { return up_; }
  unsigned tries() const { return tries_; }
  virtual long long own_weight() const { return 0; }  // what it adds to the server's weight
  virtual base::Time ran_at() const { return {}; }
  virtual int last_status() const { return 0; }
  virtual std::string failed_url() const { return {}; }

 protected:
  // One check, from its time on; it ends in one of the calls below.
  virtual void check() = 0;
  void again(base::Time delay) { next_.set_after(delay); }
  void says(bool alive) { services_.checker_says(real_, alive, up_, has_run_, *conf_.alpha); }
  // `mail`: what a mail tells of it; one is written when that is news, or `always`.
  void says(bool alive, std::string_view mail, bool always = false);
  std::string name() const;  // "[10.0.0.21]:tcp:80": the server's, with the port that is checked
  void log(std::string_view text) { world_.log(text); }

  const CheckerConf& conf_;
  RealServer& real_;
  Services& services_;
  CheckWorld& world_;
  bool up_ = true;
  bool has_run_ = false;
  unsigned tries_ = 0;  // that have failed since the last success (keepalived: retry_it)

 private:
  void begin();

  bool enabled_ = true;
  control::Alarm next_;
};

std::unique_ptr<Checker> make_checker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);

}  // namespace lvs::keepalived
