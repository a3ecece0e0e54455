// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/ping/iputils.h"

#include <fmt/format.h>

#include "control/words/libc-numbers.h"

namespace lvs::control {

std::optional<long> iputils_number(std::string_view program, const std::string& text, long least, long most,
                                   CommandPtr& refused) {
  const LibcNumber number = strtol_of(text, 0);
  if (number.fault != LibcNumber::Fault::none) {
    refused = refusal(1, fmt::format("{}: invalid argument: '{}'\n", program, text));
    return std::nullopt;
  }
  if (number.value >= least && number.value <= most) return number.value;
  refused = refusal(
      1, fmt::format("{}: invalid argument: '{}': out of range: {} <= value <= {}\n", program, text, least, most));
  return std::nullopt;
}

}  // namespace lvs::control
