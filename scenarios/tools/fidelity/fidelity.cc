// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/fidelity/fidelity.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "control/lab/capture.h"
#include "control/lab/check.h"
#include "ns3/lvs-lab-runner.h"
#include "referee/compare/normalise-times.h"
#include "referee/compare/put-off-probes.h"
#include "referee/generate/shrink.h"
#include "referee/kernel/linux-run.h"

namespace lvs::scenarios {
namespace {

using control::Lab;
using control::LabRun;
using LinuxRun = base::Result<LabRun, std::string>;

struct KernelRuns {
  std::string kernel, error;
  std::vector<std::optional<LinuxRun>> labs;
};

// Labs shared out to several kernels, each lab a few seconds of little work.
KernelRuns run_on_kernels(const std::vector<Lab>& labs, const FidelityOptions& options) {
  KernelRuns result;
  result.labs.resize(labs.size());
  std::mutex mutex;
  std::size_t next = 0, done = 0;
  const auto work = [&] {
    for (;;) {
      std::size_t begin = 0, end = 0;
      {
        const std::lock_guard lock(mutex);
        const std::size_t share = (labs.size() + options.kernels - 1) / std::max(options.kernels, 1u);
        begin = next;
        end = next = std::min(begin + std::min(share, options.labs_a_boot), labs.size());
        if (begin == end) return;
      }
      referee::LinuxOptions how;
      how.at_once = options.at_once;
      how.kernel = options.kernel;
      how.progress = [&](const std::string& text) {
        const std::lock_guard lock(mutex);
        if (!text.ends_with("labs done") || !options.progress) return;
        done = std::min(done + 1, labs.size());  // those of a boot that died come once more
        options.progress(fmt::format("{} of {} labs run by Linux", done, labs.size()));
      };
      // A kernel that dies takes the labs beside the guilty one with it, and now and then one dies of the machine.
      auto runs = referee::run_on_linux({labs.data() + begin, end - begin}, how);
      if (!runs) runs = referee::run_on_linux({labs.data() + begin, end - begin}, how);
      const std::lock_guard lock(mutex);
      if (!runs) {
        for (std::size_t i = begin; i < end; ++i) result.labs[i] = LinuxRun(base::Error{runs.error()});
        continue;
      }
      result.kernel = runs->kernel;
      for (std::size_t i = begin; i < end; ++i) result.labs[i] = std::move(runs->labs[i - begin]);
    }
  };
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < std::max(options.kernels, 1u); ++i) workers.emplace_back(work);
  workers.clear();
  if (result.kernel.empty() && !result.labs.empty()) result.error = result.labs.front()->error();
  return result;
}

std::vector<LinuxRun> finished(KernelRuns runs) {
  std::vector<LinuxRun> result;
  for (auto& run : runs.labs)
    result.push_back(run ? std::move(*run) : LinuxRun(base::Error{std::string("not reached")}));
  return result;
}

void compare_with_model(const Lab& lab, LabRun kernel, LabVerdict& verdict) {
  verdict.left = std::move(kernel);
  ModelRun model = compare_model(lab, verdict.left);
  verdict.right = std::move(model.run);
  verdict.comparison = std::move(model.comparison);
  verdict.late_timers = model.late_timers;
  verdict.outcome = verdict.comparison.agree() ? Outcome::agrees : Outcome::differs;
}

std::string first_of(const referee::Comparison& comparison) {
  return comparison.agree() ? "" : comparison.differences.front().where + "\n" + comparison.differences.front().text;
}

// A kernel that gets no CPU runs its lines late while its timers go on: such a run is no measurement.
constexpr base::Time kTooLate = std::chrono::milliseconds(500);

// How late the kernel began a line of the timeline, at worst. Lines behind one that waits (ping, arping, sleep) are
// left out: these wait for it.
base::Time lateness(const Lab& lab, const control::LabRun& run) {
  std::vector<const control::LabEvent*> lines;
  for (const control::LabEvent& event : lab.timeline)
    if (std::holds_alternative<control::LabCommand>(event.what)) lines.push_back(&event);
  if (lines.size() > run.commands.size()) return {};
  const std::size_t startup = run.commands.size() - lines.size();
  base::Time worst{};
  bool waited = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!waited) worst = std::max(worst, run.commands[startup + i].at - lines[i]->at);
    const std::string& text = std::get<control::LabCommand>(lines[i]->what).text;
    waited = text.find("ping") != std::string::npos || text.find("sleep") != std::string::npos;
  }
  return worst;
}

