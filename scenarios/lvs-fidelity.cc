// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-fidelity: compares the model with the real kernel: cases, labs, random labs
// Compares the model with the real kernel: the cases of tests/fidelity, labs by name, random labs by seed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <iostream>

#include "base/numbers.h"
#include "common/version.h"
#include "common/whole.h"
#include "control/lab/lab.h"
#include "daemons/daemons.h"
#include "referee/generate/generate.h"
#include "referee/guest/main.h"
#include "tools/console/folders.h"
#include "tools/fidelity/chains.h"
#include "tools/fidelity/fidelity.h"
#include "tools/fidelity/referee-options.h"
#include "tools/lab/options.h"

namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using lvs::control::Lab;
using lvs::scenarios::FidelityOptions;
using lvs::scenarios::FidelityReport;
using lvs::scenarios::LabVerdict;
using lvs::scenarios::Outcome;
using lvs::scenarios::Whole;

constexpr const char* kUsage =
    "Usage: lvs-fidelity [OPTION]... [LAB...]\n"
    "Runs labs on the model and on a real Linux kernel (User Mode Linux) and compares every frame and every command.\n"
    "LAB is a folder with a lab.conf, a folder of such folders, or the name of a shipped lab; without LAB and "
    "--seeds:\n"
    "the cases in tests/fidelity/cases.\n"
    "  --seeds FROM..TO   random labs of these seeds\n"
    "  --waits FROM..TO   random labs that wait, up to days (for a kernel in virtual time)\n"
    "  --vrrp FROM..TO    random labs of directors with keepalived (for a kernel in virtual time)\n"
    "  --sync FROM..TO    random labs of synchronisation daemons and takeovers (for a kernel in virtual time)\n"
    "  --tcp FROM..TO     random labs of TCP endpoints, cut cables and dropped packets (for a kernel in virtual time)\n"
    "  --write DIR        write these labs as DIR/NAME and run nothing\n"
    "  --out DIR          where labs that differ go, made as small as possible, with the captures "
    "(fidelity-differences)\n"
    "  --no-shrink        leave them as they are\n"
    "  --chains           compare the chains that packets pass, as the target TRACE tells, instead of frames\n"
    "  --kernel-only      the kernel against itself: cases that it does not repeat\n"
    "  --list             a line for every lab, with the frames and commands that agree\n"
    "  --kernels N        kernels side by side (2)\n"
    "  --at-once N        labs side by side in a kernel (6)\n"
    "  --referee KIND     virtual: a kernel in virtual time; package: Debian's, in real time (virtual, where found)\n"
    "  --kernel-image FILE  the kernel, built elsewhere (or LVS_REFEREE_KERNEL)\n"
    "Status 0: no difference; 1: differences, or nothing was compared; 2: mistakes in labs or on the command line, no "
    "kernel.\n";

struct Mistake {
  std::string text;
};

std::vector<Lab> random_labs(const std::string& option, const std::string& range, Lab (*generate)(std::uint64_t)) {
  const std::size_t dots = range.find("..");
  const std::string from = range.substr(0, dots), to = dots == std::string::npos ? from : range.substr(dots + 2);
  const auto number = [&](const std::string& text) {
    const auto seed = lvs::base::number_up_to<std::uint64_t>(text, 999'999'999'999);
    if (!seed) throw Mistake{fmt::format("--{}: '{}' is no range FROM..TO of whole numbers", option, range)};
    return *seed;
  };
  const std::uint64_t first = number(from), last = number(to);
  if (first > last) throw Mistake{fmt::format("--{}: '{}' is empty", option, range)};
  std::vector<Lab> labs;
  for (auto seed = first; seed <= last; ++seed) labs.push_back(generate(seed));
  return labs;
}

void add_lab(const fs::path& folder, std::vector<Lab>& labs) {
  lvs::control::LabReading reading = lvs::control::read_lab(folder);
  if (!reading.ok()) throw Mistake{reading.errors.front().text()};
  labs.push_back(std::move(reading.lab));
}

void add_labs(const std::string& name, std::vector<Lab>& labs) {
  const auto folder = lvs::scenarios::find_lab(name);
  if (!folder) throw Mistake{(name.empty() ? "''" : name) + ": no such lab"};
  if (fs::exists(*folder / "lab.conf")) return add_lab(*folder, labs);
  std::vector<fs::path> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(*folder))
    if (fs::exists(entry.path() / "lab.conf")) folders.push_back(entry.path());
  if (folders.empty()) throw Mistake{folder->string() + ": no lab in it"};
  std::ranges::sort(folders);
  for (const fs::path& each : folders) add_lab(each, labs);
}

