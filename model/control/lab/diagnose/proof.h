// SPDX-License-Identifier: GPL-2.0-or-later
// A mistake is one when a run shows what comes of it: what rules suspect against what packets met. Internal to the
// diagnosis.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/lab/diagnose/story.h"
#include "control/lab/diagnose/view.h"

namespace lvs::control::diagnosis {

class Proof {
 public:
  // `record` and `lab` must outlive it. `zero`: of the timeline.
  Proof(const Record& record, const Lab& lab, base::Time zero);

  // What shows it, from `since` on; nothing: the run does not.
  std::optional<LabEvidence> find(const Findings::Each& suspected, base::Time since) const;
  const std::vector<Connection>& connections() const { return connections_; }
  LabEvidence evidence(const Connection& of) const;
  base::Time zero() const { return zero_; }

 private:
  std::optional<LabEvidence> find_arp(const Findings::Each& suspected, base::Time since) const;
  std::optional<LabEvidence> find_duplicate(const Findings::Each& suspected, base::Time since) const;
  LabEvidence evidence(const ArpSaid& said) const;
  const Life* too_big(const Connection& of) const;
  std::string text_of(const Life& life) const;
  std::string text_of(const Connection& of) const;
  std::string walk_of(trace::WalkId walk) const;
  const std::string& name(std::size_t host) const { return lab_.hosts[host].name; }

  const Record& record_;
  const Lab& lab_;
  base::Time zero_;
  std::vector<Connection> connections_;
};

// Is this connection one of those that the concern is about?
bool is_about(const Concern& concern, const Connection& connection);

}  // namespace lvs::control::diagnosis
