// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/addr.h"
#include "control/machine/machine.h"

namespace lvs::control {

// One word with its value. The words are done one after the other: an alias has no flags before it has an address.
struct IfconfigStep {
  enum class Kind : std::uint8_t {
    address,
    netmask,
    broadcast,
    peer,
    mtu,
    queue,
    mac,
    up,
    arp,
    promisc,
    allmulti,
    multicast,
    complain,  // what was to be an address is none
    stop       // so is a word where net-tools expects one: it does no more
  };
  Kind kind = Kind::up;
  bool on = true;
  base::Ipv4Addr addr{};
  std::optional<unsigned> prefix_length;
  std::uint32_t number = 0;
  base::MacAddr mac{};
  std::string text{};  // of a complaint
};

struct IfconfigWords {
  std::string name;  // with the alias
  bool all = false;
  bool brief = false;  // -s
  std::vector<IfconfigStep> steps;

  std::string device() const { return name.substr(0, name.find(':')); }
  bool alias() const { return name.find(':') != std::string::npos; }
};

// The entry of that name, or all; lines of a table without its head, if brief (net-tools: ife_print()).
int ifconfig_show(Machine& machine, Io& io, const IfconfigWords& words);
// The ioctls know an interface's address by its label.
const host::InterfaceAddress* ifconfig_labelled(const host::Device& dev, const std::string& label);

}  // namespace lvs::control
