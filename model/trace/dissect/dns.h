// SPDX-License-Identifier: GPL-2.0-or-later
// DNS messages as tcpdump prints them (print-domain.c).
#pragma once

#include <string>
#include <string_view>

namespace lvs::trace {

// "41527+ [1au] A? www.example.com. (56)". `verbose`: how many -v. `data`: what of the message was captured, `size`:
// how long it is.
std::string dns_text(std::string_view data, std::size_t size, unsigned verbose);

}  // namespace lvs::trace
