// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/linux-run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "os/process.h"
#include "referee/kernel/run-folder.h"
#include "referee/kernel/uml.h"
#include "referee/lab-lines.h"

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

// Kernels whose behaviour the model claims. Others differ in details that the comparison would blame on the model.
constexpr std::array<std::string_view, 3> kKnownKernels{"6.1.176", "6.1.192", "6.12.117"};

// The boot takes two seconds on an idle machine and may take many on a loaded one; the agent then speaks every two. In
// virtual time it speaks with every line, and long work of a line is done at once by the kernel's clock.
constexpr std::chrono::milliseconds kSilence = 60s, kVirtualSilence = 120s;

class Watch {
 public:
  Watch(UserModeLinux& kernel, bool virtual_time, std::span<const control::Lab> labs, const LinuxOptions& options)
      : kernel_(kernel), virtual_time_(virtual_time), labs_(labs), options_(options) {
    silence_ = options.silence > 0ms ? options.silence : virtual_time ? kVirtualSilence : kSilence;
  }

  // Until the kernel has ended; its release.
  std::string until_end() {
    std::string line;
    for (;;) {
      switch (kernel_.read_line(line, silence_)) {
        case UserModeLinux::Console::silent: throw std::runtime_error(silent());
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
    if (word == "line") begins(rest);
    if (word == "done") tell(fmt::format("{} of {} labs done", ++done_, labs_.size()));
    if (word == "end") ended_ = true;
  }

  // "LAB NUMBER": a lab's next line begins.
  void begins(const std::string& numbers) {
    const std::size_t blank = std::min(numbers.find(' '), numbers.size());
    const auto lab = std::strtoul(numbers.c_str(), nullptr, 10);
    lines_[lab] = std::strtoul(numbers.c_str() + blank, nullptr, 10);
  }

  std::string silent() const {
    if (release_.empty() || !virtual_time_)
      return fmt::format("the Linux kernel {} for {} s and was killed; its last lines:{}",
                         release_.empty() ? "did not boot" : "has said nothing", silence_ / 1s, kernel_.last_lines());
    std::string text = fmt::format(
        "the Linux kernel has said nothing for {} s and was killed: in virtual time a program that spins until time "
        "passes never ends (--referee package runs it in real time); last lines begun:",
        silence_ / 1s);
    for (const auto& [lab, line] : lines_)
      if (lab < labs_.size()) text += fmt::format("\n  {}: {}", labs_[lab].name, line_text(labs_[lab], line));
    return text;
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
  bool virtual_time_;
  std::span<const control::Lab> labs_;
  std::size_t done_ = 0;
  const LinuxOptions& options_;
  std::chrono::milliseconds silence_;
  std::map<std::size_t, std::size_t> lines_;  // the last one that each lab has begun
  std::string release_;
  bool ended_ = false;
};

LinuxRuns run_all(std::span<const control::Lab> labs, const LinuxOptions& options) {
  if (::geteuid() != 0)
    throw std::runtime_error(
        "running labs on Linux needs root: the kernel's tools are run with the rights of the caller");
  const auto image = find_kernel(options.kernel);
  if (!image) throw std::runtime_error(image.error());
  const std::string program = options.program.empty() ? os::own_program() : options.program;
  Plan plan;
  plan.labs = labs.size();
  plan.at_once = std::max<std::size_t>(options.at_once, 1);
  plan.until = options.until;
  plan.patience = options.patience;
  plan.virtual_time = image->virtual_time;
  plan.program_folder = std::filesystem::path(program).parent_path();
  plan.folder = std::filesystem::current_path();
  const RunFolder folder;
  folder.fill(program, image->modules, plan, labs);
  LinuxRuns runs;
  runs.virtual_time = image->virtual_time;
  {
    UserModeLinux kernel(*image, folder.init(), folder.path());
    runs.kernel = Watch(kernel, image->virtual_time, labs, options).until_end();
  }
  for (std::size_t i = 0; i < labs.size(); ++i) {
    try {
      control::LabRun run = folder.collect(i, labs[i]);
      run.engine = fmt::format("Linux {} (User Mode Linux{})", runs.kernel, runs.virtual_time ? ", virtual time" : "");
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
