// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/substitute.h"

#include <algorithm>

namespace lvs::control {

void Substitutions::add(const ShellWord& word) {
  for (const WordPart& part : word.parts)
    if (part.kind == WordPart::Kind::substitution) all_.push_back({&part});
}

bool Substitutions::advance() {
  for (; next_ < all_.size(); ++next_) {
    if (!runner_) {
      ShellStreams streams = streams_;
      streams.out = &all_[next_].printed;
      inner_ = scope_;
      runner_ = run_list(*all_[next_].part->commands, inner_, streams, root_);
    }
    if (!runner_->advance()) return false;
    runner_.reset();
    status_ = inner_.status;
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
