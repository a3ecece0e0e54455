// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/substitute.h"

#include <algorithm>

#include "control/machine/machine.h"

namespace lvs::control {

void Substitutions::add(const ShellWord& word) {
  for (const WordPart& part : word.parts)
    if (part.kind == WordPart::Kind::substitution) all_.push_back({&part});
}

bool Substitutions::advance() {
  for (; next_ < all_.size(); ++next_) {
    Each& each = all_[next_];
    if (!runner_) {
      auto [out, from] = make_pipe(root_.machine().host());
      each.from = from;
      runner_ = std::make_unique<Subshell>(root_, scope_);
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
  const auto found = scope_.variables.find(name);
  return found == scope_.variables.end() ? std::string() : found->second;
}

std::optional<std::string> Substitutions::substitution(const WordPart& part) const {
  const auto found = std::ranges::find(all_, &part, &Each::part);
  return found == all_.end() ? std::string() : found->printed;
}

}  // namespace lvs::control
