// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/substitute.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "control/machine/machine.h"
#include "control/machine/shell/bash/values.h"
#include "control/machine/shell/pattern.h"

namespace lvs::control {

void Substitutions::add(const ShellWord& word) {
  for (const WordPart& part : word.parts) {
    if (part.kind == WordPart::Kind::substitution) all_.push_back({&part});
    if (!part.word) continue;
    if (part.kind == WordPart::Kind::arithmetic) {
      add(*part.word);
      continue;
    }
    if (const BashWord* const bash = bash_word(part)) {
      add(*bash);
      if (bash->second) add(*bash->second);
      continue;
    }
    const bool pattern = part.use >= ValueUse::cut_suffix;
    if (pattern || uses_word(part, *this).value_or(false)) add(*part.word);
  }
}

bool Substitutions::advance() {
  for (; next_ < all_.size(); ++next_) {
    Each& each = all_[next_];
    if (!runner_) {
      auto [out, from] = make_pipe(root_.machine().host());
      each.from = from;
      runner_ = std::make_unique<Subshell>(root_, scope_);
      if (scope_.bash) runner_->outlive_failures();  // without inherit_errexit
      runner_->begin(*each.part->commands, {streams_.in, out, streams_.err});
    }
    // What it has left in the background prints there, too.
    each.from->watch([&root = root_] { root.wake(); });
    if (!runner_->advance() || !each.from->ended()) return false;
    each.printed = each.from->take_all();
    each.from.reset();
    status_ = runner_->status();
    runner_.reset();
  }
  return true;
}

std::optional<std::string> Substitutions::variable(const std::string& name) const {
  if (name == "?") return std::to_string(scope_.status);
  if (name == "#") return std::to_string(scope_.arguments.size());
  if (name == "$") return std::to_string(scope_.first);
  if (name == "!") return scope_.background == 0 ? std::string() : std::to_string(scope_.background);
  if (name == "0") return scope_.name;
  if (name[0] >= '1' && name[0] <= '9') {
    constexpr std::size_t kLongest = 4;
    const std::size_t number = name.size() > kLongest ? SIZE_MAX : std::stoul(name);
    return number > scope_.arguments.size() ? std::string() : scope_.arguments[number - 1];
  }
  if (name == "PWD") return scope_.folder;
  const auto found = scope_.variables.find(name);
  if (found == scope_.variables.end() && name == "RANDOM" && scope_.bash)
    return std::to_string(root_.machine().host().rng.below(32768));
  if (found == scope_.variables.end() && name == "IFS") return " \t\n";
  if (found == scope_.variables.end())
    if (auto own = own_variable(name)) return own;
  return found == scope_.variables.end() ? std::string() : found->second;
}

// What a shell knows of itself.
std::optional<std::string> Substitutions::own_variable(const std::string& name) const {
  if (name == "PPID") {
    const Process* const shell = root_.machine().processes().find(scope_.first);
    return std::to_string(shell == nullptr ? kInit : shell->parent());
  }
  if (name == "HOSTNAME") return root_.machine().host().name();  // as after a login
  if (name == "USER" || name == "LOGNAME") return "root";
  if (!scope_.bash) return std::nullopt;
  if (name == "EUID" || name == "UID") return "0";
  if (name == "LINENO") return std::to_string(scope_.failed_line != 0 ? scope_.failed_line : scope_.line);
  if (name == "BASH_SOURCE" || name == "BASH_SOURCE[0]") return scope_.name == "bash" ? "" : scope_.name;
  if (name == "FUNCNAME" && !scope_.function_names.empty()) return scope_.function_names.back();
  if (name == "OSTYPE") return "linux-gnu";
  if (name == "HOSTTYPE") return "x86_64";
  if (name == "MACHTYPE") return "x86_64-pc-linux-gnu";
  if (name == "SHELL") return "/bin/bash";
  if (name == "BASHPID") return std::to_string(scope_.pid);
  if (name == "BASH_VERSION") return "5.2.15(1)-release";
  if (name == "BASH_VERSINFO[#]") return "6";
  constexpr auto kVersion = std::to_array<std::string_view>({"5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"});
  if (name == "BASH_VERSINFO") return std::string(kVersion[0]);
  if (name.starts_with("BASH_VERSINFO[") && name.size() == 16 && name[14] >= '0' && name[14] <= '5')
    return std::string(kVersion[static_cast<std::size_t>(name[14] - '0')]);
  if (name == "BASH") return "/bin/bash";
  if (name != "SECONDS") return std::nullopt;
  const Process* const shell = root_.machine().processes().find(scope_.first);
  const base::Time since = shell == nullptr ? base::Time{} : shell->started();
  return std::to_string(std::chrono::floor<std::chrono::seconds>(root_.machine().host().now() - since).count());
}

std::optional<bool> Substitutions::is_set(const std::string& name) const {
  if (name[0] >= '1' && name[0] <= '9') return name.size() < 5 && std::stoul(name) <= scope_.arguments.size();
  if (name == "!") return scope_.background != 0;
  return std::string_view("?#$0").find(name) != std::string_view::npos || name == "PWD" ||
         (name == "RANDOM" && scope_.bash) || own_variable(name) || scope_.variables.contains(name);
}

std::vector<std::string> Substitutions::files(std::string_view pattern) const {
  if (scope_.plain_patterns) return {};
  return matching_files(root_.machine().files(), scope_.folder, pattern);
}

std::optional<std::string> Substitutions::substitution(const WordPart& part) const {
  const auto found = std::ranges::find(all_, &part, &Each::part);
  return found == all_.end() ? std::string() : found->printed;
}

}  // namespace lvs::control
