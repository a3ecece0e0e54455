// SPDX-License-Identifier: GPL-2.0-or-later
// Status lines, the pages that nginx answers errors with, and its dates.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace lvs::nginx {

inline constexpr std::string_view kVersion = "nginx/1.22.1";

// "404 Not Found"; empty: nginx has no text for it.
std::string_view status_line(unsigned status);
// "<html>..."; empty: a status without a page. `tokens`: server_tokens; `padded`: for browsers that want 512 bytes.
std::string error_page(unsigned status, bool tokens, bool padded);

// `when`: since 1970.
std::string http_date(base::Time when);        // "Sat, 28 Nov 2026 17:57:23 GMT"
std::string error_log_date(base::Time when);   // "2026/11/28 17:57:10"
std::string access_log_date(base::Time when);  // "28/Nov/2026:17:57:10 +0000"
std::string iso_date(base::Time when);         // "2026-11-28T17:57:10+00:00"
std::string seconds_text(base::Time length);   // "0.123", nginx's clock having milliseconds

}  // namespace lvs::nginx
