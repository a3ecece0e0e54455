// SPDX-License-Identifier: GPL-2.0-or-later
// The notify_* keywords that instances and sync groups have in common.
#pragma once

#include <fmt/format.h>

#include <string>

#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {

// `already`: how a second script of the kind is refused, up to the dash; {} is its keyword.
inline void take_notify(ConfReader& reader, const ConfWords& words, ConfScript& script, const std::string& already) {
  const std::string& text = reader.word(words, 1);
  if (!script.empty())
    return reader.report.error(fmt::format(fmt::runtime(already + " - ignoring {}"), words[0], text));
  script = read_notify_script(reader, "notify");
}

}  // namespace lvs::keepalived
