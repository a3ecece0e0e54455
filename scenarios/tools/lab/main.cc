// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/main.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "base/printable.h"
#include "common/standard-output.h"
#include "common/version.h"
#include "control/lab/diagnose/diagnose.h"
#include "control/lab/lab.h"
#include "control/machine/registry.h"
#include "daemons/daemons.h"
#include "tools/console/exec.h"
#include "tools/console/folders.h"
#include "tools/fidelity/referee-options.h"
#include "tools/lab/ask.h"
#include "tools/lab/check-measure.h"
#include "tools/lab/check-text.h"
#include "tools/lab/course/course.h"
#include "tools/lab/diff.h"
#include "tools/lab/grade/grade.h"
#include "tools/lab/inject.h"
#include "tools/lab/load.h"
#include "tools/lab/new.h"
#include "tools/lab/options.h"
#include "tools/lab/run.h"
#include "tools/lab/shell/shell.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr const char* kUsage =
    "Usage: lvs-lab COMMAND [OPTION]...\n"
    "  run LAB      simulate the lab and show its terminal session\n"
    "      --on linux      run it on a real Linux kernel (User Mode Linux) instead\n"
    "      --until S       end S seconds after the startup scripts at the latest\n"
    "      --json FILE     write commands, statuses and outputs as JSON\n"
    "      --capture DIR   write DIR/HOST-IFACE.pcapng for every interface\n"
    "      --trace FILE    write the walk of every packet (lvs-trace, lvs-visualizer and Wireshark read it; -: "
    "stdout)\n"
    "      --view          and open the viewer on it\n"
    "      --realtime      in real time, under ns-3's real-time scheduler, until Ctrl-C or the lab's end\n"
    "      --tap SEGMENT=TAP[,create][,user=U][,netns=NS]  join a segment to a TAP interface (with --realtime)\n"
    "      --real HOST[,HOST]  hosts that are real machines behind a TAP: not modelled\n"
    "      --control SOCKET    take commands there (lvs-lab exec)\n"
    "      --quiet         no terminal session\n"
    "      --timeout S     give up after S seconds on the clock (600; on Linux ten times the lab's length and 60)\n"
    "      --kernel V      behave as Linux 6.1 or 6.12 (6.1; with diff, as the one that runs there)\n"
    "      --hz N          timers as late as those of a kernel with 100, 250 or 1000 ticks a second (exact)\n"
    "      --max-frames N  give up after N frames (200000000)\n"
    "  diff LAB...  run on both, and name the first difference on each interface and of each command\n"
    "      --all           every difference, not only the first of each kind\n"
    "      --referee KIND  virtual: a kernel in virtual time, where waiting costs nothing; package: Debian's, in real\n"
    "                      time (without: virtual, where such a kernel is found); for run --on linux too\n"
    "      --kernel-image FILE  a kernel built elsewhere (or LVS_REFEREE_KERNEL)\n"
    "  check LAB... parse the labs and explain likely mistakes of set-up: status 1 if there are any\n"
    "      --rules  the mistakes that are looked for\n"
    "      --language zh   in Chinese, in short\n"
    "      --measure N[:SEED]  how many of N random labs that work are blamed, and how many with a mistake are not\n"
    "  shell LAB    a prompt on its hosts, in virtual time, behind its startup lines (help there says what can be "
    "typed);\n"
    "               without a terminal: a script on standard input\n"
    "      --timeline      run its timeline first\n"
    "      --trace FILE    keep the walk of every packet\n"
    "  ask [--at S] LAB HOST COMMAND...\n"
    "               what a command prints on a host at S seconds of the lab's timeline (0), with the lab's status; it "
    "may\n"
    "               change things, but only in this run\n"
    "  grade LAB... the checks of an exercise (its lab.check), with points, the moment of each failure and hints;\n"
    "               LAB may be a folder of labs. Status 0: all points, 1: not, 2: some lab could not be graded\n"
    "      --exercise LAB  grade files handed in: LAB's checks, and its files where none is handed in\n"
    "      --json FILE, --csv FILE  the grades, a lab a line in CSV\n"
    "      --walks DIR     keep the walk of each check that failed\n"
    "      -j N            labs side by side (one a core; on Linux 1), each in a process of its own\n"
    "      --timeout S, --max-frames N, --memory MIB  bounds of each lab (60, 2000000, 2048)\n"
    "      --on linux      on a real kernel\n"
    "      --language zh   the report in Chinese\n"
    "      --quiet         no report\n"
    "  course --out DIR   the shipped labs and exercises as pages for browsers: questions, walks, tasks; in English "
    "and\n"
    "               Chinese, no network needed\n"
    "  commands     the commands that are modelled\n"
    "  list         the shipped labs\n"
    "  exec [--control SOCKET] HOST COMMAND...\n"
    "               run a command on a host of a lab that runs in real time\n"
    "  new DIR      make a new lab folder (--from LAB: a copy of that lab)\n"
    "  inject LAB...  show their timelines with the frames of inject in words\n"
    "      --hex    in hexadecimal digits instead\n"
    "      --write  into their files\n"
    "LAB is a folder with a lab.conf, or the name of a shipped lab. --help after a command shows this text.\n";

