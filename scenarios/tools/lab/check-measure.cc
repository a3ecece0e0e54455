// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/check-measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "base/numbers.h"
#include "control/lab/diagnose/diagnose.h"
#include "control/lab/model.h"
#include "referee/generate/working.h"

namespace lvs::scenarios {
namespace {

// Do all lines end with status 0?
bool works(const control::LabScript& script) {
  control::LabModel model(script);
  bool good = true;
  model.on_result = [&](const control::CommandResult& result) { good = good && result.status == 0; };
  return model.run() && good;
}

std::string rules_text(const control::LabDiagnosis& diagnosis) {
  std::string text;
  for (const control::LabFinding& finding : diagnosis.findings)
    text += fmt::format("{}{} on {}", text.empty() ? "" : ", ", finding.rule, finding.host);
  return text.empty() ? "nothing" : text;
}

bool names(const control::LabDiagnosis& diagnosis, const referee::MadeMistake& mistake) {
  return std::ranges::any_of(diagnosis.findings, [&](const control::LabFinding& finding) {
    return std::ranges::find(mistake.rules, finding.rule) != mistake.rules.end();
  });
}

class Measure {
 public:
  explicit Measure(const std::function<void(const std::string&)>& tell) : tell_(tell) {}

  void add(std::uint64_t seed) {
    referee::Cluster cluster = referee::draw_cluster(seed);
    look_at_working(cluster, seed);
    const referee::MadeMistake mistake = referee::make_mistake(cluster);
    look_at_broken(cluster, mistake, seed);
  }

  CheckMeasure result;

 private:
  void look_at_working(const referee::Cluster& cluster, std::uint64_t seed) {
    const control::Lab lab = cluster.lab(fmt::format("working-{}", seed));
    const auto script = control::parse_script(lab);
    if (!script || !works(*script)) {
      tell_(fmt::format("{}: does not work", lab.name));
      return;
    }
    ++result.working;
    const auto found = control::diagnose(*script);
    if (found.findings.empty()) return;
    ++result.false_alarms;
    tell_(fmt::format("{}: false alarm: {}", lab.name, found.findings.front().sentence()));
  }

  void look_at_broken(const referee::Cluster& cluster, const referee::MadeMistake& mistake, std::uint64_t seed) {
    const control::Lab lab = cluster.lab(fmt::format("broken-{}", seed));
    const auto script = control::parse_script(lab);
    if (!script) return tell_(fmt::format("{}: {}", lab.name, script.error().front().text()));
    const bool fails = !works(*script);
    const auto found = control::diagnose(*script);
    const bool named = names(found, mistake);
    if (!fails) {
      ++result.harmless;
      result.harmless_named += named ? 1 : 0;
      return;
    }
    ++result.broken;
    if (named) {
      ++result.named;
      return;
    }
    result.other += found.findings.empty() ? 0 : 1;
    tell_(fmt::format("{}: {} is not named; named is {}", lab.name, mistake.name, rules_text(found)));
  }

  const std::function<void(const std::string&)>& tell_;
};

}  // namespace

CheckMeasure measure_check(std::uint64_t from, std::uint64_t count,
                           const std::function<void(const std::string&)>& tell) {
  Measure measure(tell);
  for (std::uint64_t seed = from; seed < from + count; ++seed) measure.add(seed);
  return measure.result;
}

int print_measure(const std::string& how) {
  const std::size_t colon = how.find(':');
  const std::string first = colon == std::string::npos ? "1" : how.substr(colon + 1);
  const auto count = base::number<std::uint32_t>(how.substr(0, colon)), from = base::number<std::uint32_t>(first);
  if (!count || !from || *count == 0)
    throw std::invalid_argument(fmt::format("--measure: '{}' is no N and no N:SEED", how));
  const CheckMeasure measured =
      measure_check(*from, *count, [](const std::string& line) { std::cout << line << '\n'; });
  std::cout << text_of(measured);
  return measured.false_alarms == 0 ? 0 : 1;
}

std::string text_of(const CheckMeasure& measure) {
  return fmt::format(
      "{} labs that work: {} false alarms\n"
      "{} labs that one mistake breaks: {} named, {} with other names only, {} unnamed\n"
      "{} labs with a mistake and no line that fails: {} named\n",
      measure.working, measure.false_alarms, measure.broken, measure.named, measure.other,
      measure.broken - measure.named - measure.other, measure.harmless, measure.harmless_named);
}

}  // namespace lvs::scenarios
