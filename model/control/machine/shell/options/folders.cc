// SPDX-License-Identifier: GPL-2.0-or-later
// cd, pwd, pushd, popd, dirs, umask: where a shell is, and what its files may; and aliases.
#include <algorithm>

#include "control/machine/machine.h"
#include "control/machine/shell/options/call.h"

namespace lvs::control {
namespace {

// Goes there; else why not.
std::string_view go_to(const Call& call, const std::string& wanted) {
  const std::string folder = Files::absolute(wanted, call.scope.folder);
  const auto status = call.root.machine().files().status(folder);
  if (status.kind != Files::Kind::folder) return status.exists() ? "Not a directory" : "No such file or directory";
  call.scope.variables["OLDPWD"] = std::exchange(call.scope.folder, folder);
  return {};
}

// "~/lvs" of "/root/lvs"
std::string shown(const ShellScope& scope, const std::string& folder) {
  const auto home = scope.variables.find("HOME");
  if (home == scope.variables.end() || !folder.starts_with(home->second)) return folder;
  const std::string rest = folder.substr(home->second.size());
  return rest.empty() || rest[0] == '/' ? "~" + rest : folder;
}

}  // namespace

BuiltinResult run_cd(const Call& call) {
  const std::size_t at = call.size() > 1 && (call.at(1) == "-P" || call.at(1) == "-L") ? 2 : 1;
  const bool back = call.size() > at && call.at(at) == "-";
  auto& variables = call.scope.variables;
  if (back && call.scope.bash && !variables.contains("OLDPWD")) return {call.complain("OLDPWD not set", 1)};
  const std::string wanted = back ? (variables["OLDPWD"].empty() ? call.scope.folder : variables["OLDPWD"])
                             : call.size() > at ? call.at(at)
                                                : variables["HOME"];
  if (const std::string_view why = go_to(call, wanted); !why.empty())
    return {call.scope.bash ? call.complain(fmt::format("{}: {}", wanted, why), 1)
                            : call.complain("can't cd to " + wanted, 2)};
  if (back) call.streams.out->write(call.scope.folder + "\n");
  return {0};
}

BuiltinResult run_pwd(const Call& call) {
  call.streams.out->write(call.scope.folder + "\n");
  return {0};
}

BuiltinResult run_folders(const Call& call) {
  if (!call.scope.bash) return not_found(call);
  auto& stack = call.scope.folders;
  const std::string before = call.scope.folder;
  const bool pushes = call.at(0) == "pushd", pops = call.at(0) == "popd";
  if (pops && stack.empty()) return {call.complain("directory stack empty", 1)};
  if (pushes && call.size() == 1 && stack.empty()) return {call.complain("no other directory", 1)};
  if (pushes || pops) {
    const std::string wanted = call.size() > 1 ? call.at(1) : stack.back();
    if (const std::string_view why = go_to(call, wanted); !why.empty())
      return {call.complain(fmt::format("{}: {}", wanted, why), 1)};
    if (call.size() == 1) stack.pop_back();
    if (pushes) stack.push_back(before);
  }
  std::string text = shown(call.scope, call.scope.folder);
  for (auto each = stack.rbegin(); each != stack.rend(); ++each) text += " " + shown(call.scope, *each);
  call.streams.out->write(text + "\n");
  return {0};
}

BuiltinResult run_umask(const Call& call) {
  if (call.size() == 1) {
    call.streams.out->write(fmt::format("{:04o}\n", call.scope.mask));
    return {0};
  }
  unsigned mask = 0;  // check_shell_builtin() lets digits through alone
  for (const char digit : call.at(1)) mask = mask * 8 + static_cast<unsigned>(digit - '0');
  if (call.at(1).size() > 4 || mask > 0777)
    return call.fail("Illegal number: " + call.at(1), call.at(1) + ": octal number out of range");
  call.scope.mask = mask;
  return {0};
}

BuiltinResult run_alias(const Call& call) {
  if (call.scope.bash || !call.scope.script || call.at(0) == "unalias" || call.size() == 1) return {0};
  call.streams.err->write("not modelled: alias: in scripts of sh\n");
  return {2};
}

}  // namespace lvs::control
