// SPDX-License-Identifier: GPL-2.0-or-later
// Directors that guard each other by VRRP, judged by what they tell each other on the wire. Internal to the diagnosis.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/addr.h"
#include "base/bytes.h"
#include "control/lab/diagnose/diagnose.h"
#include "control/lab/diagnose/record.h"

namespace lvs::control::diagnosis {

// An advertisement (RFC 3768, RFC 9568), as it left an interface.
struct Advert {
  base::Time at{};
  std::size_t host = 0, segment = 0;
  base::Ipv4Addr from, to;
  std::uint8_t version = 0, router = 0, priority = 0;
  std::vector<base::Ipv4Addr> addresses;
  std::uint8_t auth = 0;  // type; version 2 has it
  std::array<std::uint8_t, 8> secret{};
  std::uint8_t interval = 0;  // advert_int in seconds; version 2 wants it to be the same
};
// Of a frame from the destination MAC on; its time, host and segment are not set. Nothing: it is none.
std::optional<Advert> read_advert(base::ByteView frame);

// `adverts` in the order sent; `zero`: of the timeline.
std::vector<LabFinding> find_vrrp_mistakes(const std::vector<Advert>& adverts, const Record& record, const Lab& lab,
                                           base::Time zero);
// vrrp-weight.cc: of one that fails and gives way to nobody.
std::vector<LabFinding> find_small_weights(const std::vector<Advert>& adverts, const Record& record, const Lab& lab,
                                           base::Time zero);
extern const std::vector<LabRule> kVrrpRules;

}  // namespace lvs::control::diagnosis
