// SPDX-License-Identifier: GPL-2.0-or-later
// The step of a walk that decided against a check.
#pragma once

#include <optional>
#include <string>

#include "control/lab/grade/probe.h"
#include "tools/trace/html/embedded.h"

namespace lvs::scenarios {

struct Moment {
  std::string text, text_zh;  // "at 1.002 s rs1 ROUTING DROP: ip_rpfilter: ..."
  std::size_t walk = 0;       // as lvs-trace counts them
  std::string host;           // where
};

// In the trace `file` of the run that `judgement` is about. Nothing where no step stands out.
std::optional<Moment> find_moment(const std::string& file, const control::Judgement& judgement, const Chinese& chinese);

}  // namespace lvs::scenarios
