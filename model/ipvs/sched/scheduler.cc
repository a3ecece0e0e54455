// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/sched/scheduler.h"

#include <fmt/format.h>

#include <array>

#include "ipvs/sched/sched.h"

namespace lvs::ipvs {

std::unique_ptr<Scheduler> make_scheduler(std::string_view name) {
  struct Maker {
    std::string_view name;
    std::unique_ptr<Scheduler> (*make)();
  };
  static constexpr std::array kMakers{
      Maker{"rr", make_rr},     Maker{"wrr", make_wrr},     Maker{"lc", make_lc}, Maker{"wlc", make_wlc},
      Maker{"lblc", make_lblc}, Maker{"lblcr", make_lblcr}, Maker{"dh", make_dh}, Maker{"sh", make_sh},
      Maker{"mh", make_mh},     Maker{"sed", make_sed},     Maker{"nq", make_nq}, Maker{"fo", make_fo},
      Maker{"ovf", make_ovf},   Maker{"twos", make_twos},
  };
  for (const Maker& maker : kMakers) {
    if (maker.name == name) return maker.make();
  }
  return nullptr;
}

std::string describe(const Destination& dest) {
  return fmt::format("{}:{} (weight {}, {} active, {} inactive)", dest.addr.text(), dest.port, dest.weight,
                     dest.active_conns, dest.inactive_conns);
}

}  // namespace lvs::ipvs
