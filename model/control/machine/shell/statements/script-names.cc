// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/statements/script-names.h"

#include <algorithm>
#include <cctype>

#include "control/machine/usual/program-path.h"

namespace lvs::control {
namespace {

bool is_file_sign(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("_-.+").find(c) != std::string_view::npos;
}

// /bin, /usr/sbin and their like have the programs of the system alone.
bool is_of_system(std::string_view folder) {
  return folder == "/bin" || folder == "/sbin" || folder == "/usr/bin" || folder == "/usr/sbin";
}

template <typename Take>
void each_folder(std::string_view path, Take take) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    std::string_view folder = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
    if (!folder.empty() && take(std::string(folder))) return;
  }
}

}  // namespace

void find_script_names(std::string_view text, ScriptNames& names) {
  constexpr std::string_view kFolder = "bin/";
  for (std::size_t at = text.find(kFolder); at != text.npos; at = text.find(kFolder, at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && (is_file_sign(text[begin - 1]) || std::string_view("/~${}").find(text[begin - 1]) != text.npos))
      --begin;
    const std::string_view folder = text.substr(begin, at + kFolder.size() - 1 - begin);
    if (is_of_system(folder) || !(folder.ends_with("/bin") || folder.ends_with("/sbin"))) continue;
    std::size_t end = at + kFolder.size();
    while (end < text.size() && is_file_sign(text[end])) ++end;
    const std::string_view name = text.substr(at + kFolder.size(), end - at - kFolder.size());
    if (!name.empty() && (end == text.size() || text[end] != '/')) names.emplace(name);
  }
}

bool is_bash_word(std::string_view name) { return name == "function" || name == "select" || name == "coproc"; }

bool names_nothing(std::string_view name) {
  const bool counts = name.ends_with("++") || name.ends_with("--");  // ((i++)) in a script of sh
  if (is_bash_word(name) || (counts && is_variable_name(name.substr(0, name.size() - 2)) && !name.starts_with("g++")))
    return true;
  return name != "[" && std::ranges::any_of(name, [](char c) {
           return static_cast<unsigned char>(c) >= 0x80 ||
                  std::string_view("[]{}*?=,\"'").find(c) != std::string_view::npos;
         });
}

std::string_view path_of(const ShellScope& scope) {
  const auto found = scope.variables.find("PATH");
  return found == scope.variables.end() ? std::string_view() : found->second;
}

ScriptNames scripts_on(std::string_view path, Files& files) {
  ScriptNames names;
  each_folder(path, [&](const std::string& folder) {
    if (!is_of_system(folder))
      for (const std::string& name : files.list(folder)) names.insert(name);
    return false;
  });
  return names;
}

FoundScript find_script(const std::string& name, std::string_view path, Files& files) {
  FoundScript found;
  each_folder(path, [&](const std::string& folder) {
    const std::string file = folder + "/" + name;
    if (is_of_system(folder)) {
      const bool program = is_program_path(file);
      if (program) found = {};
      return program;
    }
    const Files::Status status = files.status(file);
    if (!status.exists()) return false;
    found.path = file;
    found.denied = status.kind != Files::Kind::file || !status.executable();
    return !found.denied;
  });
  return found;
}

}  // namespace lvs::control
