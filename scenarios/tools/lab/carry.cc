// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/carry.h"

#include <algorithm>

#include "control/lab/diagnose/diagnose.h"

namespace lvs::scenarios {

trace::JournalTexts carry(const control::LabScript& script, std::vector<std::string> options) {
  const control::Lab& lab = *script.lab;
  trace::Carried carried;
  carried.options = std::move(options);
  if (lab.files != nullptr) {
    for (const control::LabFile& file : *lab.files)
      carried.files.push_back({file.path, file.text, (file.mode & 0100) != 0});
  }
  const std::vector<control::LabRule> rules = control::lab_rules();
  for (const control::LabFinding& finding : control::diagnose(script).findings) {
    const auto rule = std::ranges::find(rules, finding.rule, &control::LabRule::name);
    carried.findings.push_back({finding.sentence(), finding.rule,
                                rule == rules.end() ? std::string() : std::string(rule->summary), finding.host,
                                trace::text_of(finding.cure), finding.shown ? finding.shown->walk : std::string(),
                                finding.cure});
  }
  carried.checked = true;
  return trace::to_journal(carried);
}

}  // namespace lvs::scenarios
