// SPDX-License-Identifier: GPL-2.0-or-later
// lab.timeline: TIME HOST COMMAND, TIME HOST inject IFACE FRAME, TIME - end.
#include <algorithm>

#include "control/lab/conf.h"
#include "control/lab/inject.h"
#include "control/lab/text.h"

namespace lvs::control {
namespace {

using lab_text::take_word;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// An event, or what is wrong with the line.
using Parsed = std::variant<LabEvent, std::string>;

Parsed parse_line(const Lab& lab, FrameNames& names, const LabLine& line) {
  std::string_view rest = line.text;
  LabEvent event{line.place, {}, 0, LabEnd{}};
  const std::string_view time = take_word(rest), host_name = take_word(rest);
  const auto at = lab_text::seconds(time);
  if (!at) return quoted(time) + " is no time in seconds (such as 0, 1.5 or 12.25)";
  event.at = *at;
  if (host_name.empty()) return "expected TIME HOST COMMAND";
  if (host_name == "-") {
    if (rest != "end") return "after \"-\" only \"end\" can follow, found " + quoted(rest);
    return event;
  }
  const LabHost* host = lab.find_host(host_name);
  if (!host) return "there is no host " + quoted(host_name) + " in lab.conf";
  if (rest.empty()) return "there is no command for " + host->name;
  event.host = static_cast<std::size_t>(host - lab.hosts.data());
  std::string_view words = rest;
  if (take_word(words) == "inject") {
    auto inject = parse_inject(names, *host, rest);
    if (const auto* reason = std::get_if<std::string>(&inject)) return *reason;
    event.what = std::get<LabInject>(std::move(inject));
  } else {
    event.what = LabCommand{std::string(rest)};
  }
  return event;
}

}  // namespace

void parse_lab_timeline(const std::string& file, std::string_view text, LabReading& reading) {
  std::vector<LabEvent>& timeline = reading.lab.timeline;
  FrameNames names(reading.lab);
  bool ended = false;
  base::Time last{0};
  for (const LabLine& line : lab_text::lines(file, text, lab_text::Comments::drop)) {
    const auto error = [&](std::string reason) { reading.errors.push_back({line.place, std::move(reason)}); };
    Parsed parsed = parse_line(reading.lab, names, line);
    if (const auto* reason = std::get_if<std::string>(&parsed)) {
      error(*reason);
      continue;
    }
    LabEvent& event = std::get<LabEvent>(parsed);
    if (ended)
      error("the run has ended by this line");
    else if (event.at < last)
      error("time goes back from " + lab_text::seconds_text(last) + " to " + lab_text::seconds_text(event.at));
    last = std::max(last, event.at);
    ended = ended || std::holds_alternative<LabEnd>(event.what);
    timeline.push_back(std::move(event));
  }
}

}  // namespace lvs::control
