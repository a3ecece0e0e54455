// SPDX-License-Identifier: GPL-2.0-or-later
// Filters of ss: state established '( sport = :80 or dst 10.0.0.1 )'. Internal to ss.
#pragma once

#include <functional>
#include <set>
#include <vector>

#include "base/result.h"
#include "control/programs/net-tools/socket-list.h"
#include "control/words/word.h"

namespace lvs::control {

struct SsFilter {
  std::set<host::TcpState> states;  // those asked for; none: as the options say
  std::function<bool(const SocketLine&)> takes;
};

base::Result<SsFilter, SyntaxError> parse_ss_filter(const std::vector<Word>& words);

}  // namespace lvs::control
