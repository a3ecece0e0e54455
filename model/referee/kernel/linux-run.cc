// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/linux-run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <stdexcept>

#include "os/process.h"
#include "referee/kernel/packages.h"
#include "referee/kernel/run-folder.h"
#include "referee/kernel/uml.h"
#include "referee/kernel/why-ended.h"
#include "referee/lab-lines.h"

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

// Kernels whose behaviour the model claims, and the releases that it was compared with. Debian updates its packages,
// with small changes; other families differ in details that the comparison would blame on the model.
constexpr std::array<const char*, 2> kFamilies{"6.1.", "6.12."};
constexpr std::array<std::string_view, 4> kKnownKernels{"6.1.176", "6.1.192", "6.12.113", "6.12.117"};

// The boot takes two seconds on an idle machine and may take many on a loaded one; the agent then speaks every two. In
// virtual time it speaks with every line, and long work of a line is done at once by the kernel's clock.
constexpr std::chrono::milliseconds kSilence = 60s, kVirtualSilence = 60s, kVirtualWork = 60s;

// Of all labs of a boot together, where a busy machine only makes it slow.
constexpr std::chrono::seconds kStarved = 600s;

constexpr char kSpins[] =
    "in virtual time a program that spins until time passes never ends; --referee package runs it in real time";

class Watch {
 public:
  Watch(UserModeLinux& kernel, bool virtual_time, std::span<const control::Lab> labs, const LinuxOptions& options)
      : kernel_(kernel), virtual_time_(virtual_time), labs_(labs), options_(options) {
    silence_ = options.silence > 0ms ? options.silence : virtual_time ? kVirtualSilence : kSilence;
    timeout_ = options.timeout > 0s ? options.timeout : usual_timeout(labs) + (virtual_time ? kStarved : 0s);
  }

  // Until the kernel has ended, or its time is over; its release.
  std::string until_end() {
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    std::string line;
    for (;;) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      switch (kernel_.read_line(line, std::clamp(left, 0ms, silence_))) {
        case UserModeLinux::Console::silent:
          if (left > silence_) {
            if (only_slow()) break;
            throw std::runtime_error(silent());
          }
          if (release_.empty()) throw std::runtime_error(fmt::format("Linux did not boot within {}", limit_text()));
          over_ = true;
          return release_;
        case UserModeLinux::Console::closed:
          if (!ended_) throw std::runtime_error(why_ended({kernel_.last(), kernel_.status(), !release_.empty()}));
          return release_;
        case UserModeLinux::Console::line:
          worked_.reset();
          if (line.starts_with(kAgentMark)) agent_says(line.substr(sizeof kAgentMark - 1));
      }
    }
  }

  // Why a lab has no results, where time was over before it ended; else empty.
  std::string unfinished(std::size_t lab) const {
    if (!over_) return {};
    const auto line = lines_.find(lab);
    return fmt::format(
        "not done within {}{}{}", limit_text(), virtual_time_ ? fmt::format(" ({})", kSpins) : "",
        line == lines_.end() ? "; it had not begun" : "; the last line begun: " + line_text(labs_[lab], line->second));
  }

 private:
  // In virtual time a machine that is busy with other things makes a kernel slow, and that is all it does: what counts
  // is how much it has worked without a word.
  bool only_slow() {
    if (!virtual_time_ || options_.silence > 0ms) return false;
    const auto now = kernel_.cpu_time();
    if (!worked_) worked_ = now;
    return now - *worked_ < kVirtualWork;
  }

  static std::chrono::seconds usual_timeout(std::span<const control::Lab> labs) {
    std::chrono::seconds sum{};
    for (const control::Lab& lab : labs) {
      const base::Time last = lab.timeline.empty() ? base::Time{} : lab.timeline.back().at + control::kLabTail;
      sum += 60s + 10 * std::chrono::ceil<std::chrono::seconds>(lab.end().value_or(last));
    }
    return sum;
  }

  std::string limit_text() const { return fmt::format("{} s by the machine's clock (--timeout)", timeout_ / 1s); }

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
    latest_ = std::strtoul(numbers.c_str(), nullptr, 10);
    lines_[latest_] = std::strtoul(numbers.c_str() + blank, nullptr, 10);
  }

  std::string silent() const {
    if (release_.empty() || !virtual_time_)
      return fmt::format("the Linux kernel {} for {} s and was killed; its last lines:{}",
                         release_.empty() ? "did not boot" : "has said nothing", silence_ / 1s, kernel_.last_lines());
    std::string text = fmt::format("the Linux kernel has worked for {} s without a word and was killed ({})",
                                   (options_.silence > 0ms ? silence_ : kVirtualWork) / 1s, kSpins);
    if (const auto line = lines_.find(latest_); line != lines_.end() && latest_ < labs_.size())
      text += "; the last line begun: " + line_text(labs_[latest_], line->second);
    return text;
  }

  void booted(const std::string& release) {
    release_ = release;
    if (std::ranges::none_of(kFamilies, [&](const char* family) { return release.starts_with(family); }))
      throw std::runtime_error(
          fmt::format("Linux {} is not known here; the model follows Linux 6.1 and 6.12", release));
    tell("Linux " + release + " has booted");
    if (std::ranges::find(kKnownKernels, release) == kKnownKernels.end())
      tell(fmt::format(
          "notice: no lab was compared with Linux {} before (with {}); differences may be the kernel's news", release,
          fmt::join(kKnownKernels, ", ")));
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
  std::size_t latest_ = 0;                    // the lab that began one last
  std::chrono::seconds timeout_{};
  std::optional<std::chrono::milliseconds> worked_;  // the processors' time when it had been silent for long
  std::string release_;
  bool ended_ = false, over_ = false;
};

LinuxRuns run_all(std::span<const control::Lab> labs, const LinuxOptions& options) {
  const auto image = find_kernel(options.kernel);
  if (!image) throw std::runtime_error(image.error());
  if (const std::string& version = options.kernel.version;
      !version.empty() && !image->release.starts_with(version + "."))
    throw std::runtime_error(fmt::format("Linux {} was asked for, and the kernel found is {} ({})", version,
                                         image->release, image->program));
  if (const std::string missing = missing_programs(labs); !missing.empty()) throw std::runtime_error(missing);
  const std::string program = options.program.empty() ? os::own_program() : options.program;
  Plan plan;
  plan.labs = labs.size();
  plan.at_once = std::max<std::size_t>(options.at_once, 1);
  plan.until = options.until;
  plan.virtual_time = image->virtual_time;
  // Where waiting is skipped, a line may wait as long as TCP does for an answer.
  constexpr base::Time kPatienceOfTcp = std::chrono::seconds(300);
  plan.patience = plan.virtual_time ? std::max(options.patience, kPatienceOfTcp) : options.patience;
  plan.kernel_log = options.kernel_log;
  if (plan.virtual_time) plan.at_once = 1;  // waiting costs nothing, and labs side by side would disturb each other
  const RunFolder folder;
  const KernelImage started = folder.fill(program, *image, plan, labs);
  LinuxRuns runs;
  runs.virtual_time = image->virtual_time;
  auto kernel = std::make_unique<UserModeLinux>(started, folder);
  Watch watch(*kernel, image->virtual_time, labs, options);
  runs.kernel = watch.until_end();
  kernel.reset();
  for (std::size_t i = 0; i < labs.size(); ++i) {
    try {
      if (const std::string why = watch.unfinished(i); !why.empty() && !folder.has_results(i)) {
        runs.labs.emplace_back(base::Error{why});
        continue;
      }
      control::LabRun run = folder.collect(i, labs[i]);
      run.kernel = runs.kernel;
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