// A kernel's timers fire up to an eighth late, how late depends on its count of ticks when the lab began, and nobody
// knows that. The model's are exact. What then meets in another order (two retries and the error at their end, tokens
// of a rate limit) is tried with timers as late as those of Debian's User Mode Linux, begun at different ticks: steps
// of five are all remainders of eight, the next slot, and cover sixty-four, the one after it.
constexpr unsigned kHz = 100;
constexpr base::Time kTick = std::chrono::seconds(1) / kHz;
constexpr std::uint64_t kPhases = 16, kPhaseStep = 5;

// The interface or command of a difference: "director eth1, frame 7" is one of "director eth1".
std::string place_of(const referee::Difference& difference) {
  return difference.where.substr(0, difference.where.find(", frame "));
}

// Does the kernel differ from itself wherever the model differs from it? A lab of many draws (which address a resolver
// got first, eight times) has more outcomes than a few runs can show, so the model's own may be none of theirs.
bool as_unsteady_as(const referee::Comparison& model, const std::set<std::string>& places) {
  return std::ranges::all_of(model.differences,
                             [&](const referee::Difference& each) { return places.contains(place_of(each)); });
}

// The kernel's two more runs of a lab that differs.
void run_again(const Lab& lab, LinuxRun second, LinuxRun third, LabVerdict& verdict) {
  std::string unsteady = verdict.reason;  // of one that the kernel did not bring to its end
  const bool compared = verdict.outcome == Outcome::differs;
  base::Time least_late = lateness(lab, verdict.left);
  for (LinuxRun* again : {&second, &third}) {
    if (!*again) continue;
    least_late = std::min(least_late, lateness(lab, **again));
    const referee::Comparison steady = referee::compare(lab, verdict.left, **again);
    if (!steady.agree() && unsteady.empty()) unsteady = first_of(steady);
    for (const referee::Difference& each : steady.differences) verdict.unsteady.insert(place_of(each));
  }
  if (least_late > kTooLate) {
    verdict.outcome = Outcome::unsteady;
    verdict.reason = "the machine was too busy: in each run the kernel began a line more than half a second late";
    return;
  }
  if (unsteady.empty()) return;
  if (compared && as_unsteady_as(verdict.comparison, verdict.unsteady)) {
    verdict.outcome = Outcome::unsteady;
    verdict.reason = unsteady;
    return;
  }
  LabVerdict best = verdict;
  for (LinuxRun* again : {&second, &third}) {
    if (!*again || best.outcome == Outcome::agrees) continue;
    compare_with_model(lab, std::move(**again), best);
  }
  if (best.outcome != Outcome::agrees) return;
  verdict = std::move(best);
  verdict.outcome = Outcome::unsteady;
  verdict.reason = unsteady;
}

std::string unknown_words(const Lab& lab) {
  const auto errors = control::check_commands(lab);
  return errors.empty() ? "" : errors.front().text();
}

void check_again(const std::vector<Lab>& labs, const FidelityOptions& options, FidelityReport& report) {
  std::vector<std::size_t> again;
  for (std::size_t i = 0; i < labs.size(); ++i)
    if (report.labs[i].outcome == Outcome::differs || report.labs[i].outcome == Outcome::failed) again.push_back(i);
  if (again.empty()) return;
  std::vector<Lab> twice;
  for (const std::size_t i : again) twice.insert(twice.end(), 2, labs[i]);
  FidelityOptions gently = options;  // alone in its kernel, unless that took minutes
  constexpr std::size_t kFew = 8;
  constexpr std::size_t kOneBoot = 16;  // with one that kills its kernel not too many others fail
  gently.labs_a_boot = std::min(gently.labs_a_boot, kOneBoot);
  gently.at_once = again.size() > kFew ? std::max<std::size_t>(options.at_once / 2, 1) : 1;
  KernelRuns runs = run_on_kernels(twice, gently);
  if (!runs.error.empty()) return;
  std::vector<LinuxRun> results = finished(std::move(runs));
  for (std::size_t i = 0; i < again.size(); ++i)
    run_again(labs[again[i]], std::move(results[2 * i]), std::move(results[2 * i + 1]), report.labs[again[i]]);
}

