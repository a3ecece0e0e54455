// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/diff.h"

#include <fmt/format.h>

#include <iostream>

#include "referee/kernel/linux-run.h"
#include "tools/fidelity/fidelity.h"

namespace lvs::scenarios {
namespace {

struct Totals {
  std::size_t agree = 0, frames = 0, commands = 0, not_run = 0;
};

void print(const ModelRun& model) {
  std::cout << (model.comparison.agree() ? agreement_text(model.comparison, model.late_timers)
                                         : difference_text(model.comparison));
}

}  // namespace

int diff_labs(std::span<const control::Lab> given, const referee::LinuxOptions& options, bool all) {
  std::vector<control::Lab> labs;
  for (const control::Lab& lab : given) {
    if (lab.model_only.empty())
      labs.push_back(for_referee(lab, options.kernel));
    else
      std::cout << fmt::format("{}: runs on the model only: {}\n", lab.name, lab.model_only);
  }
  if (labs.empty()) return 0;
  const auto runs = referee::run_on_linux(labs, options);
  if (!runs) {
    std::cerr << "lvs-lab: " << runs.error() << '\n';
    return 2;
  }
  Totals totals;
  for (std::size_t i = 0; i < labs.size(); ++i) {
    const auto& linux_run = runs->labs[i];
    if (!linux_run) {
      std::cout << fmt::format("{}: not run by Linux: {}\n", labs[i].name, linux_run.error());
      ++totals.not_run;
      continue;
    }
    if (!runs->virtual_time && !labs[i].virtual_time.empty())
      std::cout << fmt::format("{}: this kernel runs in real time, and the lab wants one in virtual time: {}\n",
                               labs[i].name, labs[i].virtual_time);
    ns3::LvsLabOptions how;
    how.until = options.until;
    const ModelRun model = compare_model(labs[i], *linux_run, how, all);
    print(model);
    const referee::Comparison& comparison = model.comparison;
    totals.agree += comparison.agree() ? 1 : 0;
    totals.frames += comparison.frames;
    totals.commands += comparison.commands;
  }
  if (labs.size() > 1)
    std::cout << fmt::format("{} of {} labs agree with Linux {}: {} frames, {} commands\n", totals.agree, labs.size(),
                             runs->kernel, totals.frames, totals.commands);
  if (totals.not_run != 0) return 2;
  if (totals.frames == 0) std::cout << "Not one frame was compared: that is no agreement\n";
  return totals.agree == labs.size() && totals.frames != 0 ? 0 : 1;
}

}  // namespace lvs::scenarios
