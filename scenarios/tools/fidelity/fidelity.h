// SPDX-License-Identifier: GPL-2.0-or-later
// Is the model right? Many labs on the model and on a real kernel.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "control/lab/lab.h"
#include "control/lab/run.h"
#include "ns3/lvs-lab-runner.h"
#include "referee/compare/compare.h"
#include "referee/kernel/image.h"

namespace lvs::scenarios {

struct FidelityOptions {
  unsigned kernels = 2;  // booted side by side; each has one CPU
  std::size_t labs_a_boot = 50;
  std::size_t at_once = 6;   // labs side by side in one kernel
  bool kernel_only = false;  // the kernel against itself
  referee::KernelChoice kernel;
  std::function<void(const std::string&)> progress;
};

enum class Outcome {
  agrees,
  differs,
  unsteady,      // the kernel differs from itself, and the model agrees with it once, or differs nowhere else
  not_modelled,  // a line has words that the model does not know: said, and not run
  model_only,    // the lab says why no kernel runs it
  failed,        // not run by Linux
};

struct LabVerdict {
  Outcome outcome = Outcome::failed;
  referee::Comparison comparison;  // of the kernel (left) and the model, or of two runs of the kernel
  control::LabRun left, right;
  bool late_timers = false;        // the model agrees when its timers are as late as a kernel's
  std::string reason;              // of all but agrees and differs
  std::set<std::string> unsteady;  // interfaces and commands where the kernel's own runs differ
};

struct FidelityReport {
  std::string kernel;
  std::vector<LabVerdict> labs;  // in the order given
  std::string error;             // no kernel: nothing was compared

  std::size_t count(Outcome outcome) const;
  std::size_t frames() const, commands() const;  // that were compared and agree
  std::size_t late_timers() const;               // labs that agree when the model's timers are late
  // No difference, no failure, and something was compared.
  bool good() const;
};

// A lab as this kernel is asked about it: the first probes of neighbours are put off where it would spoil them
// (referee/compare/put-off-probes.h).
control::Lab for_referee(const control::Lab& lab, const referee::KernelChoice& kernel);

// The run of a lab by the model of that kernel, at the times of the kernel's run, and what differs.
struct ModelRun {
  control::LabRun run;
  referee::Comparison comparison;
  bool late_timers = false;  // it agrees when its timers are as late as a kernel's
};
ModelRun compare_model(const control::Lab& lab, const control::LabRun& kernel, ns3::LvsLabOptions how = {},
                       bool all = false);

// A lab that differs, or that the kernel did not bring to its end, is run by the kernel twice more, and twice again if
// that does not settle it, since a busy machine may have been too late for a timer. Where programs talk over sockets
// the first probes of neighbours are put off (referee/put-off-probes.h).
FidelityReport check_fidelity(std::span<const control::Lab> labs, const FidelityOptions& options);

// The smallest lab that still shows a difference, with at most `boots` boots of the kernel.
control::Lab smallest_differing(const control::Lab& lab, const FidelityOptions& options, unsigned boots);

// The lab as a folder. Throws std::exception when it cannot be written.
void write_lab_folder(const control::Lab& lab, const std::filesystem::path& folder);
// The lab, both runs' captures (FOLDER/linux, FOLDER/model) and the differences as text.
void write_difference(const control::Lab& lab, const LabVerdict& verdict, const std::filesystem::path& folder);

// One line: how much of a lab agrees.
std::string agreement_text(const referee::Comparison& comparison, bool late_timers);
// The differences of one lab as text, with a line that names it.
std::string difference_text(const referee::Comparison& comparison);

}  // namespace lvs::scenarios
