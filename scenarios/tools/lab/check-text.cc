// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/check-text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "base/printable.h"

namespace lvs::scenarios {

std::string in_chinese(const control::LabFinding& finding, const Chinese& chinese) {
  std::string what = finding.text;
  for (const control::LabRule& rule : control::lab_rules()) {
    if (rule.name != finding.rule) continue;
    if (const std::string& known = chinese.of(rule.summary); !known.empty()) what = known;
  }
  const auto seconds = [](base::Time at) { return std::chrono::duration<double>(at).count(); };
  std::string text = fmt::format("{}：{}", finding.host, what);
  if (finding.shown)
    text += fmt::format(fmt::runtime(finding.shown->probe.empty() ? "，见第 {:.3f} 秒" : "，见试验副本的第 {:.3f} 秒"),
                        seconds(finding.shown->at));
  return text + fmt::format("。处理办法：{} [{}]", chinese.of(finding.cure), finding.rule);
}

void print_rules(bool chinese) {
  const Chinese translated;
  for (const control::LabRule& rule : control::lab_rules()) {
    const std::string& known = translated.of(rule.summary);
    std::cout << fmt::format("{:<27} {}\n", rule.name, chinese && !known.empty() ? known : rule.summary);
  }
}

int check_labs(std::span<const control::LabScript> scripts, const RunLimits& limits, bool chinese) {
  const Chinese translated;
  bool clean = true;
  for (const control::LabScript& script : scripts) {
    const control::Lab& lab = *script.lab;
    RunWatch watch("lvs-lab", limits);
    watch.now("check of " + lab.name);
    const control::LabDiagnosis diagnosis = control::diagnose(script);
    for (const control::LabFinding& finding : diagnosis.findings)
      std::cout << base::printable(
          fmt::format("{}: {}\n", lab.name, chinese ? in_chinese(finding, translated) : finding.sentence()));
    const auto seen = std::ranges::find_if(
        diagnosis.findings, [](const auto& finding) { return finding.shown && !finding.shown->walk.empty(); });
    if (seen != diagnosis.findings.end())
      std::cout << base::printable(fmt::format(
          fmt::runtime(
              chinese
                  ? "{0}: 看报文走过的路：lvs-lab run {0} --quiet --trace {0}.pcapng; lvs-trace {0}.pcapng --walk {1}\n"
                  : "{0}: to see a walk: lvs-lab run {0} --quiet --trace {0}.pcapng; lvs-trace {0}.pcapng --walk "
                    "{1}\n"),
          lab.name, seen->shown->walk));
    if (!diagnosis.whole)
      std::cerr << fmt::format(
          fmt::runtime(chinese ? "lvs-lab: {}：报文太多，没有全部检查；末尾部分没有查看\n"
                               : "lvs-lab: {}: too many packets to look at all of them; the end was not looked at\n"),
          lab.name);
    clean = clean && diagnosis.findings.empty();
    if (!diagnosis.findings.empty()) continue;
    std::size_t lines = 0;
    for (const control::LabHost& host : lab.hosts) lines += host.startup.size();
    std::cout << fmt::format(
        fmt::runtime(
            chinese
                ? "{}: {} 台主机，{} 个网段，{} 行启动命令，{} 行时间线；每一行模型都认得，没有发现错误\n"
                : "{}: {} hosts, {} segments, {} startup lines, {} timeline lines; every line is modelled, no mistake "
                  "was found\n"),
        lab.name, lab.hosts.size(), lab.segments.size(), lines, lab.timeline.size());
  }
  return clean ? 0 : 1;
}

}  // namespace lvs::scenarios
