// SPDX-License-Identifier: GPL-2.0-or-later
// ifup and ifdown.
#include <fmt/format.h>

#include <algorithm>

#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/system/network-plan.h"
#include "control/programs/system/plan-task.h"

namespace lvs::control {
namespace {

CommandResultOrError parse_network(const std::vector<Word>& words, bool up) {
  Args args(words);
  bool all = false;
  std::vector<std::string> names;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "-a" || word == "--all")
      all = true;
    else if (word.starts_with('-') && word != "--force")
      return base::Error{args.unknown(fmt::format("this option of {} is not modelled", words[0].text), "-a --force")};
    else if (!word.starts_with('-'))
      names.push_back(word);
  }
  if (names.empty() && !all)
    return refusal(1, fmt::format("{0}: no interface(s) specified\n{0}: Use --help for help\n", words[0].text));
  return planned([up, all, names](const NetworkFiles& files) {
    return all ? plan_all_interfaces(files, up) : plan_interfaces(files, up, names);
  });
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

NetworkPlan plan_interfaces(const NetworkFiles& files, bool up, const std::vector<std::string>& names) {
  const auto known_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == ':' || c == '-' || c == '_' || c == '@';
  };
  for (const std::string& name : names)
    if (!std::ranges::all_of(name, known_name)) return {"", fmt::format("the name '{}' is not modelled", name)};
  if (has_network_scripts(files)) return plan_network_scripts(files, up, names);
  return plan_interfaces_file(files, up, names, false);
}

NetworkPlan plan_all_interfaces(const NetworkFiles& files, bool up) {
  if (!has_network_scripts(files)) return plan_interfaces_file(files, up, {}, true);
  std::vector<std::string> names;
  for (const std::string& file : files.list(kNetworkScripts)) {
    if (!file.starts_with("ifcfg-") || file == "ifcfg-lo") continue;
    const std::string text = files.read(fmt::format("{}/{}", kNetworkScripts, file)).value_or("");
    const bool at_boot = text.find("ONBOOT=no") == std::string::npos && text.find("ONBOOT=\"no") == std::string::npos;
    if (at_boot || !up) names.push_back(file.substr(6));
  }
  std::ranges::sort(names);
  // lo comes up first and goes down last; parents bring their aliases along.
  names.insert(up ? names.begin() : names.end(), "lo");
  std::erase_if(names, [&](const std::string& name) {
    const std::string parent = name.substr(0, name.find(':'));
    return parent != name && std::ranges::find(names, parent) != names.end();
  });
  return plan_network_scripts(files, up, names);
}

CommandResultOrError parse_ifup(const std::vector<Word>& words) { return parse_network(words, true); }
CommandResultOrError parse_ifdown(const std::vector<Word>& words) { return parse_network(words, false); }

}  // namespace lvs::control
