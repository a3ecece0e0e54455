// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/check-text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/printable.h"
#include "control/lab/diagnose/diagnose.h"

namespace lvs::scenarios {

int check_labs(std::span<const control::LabScript> scripts, const RunLimits& limits) {
  bool clean = true;
  for (const control::LabScript& script : scripts) {
    const control::Lab& lab = *script.lab;
    RunWatch watch("lvs-lab", limits);
    watch.now("check of " + lab.name);
    const control::LabDiagnosis diagnosis = control::diagnose(script);
    for (const control::LabFinding& finding : diagnosis.findings)
      std::cout << base::printable(fmt::format("{}: {}\n", lab.name, finding.sentence()));
    const auto seen = std::ranges::find_if(
        diagnosis.findings, [](const auto& finding) { return finding.shown && !finding.shown->walk.empty(); });
    if (seen != diagnosis.findings.end())
      std::cout << base::printable(fmt::format(
          "{0}: to see a walk: lvs-lab run {0} --quiet --trace {0}.pcapng; lvs-trace {0}.pcapng --walk {1}\n", lab.name,
          seen->shown->walk));
    if (!diagnosis.whole)
      std::cerr << fmt::format("lvs-lab: {}: too many packets to look at all of them; the end was not looked at\n",
                               lab.name);
    clean = clean && diagnosis.findings.empty();
    if (!diagnosis.findings.empty()) continue;
    std::size_t lines = 0;
    for (const control::LabHost& host : lab.hosts) lines += host.startup.size();
    std::cout << fmt::format(
        "{}: {} hosts, {} segments, {} startup lines, {} timeline lines; every line is modelled, no mistake was "
        "found\n",
        lab.name, lab.hosts.size(), lab.segments.size(), lines, lab.timeline.size());
  }
  return clean ? 0 : 1;
}

}  // namespace lvs::scenarios