// Beside the sources, as the shipped labs are, or under the current folder.
std::string cases_folder() {
  const std::string cases = "tests/fidelity/cases";
  if (const auto shipped = lvs::scenarios::shipped_labs()) {
    const fs::path beside = shipped->parent_path().parent_path() / cases;
    if (fs::exists(beside)) return beside.string();
  }
  return cases;
}

void print_report(const FidelityReport& report, bool list) {
  for (const LabVerdict& lab : report.labs) {
    switch (lab.outcome) {
      case Outcome::agrees:
        if (list || lab.late_timers) std::cout << lvs::scenarios::agreement_text(lab.comparison, lab.late_timers);
        break;
      case Outcome::differs: std::cout << lvs::scenarios::difference_text(lab.comparison); break;
      case Outcome::unsteady:
        std::cout << fmt::format("{}: dropped, the kernel differs from itself: {}\n", lab.comparison.lab, lab.reason);
        break;
      case Outcome::not_modelled:
        std::cout << fmt::format("{}: not modelled: {}\n", lab.comparison.lab, lab.reason);
        break;
      case Outcome::model_only:
        std::cout << fmt::format("{}: on the model only: {}\n", lab.comparison.lab, lab.reason);
        break;
      case Outcome::failed:
        std::cout << fmt::format("{}: not run by Linux: {}\n", lab.comparison.lab, lab.reason);
        break;
    }
  }
  std::cout << fmt::format(
      "{} labs, Linux {}: {} agree ({} with timers as late as Linux's), {} differ, {} dropped, {} not modelled, {} on "
      "the model only, {} failed; {} frames and {} commands agree\n",
      report.labs.size(), report.kernel, report.count(Outcome::agrees), report.late_timers(),
      report.count(Outcome::differs), report.count(Outcome::unsteady), report.count(Outcome::not_modelled),
      report.count(Outcome::model_only), report.count(Outcome::failed), report.frames(), report.commands());
  if (report.frames() == 0) std::cout << "Not one frame was compared: that is no agreement\n";
}

int print_chains(const lvs::scenarios::ChainReport& report) {
  if (!report.error.empty()) throw Mistake{report.error};
  std::size_t good = 0, lines = 0;
  for (const lvs::scenarios::ChainVerdict& lab : report.labs) {
    std::cout << lvs::scenarios::chain_text(lab);
    good += lab.good() ? 1 : 0;
    lines += lab.agree;
  }
  std::cout << fmt::format("{} labs, Linux {}: {} agree; {} chain lines agree\n", report.labs.size(), report.kernel,
                           good, lines);
  return report.good() ? 0 : 1;
}

void keep_differences(const std::vector<Lab>& labs, const FidelityReport& report, const FidelityOptions& options,
                      const fs::path& folder, bool make_small) {
  constexpr unsigned kBoots = 10;
  constexpr std::size_t kMost = 3;  // labs made small; one cause often shows in many
  std::size_t made = 0;
  for (std::size_t i = 0; i < labs.size(); ++i) {
    if (report.labs[i].outcome != Outcome::differs) continue;
    Lab lab = labs[i];
    LabVerdict verdict = report.labs[i];
    if (make_small && made++ < kMost) {
      lab = lvs::scenarios::smallest_differing(labs[i], options, kBoots);
      FidelityReport again = check_fidelity({&lab, 1}, options);
      if (again.error.empty() && again.labs.front().outcome == Outcome::differs) {
        verdict = std::move(again.labs.front());
        std::cout << "As small as possible:\n" << lvs::scenarios::difference_text(verdict.comparison);
      } else {
        lab = labs[i];
      }
    }
    lvs::scenarios::write_difference(lab, verdict, folder / lab.name);
    std::cout << fmt::format("{}: in {}\n", lab.name, (folder / lab.name).string());
  }
}

// Each kernel takes up to a gigabyte of memory, each lab a share of the kernel's one CPU.
constexpr unsigned kMostKernels = 16, kMostAtOnce = 64;

