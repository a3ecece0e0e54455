// SPDX-License-Identifier: GPL-2.0-or-later
// What `type bond` takes, at `ip link add` and `ip link set` (iproute2 6.1 ip/iplink_bond.c).
#pragma once

#include <optional>
#include <string>

#include "control/machine/command.h"
#include "control/machine/machine.h"
#include "control/programs/ip/ip.h"
#include "host/virtual/bond.h"

namespace lvs::control::ip {

struct BondWords {
  std::optional<host::BondLink::Mode> mode;
  std::optional<std::uint32_t> miimon, updelay, downdelay, gratuitous;
  std::optional<std::string> active, primary;  // empty: none
  std::optional<bool> fail_over_mac;
};

// What ends the command, or nothing.
std::optional<CommandResultOrError> take_bond_word(Args& args, const std::string& word, BondWords& words);
std::unique_ptr<host::BondLink> make_bond(Machine& machine, const BondWords& words);
// A status, with a message when it is not 0.
int change_bond(Machine& machine, Io& io, host::Device& dev, const BondWords& words);

}  // namespace lvs::control::ip
