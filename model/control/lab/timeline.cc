// SPDX-License-Identifier: GPL-2.0-or-later
// lab.timeline: TIME HOST COMMAND, TIME HOST inject IFACE FRAME, TIME - end, TIME - cut HOST IFACE, TIME - mend HOST
// IFACE, TIME - crash HOST, TIME - boot HOST.
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

// What is behind "-": the lab itself does it.
Parsed parse_verb(const Lab& lab, LabEvent event, std::string_view rest) {
  const std::string_view whole = rest;
  const std::string_view verb = take_word(rest), name = take_word(rest);
  if (verb == "end" && name.empty()) return event;
  const bool cable = verb == "cut" || verb == "mend";
  if (!cable && verb != "crash" && verb != "boot")
    return "after \"-\" only end, cut, mend, crash and boot can follow, found " + quoted(whole);
  const LabHost* const host = lab.find_host(name);
  if (!host) return "there is no host " + quoted(name) + " in lab.conf";
  event.host = static_cast<std::size_t>(host - lab.hosts.data());
  if (!cable) {
    if (!rest.empty()) return "not expected behind the host: " + quoted(rest);
    event.what = LabPower{verb == "boot"};
    return event;
  }
  const std::string_view interface = take_word(rest);
  const auto found = std::ranges::find(host->interfaces, interface, &LabInterface::name);
  if (found == host->interfaces.end()) return host->name + " has no interface " + quoted(interface) + " in lab.conf";
  if (!rest.empty()) return "not expected behind the interface: " + quoted(rest);
  event.what = LabCable{found->number, verb == "mend"};
  return event;
}

Parsed parse_line(const Lab& lab, FrameNames& names, const LabLine& line) {
  std::string_view rest = line.text;
  LabEvent event{line.place, {}, 0, LabEnd{}};
  const std::string_view time = take_word(rest), host_name = take_word(rest);
  const auto at = lab_text::seconds(time);
  if (!at) return quoted(time) + " is no time in seconds (such as 0, 1.5 or 12.25)";
  event.at = *at;
  if (host_name.empty()) return "expected TIME HOST COMMAND";
  if (host_name == "-") return parse_verb(lab, std::move(event), rest);
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
    if (std::holds_alternative<LabPower>(event.what) && reading.lab.model_only.empty())
      reading.lab.model_only = "it switches machines off and on";
    timeline.push_back(std::move(event));
  }
}

}  // namespace lvs::control
