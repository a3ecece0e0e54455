// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/programs/network.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace lvs::referee {

control::NetworkFiles own_files() {
  control::NetworkFiles files;
  files.read = [](const std::string& path) -> std::optional<std::string> {
    std::ifstream file(path);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  files.list = [](const std::string& folder) {
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
      names.push_back(entry.path().filename().string());
    return names;
  };
  return files;
}

std::string plan_text(const control::NetworkPlan& plan) {
  if (plan.refused.empty()) return plan.script;
  return fmt::format("echo {} >&2; exit 2", control::shell_quoted("not modelled: " + plan.refused));
}

std::string network_script(const std::vector<std::string>& words) {
  const bool up = words.front() == "ifup";
  bool all = false;
  std::vector<std::string> names;
  for (std::size_t i = 1; i < words.size(); ++i) {
    all = all || words[i] == "-a" || words[i] == "--all";
    if (!words[i].starts_with('-')) names.push_back(words[i]);
  }
  if (names.empty() && !all)
    return fmt::format("echo '{0}: no interface(s) specified' >&2; echo '{0}: Use --help for help' >&2; exit 1",
                       words.front());
  return plan_text(all ? control::plan_all_interfaces(own_files(), up)
                       : control::plan_interfaces(own_files(), up, names));
}

std::string network_service_script(std::string_view action) {
  if (action == "status") return "exit 0";
  const std::string up = "ifup -a", down = "ifdown -a";
  return action == "stop" ? down : action == "restart" ? fmt::format("{}; {}", down, up) : up;
}

}  // namespace lvs::referee
