// SPDX-License-Identifier: GPL-2.0-or-later
// Names for numbers in frames, both ways.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/numbers.h"

namespace lvs::control::frame {

struct Named {
  std::string_view name;
  std::uint8_t value;
};

inline constexpr auto kIcmpTypes = std::to_array<Named>({{"echo-reply", 0},
                                                         {"unreachable", 3},
                                                         {"source-quench", 4},
                                                         {"redirect", 5},
                                                         {"echo-request", 8},
                                                         {"time-exceeded", 11},
                                                         {"parameter-problem", 12},
                                                         {"timestamp-request", 13},
                                                         {"timestamp-reply", 14}});
inline constexpr auto kChunks = std::to_array<Named>({{"data", 0},
                                                      {"init", 1},
                                                      {"init-ack", 2},
                                                      {"sack", 3},
                                                      {"heartbeat", 4},
                                                      {"heartbeat-ack", 5},
                                                      {"abort", 6},
                                                      {"shutdown", 7},
                                                      {"shutdown-ack", 8},
                                                      {"error", 9},
                                                      {"cookie-echo", 10},
                                                      {"cookie-ack", 11},
                                                      {"shutdown-complete", 14}});
inline constexpr auto kArpOperations = std::to_array<Named>({{"request", 1}, {"reply", 2}});
// Letters of tcpdump.
inline constexpr auto kTcpFlags =
    std::to_array<Named>({{"F", 1}, {"S", 2}, {"R", 4}, {"P", 8}, {".", 16}, {"U", 32}, {"E", 64}, {"W", 128}});

// Its name, or empty.
constexpr std::string_view name_of(std::span<const Named> names, std::uint32_t value) {
  const auto found = std::ranges::find(names, value, &Named::value);
  return found == names.end() ? std::string_view{} : found->name;
}
// A name or a number of at most `most`.
inline std::optional<std::uint32_t> value_of(std::span<const Named> names, std::string_view word, std::uint32_t most) {
  const auto found = std::ranges::find(names, word, &Named::name);
  return found == names.end() ? base::number_up_to(word, most) : std::optional<std::uint32_t>(found->value);
}

// What the second half of an ICMP header means for a type and code: words with a shift and a size in bits.
struct IcmpPart {
  std::string_view name;
  unsigned shift, bits;
  bool address = false;
};
inline constexpr auto kIcmpEcho = std::to_array<IcmpPart>({{"id", 16, 16}, {"seq", 0, 16}});
inline constexpr auto kIcmpMtu = std::to_array<IcmpPart>({{"mtu", 0, 16}});
inline constexpr auto kIcmpGateway = std::to_array<IcmpPart>({{"gateway", 0, 32, true}});

inline std::span<const IcmpPart> icmp_parts(std::uint8_t type, std::uint8_t code) {
  if (type == 0 || type == 8 || type == 13 || type == 14) return kIcmpEcho;
  if (type == 3 && code == 4) return kIcmpMtu;
  if (type == 5) return kIcmpGateway;
  return {};
}

}  // namespace lvs::control::frame
