// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/ask.h"

#include <boost/program_options.hpp>
#include <iostream>
#include <optional>

#include "base/printable.h"
#include "common/run-watch.h"
#include "control/lab/files.h"
#include "ns3/lvs-lab-runner.h"
#include "tools/console/exec.h"
#include "tools/lab/load.h"
#include "tools/lab/options.h"
#include "tools/lab/ticks.h"

namespace lvs::scenarios {
namespace {

namespace po = boost::program_options;

constexpr const char* kHow = "ask [--at S] LAB HOST COMMAND...";

// Options stand in front: what is behind the host is the command's.
struct Question {
  std::vector<std::string> options;
  std::string host, line;
};

Question question_of(const std::vector<std::string>& words) {
  Question question;
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with("--")) {
    const bool joined = words[at].find('=') != std::string::npos;
    question.options.push_back(words[at++]);
    if (!joined && at < words.size()) question.options.push_back(words[at++]);
  }
  if (words.size() < at + 3) fail("which lab, host and command? ({})", kHow);
  question.options.push_back(words[at]);
  question.host = words[at + 1];
  question.line = shell_line({words.begin() + static_cast<std::ptrdiff_t>(at) + 2, words.end()});
  return question;
}

}  // namespace

int ask_lab(const std::vector<std::string>& words) {
  const Question question = question_of(words);
  po::options_description options;
  options.add_options()("lab", po::value<std::string>())("at", po::value<std::string>())(
      "kernel", po::value<std::string>())("hz", po::value<std::string>());
  add_limits(options);
  const auto given = parse_words(question.options, options, "lab", 1);
  const control::Lab lab = load_lab(lab_argument(given), false);
  const control::LabScript script = compile_lab(lab);
  const control::LabHost* const host = lab.find_host(question.host);
  if (host == nullptr) fail("{}: there is no host \"{}\"", lab.name, question.host);
  auto line = control::parse_line(question.line, control::script_names(lab));
  if (!line) fail("{}", line.error().text());

  ns3::LvsLabQuestion asked;
  asked.at = parse_seconds(given, "at").value_or(base::Time{});
  asked.host = static_cast<std::size_t>(host - lab.hosts.data());
  asked.line = std::move(*line);
  std::optional<int> answered;
  asked.answer = [&](int status, const std::string& out, const std::string& err) {
    answered = status;
    std::cout << base::printable(out);
    std::cerr << base::printable(err);
  };
  ns3::LvsLabOptions how;
  how.capture = false;
  how.kernel = parse_kernel(given);
  how.ticks = parse_ticks(given, "model");
  how.question = &asked;
  const RunLimits limits = parse_limits(given);
  RunWatch watch("lvs-lab", limits);
  how.onWatch = [&](base::Time at, std::uint64_t frames) -> std::string {
    constexpr base::Time kPatience = std::chrono::seconds(60);
    if (at > asked.at + kPatience) return "the command has not ended within 60 s of the lab's time";
    return watch.look(at, frames);
  };
  const control::LabRun run = ns3::LvsRunLab(script, how);
  if (answered) return *answered;
  fail("{}", run.stopped.empty() ? "the command has not ended" : run.stopped);
}

}  // namespace lvs::scenarios
