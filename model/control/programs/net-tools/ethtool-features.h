// SPDX-License-Identifier: GPL-2.0-or-later
// Offloads of an interface as `ethtool -k` and `-K` know them. They are switches that the machine remembers: what is on
// the wire here is what a NIC would have put there, whoever cuts and sums it.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "host/env/device.h"

namespace lvs::control {

// In the order of `ethtool -k`; heads of groups have no switch of their own.
inline constexpr std::size_t kOffloads = 65;
using OffloadSet = std::bitset<kOffloads>;

class Offloads {
 public:
  // As the kernel's driver begins; nothing: what this type offers hangs on other interfaces, and is not modelled.
  static std::optional<Offloads> of(const host::Device& dev);

  OffloadSet active() const;
  // "on [fixed]", as -k has it.
  std::string text(std::size_t index) const;
  // Kernel: ethnl_set_features(): of `asked`, those in `values` on and the others off; those that a driver has fixed
  // stay.
  void set(const OffloadSet& asked, const OffloadSet& values);

  // A word that holds them all.
  std::string saved() const { return wanted_.to_string(); }
  void restore(const std::string& word) { wanted_ = OffloadSet(word); }

 private:
  OffloadSet wanted_, changeable_;
};

struct OffloadName {
  std::string_view shown, kernel;
  int bit = -1;  // -1: heads a group
  bool indented = false;
};
const OffloadName& offload_name(std::size_t index);
// Those that a word of -K means, "tso" or "tx-tcp6-segmentation"; nothing: there is no such word.
std::optional<OffloadSet> offloads_named(std::string_view word);

}  // namespace lvs::control
