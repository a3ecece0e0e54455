// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/lab-world.h"

namespace lvs::emu {

void LabWorld::end_at(base::Time when) {
  engine_.at(when, [this] { engine_.stop(); });
}

void LabWorld::switch_power(std::size_t host, bool on) {
  control::LabWorld::switch_power(host, on);
  if (!on) stations_[host]->find_interfaces();
}

control::Machine* LabWorld::find_machine(std::size_t host) {
  return stations_[host] == nullptr ? nullptr : &stations_[host]->machine();
}

}  // namespace lvs::emu
