// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/packages.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "os/process.h"
#include "referee/lab-lines.h"

namespace lvs::referee {
namespace {

// cmake/packages.txt
constexpr char kPackages[] = {
#include "packages.inc"
    0};

// What the kernel's first steps and the topology of a lab need, whatever its lines say.
constexpr std::string_view kAlways[] = {"modprobe", "ip"};

// Programs by name, with their packages, as the lines of purpose "referee" say: PURPOSE PACKAGE PROBE WHY.
std::map<std::string, std::string> packages() {
  std::map<std::string, std::string> result;
  std::istringstream lines(kPackages);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string purpose, package, probe;
    if (words >> purpose >> package >> probe && purpose == "referee") result.emplace(probe, package);
  }
  return result;
}

bool part_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
}

// Whether the line has this name as a word of its own, or behind one of the usual folders. An argument of that name
// counts too: better a package too many asked for than a lab that fails half way.
bool names(const std::string& line, const std::string& name) {
  for (std::size_t at = line.find(name); at != std::string::npos; at = line.find(name, at + 1)) {
    const bool begins = at == 0 || !part_of_name(line[at - 1]);
    const std::size_t end = at + name.size();
    if (begins && (end == line.size() || !part_of_name(line[end]))) return true;
  }
  return false;
}

// Of a program that is installed under another name than labs use.
std::string name_in_labs(const std::string& probe) { return probe.substr(0, probe.find("-legacy")); }

}  // namespace

std::string missing_programs(std::span<const control::Lab> labs) {
  return missing_programs(labs, [](const std::string& name) { return os::find_program(name).has_value(); });
}

std::string missing_programs(std::span<const control::Lab> labs, const Installed& installed) {
  std::string text;
  std::set<std::string> missing;
  for (const auto& [probe, package] : packages()) {
    if (installed(probe)) continue;
    const std::string name = name_in_labs(probe);
    const auto needs = [&](const control::Lab& lab) {
      return any_line(lab, [&](const std::string& line) { return names(line, name); });
    };
    if (std::ranges::find(kAlways, name) == std::end(kAlways) && std::ranges::none_of(labs, needs)) continue;
    text += fmt::format("{}{} (package {})", text.empty() ? "" : ", ", name, package);
    missing.insert(package);
  }
  if (text.empty()) return {};
  return fmt::format("not installed, and needed to run on Linux: {}; apt install {}", text, fmt::join(missing, " "));
}

}  // namespace lvs::referee
