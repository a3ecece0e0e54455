// SPDX-License-Identifier: GPL-2.0-or-later
// Quantities as people write them on a command line: 60us, 800KB/s, 100Mbps, 1..25.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::scenarios {

// "60us", "0.5ms", "2s", "800ns"; a bare number counts microseconds. Nothing on other text, or when negative.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
// Bytes a second: "800KB/s" (10^3), "1.5MB/s", "400kB/s"; a bare number counts KB/s. Above zero.
std::optional<double> parse_byte_rate(std::string_view text);
// Bits a second: "100Mbps", "1Gbps", "10Gb/s", "64kbps". Above zero.
std::optional<double> parse_bit_rate(std::string_view text);
// "5", "1..25", "1,2,4..8": in the order given, each at most `max`, at least 1.
std::optional<std::vector<unsigned>> parse_counts(std::string_view text, unsigned max);
std::vector<std::string> split(std::string_view text, char separator);

// "60 us", "13.6 us", "1.5 ms"
std::string text_of_duration(std::chrono::nanoseconds t);
// "100 Mb/s"
std::string text_of_bit_rate(double bits);

}  // namespace lvs::scenarios