// unknown_words() has found none.
LabRun run_model(const Lab& lab, const ns3::LvsLabOptions& how) {
  return ns3::LvsRunLab(control::parse_script(lab).value(), how);
}

}  // namespace

Lab for_referee(const Lab& lab, const referee::KernelChoice& kernel) {
  const auto image = referee::find_kernel(kernel);
  return image && !image->marks_cross_cables() ? lab : referee::with_probes_put_off(lab);
}

ModelRun compare_model(const Lab& lab, const LabRun& kernel, ns3::LvsLabOptions how, bool all) {
  how.kernel = host::find_kernel(kernel.kernel).value_or(how.kernel);
  const Lab timed = referee::with_times_of(lab, kernel);
  ModelRun result;
  if (kernel.ticks) {  // in virtual time: one run with the kernel's clock and ticks
    ns3::LvsLabOptions same = how;
    same.ticks = kernel.ticks;
    same.startup = -kernel.start;
    same.epoch = kernel.epoch;  // keepalived seeds its draws with the second
    same.draws = &kernel.draws;
    same.longest = std::max(same.longest, kernel.end + std::chrono::hours(1));
    result.run = run_model(timed, same);
    result.comparison = referee::compare(lab, kernel, result.run, all);
    return result;
  }
  result.run = run_model(timed, how);
  result.comparison = referee::compare(lab, kernel, result.run, all);
  if (result.comparison.agree()) return result;
  const auto moved = referee::with_first_frames_of(timed, kernel, result.run);
  if (moved) {
    result.run = run_model(*moved, how);
    result.comparison = referee::compare(lab, kernel, result.run, all);
    if (result.comparison.agree()) return result;
  }
  ns3::LvsLabOptions late = how;
  for (std::uint64_t phase = 0; phase < kPhases * kPhaseStep; phase += kPhaseStep) {
    late.ticks.emplace(kHz, phase * kTick);
    LabRun run = run_model(moved ? *moved : timed, late);
    referee::Comparison comparison = referee::compare(lab, kernel, run, all);
    if (comparison.agree()) return {std::move(run), std::move(comparison), true};
  }
  return result;
}

std::size_t FidelityReport::count(Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(labs, outcome, &LabVerdict::outcome));
}

std::size_t FidelityReport::late_timers() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      labs, [](const LabVerdict& lab) { return lab.outcome == Outcome::agrees && lab.late_timers; }));
}

std::size_t FidelityReport::frames() const {
  std::size_t sum = 0;
  for (const LabVerdict& lab : labs) sum += lab.outcome == Outcome::unsteady ? 0 : lab.comparison.frames;
  return sum;
}

std::size_t FidelityReport::commands() const {
  std::size_t sum = 0;
  for (const LabVerdict& lab : labs) sum += lab.outcome == Outcome::unsteady ? 0 : lab.comparison.commands;
  return sum;
}

bool FidelityReport::good() const {
  return error.empty() && frames() > 0 && count(Outcome::differs) == 0 && count(Outcome::failed) == 0;
}

