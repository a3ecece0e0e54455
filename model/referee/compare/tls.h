// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace lvs::referee {

// What a client draws at random in the ClientHello of TLS that these bytes of TCP begin with (RFC 8446, 4.1.2): its
// random number, its session's id and its shares of keys, each as offset and size. Empty where they begin with
// something else.
std::vector<std::pair<std::size_t, std::size_t>> drawn_by_client_hello(base::ByteView data);

}  // namespace lvs::referee
