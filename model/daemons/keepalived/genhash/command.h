// SPDX-License-Identifier: GPL-2.0-or-later
// The command genhash of Debian's keepalived 2.2.7: a page over HTTP or TLS and its MD5, for the digest of HTTP_GET.
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::keepalived {

control::CommandResultOrError parse_genhash(const std::vector<control::Word>& words);

}  // namespace lvs::keepalived
