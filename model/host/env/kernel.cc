// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/env/kernel.h"

namespace lvs::host {

std::optional<Kernel> find_kernel(std::string_view release) {
  if (release == "6.12" || release.starts_with("6.12.")) return kLinux6_12;
  if (release != "6.1" && !release.starts_with("6.1.")) return std::nullopt;
  Kernel kernel = kLinux6_1;
  // Between 6.1.176, which has it not, and 6.1.192.
  const bool recent = release.size() == 7 && release >= std::string_view("6.1.192");
  kernel.challenges_resets_early = recent;
  kernel.leaves_quotes_of_fragments = recent;
  kernel.decides_overload_anew = recent;
  kernel.learns_mtu_without_socket = recent;
  return kernel;
}

}  // namespace lvs::host
