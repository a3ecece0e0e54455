// SPDX-License-Identifier: GPL-2.0-or-later
// Names of /etc/hosts in commands: in place of addresses that they print, and typed in place of addresses.
#pragma once

#include <string>
#include <vector>

#include "base/addr.h"
#include "control/machine/registry.h"
#include "control/names/hosts.h"

namespace lvs::control {

// What a program without -n prints for an address. Name servers are not asked.
class HostNames {
 public:
  HostNames(Machine& machine, bool numeric);
  bool numeric() const { return numeric_; }
  // Its name, or the number.
  std::string of(base::Ipv4Addr address) const;
  bool has(base::Ipv4Addr address) const;

 private:
  const std::string* find(base::Ipv4Addr address) const;

  bool numeric_;
  std::vector<HostsLine> lines_;
};

// The words of a command whose operands may be names of hosts. Where one of those at `operands` looks like a name, what
// it stands for is looked up when the command runs, and the words with the address are parsed then; of a name that is
// not in /etc/hosts the tool says what `parse` makes of it. An operand ends at ':' or '/'.
CommandResultOrError with_host_names(const std::vector<Word>& words, const std::vector<std::size_t>& operands,
                                     CommandParser parse);
// The words as they are parsed now.
std::vector<Word> words_with_addresses(Machine& machine, const std::vector<Word>& words,
                                       const std::vector<std::size_t>& operands);

}  // namespace lvs::control
