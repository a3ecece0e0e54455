// SPDX-License-Identifier: GPL-2.0-or-later
// Messages as named writes them: every name that was there before is a pointer, and what does not fit is left out
// (BIND: dns_message_rendersection(), dns_compress_*()).
#pragma once

#include <cstddef>
#include <string>

#include "wire/dns.h"

namespace lvs::named {

// At most `most` bytes: sets of records that do not fit set the flag TC, those of the additional section do not.
// Without EDNS as much of the first such set is sent as fits, and then `asked_ad`, the client's flag AD, comes back.
std::string write_message(wire::DnsMessage message, std::size_t most, bool asked_ad);

}  // namespace lvs::named
