// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/linux-run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "os/process.h"
#include "referee/kernel/run-folder.h"
#include "referee/kernel/uml.h"

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

// Kernels whose behaviour the model claims. Others differ in details that the comparison would blame on the model.
constexpr std::array<std::string_view, 1> kKnownKernels{"6.1.176"};

// The boot takes two seconds on an idle machine and may take many on a loaded one; the agent then speaks every two.
constexpr std::chrono::milliseconds kSilence = 60s;

class Watch {
 public:
  Watch(UserModeLinux& kernel, std::size_t labs, const LinuxOptions& options)
      : kernel_(kernel), labs_(labs), options_(options) {}

  // Until the kernel has ended; its release.
  std::string until_end() {
    std::string line;
    for (;;) {
      switch (kernel_.read_line(line, kSilence)) {
        case UserModeLinux::Console::silent:
          throw std::runtime_error(fmt::format("the Linux kernel {} for {} s and was killed; its last lines:{}",
                                               release_.empty() ? "did not boot" : "has said nothing", kSilence / 1s,
                                               kernel_.last_lines()));
        case UserModeLinux::Console::closed:
          if (!ended_)
            throw std::runtime_error("the Linux kernel stopped before its work was done; its last lines:" +
                                     kernel_.last_lines());
          return release_;
        case UserModeLinux::Console::line:
          if (line.starts_with(kAgentMark)) agent_says(line.substr(sizeof kAgentMark - 1));
      }
    }
  }

 private:
  void agent_says(const std::string& text) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string word = text.substr(0, blank), rest = text.substr(std::min(blank + 1, text.size()));
    if (word == "error") throw std::runtime_error("inside the Linux kernel: " + rest);
    if (word == "kernel") booted(rest);
    if (word == "done") tell(fmt::format("{} of {} labs done", ++done_, labs_));
    if (word == "end") ended_ = true;
  }

  void booted(const std::string& release) {
    release_ = release;
    if (std::ranges::find(kKnownKernels, release) == kKnownKernels.end())
      throw std::runtime_error(fmt::format("Linux {} is not known here; the model follows Linux {}", release,
                                           fmt::join(kKnownKernels, ", ")));
    tell("Linux " + release + " has booted");
  }

  void tell(const std::string& text) const {
    if (options_.progress) options_.progress(text);
  }

  UserModeLinux& kernel_;
  std::size_t labs_, done_ = 0;
  const LinuxOptions& options_;
  std::string release_;
  bool ended_ = false;
};

LinuxRuns run_all(std::span<const control::Lab> labs, const LinuxOptions& options) {
  if (::geteuid() != 0)
    throw std::runtime_error(
        "running labs on Linux needs root: the kernel's tools are run with the rights of the caller");
  const std::string program = options.program.empty() ? os::own_program() : options.program;
  Plan plan;
  plan.labs = labs.size();
  plan.at_once = std::max<std::size_t>(options.at_once, 1);
  plan.until = options.until;
  plan.patience = options.patience;
  plan.program_folder = std::filesystem::path(program).parent_path();
  plan.folder = std::filesystem::current_path();
  const RunFolder folder;
  folder.fill(program, plan, labs);
  LinuxRuns runs;
  {
    UserModeLinux kernel(folder.init(), folder.path());
    runs.kernel = Watch(kernel, labs.size(), options).until_end();
  }
  for (std::size_t i = 0; i < labs.size(); ++i) {
    try {
      control::LabRun run = folder.collect(i, labs[i]);
      run.engine = "Linux " + runs.kernel + " (User Mode Linux)";
      runs.labs.emplace_back(std::move(run));
    } catch (const std::exception& e) {
      runs.labs.emplace_back(base::Error{std::string(e.what())});
    }
  }
  return runs;
}

}  // namespace

base::Result<LinuxRuns, std::string> run_on_linux(std::span<const control::Lab> labs, const LinuxOptions& options) {
  try {
    return run_all(labs, options);
  } catch (const std::exception& e) {
    return base::Error{std::string(e.what())};
  }
}

}  // namespace lvs::referee
