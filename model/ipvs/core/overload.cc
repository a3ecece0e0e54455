// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/core/overload.h"

namespace lvs::ipvs {
namespace {

// The lower threshold, or three quarters of the upper one (kernel: l_threshold_val).
std::uint32_t lower_in_use(const Destination& dest) {
  return dest.lower_threshold != 0 ? dest.lower_threshold : dest.upper_threshold - (dest.upper_threshold >> 2);
}

// Kernel: ip_vs_unbind_dest() of 6.1.176.
void relieve(Destination& dest) {
  const std::uint64_t total = dest.total_conns();
  if (dest.lower_threshold != 0) {
    if (total < dest.lower_threshold) dest.overloaded = false;
  } else if (dest.upper_threshold == 0 || total * 4 < std::uint64_t{dest.upper_threshold} * 3) {
    dest.overloaded = false;
  }
}

}  // namespace

void overload_after_bind(const host::Kernel& kernel, Destination& dest, bool is_template) {
  const std::uint32_t upper = dest.upper_threshold, total = dest.total_conns();
  if (kernel.decides_overload_anew ? !is_template && upper != 0 && total == upper : upper != 0 && total >= upper)
    dest.overloaded = true;
}

void overload_after_unbind(const host::Kernel& kernel, Destination& dest, bool is_template) {
  if (!kernel.decides_overload_anew)
    relieve(dest);
  else if (!is_template && dest.total_conns() + 1 == lower_in_use(dest))
    dest.overloaded = false;
}

void set_thresholds(const host::Kernel& kernel, Destination& dest, std::uint32_t upper, std::uint32_t lower) {
  const bool same = upper == dest.upper_threshold && lower == dest.lower_threshold;
  const bool raised = upper == 0 || upper > dest.upper_threshold;
  dest.upper_threshold = upper;
  dest.lower_threshold = lower;
  if (!kernel.decides_overload_anew) {
    if (raised) dest.overloaded = false;
  } else if (!same) {
    if (upper != 0 && dest.total_conns() >= upper)
      dest.overloaded = true;
    else if (upper == 0 || dest.total_conns() < lower_in_use(dest))
      dest.overloaded = false;
  }
}

}  // namespace lvs::ipvs
