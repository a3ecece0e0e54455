// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/main.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "common/output-file.h"
#include "common/trace-file.h"
#include "common/trace-view.h"
#include "common/units.h"
#include "control/lab/capture.h"
#include "control/lab/diagnose/diagnose.h"
#include "control/lab/json.h"
#include "control/lab/lab.h"
#include "control/machine/registry.h"
#include "ns3/lvs-lab-runner.h"
#include "referee/kernel/linux-run.h"
#include "tools/console/exec.h"
#include "tools/console/folders.h"
#include "tools/console/terminal.h"
#include "tools/lab/check-text.h"
#include "tools/lab/diff.h"
#include "tools/lab/inject.h"
#include "tools/lab/new.h"
#include "tools/lab/realtime.h"

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
    "  diff LAB...  run on both, and name the first difference on each interface and of each command\n"
    "      --all           every difference, not only the first of each kind\n"
    "  check LAB... parse the labs and explain likely mistakes of set-up: status 1 if there are any\n"
    "      --rules  the mistakes that are looked for\n"
    "  commands     the commands that are modelled\n"
    "  list         the shipped labs\n"
    "  exec [--control SOCKET] HOST COMMAND...\n"
    "               run a command on a host of a lab that runs in real time\n"
    "  new DIR      make a new lab folder (--from LAB: a copy of that lab)\n"
    "  inject LAB...  show their timelines with the frames of inject in words\n"
    "      --hex    in hexadecimal digits instead\n"
    "      --write  into their files\n"
    "LAB is a folder with a lab.conf, or the name of a shipped lab. --help after a command shows this text.\n";

struct Failure {
  std::string text;
  int status = 2;
};

template <class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw Failure{fmt::format(format, std::forward<Args>(args)...), 2};
}

control::Lab load(const std::string& name, bool notices) {
  const auto folder = find_lab(name);
  if (!folder) fail("{}: no such lab (a folder with a lab.conf, or a name that 'lvs-lab list' shows)", name);
  control::LabReading reading = control::read_lab(*folder);
  if (!reading.ok()) {
    std::string text;
    for (const auto& error : reading.errors) text += (text.empty() ? "" : "\n") + error.text();
    throw Failure{text, 2};
  }
  if (notices) {
    for (const auto& notice : reading.notices) std::cerr << "lvs-lab: notice: " << notice.text() << '\n';
  }
  return std::move(reading.lab);
}

// What cannot be modelled is known before anything runs.
void compile(const control::Lab& lab) {
  const auto errors = ns3::LvsCheckLab(lab);
  if (errors.empty()) return;
  std::string text;
  for (const auto& error : errors) text += (text.empty() ? "" : "\n") + error.text();
  throw Failure{text, 2};
}

std::optional<base::Time> parse_until(const po::variables_map& given) {
  if (given.count("until") == 0) return std::nullopt;
  const std::string text = given["until"].as<std::string>();
  std::optional<std::chrono::nanoseconds> value = parse_duration(text);
  if (value && text.find_first_not_of("0123456789.") == std::string::npos) *value *= 1'000'000;  // bare: seconds
  if (!value) fail("--until: '{}' is no time in seconds", text);
  return *value;
}

po::variables_map parse(const std::vector<std::string>& words, const po::options_description& options,
                        const char* positional, int most) {
  po::positional_options_description places;
  places.add(positional, most);
  po::variables_map given;
  po::store(po::command_line_parser(words)
                .options(options)
                .positional(places)
                .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                .run(),
            given);
  po::notify(given);
  return given;
}

std::string lab_argument(const po::variables_map& given) {
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  return given["lab"].as<std::string>();
}

control::LabRun run_on_kernel(const control::Lab& lab, std::optional<base::Time> until, bool quiet) {
  referee::LinuxOptions options;
  options.until = until;
  if (!quiet) options.progress = [](const std::string& text) { std::cerr << "lvs-lab: " << text << '\n'; };
  auto runs = referee::run_on_linux({&lab, 1}, options);
  if (!runs) throw Failure{runs.error(), 1};
  auto& result = runs->labs.front();
  if (!result) throw Failure{result.error(), 1};
  return std::move(*result);
}

