// SPDX-License-Identifier: GPL-2.0-or-later
// Machines on one switch, commanded as in a lab: what a lab is without an engine.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/machine.h"
#include "support/test-host.h"

namespace lvs::test {

class Lan {
 public:
  // Machine n has eth0 02:00:00:00:0n:00 with 10.0.0.n/24, n from 1 on.
  explicit Lan(unsigned machines);
  control::Machine& operator[](unsigned n) { return *hosts_[n - 1]->machine; }
  // Starts a line; its output grows while time passes.
  const control::LineRun& start(unsigned n, std::string_view line);
  // Starts it and lets time pass until it has ended.
  const control::LineRun& run(unsigned n, std::string_view line, base::Time most = std::chrono::seconds(30));
  void pass(base::Time length);
  base::Time now() const { return hosts_.front()->clock.now_; }

 private:
  struct Member {
    FakeClock clock;
    CapturePort port;
    std::unique_ptr<control::Machine> machine;
  };
  struct Travelling {
    base::Time at;
    std::size_t from;
    Frame frame;
  };
  void collect();

  std::vector<std::unique_ptr<Member>> hosts_;
  std::deque<Travelling> wire_;
};

}  // namespace lvs::test
