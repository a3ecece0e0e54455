// SPDX-License-Identifier: GPL-2.0-or-later
// What a command printed in two runs of one lab.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "referee/compare/counters.h"
#include "referee/compare/normalise.h"

namespace lvs::referee {

struct TextDifference {
  std::string left, right;  // the first lines that differ, as compared; empty: the other text has a line more
};

// Nothing if the texts say the same but for what no two runs of Linux have alike; each such thing is a rule in
// text.cc with its reason. `counters`: how far numbers of lines may differ that are counters.
std::optional<TextDifference> differing_text(std::string_view left, std::string_view right, const Renaming& renaming,
                                             std::chrono::seconds tolerance, const CounterSlack& counters = {});

}  // namespace lvs::referee