int run(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::string>())("on", po::value<std::string>())(
      "until", po::value<std::string>())("json", po::value<std::string>())("capture", po::value<std::string>())(
      "trace", po::value<std::string>())("view", "")("quiet,q", "");
  add_realtime_options(options);
  const auto given = parse(words, options, "lab", 1);
  const std::string engine = given.count("on") != 0 ? given["on"].as<std::string>() : "model";
  if (engine != "model" && engine != "linux") fail("--on: '{}' is no engine; known: linux, model", engine);
  const auto until = parse_until(given);
  const control::Lab lab = load(lab_argument(given), true);
  compile(lab);
  const auto realtime = realtime_options(given, lab);
  if (engine == "linux" && !lab.model_only.empty()) fail("{}: runs on the model only: {}", lab.name, lab.model_only);

  const std::string json = given.count("json") != 0 ? given["json"].as<std::string>() : "";
  const std::string capture = given.count("capture") != 0 ? given["capture"].as<std::string>() : "";
  OutputFiles files;
  if (const std::string why = files.open(json); !why.empty()) fail("cannot write {}: {}", json, why);
  if (!capture.empty()) {
    std::error_code error;
    fs::create_directories(capture, error);
    if (error || !fs::is_directory(capture)) fail("cannot write into {}: {}", capture, error.message());
  }

  const bool quiet = given.count("quiet") != 0;
  const std::string trace_name = given.count("trace") != 0 ? given["trace"].as<std::string>() : "";
  if ((!trace_name.empty() || given.count("view") != 0) && engine == "linux")
    fail("--trace, --view: only the model can tell what happens inside a host");
  if (trace_name == "-" && !quiet) fail("--trace - needs --quiet: both would write to standard output");
  TraceFile trace;
  const bool view = given.count("view") != 0;
  if (view && trace_name == "-") fail("--view needs a file, not standard output");
  if (const std::string why = view && trace_name.empty() ? trace.open_temporary("lvs-lab") : trace.open(trace_name);
      !why.empty()) {
    fail("{}", why);
  }
  LabTerminal terminal(std::cout, wants_colours());
  if (!quiet) terminal.begin(lab);
  control::LabRun result;
  if (engine == "linux") {
    result = run_on_kernel(lab, until, quiet);
    if (!quiet) {
      for (const auto& command : result.commands) terminal.result(command);
    }
  } else {
    ns3::LvsLabOptions how;
    how.until = until;
    how.realtime = realtime ? &*realtime : nullptr;
    if (realtime) how.capture = !capture.empty();  // a run without end would fill the memory
    if (!quiet) {
      how.onResult = [&](const control::CommandResult& command) { terminal.result(command); };
      how.onOutput = [&](const control::CommandResult& command) { terminal.output(command); };
    }
    how.trace = trace.output();
    result = ns3::LvsRunLab(lab, how);
  }
  if (!quiet) terminal.end(result);
  files.write(json, control::commands_json(result));
  if (const std::string why = files.commit(); !why.empty()) throw Failure{why, 1};
  if (const std::string why = trace.close(); !why.empty()) throw Failure{why, 1};
  if (!capture.empty()) control::write_captures(result, capture);
  if (view) return view_trace("lvs-lab", trace.name());
  return 0;
}

int diff(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::vector<std::string>>())("all", "")("until", po::value<std::string>());
  const auto given = parse(words, options, "lab", -1);
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  std::vector<control::Lab> labs;
  for (const std::string& name : given["lab"].as<std::vector<std::string>>()) {
    labs.push_back(load(name, true));
    compile(labs.back());
  }
  return diff_labs(labs, parse_until(given), given.count("all") != 0);
}

int check(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::vector<std::string>>())("rules", "");
  const auto given = parse(words, options, "lab", -1);
  if (given.count("rules") != 0) {
    for (const auto& rule : control::lab_rules()) std::cout << fmt::format("{:<27} {}\n", rule.name, rule.summary);
    return 0;
  }
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  std::vector<control::Lab> labs;
  for (const std::string& name : given["lab"].as<std::vector<std::string>>()) {
    labs.push_back(load(name, true));
    compile(labs.back());
  }
  return check_labs(labs);
}

int list() {
  const auto labs = list_labs();
  if (labs.empty()) fail("no shipped labs found (LVS_LABS names their folder)");
  for (const fs::path& folder : labs) {
    const control::LabReading reading = control::read_lab(folder);
    std::cout << fmt::format("{:<28} {}\n", folder.filename().string(), reading.lab.description);
  }
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
  const auto given = parse(words, options, "lab", 1);
  if (given.count("lab") == 0) fail("which folder? (lvs-lab --help)");
  std::optional<fs::path> from;
  if (given.count("from") != 0) {
    from = find_lab(given["from"].as<std::string>());
    if (!from) fail("--from: {}: no such lab", given["from"].as<std::string>());
  }
  const fs::path folder = given["lab"].as<std::string>();
  if (const std::string why = make_lab(folder, from); !why.empty()) fail("{}", why);
  std::cout << fmt::format("{0}: made; try: lvs-lab run {0}\n", folder.string());
  return 0;
}

int inject(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::vector<std::string>>())("words", "")("hex", "")("write", "");
  const auto given = parse(words, options, "lab", -1);
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  if (given.count("words") != 0 && given.count("hex") != 0) fail("either --words or --hex");
  const auto form = given.count("hex") != 0 ? control::InjectForm::hex : control::InjectForm::words;
  int status = 0;
  for (const std::string& name : given["lab"].as<std::vector<std::string>>())
    status = std::max(status, rewrite_injects(load(name, true), *find_lab(name), form, given.count("write") != 0));
  return status;
}

int dispatch(const std::string& command, const std::vector<std::string>& words) {
  if (command == "run") return run(words);
  if (command == "diff") return diff(words);
  if (command == "check") return check(words);
  if (command == "list") return list();
  if (command == "commands") return commands();
  if (command == "new") return make_new(words);
  if (command == "inject") return inject(words);
  if (command == "exec") return exec_in_lab(words);
  fail("'{}' is no command; known: run diff check list commands new inject exec", command);
}

}  // namespace

int lab_main(int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (const std::string& word : words) {
    if (words.front() == "exec" && words.size() > 2) break;  // the help of the command
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
    for (const std::string& line : split(failure.text, '\n')) std::cerr << "lvs-lab: " << line << '\n';
    return failure.status;
  } catch (const po::error& error) {
    std::cerr << "lvs-lab: " << error.what() << " (lvs-lab --help)\n";
    return 2;
  } catch (const std::invalid_argument& error) {
    for (const std::string& line : split(error.what(), '\n')) std::cerr << "lvs-lab: " << line << '\n';
    return 2;
  } catch (const std::exception& error) {  // files that could not be written
    std::cerr << "lvs-lab: " << error.what() << '\n';
    return 1;
  }
}

}  // namespace lvs::scenarios
