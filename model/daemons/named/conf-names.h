// SPDX-License-Identifier: GPL-2.0-or-later
// Words of a named.conf that are not modelled one by one.
#pragma once

#include <string_view>

namespace lvs::named {

// Of options and zones: read, and without effect on what a lab can see.
bool is_idle_option(std::string_view name);
// Known to BIND.
bool is_known_option(std::string_view name);
bool is_known_statement(std::string_view name);

}  // namespace lvs::named
