// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/run.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <iostream>
#include <optional>

#include "common/output-file.h"
#include "common/run-watch.h"
#include "common/trace-file.h"
#include "common/trace-view.h"
#include "control/lab/capture.h"
#include "control/lab/json.h"
#include "ns3/lvs-lab-runner.h"
#include "tools/console/terminal.h"
#include "tools/fidelity/referee-options.h"
#include "tools/lab/carry.h"
#include "tools/lab/load.h"
#include "tools/lab/options.h"
#include "tools/lab/realtime.h"
#include "tools/lab/ticks.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;

std::string text_of(const po::variables_map& given, const char* option) {
  return given.count(option) != 0 ? given[option].as<std::string>() : "";
}

// What a run leaves behind, opened before anything runs.
class Outputs {
 public:
  Outputs(const po::variables_map& given, bool on_linux, bool live)
      : json_(text_of(given, "json")),
        capture_(text_of(given, "capture")),
        quiet_(given.count("quiet") != 0),
        view_(given.count("view") != 0) {
    if (const std::string why = files_.open(json_); !why.empty()) fail("cannot write {}: {}", json_, why);
    if (const std::string why = files_.open_folder(capture_); !why.empty())
      fail("cannot write into {}: {}", capture_, why);
    open_trace(text_of(given, "trace"), on_linux, live);
  }

  bool quiet() const { return quiet_; }
  bool captures() const { return !capture_.empty(); }
  trace::TraceWriter::Output trace() { return trace_.output(); }

  // Gives the program's status.
  int keep(const control::LabRun& result) {
    files_.write(json_, control::commands_json(result));
    if (captures()) {
      for (const control::LabCapture& each : result.captures)
        files_.write(capture_, control::capture_name(each), control::capture_pcapng(result, each));
    }
    if (const std::string why = files_.commit(); !why.empty()) fail("{}", why);
    if (const std::string why = trace_.close(); !why.empty()) fail("{}", why);
    return view_ ? view_trace("lvs-lab", trace_.name()) : 0;
  }

 private:
  void open_trace(const std::string& name, bool on_linux, bool live) {
    if ((!name.empty() || view_) && on_linux)
      fail("--trace, --view: only the model can tell what happens inside a host");
    if (name == "-" && !quiet_) fail("--trace - needs --quiet: both would write to standard output");
    trace_.beside(json_);
    if (view_ && name == "-") fail("--view needs a file, not standard output");
    const auto kind = live ? TraceFile::Kind::live : TraceFile::Kind::whole;
    const std::string why = view_ && name.empty() ? trace_.open_temporary("lvs-lab", kind) : trace_.open(name, kind);
    if (!why.empty()) fail("{}", why);
  }

  std::string json_, capture_;
  bool quiet_, view_;
  OutputFiles files_;
  TraceFile trace_;
};

control::LabRun run_on_kernel(const control::Lab& lab, const referee::LinuxOptions& options) {
  auto runs = referee::run_on_linux({&lab, 1}, options);
  if (!runs) fail("{}", runs.error());
  auto& result = runs->labs.front();
  if (!result) fail("{}: {}", lab.name, result.error());
  return std::move(*result);
}

// What makes a second run of the lab the same.
std::vector<std::string> options_to_repeat(const po::variables_map& given) {
  std::vector<std::string> words;
  for (const char* option : {"kernel", "hz", "until"}) {
    if (const std::string value = text_of(given, option); !value.empty()) {
      words.push_back("--" + std::string(option));
      words.push_back(value);
    }
  }
  return words;
}

// `how` with what concerns time.
control::LabRun run_on_model(const control::LabScript& script, const po::variables_map& given, const RunLimits& limits,
                             ns3::LvsLabOptions how, Outputs& outputs, LabTerminal& terminal) {
  how.capture = outputs.captures();  // millions of frames that nobody asks for would fill the memory
  std::optional<RunWatch> watch;
  if (how.realtime == nullptr) {
    watch.emplace("lvs-lab", limits);
    how.onLine = [&](const std::string& line) { watch->now(line); };
    how.onWatch = [&](base::Time at, std::uint64_t frames) { return watch->look(at, frames); };
    how.longest = std::max<base::Time>(limits.lab, how.until.value_or(base::Time{}) + std::chrono::seconds(1));
  }
  if (!outputs.quiet()) {
    how.onResult = [&](const control::CommandResult& command) { terminal.result(command); };
    how.onOutput = [&](const control::CommandResult& command) { terminal.output(command); };
  }
  how.trace = outputs.trace();
  if (how.trace) how.carried = carry(script, options_to_repeat(given));
  return ns3::LvsRunLab(script, how);
}

}  // namespace

int run_lab(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::string>())("on", po::value<std::string>())(
      "until", po::value<std::string>())("json", po::value<std::string>())("capture", po::value<std::string>())(
      "trace", po::value<std::string>())("view", "")("quiet,q", "")("kernel", po::value<std::string>())(
      "hz", po::value<std::string>());
  add_limits(options);
  add_realtime_options(options);
  add_referee_options(options);
  const auto given = parse_words(words, options, "lab", 1);
  const std::string engine = given.count("on") != 0 ? given["on"].as<std::string>() : "model";
  if (engine != "model" && engine != "linux") fail("--on: '{}' is no engine; known: linux, model", engine);
  const bool on_linux = engine == "linux";
  const auto ticks = parse_ticks(given, engine);
  const auto until = parse_until(given);
  const RunLimits limits = parse_limits(given);
  ns3::LvsLabOptions how;
  if (!on_linux) how.kernel = parse_kernel(given);
  const control::Lab lab = load_lab(lab_argument(given), true);
  const control::LabScript script = compile_lab(lab);
  const auto realtime = realtime_options(given, lab);
  if (on_linux && !lab.model_only.empty()) fail("{}: runs on the model only: {}", lab.name, lab.model_only);

  Outputs outputs(given, on_linux, realtime.has_value());
  LabTerminal terminal(std::cout, wants_colours());
  if (!outputs.quiet()) terminal.begin(lab);
  control::LabRun result;
  if (on_linux) {
    result = run_on_kernel(lab, linux_options(given, until));
    if (!outputs.quiet()) {
      for (const auto& command : result.commands) terminal.result(command);
    }
  } else {
    how.until = until;
    how.realtime = realtime ? &*realtime : nullptr;
    how.ticks = ticks;
    result = run_on_model(script, given, limits, how, outputs, terminal);
  }
  if (!result.stopped.empty()) fail("{}", result.stopped);
  if (!outputs.quiet()) terminal.end(result);
  return outputs.keep(result);
}

}  // namespace lvs::scenarios
