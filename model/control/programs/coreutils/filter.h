// SPDX-License-Identifier: GPL-2.0-or-later
// A command that works on its standard input as it comes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/command.h"
#include "control/machine/machine.h"

namespace lvs::control {

class Filter final : public Command {
 public:
  // Takes what is ready from io.in; the status, once it has seen enough or all.
  using Step = std::function<std::optional<int>(Machine&, Io&)>;
  // `make`: a step with a state of its own, for each run.
  explicit Filter(std::function<Step()> make) : make_(std::move(make)) {}

  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    Step step = make_();
    if (const auto status = step(machine, io)) {
      done(*status);
      return nullptr;
    }
    return std::make_unique<Work>(machine, io, std::move(step), std::move(done));
  }

 private:
  class Work final : public Task {
   public:
    Work(Machine& machine, Io& io, Step step, Done done)
        : machine_(machine), io_(io), step_(std::move(step)), done_(std::move(done)) {
      io.in->watch([this] { more(); });
    }
    ~Work() override { io_.in->watch({}); }

   private:
    void more() {
      if (const auto status = step_(machine_, io_)) done_(*status);
    }
    Machine& machine_;
    Io& io_;
    Step step_;
    Done done_;
  };

  std::function<Step()> make_;
};

inline CommandPtr filter(std::function<Filter::Step()> make) { return std::make_shared<Filter>(std::move(make)); }

}  // namespace lvs::control
