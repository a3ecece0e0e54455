// SPDX-License-Identifier: GPL-2.0-or-later
// Likely mistakes in the set-up of a lab: each with the host, what shows it, and the cure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "control/lab/script.h"
#include "trace/advice.h"

namespace lvs::control {

// What a run has shown of a mistake.
struct LabEvidence {
  base::Time at{};    // of the timeline
  std::string text;   // "SYN 10.0.0.1:40000 > 10.0.0.100:80 is dropped at rs1 (ROUTING, ip_forwarding_off: ...)"
  std::string walk;   // "client:3": the third walk that began at client; empty: a probe has shown it
  std::string probe;  // what was tried on a copy of the lab; empty: the lab's own lines have shown it

  // "Seen at 0.3 s: SYN ... is dropped at rs1 (...) (walk client:3)."
  std::string sentence() const;
};

struct LabFinding {
  std::string rule;  // "nat-no-forward"
  std::string host;  // where the cure is to be applied
  std::string text;  // what is wrong and what comes of it: one sentence without host and full stop
  trace::Advice cure;
  std::optional<base::Time> since;   // of the timeline; nothing: from the start
  std::optional<LabEvidence> shown;  // nothing: a line that failed or does not end

  // "director: ip_forward is 0, but ... Cure: sysctl -w net.ipv4.ip_forward=1 [nat-no-forward]"
  std::string sentence() const;
};

struct LabRule {
  std::string_view name;
  std::string_view summary;  // one line: the mistake
};
// In the order of their names.
std::vector<LabRule> lab_rules();

struct LabDiagnosis {
  std::vector<LabFinding> findings;  // in the order in which they are met
  bool whole = true;                 // false: the lab sends more than a check runs; its end was not looked at
};

// Runs the lab on the model, twice: who talks to whom, then how the machines are set up while they do. A set-up is
// looked at right before something is sent, so what the lab sets up step by step is no mistake.
LabDiagnosis diagnose(const LabScript& script);
// The same; nothing is found in a lab with lines that are not modelled.
LabDiagnosis diagnose(const Lab& lab);

}  // namespace lvs::control
