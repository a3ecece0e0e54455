// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/startup/own-services.h"

#include <algorithm>

#include "control/machine/registry.h"
#include "control/machine/usual/own-service.h"

namespace lvs::control {
namespace {

bool is_brought(const Lab& lab, std::string name) {
  if (name.ends_with(".service")) name.resize(name.size() - std::string_view(".service").size());
  const std::string unit = name + ".service", script = "init.d/" + name;
  const auto file_is = [&](const LabFile& file) {
    return file.path.ends_with("/" + unit) || file.path.ends_with(script) ||
           file.text.find(script) != std::string::npos;
  };
  if (lab.files != nullptr && std::ranges::any_of(*lab.files, file_is)) return true;
  const auto names = [&](const std::string& text) {
    return text.find(script) != std::string::npos || text.find("system/" + unit) != std::string::npos ||
           text.find("init.d") != std::string::npos;
  };
  for (const LabHost& host : lab.hosts)
    if (std::ranges::any_of(host.startup, names, &LabLine::text)) return true;
  return std::ranges::any_of(lab.timeline, [&](const LabEvent& event) {
    const auto* command = std::get_if<LabCommand>(&event.what);
    return command != nullptr && names(command->text);
  });
}

class Finder {
 public:
  explicit Finder(const Lab& lab) : lab_(lab) {}
  std::optional<std::string> run(const CommandList& commands) {
    list(commands);
    return std::move(found_);
  }

 private:
  void list(const CommandList& commands) {
    for (const Chain& chain : commands)
      for (const ChainLink& link : chain.links)
        for (const ShellCommand& each : link.pipeline.commands) command(each);
  }
  void command(const ShellCommand& each) {
    if (found_) return;
    if (const auto* const own = dynamic_cast<const OwnServiceCommand*>(each.simple.command.get()))
      for (const Word& name : own->services())
        if (!found_ && !is_brought(lab_, name.text)) found_ = name.text;
    if (!each.compound) return;
    for (const Compound::Branch& branch : each.compound->branches) {
      list(branch.condition);
      list(branch.body);
    }
    list(each.compound->body);
    if (each.compound->function) command(*each.compound->function);
  }

  const Lab& lab_;
  std::optional<std::string> found_;
};

}  // namespace

std::optional<ScriptError> find_unknown_service(const Lab& lab, const CommandList& commands, const std::string& text) {
  const auto name = Finder(lab).run(commands);
  if (!name) return std::nullopt;
  // Commands of a startup file may stand behind what lines before it define.
  const std::size_t at = std::min(text.find(*name), text.size());
  const std::size_t start = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const auto line =
      static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  return ScriptError{line + 1,
                     {at - (start == std::string::npos ? 0 : start + 1) + 1,
                      *name,
                      "this service is not modelled, and the lab brings no /etc/init.d/NAME or "
                      "/etc/systemd/system/NAME.service of it",
                      {}}};
}

}  // namespace lvs::control
