// SPDX-License-Identifier: GPL-2.0-or-later
// inject IFACE FRAME: the frame in words (docs/labs.md) or in hexadecimal digits.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "control/frame/frame.h"
#include "control/lab/lab.h"

namespace lvs::control {

// The machines of the lab as that interface sees them: HOST on its segment, HOST:ethN anywhere; addresses are those
// that the startup files give with `ip addr add` and `ifconfig`.
frame::Names frame_names(const Lab& lab, const LabInterface& interface);

// `text`: from the word inject on. The frame, or what is wrong with it.
std::variant<LabInject, std::string> parse_inject(const Lab& lab, const LabHost& host, std::string_view text);

enum class InjectForm : std::uint8_t { words, hex };
// What parse_inject() reads back.
std::string inject_text(const Lab& lab, const LabHost& host, const LabInject& inject, InjectForm form);

// lab.timeline with its inject lines in that form; all else, comments too, as it is. `line`: the first that cannot be
// read or, joined to the next, stays as it is.
struct RewrittenTimeline {
  std::string text;
  std::vector<LabMessage> notices;
};
RewrittenTimeline rewrite_timeline(const Lab& lab, const std::string& file, std::string_view text, InjectForm form);

}  // namespace lvs::control
