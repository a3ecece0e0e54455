// SPDX-License-Identifier: GPL-2.0-or-later
// The VRRP child of a keepalived: the state machine on the sockets, addresses and scripts of its machine.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "control/machine/alarm.h"
#include "daemons/keepalived/daemon/child.h"
#include "daemons/keepalived/daemon/firewall.h"
#include "daemons/keepalived/daemon/scripts.h"
#include "daemons/keepalived/daemon/tracker.h"
#include "daemons/keepalived/vrrp/vrrp.h"
#include "host/env/events.h"
#include "host/socket/raw.h"

namespace lvs::keepalived {

class VrrpChild final : public Child, private VrrpWorld {
 public:
  VrrpChild(control::Machine& machine, control::Pid parent, const Options& options, Log log, const GlobalConf& global,
            std::shared_ptr<ParentLink> link);
  ~VrrpChild() override;

  void begin() override;

 private:
  // A pair of raw sockets, as keepalived has one for each interface and kind.
  struct Pool final : host::SocketUser {
    Pool(VrrpChild& its, const VrrpInstance& v, host::Device& dev);
    void socket_ready() override;

    VrrpChild& child;
    std::string interface;
    base::Ipv4Addr group, source;  // multicast or unicast
    bool bound = true;
    std::vector<const VrrpInstance*> instances;
    host::RawSocket in, out;
  };
  struct Change {
    host::HostEvent::Kind kind;
    std::string interface;
    bool up = false;
    base::Ipv4Addr address;
  };

  // --- Process ---
  bool take_signal(int signal) override;
  void give_back() override;
  std::string pid_file() const override { return options_.vrrp_pid; }

  // --- VrrpWorld ---
  base::Time now() const override { return machine().host().now(); }
  void wake_at(base::Time when) override;
  void log(std::string_view text) override {
    line(text);
    if (sent_) hear();
  }
  bool detail() const override { return log_.detail; }
  std::string send(const VrrpInstance& instance, std::span<const std::uint8_t> packet) override;
  void gratuitous_arp(const std::string& interface, base::Ipv4Addr address) override;
  bool interface_up(const std::string& interface) const override;
  std::optional<base::Ipv4Addr> interface_address(const std::string& interface,
                                                  const std::vector<base::Ipv4Addr>& ours) const override;
  void set_address(const ConfAddress& address, const std::string& interface, bool add) override;
  void set_drop_rule(const std::vector<base::Ipv4Addr>& addresses, bool add) override;
  bool set_route(const ConfRoute& route, bool add) override;
  void notify(const ConfScript& script, const std::vector<std::string>& words, bool last) override;
  void mail(const std::string& subject, const std::string& body) override {
    write_mail(vrrp_->conf().global, subject, body);
  }
  void entered(const VrrpInstance& instance) override;

  // The parent hears of a reload when the kernel has been asked for something first, or when all is done.
  void hear() {
    sent_ = false;
    if (std::exchange(untold_, false)) has_read(true);
  }
  void advance() {
    if (vrrp_) vrrp_->advance();
  }
  void end() {
    if (reading_ && !reading_->conf.global.firewall.table.empty()) firewall_.end();
    line(last_line());
    exit(0);
  }
  void read(bool again);
  void open_pools();
  void list_pools() const;
  // Of the socket that receives, that of the other is the next; one that watches files comes before all. -1: not bound.
  int descriptor_of(const Pool& pool) const;
  void dump_data() const;
  void log_conf(const Vrrp::TrackedNow& now) const;
  void static_entries(bool add);
  void drop_static_entries(const VrrpConf& before);
  void tell_new_route(const ConfRoute& route) const;
  void tell_new_routes() const;  // static ones
  // Requests count from the second at which the channel is opened; three have asked for what there is.
  std::uint32_t first_request() const {
    const auto now = machine().epoch + machine().host().now();
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(now).count()) + 3;
  }
  // The kernel's synchronisation daemon follows the state of an instance.
  void begin_sync(const GlobalConf* before);
  void follow_sync(const VrrpInstance& instance);
  void stop_sync();
  Pool* pool_of(const VrrpInstance& v) const;
  Pool* pool_for(const VrrpInstance& v);
  static void on_event(void* self, const host::HostEvent& event);
  void take_changes();
  void stop();
  void run_notices();

  std::unique_ptr<ConfReading> reading_;  // what the state machine speaks of
  std::unique_ptr<Vrrp> vrrp_;
  std::unique_ptr<Tracker> tracker_;
  Scripts scripts_;
  Firewall firewall_;
  std::vector<std::unique_ptr<Pool>> pools_;
  std::map<std::string, bool> up_;  // interfaces, as last heard
  std::vector<Change> changes_;
  std::set<const ConfRoute*> routes_set_;  // static ones
  std::uint32_t asked_ = 0;                // the number of its last request to the kernel
  bool untold_ = false, sent_ = false;     // during a reload
  std::vector<std::pair<ConfScript, std::vector<std::string>>> notices_;  // scripts that are to begin
  bool forked_ = false;                                                   // meanwhile, a script was started
  bool listening_ = false;
  bool stopping_ = false;
  control::Alarm start_, work_, changed_, notify_, last_;
};

}  // namespace lvs::keepalived
