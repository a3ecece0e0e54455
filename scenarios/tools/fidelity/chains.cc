// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/fidelity/chains.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <set>
#include <sstream>

#include "base/numbers.h"
#include "common/trace-file.h"
#include "control/lab/check.h"
#include "ns3/lvs-lab-runner.h"
#include "referee/compare/normalise-times.h"
#include "referee/compare/put-off-probes.h"
#include "referee/kernel/linux-run.h"
#include "trace/file/index.h"

namespace lvs::scenarios {
namespace {

using control::Lab;
using Lines = std::set<std::string>;

// Only what was asked about once has its hooks, on Linux as on the model.
constexpr std::array<const char*, 4> kWatch = {"iptables -t mangle -S >/dev/null", "iptables -t filter -S >/dev/null",
                                               "iptables -t raw -A PREROUTING -j TRACE",
                                               "iptables -t raw -A OUTPUT -j TRACE"};

Lab watched(const Lab& lab) {
  Lab result = referee::with_probes_put_off(lab);
  for (control::LabHost& host : result.hosts) {
    std::vector<control::LabLine> lines;
    for (const char* text : kWatch) lines.push_back({{host.name + ".startup", 0}, text});
    host.startup.insert(host.startup.begin(), lines.begin(), lines.end());
  }
  return result;
}

// The log is emptied at first and read at last; only the kernel's lab has these two lines.
Lab with_log(Lab lab) {
  lab.hosts.front().startup.insert(lab.hosts.front().startup.begin(), {{"log", 0}, "dmesg -C"});
  const auto end = lab.end();
  const base::Time last = lab.timeline.empty() ? base::Time{} : lab.timeline.back().at;
  const control::LabEvent read{{"log", 0}, end.value_or(last + control::kLabTail), 0, control::LabCommand{"dmesg -t"}};
  lab.timeline.insert(end ? std::prev(lab.timeline.end()) : lab.timeline.end(), read);
  if (end) lab.timeline.back().at += std::chrono::seconds(2);  // time to read it
  return lab;
}

Lines lines_of(std::string_view text) {
  Lines result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (std::string line = chain_line(text.substr(0, end)); !line.empty()) result.insert(std::move(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

Lines lines_of_model(const Lab& lab, std::string& error) {
  Lines result;
  TraceFile file;
  error = file.open_temporary("lvs-chains", TraceFile::Kind::whole);
  if (!error.empty()) return result;
  ns3::LvsLabOptions how;
  how.capture = false;
  how.trace = file.output();
  ns3::LvsRunLab(control::parse_script(lab).value(), how);
  error = file.close();
  trace::TraceIndex index;
  if (error.empty() && !index.open(file.name())) error = index.error();
  while (error.empty() && index.update() > 0) error = index.error();
  trace::JournalRecord record;
  for (std::size_t i = 0; i < index.journal().size(); ++i) {
    if (index.journal_kinds()[index.journal()[i].kind] != "kernel" || !index.journal_record(i, record)) continue;
    if (std::string line = chain_line(record.text); !line.empty()) result.insert(std::move(line));
  }
  std::error_code ignored;
  std::filesystem::remove(file.name(), ignored);
  return result;
}

ChainVerdict compare(const Lab& lab, control::LabRun kernel) {
  ChainVerdict verdict;
  verdict.lab = lab.name;
  if (kernel.commands.size() < 2 || kernel.commands.front().command != "dmesg -C" ||
      kernel.commands.back().command != "dmesg -t") {
    verdict.error = "the kernel's log was not read";
    return verdict;
  }
  const Lines theirs = lines_of(kernel.commands.back().out);
  kernel.commands.erase(kernel.commands.begin());
  kernel.commands.pop_back();
  const Lines ours = lines_of_model(referee::with_times_of(lab, kernel), verdict.error);
  std::ranges::set_difference(theirs, ours, std::back_inserter(verdict.only_linux));
  std::ranges::set_difference(ours, theirs, std::back_inserter(verdict.only_model));
  verdict.agree = theirs.size() - verdict.only_linux.size();
  return verdict;
}

}  // namespace

std::string chain_line(std::string_view line) {
  constexpr std::string_view kMark = "TRACE: ";
  const std::size_t at = line.find(kMark);
  if (at == line.npos) return {};
  constexpr std::array<std::string_view, 9> kKept = {
      "IN=", "OUT=", "MAC=", "SRC=", "DST=", "TTL=", "PROTO=", "TYPE=", "CODE="};
  constexpr unsigned kFirstEphemeral = 32768;
  std::istringstream words{std::string(line.substr(at + kMark.size()))};
  std::string result, word;
  words >> result;  // table:chain:kind:number
  while (words >> word) {
    const bool quoted = word.starts_with("[");
    if (quoted) {
      result += " [";
      word.erase(0, 1);
    }
    // Where a header was put in front (POSTROUTING of a tunnel), the field shows bytes of it, its checksum among them.
    if (word.starts_with("MAC=") && !word.ends_with(":08:00")) continue;
    const auto names = [&](std::string_view kept) { return word.starts_with(kept); };
    if (std::ranges::any_of(kKept, names) || word == "SYN" || word == "RST") {
      result += (quoted ? "" : " ") + word;
    } else if (word.starts_with("SPT=") || word.starts_with("DPT=")) {
      const bool chosen = base::number<unsigned>(word.substr(4)).value_or(0) >= kFirstEphemeral;
      result += " " + (chosen ? word.substr(0, 4) + "*" : word);
    }
  }
  return result;
}

ChainReport check_chains(std::span<const Lab> labs, const referee::KernelChoice& kernel,
                         const std::function<void(const std::string&)>& progress) {
  ChainReport report;
  std::vector<Lab> runnable, logged;
  for (const Lab& lab : labs) {
    if (!lab.model_only.empty() || lab.hosts.empty() || !control::check_commands(lab).empty()) continue;
    runnable.push_back(watched(lab));
    logged.push_back(with_log(runnable.back()));
  }
  referee::LinuxOptions how;
  how.at_once = 1;
  how.kernel_log = true;
  how.kernel = kernel;
  how.progress = progress;
  auto runs = referee::run_on_linux(logged, how);
  if (!runs) {
    report.error = runs.error();
    return report;
  }
  report.kernel = runs->kernel;
  for (std::size_t i = 0; i < runnable.size(); ++i) {
    if (runs->labs[i]) {
      report.labs.push_back(compare(runnable[i], std::move(*runs->labs[i])));
    } else {
      report.labs.push_back({});
      report.labs.back().lab = runnable[i].name;
      report.labs.back().error = runs->labs[i].error();
    }
  }
  return report;
}

bool ChainReport::good() const {
  return error.empty() && std::ranges::all_of(labs, &ChainVerdict::good) &&
         std::ranges::any_of(labs, [](const ChainVerdict& lab) { return lab.agree > 0; });
}

std::string chain_text(const ChainVerdict& verdict) {
  if (!verdict.error.empty()) return fmt::format("{}: {}\n", verdict.lab, verdict.error);
  std::string text = fmt::format("{}: {} chain lines agree\n", verdict.lab, verdict.agree);
  if (verdict.agree == 0 && verdict.good()) text = verdict.lab + ": no packet passes a chain\n";
  for (const std::string& line : verdict.only_linux) text += "  only with Linux:  " + line + "\n";
  for (const std::string& line : verdict.only_model) text += "  only with model:  " + line + "\n";
  return text;
}

}  // namespace lvs::scenarios
