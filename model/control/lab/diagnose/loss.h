// SPDX-License-Identifier: GPL-2.0-or-later
// Connections to services that fail although no rule knows why: where their packets end says it. Internal to the
// diagnosis.
#pragma once

#include <functional>

#include "control/lab/diagnose/proof.h"
#include "control/lab/diagnose/view.h"

namespace lvs::control::diagnosis {

struct Losses {
  const Proof& proof;
  base::Time end{};                                     // of the run
  std::function<bool(const Connection&)> is_virtual;    // was it for a service?
  std::function<bool(const Connection&)> is_explained;  // by what has been found
};
// `view`: of the machines at the end.
void find_losses(const View& view, const Losses& losses, Findings& findings, std::vector<LabEvidence>& shown);
extern const std::vector<LabRule> kLossRules;

}  // namespace lvs::control::diagnosis
