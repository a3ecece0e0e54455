// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/grade/grade-lab.h"

#include <fmt/format.h>

#include <fstream>

#include "common/trace-file.h"
#include "control/lab/diagnose/diagnose.h"
#include "control/lab/grade/probe.h"
#include "ns3/lvs-lab-runner.h"
#include "os/temporary-folder.h"
#include "tools/lab/check-text.h"
#include "tools/lab/course/chinese.h"
#include "tools/lab/grade/moment.h"
#include "tools/lab/load.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;

const Chinese& chinese() {
  static const Chinese kTexts;
  return kTexts;
}

std::string seen_in_chinese(const control::Seen& seen) {
  return control::text_of(seen, "、", [](std::string_view english) -> std::string_view {
    const std::string& known = chinese().of(english);
    return known.empty() ? english : known;
  });
}

class Grading {
 public:
  Grading(const GradedSource& source, const GradeOptions& options, GradedLab& result)
      : source_(source), options_(options), result_(result) {
    compile_lab(source.lab);  // what is wrong with it is told once, and in its own words
    for (const control::Check& check : source.exercise.checks)
      result_.checks.push_back({.line = check.place.line,
                                .text = check.text,
                                .hint = check.hint,
                                .text_zh = in_chinese(check, source.lab),
                                .hint_zh = check.hint_zh.empty() ? check.hint : check.hint_zh,
                                .of = check.points});
  }

  void on_model() {
    for (std::size_t i = 0; i < result_.checks.size(); ++i) {
      const control::Check& check = check_of(i);
      if (diagnosed(i)) continue;
      const control::Lab lab = control::with_probes(source_.lab, check, i);
      judge(i, run(lab, true, nullptr));
      if (!result_.checks[i].passed) explain(i, lab);
    }
  }

  // One boot for all of them.
  void on_linux() {
    std::vector<control::Lab> labs;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < result_.checks.size(); ++i) {
      if (diagnosed(i)) continue;
      control::Lab lab = control::with_probes(source_.lab, check_of(i), i);
      if (!lab.model_only.empty()) {
        result_.checks[i].skipped = "runs on the model only: " + lab.model_only;
        continue;
      }
      lab.name += "-" + std::to_string(i + 1);
      labs.push_back(std::move(lab));
      numbers.push_back(i);
    }
    if (labs.empty()) return;
    const auto runs = referee::run_on_linux(labs, *options_.on_linux);
    if (!runs) throw Failure{runs.error()};
    for (std::size_t i = 0; i < labs.size(); ++i) {
      if (!runs->labs[i]) throw Failure{runs->labs[i].error()};
      judge(numbers[i], *runs->labs[i]);
    }
  }

 private:
  const control::Check& check_of(std::size_t number) const { return source_.exercise.checks[number]; }

  // Checks that ask the diagnosis: it runs the lab by itself.
  bool diagnosed(std::size_t number) {
    const auto* asked = std::get_if<control::DiagnosisCheck>(&check_of(number).what);
    if (asked == nullptr) return false;
    GradedCheck& graded = result_.checks[number];
    RunWatch watch("lvs-lab", options_.limits);
    watch.now("check of " + source_.lab.name);
    for (const control::LabFinding& finding : control::diagnose(source_.lab).findings) {
      if (graded.what.empty() && (asked->rule.empty() || finding.rule == asked->rule)) {
        graded.what = finding.sentence();
        graded.what_zh = in_chinese(finding, chinese());
      }
    }
    settle(graded, graded.what.empty());
    return true;
  }

  static void settle(GradedCheck& graded, bool passed) {
    graded.passed = passed;
    graded.points = passed ? graded.of : 0;
  }

  control::LabRun run(const control::Lab& lab, bool capture, TraceFile* trace) const {
    const control::LabScript script = compile_lab(lab);
    ns3::LvsLabOptions how;
    how.kernel = options_.kernel;
    how.capture = capture;
    how.longest = options_.limits.lab;
    RunWatch watch("lvs-lab", options_.limits);
    how.onLine = [&](const std::string& line) { watch.now(line); };
    how.onWatch = [&](base::Time at, std::uint64_t frames) { return watch.look(at, frames); };
    if (trace != nullptr) how.trace = trace->output();
    control::LabRun result = ns3::LvsRunLab(script, how);
    if (!result.stopped.empty()) throw Failure{result.stopped};
    return result;
  }

  void judge(std::size_t number, const control::LabRun& run) {
    const control::Judgement judgement = control::judge(source_.lab, check_of(number), number, run);
    GradedCheck& graded = result_.checks[number];
    settle(graded, judgement.passed);
    judgement_ = judgement;
    if (judgement.passed) return;
    graded.what = control::text_of(judgement.what);
    graded.what_zh = seen_in_chinese(judgement.what);
    graded.host = judgement.host;
    if (judgement.at) graded.at = std::chrono::duration<double>(*judgement.at).count();
  }

  // The same run again, with a trace: the same lab gives the same frames.
  void explain(std::size_t number, const control::Lab& lab) {
    GradedCheck& graded = result_.checks[number];
    const std::string name = fmt::format("{}-{}.pcapng", result_.name, number + 1);
    std::optional<os::TemporaryFolder> temporary;
    if (options_.walks.empty()) temporary.emplace((fs::temp_directory_path() / "lvs-grade-").string());
    const std::string file = (options_.walks.empty() ? fs::path(temporary->path()) : fs::path(options_.walks)) / name;
    TraceFile trace;
    if (const std::string why = trace.open(file, TraceFile::Kind::whole); !why.empty()) throw Failure{why};
    run(lab, false, &trace);
    if (const std::string why = trace.close(); !why.empty()) throw Failure{why};
    const auto moment = find_moment(file, judgement_, chinese());
    if (moment) {
      graded.moment = moment->text;
      graded.moment_zh = moment->text_zh;
    }
    if (options_.walks.empty()) return;
    graded.walk = "lvs-trace " + file + (moment ? fmt::format(" {}", moment->walk) : "");
  }

  const GradedSource& source_;
  const GradeOptions& options_;
  GradedLab& result_;
  control::Judgement judgement_;
};

}  // namespace

unsigned GradedLab::points() const {
  unsigned sum = 0;
  for (const GradedCheck& check : checks) sum += check.points;
  return sum;
}

unsigned GradedLab::of() const {
  if (checks.empty()) return worth;
  unsigned sum = 0;
  for (const GradedCheck& check : checks) sum += check.skipped.empty() ? check.of : 0;
  return sum;
}

GradedLab grade_lab(const Submission& submission, const GradeOptions& options) {
  GradedLab result{submission.name, submission.folder.string(), {}, {}, {}, options.worth, options.chinese};
  const auto source = read_submission(submission, options.exercise);
  if (!source) {
    result.error = source.error();
    return result;
  }
  result.title = source->exercise.title;
  if (options.chinese) {
    std::ifstream in(options.exercise.value_or(submission.folder) / "README.zh.md");
    if (std::string line; std::getline(in, line) && line.starts_with("# ")) result.title = line.substr(2);
  }
  try {
    Grading grading(*source, options, result);
    options.on_linux ? grading.on_linux() : grading.on_model();
  } catch (const Failure& failure) {
    result.error = failure.text;
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  if (!result.error.empty()) {
    for (GradedCheck& check : result.checks) check.points = 0, check.passed = false;
  }
  return result;
}

}  // namespace lvs::scenarios
