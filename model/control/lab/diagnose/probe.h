// SPDX-License-Identifier: GPL-2.0-or-later
// Connections that a lab does not make itself, tried on a copy of it. Internal to the diagnosis.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "control/lab/diagnose/view.h"

namespace lvs::control::diagnosis {

// Can somebody be asked there like this?
bool can_probe(const Concern& concern);
// Is the same thing tried for both?
bool same_probe(const Concern& one, const Concern& other);
// "nc -z -w 2 10.0.0.1 80 on client, while 192.168.1.11 is the only destination of TCP 10.0.0.1:80"
std::string probe_text(const Lab& lab, const Concern& concern);
// Runs the lab as far as the lines before `event`, then lets the client connect, by way of the chosen real server if
// the concern names one. What shows the suspected mistake then; its time is that of the lab's timeline.
std::optional<LabEvidence> probe(const LabScript& script, std::size_t event, base::Time at, const Concern& concern,
                                 const Findings::Each& suspected);

// What a command prints that a host runs at `at` of the timeline, on a copy of the lab.
std::string said_on_copy(const LabScript& script, base::Time at, std::size_t host, const std::string& command);

}  // namespace lvs::control::diagnosis