int diff(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::vector<std::string>>())("all", "")("until", po::value<std::string>())(
      "timeout", po::value<std::string>())("kernel", po::value<std::string>());
  add_referee_options(options);
  const auto given = parse_words(words, options, "lab", -1);
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  std::vector<control::Lab> labs;
  for (const std::string& name : given["lab"].as<std::vector<std::string>>()) {
    labs.push_back(load_lab(name, true));
    compile_lab(labs.back());
  }
  return diff_labs(labs, linux_options(given, parse_until(given)), given.count("all") != 0);
}

int check(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::vector<std::string>>())("rules", "")("measure", po::value<std::string>())(
      "language", po::value<std::string>());
  add_limits(options);
  const auto given = parse_words(words, options, "lab", -1);
  const RunLimits limits = parse_limits(given);
  const bool chinese = parse_chinese(given);
  if (given.count("rules") != 0) {
    if (given.count("lab") != 0) fail("--rules lists the rules of every lab: no LAB beside it");
    print_rules(chinese);
    return 0;
  }
  if (given.count("measure") != 0) return print_measure(given["measure"].as<std::string>());
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  const auto& names = given["lab"].as<std::vector<std::string>>();
  std::vector<control::Lab> labs;
  std::vector<control::LabScript> scripts;
  labs.reserve(names.size());  // scripts point into it
  for (const std::string& name : names) {
    labs.push_back(load_lab(name, true));
    scripts.push_back(compile_lab(labs.back()));
  }
  return check_labs(scripts, limits, chinese);
}

int list() {
  const auto labs = list_labs();
  if (labs.empty()) fail("no shipped labs found (LVS_LABS names their folder)");
  const auto show = [](const std::vector<fs::path>& folders) {
    for (const fs::path& folder : folders) {
      const control::LabReading reading = control::read_lab(folder);
      std::cout << base::printable(fmt::format("{:<28} {}\n", folder.filename().string(), reading.lab.description));
    }
  };
  show(labs);
  if (list_exercises().empty()) return 0;
  std::cout << "\nExercises (lvs-lab new DIR --from NAME, lvs-lab grade DIR):\n";
  show(list_exercises());
  return 0;
}

int commands() {
  for (const auto& command : control::modelled_commands()) {
    std::cout << fmt::format("{:<18} {}\n", command.name, command.summary);
  }
  return 0;
}

int make_new(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::string>())("from", po::value<std::string>());
  const auto given = parse_words(words, options, "lab", 1);
  if (given.count("lab") == 0) fail("which folder? (lvs-lab --help)");
  std::optional<fs::path> from;
  if (given.count("from") != 0) {
    from = find_lab(given["from"].as<std::string>());
    if (!from || !fs::exists(*from / "lab.conf")) fail("--from: {}: no such lab", given["from"].as<std::string>());
  }
  const fs::path folder = given["lab"].as<std::string>();
  if (folder.empty()) fail("which folder? (lvs-lab --help)");
  if (const std::string why = make_lab(folder, from); !why.empty()) fail("{}", why);
  std::cout << fmt::format("{0}: made; try: lvs-lab run {0}\n", folder.string());
  return 0;
}

int inject(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::vector<std::string>>())("words", "")("hex", "")("write", "");
  const auto given = parse_words(words, options, "lab", -1);
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  if (given.count("words") != 0 && given.count("hex") != 0) fail("either --words or --hex");
  const auto form = given.count("hex") != 0 ? control::InjectForm::hex : control::InjectForm::words;
  int status = 0;
  for (const std::string& name : given["lab"].as<std::vector<std::string>>())
    status = std::max(status, rewrite_injects(load_lab(name, true), *find_lab(name), form, given.count("write") != 0));
  return status;
}

int dispatch(const std::string& command, const std::vector<std::string>& words) {
  if (command == "run") return run_lab(words);
  if (command == "diff") return diff(words);
  if (command == "check") return check(words);
  if (command == "list" || command == "commands") {
    if (!words.empty()) fail("'{}': {} takes no words", words.front(), command);
    return command == "list" ? list() : commands();
  }
  if (command == "new") return make_new(words);
  if (command == "inject") return inject(words);
  if (command == "exec") return exec_in_lab(words);
  if (command == "grade") return grade(words);
  if (command == "shell") return shell(words);
  if (command == "ask") return ask_lab(words);
  if (command == "course") return course(words);
  fail("'{}' is no command; known: run diff check shell ask grade course list commands new inject exec", command);
}

int lab_command(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (const std::string& word : words) {
    if ((words.front() == "exec" || words.front() == "ask") && words.size() > 2) break;  // the help of the command
    if (word == "--help" || word == "-h" || word == "help") {
      std::cout << kUsage;
      return 0;
    }
  }
  if (words.empty()) {
    std::cerr << kUsage;
    return 2;
  }
  try {
    return dispatch(words.front(), {words.begin() + 1, words.end()});
  } catch (const Failure& failure) {
    complain(failure.text);
    return failure.status;
  } catch (const po::error& error) {
    std::cerr << "lvs-lab: " << error.what() << " (lvs-lab --help)\n";
    return 2;
  } catch (const std::invalid_argument& error) {
    complain(error.what());
    return 2;
  } catch (const std::exception& error) {  // files that could not be written
    complain(error.what());
    return 1;
  }
}

}  // namespace

int lab_main(int argc, const char* const* argv) {
  daemons::add_daemons();
  if (shows_version("lvs-lab", argc, argv)) return finish_output("lvs-lab", 0);
  return finish_output("lvs-lab", lab_command(argc, argv));
}

}  // namespace lvs::scenarios
