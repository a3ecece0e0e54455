// SPDX-License-Identifier: GPL-2.0-or-later
// What parts of the shell complain of: with the place of the shell that runs them. Internal to the shell.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "control/machine/registry.h"
#include "control/machine/stream.h"

namespace lvs::control {

class PlacedErrors final : public Output {
 public:
  PlacedErrors(OutputPtr to, std::string place) : to_(std::move(to)), place_(std::move(place)) {}

  bool write(std::string_view text) override {
    std::string placed;
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n') == text.npos ? text.npos : text.find('\n') + 1);
      if (line.starts_with(kShellPlace))
        (placed += place_) += line.substr(kShellPlace.size());
      else
        placed += line;
      text.remove_prefix(line.size());
    }
    return to_->write(placed);
  }

 private:
  OutputPtr to_;
  std::string place_;
};

}  // namespace lvs::control
