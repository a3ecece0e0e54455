// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/grade/grade.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <iostream>
#include <map>
#include <thread>
#include <utility>

#include "common/output-file.h"
#include "common/processes.h"
#include "common/units.h"
#include "tools/console/folders.h"
#include "tools/fidelity/referee-options.h"
#include "tools/lab/grade/grade-lab.h"
#include "tools/lab/grade/report.h"
#include "tools/lab/load.h"
#include "tools/lab/options.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

// A lab's process may begin as many runs as it has checks, and each failed check another one.
constexpr std::chrono::seconds kBootAndAll{300};
constexpr std::uint64_t kLeastMemory = 64;  // MiB; with less not even a thread begins

po::options_description grade_options() {
  po::options_description options;
  options.add_options()("lab", po::value<std::vector<std::string>>())("exercise", po::value<std::string>())(
      "json", po::value<std::string>())("csv", po::value<std::string>())("jobs,j", po::value<std::string>())(
      "memory", po::value<std::string>())("walks", po::value<std::string>())("quiet,q", "")(
      "on", po::value<std::string>())("kernel", po::value<std::string>())("language", po::value<std::string>());
  add_limits(options);
  add_referee_options(options);
  return options;
}

std::string text_option(const po::variables_map& given, const char* name) {
  return given.count(name) == 0 ? std::string() : given[name].as<std::string>();
}

GradeOptions options_of(const po::variables_map& given) {
  GradeOptions options;
  if (const std::string exercise = text_option(given, "exercise"); !exercise.empty()) {
    options.exercise = find_lab(exercise);
    if (!options.exercise) fail("--exercise: {}: no such lab", exercise);
  }
  options.limits = parse_limits(given, options.limits);
  options.kernel = parse_kernel(given);
  options.chinese = parse_chinese(given);
  options.walks = text_option(given, "walks");
  const std::string engine = text_option(given, "on");
  if (!engine.empty() && engine != "model" && engine != "linux")
    fail("--on: '{}' is no engine; known: linux, model", engine);
  if (engine != "linux") return options;
  if (!options.walks.empty()) fail("--walks: only the model can tell what happens inside a host");
  options.on_linux.emplace();
  options.on_linux->kernel = referee_choice(given);
  if (given.count("kernel") != 0) options.on_linux->kernel.version = options.kernel.version;
  return options;
}

std::vector<Submission> all_submissions(const po::variables_map& given, GradeOptions& options) {
  if (given.count("lab") == 0) fail("which lab? (lvs-lab --help)");
  std::optional<control::Exercise> exercise;
  if (options.exercise) {
    exercise = read_exercise(*options.exercise).exercise;
    options.worth = exercise->points();
  }
  std::vector<Submission> submissions;
  for (const std::string& argument : given["lab"].as<std::vector<std::string>>())
    for (Submission& each : submissions_of(argument, exercise)) submissions.push_back(std::move(each));
  return submissions;
}

// The last words of a process have our own name in front of them.
std::string without_name(const std::string& words) {
  constexpr std::string_view kName = "lvs-lab: ";
  return words.starts_with(kName) ? words.substr(kName.size()) : words;
}

// "LAB: could not be graded: why", where no report is wanted.
std::string in_one_line(const std::string& report) {
  std::string line;
  for (const std::string& part : split(report, '\n')) {
    const std::size_t begin = part.find_first_not_of(' ');
    if (begin != std::string::npos) line += (line.empty() ? "" : ": ") + part.substr(begin);
  }
  return line;
}

GradeReport report_of_process(const Submission& submission, const GradeOptions& options, const ProcessResult& result) {
  if (result) {
    if (auto report = unpack(*result)) return std::move(*report);
  }
  GradedLab lab{submission.name, submission.folder.string(), {}, {}, {}, options.worth, options.chinese};
  lab.error = result ? "grading it gave no result" : without_name(result.error());
  return report_of(lab);
}

// In the order of the submissions, each said as soon as those before it are known.
std::vector<GradeReport> reports_of(const std::vector<Submission>& submissions, const GradeOptions& options,
                                    unsigned jobs, const ProcessBounds& bounds, bool quiet) {
  std::vector<GradeReport> reports;
  std::map<std::size_t, ProcessResult> ended;
  ProcessPlan plan;
  plan.processes = jobs;
  plan.bounds = &bounds;
  for (std::size_t i = 0; i < submissions.size(); ++i) plan.order.push_back(i);
  plan.run = [&](std::size_t i) { return pack(report_of(grade_lab(submissions[i], options))); };
  plan.name = [](std::size_t) { return std::string("grading it"); };
  plan.ended = [&](std::size_t job, ProcessResult result) {
    ended.emplace(job, std::move(result));
    for (auto at = ended.find(reports.size()); at != ended.end(); at = ended.find(reports.size())) {
      reports.push_back(report_of_process(submissions[at->first], options, at->second));
      ended.erase(at);
      if (!quiet) std::cout << reports.back().text << std::flush;
    }
    return true;
  };
  run_in_processes(plan);
  return reports;
}

}  // namespace

int grade(const std::vector<std::string>& words) {
  const auto given = parse_words(words, grade_options(), "lab", -1);
  GradeOptions options = options_of(given);
  const std::vector<Submission> submissions = all_submissions(given, options);
  const std::string json = text_option(given, "json"), csv = text_option(given, "csv");
  OutputFiles files;
  for (const std::string& name : {json, csv})
    if (const std::string why = files.open(name); !why.empty()) fail("cannot write {}: {}", name, why);
  if (!options.walks.empty()) {
    std::error_code error;
    fs::create_directories(options.walks, error);
    if (error || !fs::is_directory(options.walks, error))
      fail("--walks: {}: {}", options.walks, error ? error.message() : "is not a directory");
  }

  ProcessBounds bounds;
  bounds.wall = options.on_linux ? std::max(options.limits.wall, kBootAndAll) : options.limits.wall;
  const std::uint64_t memory = whole_option(given, "memory", 1 << 20, 2048);
  if (memory < kLeastMemory) fail("--memory: '{}': grading takes {} MiB and more", memory, kLeastMemory);
  bounds.memory = options.on_linux ? 0 : memory << 20;
  const auto jobs = static_cast<unsigned>(
      whole_option(given, "jobs", 1024, options.on_linux ? 1 : std::max(std::thread::hardware_concurrency(), 1u)));
  const std::vector<GradeReport> reports = reports_of(submissions, options, jobs, bounds, given.count("quiet") != 0);
  files.write(json, grades_json(reports));
  files.write(csv, grades_csv(reports));
  if (const std::string why = files.commit(); !why.empty()) fail("{}", why);
  int status = 0;
  const bool unsaid = given.count("quiet") != 0 && json.empty() && csv.empty();
  for (const GradeReport& report : reports) {
    if (unsaid && report.broken) complain(in_one_line(report.text));
    status = std::max(status, report.broken ? 2 : report.points < report.of ? 1 : 0);
  }
  return status;
}

}  // namespace lvs::scenarios
