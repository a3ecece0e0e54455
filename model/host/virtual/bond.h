// SPDX-License-Identifier: GPL-2.0-or-later
// Several interfaces as one (kernel: drivers/net/bonding, modes active-backup and balance-rr, watched by carrier).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/ip/stack.h"

namespace lvs::host {

class BondLink final : public VirtualLink, private Receiver {
 public:
  enum class Mode : std::uint8_t { balance_rr, active_backup };
  struct Slave {
    Device* dev = nullptr;
    base::MacAddr permanent{};
    bool link = true;  // as last looked at
    unsigned failures = 0;
    base::Time change_at = base::kNever;  // its link has changed, and counts from then on (updelay, downdelay)
  };
  // What an administrator sets; times in milliseconds.
  struct Settings {
    Mode mode = Mode::balance_rr;
    std::uint32_t miimon = 0, updelay = 0, downdelay = 0;  // miimon 0: nobody looks
    std::string primary{};
    std::uint8_t gratuitous = 1;  // num_grat_arp
    bool fail_over_mac = false;
  };
  // What only the whole host can do.
  struct Actions {
    std::function<void(Device&, const base::MacAddr&)> set_mac;
    std::function<void(Device&, bool)> set_up;
    std::function<void(Device&)> announce;  // gratuitous ARP for its addresses
    std::function<void()> settle;           // carriers follow
    std::function<base::MacAddr()> random_mac;
  };

  BondLink(Stack& host, Settings settings, Actions actions);
  ~BondLink() override;
  std::string_view type() const override { return "bond"; }
  bool carrier() const override;
  std::optional<std::uint32_t> mtu() const override { return std::nullopt; }
  bool enslave(Device& slave) override;
  void release(Device& slave) override;
  void removed() override;
  void set_up(bool up) override;
  void transmit(PacketPtr frame) override;

  const Settings& settings() const { return settings_; }
  const std::vector<Slave>& slaves() const { return slaves_; }
  const Slave* active() const;
  // Changes of what is set; the mode only while nothing is enslaved.
  void set_mode(Mode mode) { settings_.mode = mode; }
  void set_miimon(std::uint32_t milliseconds);
  void set_delays(std::uint32_t up, std::uint32_t down);
  void set_primary(std::string name);
  void set_gratuitous(std::uint8_t count) { settings_.gratuitous = count; }
  // False: it is no slave of this one. nullptr: whichever is best.
  bool set_active(const Device* slave);
  // Its carrier has changed since it was first up.
  bool state_known() const;

 private:
  struct MonitorTimer : base::Timer {
    explicit MonitorTimer(BondLink& bond);
    BondLink& bond;
  };

  void receive(Device& in, PacketPtr frame) override;
  static bool has_link(const Slave& slave) { return slave.dev->up && slave.dev->carrier; }
  bool inactive(const Device& dev) const;
  Slave* find(const Device& dev);
  Slave* best();
  void select();
  void make_active(Slave* slave);
  void announce();
  void watch();
  void arm_watch(base::Time delay);
  bool count_change(Slave& slave);

  Stack& host_;
  Settings settings_;
  Actions actions_;
  std::vector<Slave> slaves_;
  Device* active_ = nullptr;
  unsigned to_announce_ = 0;
  std::uint32_t turn_ = 0;
  std::uint64_t changes_before_ = 0;
  bool has_been_up_ = false;
  base::Time first_up_{};
  MonitorTimer timer_{*this};
};

}  // namespace lvs::host
