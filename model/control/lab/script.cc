// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/script.h"

#include <optional>
#include <string>
#include <utility>

#include "control/lab/cpu-preset.h"
#include "control/lab/files.h"
#include "control/lab/startup/line-errors.h"
#include "control/lab/startup/own-services.h"
#include "control/lab/startup/startup.h"
#include "control/machine/shell/statements/statement.h"

namespace lvs::control {
namespace {

void check_preset(const LabHost& host, std::vector<LabMessage>& errors) {
  if (host.preset.empty() || find_cpu_preset(host.preset) != nullptr) return;
  std::string known;
  for (const CpuPreset& preset : cpu_presets()) known += " " + std::string(preset.name);
  errors.push_back({{"lab.conf", 0}, "host " + host.name + ": no CPU preset '" + host.preset + "'; known:" + known});
}

// Behind what earlier lines define. An error there has been told with its own line.
ShellLinePtr parse_startup(const std::string& before, const LabLine& line, const ScriptNames& scripts,
                           std::vector<LabMessage>& errors) {
  auto parsed = parse_statement(before, line.text, scripts);
  if (parsed) return std::move(*parsed);
  if (parsed.error().line == 0) return std::make_shared<ShellLine>();
  const auto first = [&](const std::string& text) -> std::optional<ScriptError> {
    auto again = parse_statement(before, text, scripts);
    return again ? std::nullopt : std::optional(again.error());
  };
  for (const ScriptError& fault : all_errors(line.text, first)) {
    LabPlace place = line.place;
    if (place.line != 0) place.line += static_cast<int>(fault.line) - 1;
    errors.push_back({place, fault.error.text()});
  }
  return std::make_shared<ShellLine>();
}

void look_for_services(const Lab& lab, const ShellLinePtr& line, LabPlace place, const std::string& text,
                       std::vector<LabMessage>& errors) {
  const auto unknown = line ? find_unknown_service(lab, line->chains, text) : std::nullopt;
  if (!unknown) return;
  if (place.line != 0) place.line += static_cast<int>(unknown->line) - 1;
  errors.push_back({std::move(place), unknown->error.text()});
}

}  // namespace

base::Result<LabScript, std::vector<LabMessage>> parse_script(const Lab& lab) {
  LabScript script{&lab, {}, {}};
  std::vector<LabMessage> errors;
  const ScriptNames scripts = script_names(lab);
  const auto parse = [&](const LabPlace& place, const std::string& text) -> ShellLinePtr {
    auto line = parse_line(text, scripts);
    if (line) return std::move(*line);
    const auto first = [&](const std::string& rest) -> std::optional<ScriptError> {
      auto again = parse_line(rest, scripts);
      return again ? std::nullopt : std::optional(ScriptError{1, again.error()});
    };
    for (const ScriptError& fault : all_errors(text, first)) errors.push_back({place, fault.error.text()});
    return nullptr;
  };
  for (const LabHost& host : lab.hosts) check_preset(host, errors);
  for (const LabHost& host : lab.hosts) {
    std::vector<ShellLinePtr>& lines = script.startup.emplace_back();
    Definitions before;
    for (const LabLine& line : host.startup) {
      lines.push_back(parse_startup(before.take(line.text), line, scripts, errors));
      look_for_services(lab, lines.back(), line.place, line.text, errors);
    }
  }
  for (const LabEvent& event : lab.timeline) {
    const auto* command = std::get_if<LabCommand>(&event.what);
    script.timeline.push_back(command == nullptr ? nullptr : parse(event.place, command->text));
    if (command != nullptr) look_for_services(lab, script.timeline.back(), event.place, command->text, errors);
  }
  for (LabMessage& error : check_lab_scripts(lab, scripts)) errors.push_back(std::move(error));
  if (!errors.empty()) return base::Error{std::move(errors)};
  return script;
}

}  // namespace lvs::control
