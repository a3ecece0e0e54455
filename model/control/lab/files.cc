// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/files.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "control/lab/startup/daemon-scripts.h"
#include "control/lab/startup/line-errors.h"
#include "control/lab/startup/own-services.h"
#include "control/machine/machine.h"
#include "control/machine/shell/statements/script-names.h"
#include "control/machine/usual/usual-files.h"

namespace lvs::control {
namespace {

// "director/etc/x" below the folder of a host called director.
bool is_of(std::string_view path, std::string_view name) {
  return path.size() > name.size() && path.starts_with(name) && path[name.size()] == '/';
}

bool is_script(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  return first.starts_with("#!") && (first.ends_with("sh") || first.find("sh ") != std::string_view::npos);
}

bool is_named(const Lab& lab, const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const auto names = [&](const std::string& text) { return text.find(name) != std::string::npos; };
  for (const LabHost& host : lab.hosts)
    if (std::ranges::any_of(host.startup, names, &LabLine::text)) return true;
  // A daemon that runs scripts is no shell: what it cannot run, nobody would be told.
  const auto runs_it = [&](const LabFile& file) { return is_keepalived_conf(file) && names(file.text); };
  if (std::ranges::any_of(*lab.files, runs_it)) return true;
  return std::ranges::any_of(lab.timeline, [&](const LabEvent& event) {
    const auto* command = std::get_if<LabCommand>(&event.what);
    return command != nullptr && names(command->text);
  });
}

}  // namespace

void place_lab_files(const Lab& lab, std::size_t host, Machine& machine) {
  for (const UsualFile& file : usual_files()) machine.files().place(file.path, std::string(file.text));
  if (lab.files == nullptr) return;
  const std::string& name = lab.hosts[host].name;
  for (const LabFile& file : *lab.files) {
    if (is_of(file.path, name)) machine.files().place(file.path.substr(name.size()), file.text, file.mode);
    if (is_of(file.path, "shared")) machine.files().place("/" + file.path, file.text, file.mode);
    machine.files().place("/lab/" + file.path, file.text, file.mode, true);
  }
}

ScriptNames script_names(const Lab& lab) {
  ScriptNames names;
  for (const LabHost& host : lab.hosts)
    for (const LabLine& line : host.startup) find_script_names(line.text, names);
  for (const LabEvent& event : lab.timeline)
    if (const auto* command = std::get_if<LabCommand>(&event.what)) find_script_names(command->text, names);
  if (lab.files == nullptr) return names;
  for (const LabFile& file : *lab.files) {
    find_script_names(file.path, names);
    if (!is_script(file.text)) continue;
    find_script_names(file.text, names);
    names.insert(file.path.substr(file.path.rfind('/') + 1));
  }
  return names;
}

std::vector<LabMessage> check_lab_scripts(const Lab& lab, const ScriptNames& scripts) {
  std::vector<LabMessage> errors = check_daemon_commands(lab, scripts);
  if (lab.files == nullptr) return errors;
  for (const LabFile& file : *lab.files) {
    if (!is_script(file.text) || !is_named(lab, file.path)) continue;
    const auto first = [&](const std::string& text) -> std::optional<ScriptError> {
      auto parsed = parse_shell_script(text, {}, scripts);
      return parsed ? std::nullopt : std::optional(parsed.error());
    };
    for (const ScriptError& error : all_errors(file.text, first))
      errors.push_back({{file.path, static_cast<int>(error.line)}, error.error.text()});
    const auto parsed = parse_shell_script(file.text, {}, scripts);
    const auto unknown = parsed ? find_unknown_service(lab, (*parsed)->chains, file.text) : std::nullopt;
    if (unknown) errors.push_back({{file.path, static_cast<int>(unknown->line)}, unknown->error.text()});
  }
  return errors;
}

}  // namespace lvs::control
