// SPDX-License-Identifier: GPL-2.0-or-later
// What wget prints of its transfers. Internal to wget.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "control/programs/web/wget/answer.h"
#include "control/programs/web/wget/wget.h"

namespace lvs::control {

// The bytes of a request.
std::string wget_request(const WgetOptions& options, const WgetUrl& url);
// "Length: 1536 (1.5K) [text/html]", with its line's end.
std::string wget_length(const WgetAnswer& answer);
// "678 KB/s"
std::string wget_rate(std::uint64_t bytes, double seconds);
// The dots of a transfer that took `seconds`, and its rate: "678 KB/s".
std::string wget_dots(std::uint64_t bytes, std::optional<std::uint64_t> expected, double seconds);
// The page to standard output among its dots: what one read(2) brings is written before the dots that it is worth
// (wget: fd_read_body()).
using WgetSay = std::function<void(const std::string&)>;
void wget_page_with_dots(const std::string& page, const std::string& dots, const WgetSay& print, const WgetSay& say);
// The last lines, of several URLs: what came, in how many seconds of transfers and how many in all.
std::string wget_summary(const std::string& now, unsigned files, std::uint64_t bytes, double transfers, double all);
// "1.5K", from 1,024 bytes on.
std::string wget_size(std::uint64_t bytes);

}  // namespace lvs::control
