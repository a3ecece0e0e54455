// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/normalise-times.h"

#include <algorithm>
#include <map>
#include <optional>

namespace lvs::referee {
namespace {

using base::Time;

// Finds, one after another, the injected frames of a run.
class Injected {
 public:
  explicit Injected(const control::LabRun& run) : run_(run) {}

  std::optional<Time> next(const std::string& host, const control::LabInject& inject, Time not_before) {
    const std::string interface = "eth" + std::to_string(inject.interface);
    for (const control::LabCapture& capture : run_.captures) {
      if (capture.host != host || capture.interface != interface) continue;
      std::size_t& at = positions_[&capture];
      for (std::size_t i = at; i < capture.frames.size(); ++i) {
        const control::CapturedFrame& frame = capture.frames[i];
        if (!frame.outbound || frame.at < not_before || frame.bytes != inject.frame) continue;
        at = i + 1;
        return frame.at;
      }
    }
    return {};
  }

 private:
  const control::LabRun& run_;
  std::map<const control::LabCapture*, std::size_t> positions_;
};

}  // namespace

control::Lab with_times_of(const control::Lab& lab, const control::LabRun& run) {
  control::Lab result = lab;
  std::size_t line = 0;
  for (const control::LabHost& host : lab.hosts) line += host.startup.size();
  Injected injected(run);
  Time now{};
  for (control::LabEvent& event : result.timeline) {
    std::optional<Time> at;
    if (std::holds_alternative<control::LabCommand>(event.what)) {
      if (line < run.commands.size()) at = run.commands[line].at;
      ++line;
    } else if (const auto* inject = std::get_if<control::LabInject>(&event.what)) {
      at = injected.next(lab.hosts[event.host].name, *inject, now);
    } else {
      at = run.end;
    }
    now = std::max(now, at.value_or(event.at));
    event.at = now;
  }
  if (!lab.end()) result.timeline.push_back({{}, std::max(now, run.end), 0, control::LabEnd{}});
  return result;
}

}  // namespace lvs::referee
