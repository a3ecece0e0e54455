// SPDX-License-Identifier: GPL-2.0-or-later
// What the VRRP state machine asks of the process that it runs in. Tests stand in for it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

struct VrrpInstance;

class VrrpWorld {
 public:
  virtual ~VrrpWorld() = default;

  virtual base::Time now() const = 0;
  // The machine's timers are to call Vrrp::advance() at `when`.
  virtual void wake_at(base::Time when) = 0;

  virtual void log(std::string_view text) = 0;
  virtual bool detail() const = 0;  // keepalived -D

  // Empty, or why the packet could not be sent: "Network is unreachable".
  virtual std::string send(const VrrpInstance& instance, std::span<const std::uint8_t> packet) = 0;
  virtual void gratuitous_arp(const std::string& interface, base::Ipv4Addr address) = 0;

  virtual bool interface_up(const std::string& interface) const = 0;  // IFF_UP and a carrier
  // The first that is none of `ours`.
  virtual std::optional<base::Ipv4Addr> interface_address(const std::string& interface,
                                                          const std::vector<base::Ipv4Addr>& ours) const = 0;
  virtual void set_address(const ConfAddress& address, const std::string& interface, bool add) = 0;
  // Where an instance does not accept: packets to and from these are dropped, or no longer.
  virtual void set_drop_rule(const std::vector<base::Ipv4Addr>& addresses, bool add) {
    static_cast<void>(addresses);
    static_cast<void>(add);
  }
  // Has the kernel done so?
  virtual bool set_route(const ConfRoute& route, bool add) = 0;

  // Starts a notify script with these words behind its own. `last`: the process ends soon.
  virtual void notify(const ConfScript& script, const std::vector<std::string>& words, bool last) = 0;
  virtual void mail(const std::string& subject, const std::string& body) = 0;
  // A state has been entered; for traces.
  virtual void entered(const VrrpInstance& instance) = 0;
};

}  // namespace lvs::keepalived
