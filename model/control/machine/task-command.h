// SPDX-License-Identifier: GPL-2.0-or-later
// A command whose task begins with the options that were parsed: T(machine, io, done, options), then begin().
#pragma once

#include <memory>
#include <utility>

#include "control/machine/command.h"

namespace lvs::control {

template <class T, class Options>
class TaskCommand final : public Command {
 public:
  explicit TaskCommand(Options options) : options_(std::move(options)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    auto task = std::make_unique<T>(machine, io, std::move(done), options_);
    task->begin();
    return task;
  }

 private:
  Options options_;
};

}  // namespace lvs::control
