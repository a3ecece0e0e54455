// SPDX-License-Identifier: GPL-2.0-or-later
// The words of the lab files: lines, names, numbers with units. Internal to the lab parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/lab/lab.h"

namespace lvs::control::lab_text {

std::string_view trim(std::string_view text);

// An odd number of backslashes at the end: the last one escapes what follows.
bool ends_in_escape(std::string_view text);

// Lines that say something: trimmed, without comment and empty ones, those ended by a backslash joined as sh does.
// lab.conf keeps its comments: ours are among them.
enum class Comments { drop, keep };
std::vector<LabLine> lines(const std::string& file, std::string_view text, Comments comments);

// Takes the first word (up to white space) off `text`; empty when none is left.
std::string_view take_word(std::string_view& text);

// A host or segment name: letters, digits, "_", "." and "-", not "-" or "." first, 63 at most. Host names are file
// names.
bool is_name(std::string_view text);

// Each gives nothing on any text that is not wholly the value.
std::optional<base::Time> seconds(std::string_view text);   // "1.5", 0 to 1e9, nine decimals at most
std::optional<base::Time> duration(std::string_view text);  // "10us", "1.5ms", "60ns", "2s", 1000 s at most
std::optional<std::uint64_t> rate(std::string_view text);   // "1Gbps", "100Mbps", "1.5Mbps", "64kbps", "9600bps"
std::optional<double> probability(std::string_view text);   // "0.01" or "1%", 0 to 1

std::string seconds_text(base::Time time);  // shortest exact text that seconds() reads back

}  // namespace lvs::control::lab_text
