// SPDX-License-Identifier: GPL-2.0-or-later
// What background jobs print after their line has been reported.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "control/machine/line-run.h"

namespace lvs::control {

class BackgroundOutput {
 public:
  // `run` has been reported with what it had printed so far; it must live until clear(). `tag` names it.
  void watch(std::size_t tag, const LineRun& run) {
    if (!run.idle()) watched_.push_back({tag, &run, run.out().size(), run.err().size()});
  }
  // What is new of each that has printed anything since.
  void collect(const std::function<void(std::size_t tag, std::string out, std::string err)>& tell) {
    for (Watched& each : watched_) {
      std::string out = each.run->out().substr(each.out), err = each.run->err().substr(each.err);
      each.out += out.size();
      each.err += err.size();
      if (!out.empty() || !err.empty()) tell(each.tag, std::move(out), std::move(err));
    }
    std::erase_if(watched_, [](const Watched& each) { return each.run->idle(); });
  }
  void clear() { watched_.clear(); }

 private:
  struct Watched {
    std::size_t tag;
    const LineRun* run;
    std::size_t out, err;  // of its output is known
  };
  std::vector<Watched> watched_;
};

}  // namespace lvs::control
