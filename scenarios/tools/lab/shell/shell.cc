// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/shell/shell.h"

#include <boost/program_options.hpp>
#include <filesystem>
#include <iostream>

#include "base/printable.h"
#include "common/trace-file.h"
#include "ns3/lvs-lab-runner.h"
#include "os/temporary-folder.h"
#include "tools/console/folders.h"
#include "tools/console/terminal.h"
#include "tools/lab/load.h"
#include "tools/lab/options.h"
#include "tools/lab/shell/session.h"

namespace lvs::scenarios {

namespace po = boost::program_options;

int shell(const std::vector<std::string>& words) {
  po::options_description options;
  options.add_options()("lab", po::value<std::string>())("timeline", "")("trace", po::value<std::string>())(
      "kernel", po::value<std::string>());
  const auto given = parse_words(words, options, "lab", 1);
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  const std::string name = given["lab"].as<std::string>();
  control::Lab lab = load_lab(name, true);
  const bool timeline = given.count("timeline") != 0;
  if (!timeline) lab.timeline.clear();
  // Its end is where the session begins.
  std::erase_if(lab.timeline, [](const auto& event) { return std::holds_alternative<control::LabEnd>(event.what); });
  const control::LabScript script = compile_lab(lab);

  const os::TemporaryFolder temporary((std::filesystem::temp_directory_path() / "lvs-shell-").string());
  const std::string file =
      given.count("trace") != 0 ? given["trace"].as<std::string>() : temporary.path() + "/walks.pcapng";
  TraceFile trace;
  if (const std::string why = trace.open(file, TraceFile::Kind::live); !why.empty()) fail("{}", why);
  ShellWalks walks(file, wants_colours());
  ShellSession session(lab, find_lab(name)->string(), timeline, walks);

  ns3::LvsLabOptions how;
  how.capture = false;
  how.kernel = parse_kernel(given);
  how.trace = trace.output();
  how.console = &session;
  bool typed = false;
  LabTerminal terminal(std::cout, wants_colours());
  how.onLine = [&](const std::string& line) { typed = line.starts_with("typed:"); };
  how.onResult = [&](const control::CommandResult& result) {
    if (typed)
      session.result(result);
    else if (timeline || result.status != 0)
      terminal.result(result);
  };
  how.onOutput = [&](const control::CommandResult& result) { session.output(result); };
  const control::LabRun run = ns3::LvsRunLab(script, how);
  for (const std::string& notice : run.notices) std::cout << "notice: " << base::printable(notice) << '\n';
  if (!run.stopped.empty()) fail("{}", run.stopped);
  if (const std::string why = trace.close(); !why.empty()) fail("{}", why);
  return 0;
}

}  // namespace lvs::scenarios
