// SPDX-License-Identifier: GPL-2.0-or-later
// inject IFACE FRAME: the frame in words (docs/labs.md) or in hexadecimal digits.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "control/frame/frame.h"
#include "control/lab/lab.h"

namespace lvs::control {

// The machines of a lab as its interfaces see them: HOST on their segment, HOST:ethN anywhere; addresses are those that
// the startup files give with `ip addr add` and `ifconfig`. Kept for the lines that follow; the lab has to stay as it
// is.
class FrameNames {
 public:
  explicit FrameNames(const Lab& lab) : lab_(lab) {}
  const frame::Names& of(const LabInterface& interface);

 private:
  const Lab& lab_;
  std::map<const LabInterface*, frame::Names> known_;
};

// `text`: from the word inject on, said to `host`. The frame, or what is wrong with it.
std::variant<LabInject, std::string> parse_inject(FrameNames& names, const LabHost& host, std::string_view text);

enum class InjectForm : std::uint8_t { words, hex };
// What parse_inject() reads back.
std::string inject_text(FrameNames& names, const LabHost& host, const LabInject& inject, InjectForm form);

// lab.timeline with its inject lines in that form; all else, comments too, as it is. `line`: the first that cannot be
// read or, joined to the next, stays as it is.
struct RewrittenTimeline {
  std::string text;
  std::vector<LabMessage> notices;
};
RewrittenTimeline rewrite_timeline(const Lab& lab, const std::string& file, std::string_view text, InjectForm form);

}  // namespace lvs::control