FidelityReport check_fidelity(std::span<const Lab> given, const FidelityOptions& options) {
  std::vector<Lab> labs;
  for (const Lab& lab : given) labs.push_back(for_referee(lab, options.kernel));
  FidelityReport report;
  report.labs.resize(labs.size());
  std::vector<Lab> runnable;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < labs.size(); ++i) {
    report.labs[i].comparison.lab = labs[i].name;
    if (!labs[i].model_only.empty()) {
      report.labs[i].outcome = Outcome::model_only;
      report.labs[i].reason = labs[i].model_only;
      continue;
    }
    report.labs[i].reason = options.kernel_only ? "" : unknown_words(labs[i]);
    if (!report.labs[i].reason.empty()) {
      report.labs[i].outcome = Outcome::not_modelled;
      continue;
    }
    runnable.insert(runnable.end(), options.kernel_only ? 2 : 1, labs[i]);
    places.push_back(i);
  }
  KernelRuns runs = run_on_kernels(runnable, options);
  report.kernel = runs.kernel;
  report.error = runs.error;
  if (!report.error.empty()) return report;
  std::vector<LinuxRun> results = finished(std::move(runs));
  for (std::size_t i = 0; i < places.size(); ++i) {
    LabVerdict& verdict = report.labs[places[i]];
    LinuxRun& first = results[options.kernel_only ? 2 * i : i];
    LinuxRun& other = results[options.kernel_only ? 2 * i + 1 : i];
    if (!first || !other) {
      verdict.reason = !first ? first.error() : other.error();
    } else if (options.kernel_only) {
      verdict.comparison = referee::compare(labs[places[i]], *first, *other);
      verdict.outcome = verdict.comparison.agree() ? Outcome::agrees : Outcome::unsteady;
      verdict.reason = first_of(verdict.comparison);
      verdict.left = std::move(*first);
      verdict.right = std::move(*other);
    } else {
      compare_with_model(labs[places[i]], std::move(*first), verdict);
    }
  }
  // Twice: a race of the kernel's that it wins three times in four may take more than two runs to show.
  // A kernel in virtual time repeats a boot to the byte, but what it draws for a lab, and which of two things of one
  // moment comes first, hangs on the labs that run beside it.
  if (!options.kernel_only)
    for (int round = 0; round < 2; ++round) check_again(labs, options, report);
  return report;
}

Lab smallest_differing(const Lab& given, const FidelityOptions& options, unsigned boots) {
  const Lab lab = for_referee(given, options.kernel);
  const referee::LabTrial differs = [&](const std::vector<Lab>& labs) {
    std::vector<bool> result(labs.size(), false);
    const std::vector<LinuxRun> runs = finished(run_on_kernels(labs, options));
    for (std::size_t i = 0; i < labs.size(); ++i) {
      if (!runs[i] || !unknown_words(labs[i]).empty()) continue;
      LabVerdict verdict;
      compare_with_model(labs[i], *runs[i], verdict);
      result[i] = verdict.outcome == Outcome::differs;
    }
    return result;
  };
  return referee::shrink(lab, differs, boots);
}

std::string agreement_text(const referee::Comparison& comparison, bool late_timers) {
  return fmt::format("{}: {} frames and {} commands agree{}\n", comparison.lab, comparison.frames, comparison.commands,
                     late_timers ? ", with timers as late as Linux's" : "");
}

std::string difference_text(const referee::Comparison& comparison) {
  const std::size_t count = comparison.differences.size();
  std::string text = fmt::format("{}: {} difference{}; {} frames and {} commands agree\n", comparison.lab, count,
                                 count == 1 ? "" : "s", comparison.frames, comparison.commands);
  for (const referee::Difference& difference : comparison.differences)
    text += fmt::format(" {}\n{}\n", difference.where, difference.text);
  return text;
}

namespace {

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file.exceptions(std::ios::badbit | std::ios::failbit);
  file << text << std::flush;
}

}  // namespace

void write_lab_folder(const Lab& lab, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const auto& [name, text] : control::write_lab(lab)) write_text(folder / name, text);
}

void write_difference(const Lab& lab, const LabVerdict& verdict, const std::filesystem::path& folder) {
  write_lab_folder(lab, folder);
  write_text(folder / "difference.txt", difference_text(verdict.comparison));
  control::write_captures(verdict.left, folder / "linux");
  control::write_captures(verdict.right, folder / "model");
  std::string draws;
  for (const control::LabDraw& draw : verdict.left.draws)
    draws += fmt::format("{:.3f} s, {} {}: reachable for {:.3f} s\n", std::chrono::duration<double>(draw.at).count(),
                         draw.host, draw.interface, std::chrono::duration<double>(draw.reachable).count());
  if (!draws.empty()) write_text(folder / "draws.txt", draws);
}

}  // namespace lvs::scenarios