unsigned bounded(const po::variables_map& given, const char* option, unsigned most) {
  const unsigned value = given[option].as<Whole>().value;
  if (value < 1 || value > most) throw Mistake{fmt::format("--{}: {} is no number from 1 to {}", option, value, most)};
  return value;
}

po::variables_map parse(int argc, char** argv) {
  po::options_description known;
  known.add_options()("lab", po::value<std::vector<std::string>>())("seeds", po::value<std::string>())(
      "waits", po::value<std::string>())("vrrp", po::value<std::string>())("sync", po::value<std::string>())(
      "tcp", po::value<std::string>())("write", po::value<std::string>())(
      "out", po::value<std::string>()->default_value("fidelity-differences"))("no-shrink", "")("list", "")(
      "chains", "")("kernel-only", "")("kernels", po::value<Whole>()->default_value(Whole{2}))(
      "at-once", po::value<Whole>()->default_value(Whole{6}))("help,h", "");
  lvs::scenarios::add_referee_options(known);
  return lvs::scenarios::parse_words({argv + 1, argv + argc}, known, "lab", -1);
}

std::vector<Lab> labs_of(const po::variables_map& given) {
  std::vector<Lab> labs;
  struct Family {
    const char* option;
    Lab (*generate)(std::uint64_t seed);
  };
  static constexpr auto kFamilies = std::to_array<Family>({{"seeds", lvs::referee::generate_lab},
                                                           {"waits", lvs::referee::generate_waiting_lab},
                                                           {"vrrp", lvs::referee::generate_director_lab},
                                                           {"sync", lvs::referee::generate_sync_lab},
                                                           {"tcp", lvs::referee::generate_endpoint_lab}});
  for (const auto& [option, generate] : kFamilies)
    if (given.count(option) != 0)
      for (Lab& lab : random_labs(option, given[option].as<std::string>(), generate)) labs.push_back(std::move(lab));
  if (given.count("lab") != 0)
    for (const std::string& name : given["lab"].as<std::vector<std::string>>()) add_labs(name, labs);
  if (labs.empty()) add_labs(cases_folder(), labs);
  return labs;
}

int run(int argc, char** argv) {
  const po::variables_map given = parse(argc, argv);
  if (given.count("help") != 0) {
    std::cout << kUsage;
    return 0;
  }
  const std::vector<Lab> labs = labs_of(given);
  if (given.count("write") != 0) {
    for (const Lab& lab : labs) {
      const fs::path folder = fs::path(given["write"].as<std::string>()) / lab.name;
      std::error_code error;
      fs::create_directories(folder, error);
      if (error) throw Mistake{fmt::format("--write: {}: {}", folder.string(), error.message())};
      lvs::scenarios::write_lab_folder(lab, folder);
      std::cout << folder.string() << '\n';
    }
    return 0;
  }

  const auto progress = [](const std::string& text) { std::cerr << "lvs-fidelity: " << text << '\n'; };
  const auto kernel = lvs::scenarios::referee_choice(given);
  if (given.count("chains") != 0) return print_chains(lvs::scenarios::check_chains(labs, kernel, progress));

  FidelityOptions options;
  options.kernels = bounded(given, "kernels", kMostKernels);
  options.at_once = bounded(given, "at-once", kMostAtOnce);
  options.kernel_only = given.count("kernel-only") != 0;
  options.progress = progress;
  options.kernel = kernel;
  const FidelityReport report = lvs::scenarios::check_fidelity(labs, options);
  if (!report.error.empty()) {
    std::cerr << "lvs-fidelity: " << report.error << '\n';
    return 1;
  }
  print_report(report, given.count("list") != 0);
  if (!options.kernel_only)
    keep_differences(labs, report, options, given["out"].as<std::string>(), given.count("no-shrink") == 0);
  return report.good() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  // Inside the referee's kernel this same program is the agent that runs the labs there.
  if (const auto status = lvs::referee::guest_main(argc, argv)) return *status;
  if (lvs::scenarios::shows_version("lvs-fidelity", argc, argv)) return 0;
  lvs::daemons::add_daemons();
  try {
    return run(argc, argv);
  } catch (const Mistake& mistake) {
    std::cerr << "lvs-fidelity: " << mistake.text << '\n';
    return 2;
  } catch (const po::error& error) {
    std::cerr << "lvs-fidelity: " << error.what() << " (lvs-fidelity --help)\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "lvs-fidelity: " << error.what() << '\n';
    return 1;
  }
}
