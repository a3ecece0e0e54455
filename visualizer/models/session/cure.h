// SPDX-License-Identifier: GPL-2.0-or-later
// What to do about a drop, or an answer that should not be: the very line to type, and on which host.
#pragma once

#include <QString>
#include <optional>

#include "models/session/session.h"

namespace lvs::view {

struct Cure {
  QString host, line;  // "director", "sysctl -w net.ipv4.ip_forward=1"
  QString why;         // what it brings about, or what is wrong
  QString rule;        // of lvs-lab check that says so; empty: the viewer's own
  bool typed = true;   // false: `line` says what to change, in words
};

// Nothing: there is nothing wrong here, or no one line mends it. What check has found in the lab comes first.
std::optional<Cure> cureOf(Session& session, const Step& step);

// The mistake in the viewer's language: "NAT, and the director does not forward".
QString mistakeText(const trace::CarriedFinding& finding);

// What to change, in the viewer's language; commands as they are.
QString adviceText(const trace::CarriedFinding& finding);

}  // namespace lvs::view
