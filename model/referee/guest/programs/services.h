// SPDX-License-Identifier: GPL-2.0-or-later
// service, systemctl, yum and the like inside the kernel: no init and no package manager runs there, so the words that
// labs have for them do what the model's do.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace lvs::referee {

// The names under which this program is one of them.
std::span<const std::string_view> service_words();

// The exit status if this program has been started under one of these names.
std::optional<int> guest_services(int argc, char** argv);

// /etc/init.d/NAME of every service, in the root that is entered.
void write_init_scripts();

}  // namespace lvs::referee
