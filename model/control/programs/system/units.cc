// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/system/units.h"

#include <fmt/format.h>

#include "control/programs/system/unit-file.h"

namespace lvs::control {
namespace {

std::string bare_name(std::string_view name) {
  if (name.ends_with(".service")) name.remove_suffix(std::string_view(".service").size());
  return std::string(name);
}

// What systemctl says of a unit's state, and its status.
NetworkPlan plan_question(const std::string& name, std::string_view action) {
  const std::string state = fmt::format(
      "p=$(cat /run/systemd/units/{0}.pid 2>/dev/null); read s 2>/dev/null < /run/systemd/units/{0} || s=inactive\n"
      "if [ -n \"$p\" ] && ! kill -0 $p 2>/dev/null; then s=inactive; fi\n",
      name);
  if (action == "is-active") return {state + "s=${s%% *}\necho $s\n[ $s = active ] || exit 3\n"};
  return {state + fmt::format("case $s in\n  inactive) s='inactive (dead)' ;;\n  failed) s='failed (Result: "
                              "exit-code)' ;;\nesac\nprintf '{}.service\\n     Active: %s\\n' \"$s\"\n"
                              "case $s in active*) ;; *) exit 3 ;; esac\n",
                              name)};
}

std::string failure_text(const std::string& name) {
  return fmt::format(
      "echo 'Job for {0}.service failed because the control process exited with error code.' >&2\n"
      "echo 'See \"systemctl status {0}.service\" and \"journalctl -xeu {0}.service\" for details.' >&2\n",
      name);
}

// One command after the other until one fails; `then`: what follows a failure.
std::string commands_text(const std::vector<UnitCommand>& commands, const std::string& then) {
  std::string text;
  for (const UnitCommand& each : commands)
    text += fmt::format("{} </dev/null >/dev/null 2>&1 || {}\n", each.text, each.may_fail ? ":" : then);
  return text;
}

std::string start_text(const Unit& unit, const std::string& name) {
  const std::string state = "/run/systemd/units/" + name;
  const std::string fails = fmt::format("{{ echo failed > {}; exit 9; }}", state);
  std::string text = commands_text(unit.start_pre, fails);
  if (unit.type == Unit::Type::oneshot) {
    text += commands_text(unit.start, fails);
    text += commands_text(unit.start_post, fails);
    text += unit.remains ? fmt::format("echo 'active (exited)' > {}\n", state) : fmt::format("rm -f {}\n", state);
    return text;
  }
  if (unit.start.empty()) return text;
  if (unit.type == Unit::Type::forking) {
    text += commands_text(unit.start, fails);
    if (!unit.pid_file.empty())
      text += fmt::format("cat {} > {}.pid 2>/dev/null\n", shell_quoted(unit.pid_file), state);
  } else if (unit.restart.empty()) {
    text += fmt::format("{} </dev/null >/dev/null 2>&1 &\necho $! > {}.pid\n", unit.start.front().text, state);
  } else {
    // One that is started anew is watched by a shell of its own.
    text += fmt::format(
        "while :; do {0} </dev/null >/dev/null 2>&1 & echo $! > {1}.pid; wait $!; {2}sleep {3}; done "
        "</dev/null >/dev/null 2>&1 &\necho $! > {1}.watch\n",
        unit.start.front().text, state, unit.restart == "on-failure" ? "[ $? != 0 ] || break; " : "",
        unit.restart_after);
    text += "sleep 0.01\n";
  }
  text += fmt::format("echo 'active (running)' > {}\n", state);
  return text + commands_text(unit.start_post, fails);
}

std::string stop_text(const Unit& unit, const std::string& name) {
  const std::string state = "/run/systemd/units/" + name;
  std::string text = fmt::format("MAINPID=$(cat {0}.pid 2>/dev/null)\nexport MAINPID\n", state);
  text += fmt::format("[ ! -f {0}.watch ] || kill $(cat {0}.watch) 2>/dev/null\n", state);
  text += commands_text(unit.stop, ":");
  if (unit.type != Unit::Type::oneshot)
    text +=
        "if [ -n \"$MAINPID\" ]; then\n"
        "  kill $MAINPID 2>/dev/null\n"
        "  while kill -0 $MAINPID 2>/dev/null; do sleep 0.01; done\n"
        "fi\n";
  return text + commands_text(unit.stop_post, ":") + fmt::format("rm -f {0} {0}.pid {0}.watch\n", state);
}

NetworkPlan plan_unit(const Unit& unit, std::string_view action, const std::string& name) {
  const std::string state = "/run/systemd/units/" + name;
  const std::string top = "mkdir -p /run/systemd/units\ncd " + shell_quoted(unit.folder) + "\n" + unit.environment;
  const std::string begins =
      fmt::format("(\n{}{}\n) || {{\n{}exit 1\n}}\n", top, start_text(unit, name), failure_text(name));
  const std::string ends = fmt::format("(\n{}{}\n)\n", top, stop_text(unit, name));
  // One that is active is not started again, one that is not is not stopped.
  const std::string active = fmt::format("grep -q ^active {} 2>/dev/null", state);
  if (action == "start") return {fmt::format("if {}; then exit 0; fi\n{}", active, begins)};
  if (action == "stop") return {fmt::format("if ! {}; then rm -f {}; exit 0; fi\n{}", active, state, ends)};
  if (action == "restart" || (unit.reload.empty() && action == "reload-or-restart"))
    return {fmt::format("if {}; then\n{}fi\n{}", active, ends, begins)};
  if (action == "try-restart" || action == "condrestart")
    return {fmt::format("if ! {}; then exit 0; fi\n{}{}", active, ends, begins)};
  if (unit.reload.empty())
    return {
        fmt::format("echo 'Failed to reload {0}.service: Job type reload is not applicable for unit {0}.service.' "
                    ">&2\nexit 1\n",
                    name)};
  return {
      fmt::format("if ! {0}; then\necho '{1}.service is not active, cannot reload.' >&2\nexit 1\nfi\n"
                  "(\n{2}MAINPID=$(cat {3}.pid 2>/dev/null)\nexport MAINPID\n{4})\n",
                  active, name, top, state, commands_text(unit.reload, "exit 1"))};
}

}  // namespace

NetworkPlan plan_systemctl(const NetworkFiles& files, std::string_view action, const std::string& name) {
  const std::string bare = bare_name(name);
  if (action == "is-active" || action == "status") {
    if (action == "status" && !unit_text(files, bare))
      return {fmt::format("echo 'Unit {}.service could not be found.' >&2\nexit 4\n", bare)};
    return plan_question(bare, action);
  }
  if (const auto text = unit_text(files, bare)) {
    const UnitReading reading = read_unit(*text, files);
    if (reading.refused.empty()) return plan_unit(reading.unit, action, bare);
    return {{}, fmt::format("{}.service: {}", bare, reading.refused)};
  }
  if (files.read("/etc/init.d/" + bare)) return plan_service(files, action, bare);
  return {fmt::format("echo 'Failed to {0} {1}.service: Unit {1}.service not {2}.' >&2\nexit 5\n", action, bare,
                      action == "stop" ? "loaded" : "found")};
}

NetworkPlan plan_service(const NetworkFiles& files, std::string_view action, const std::string& name) {
  const std::string script = "/etc/init.d/" + bare_name(name);
  if (files.read(script))
    return {
        fmt::format("cd /\nif [ ! -x {0} ]; then echo '{1}: unrecognized service' >&2; exit 1; fi\nunset HOME\n"
                    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin {0} {2}\n",
                    script, bare_name(name), shell_quoted(action))};
  if (unit_text(files, bare_name(name))) return plan_systemctl(files, action, name);
  return {fmt::format("echo '{}: unrecognized service' >&2\nexit 1\n", bare_name(name))};
}

}  // namespace lvs::control
