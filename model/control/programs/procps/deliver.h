// SPDX-License-Identifier: GPL-2.0-or-later
// A command that sends signals. It returns when they have been delivered: whoever looks afterwards sees what they did.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"

namespace lvs::control {

class Deliver final : public Command {
 public:
  using Body = std::function<int(Machine&, Io&)>;
  explicit Deliver(Body body) : body_(std::move(body)) {}

  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    const int status = body_(machine, io);
    if (!machine.processes().delivered()) return std::make_unique<Waiting>(machine, status, std::move(done));
    done(status);
    return nullptr;
  }

 private:
  class Waiting final : public Task {
   public:
    Waiting(Machine& machine, int status, Done done)
        : machine_(machine), status_(status), done_(std::move(done)), alarm_(machine.host(), [this] { look(); }) {
      alarm_.set_at(machine.host().now());
    }

   private:
    void look() {
      if (machine_.processes().delivered()) return done_(status_);
      alarm_.set_at(machine_.host().now());
    }

    Machine& machine_;
    int status_;
    Done done_;
    Alarm alarm_;
  };

  Body body_;
};

}  // namespace lvs::control
