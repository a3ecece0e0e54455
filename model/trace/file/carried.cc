// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/file/carried.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/json-writer.h"
#include "base/numbers.h"
#include "trace/file/index.h"

namespace lvs::trace {
namespace {

constexpr std::string_view kFile = "lab", kOptions = "lab-options", kCheck = "check";
constexpr std::size_t kLargestFile = 64 << 10, kLargestLab = 512 << 10, kMostFiles = 500, kMostFindings = 200;
constexpr std::string_view kClean = "no mistake was found";

struct Field {
  std::string_view name;
  std::string CarriedFinding::*value;
};
constexpr std::array kFields{Field{"rule", &CarriedFinding::rule}, Field{"mistake", &CarriedFinding::mistake},
                             Field{"host", &CarriedFinding::host}, Field{"cure", &CarriedFinding::cure},
                             Field{"walk", &CarriedFinding::walk}};

bool is_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = base::utf8_length(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (length == 0 || (first < 0x20 && first != '\n' && first != '\t' && first != '\r')) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

constexpr std::string_view kAdvice = "advice: ", kCommand = "command: ", kName = "name: ";

std::string lines_of(const Advice& advice) {
  std::string text = std::string(kAdvice) + std::string(name_of(advice.id)) + '\n';
  for (const std::string& each : advice.commands) text += std::string(kCommand) + one_line(each) + '\n';
  for (const std::string& each : advice.names) text += std::string(kName) + one_line(each) + '\n';
  return text;
}

CarriedFinding finding_of(std::string_view text) {
  CarriedFinding finding;
  Advice advice;
  bool advised = false;
  finding.sentence = take_line(text);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    for (const Field& field : kFields) {
      if (line.starts_with(field.name) && line.substr(field.name.size()).starts_with(": "))
        finding.*field.value = line.substr(field.name.size() + 2);
    }
    if (line.starts_with(kAdvice)) {
      const auto id = advice_by_name(line.substr(kAdvice.size()));
      advised = id.has_value();
      advice.id = id.value_or(AdviceId::command);
    } else if (line.starts_with(kCommand)) {
      advice.commands.emplace_back(line.substr(kCommand.size()));
    } else if (line.starts_with(kName)) {
      advice.names.emplace_back(line.substr(kName.size()));
    }
  }
  // An argument that is missing is missing in each language.
  if (advised && advice.arguments() >= places_of(template_of(advice.id))) finding.advice = std::move(advice);
  return finding;
}

// Words that lvs-lab knows, each with a number: what stands in a trace is never run as it is.
std::vector<std::string> options_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string_view name = line.substr(0, blank);
    const std::string_view value = line.substr(std::min(blank + 1, line.size()));
    const bool known = name == "--kernel" || name == "--hz" || name == "--until";
    if (!known || value.empty() || value.find_first_not_of("0123456789.") != std::string_view::npos) continue;
    words.emplace_back(name);
    words.emplace_back(value);
  }
  return words;
}

}  // namespace

bool is_inner_path(std::string_view path) {
  if (path.empty() || path.size() > 400 || path.front() == '/') return false;
  for (const char c : path)
    if (static_cast<unsigned char>(c) < 0x20 || c == '\\') return false;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    if (name.empty() || name == "." || name == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

JournalTexts to_journal(const Carried& carried) {
  JournalTexts out;
  std::string left_out;
  for (const std::string& path : carried.left_out) left_out += path + '\n';
  std::size_t bytes = 0;
  for (const CarriedFile& file : carried.files) {
    if (!is_inner_path(file.path)) continue;
    const bool fits = file.text.size() <= kLargestFile && bytes + file.text.size() <= kLargestLab &&
                      out.size() < kMostFiles && is_text(file.text);
    if (!fits) {
      left_out += file.path + '\n';
      continue;
    }
    bytes += file.text.size();
    out.emplace_back(kFile, (file.executable ? "755 " : "644 ") + file.path + '\n' + file.text);
  }
  // An empty name: those that are not here.
  if (!left_out.empty()) out.emplace_back(kFile, '\n' + left_out);
  std::string options;
  for (std::size_t i = 0; i + 1 < carried.options.size(); i += 2)
    options += carried.options[i] + ' ' + carried.options[i + 1] + '\n';
  if (!options.empty()) out.emplace_back(kOptions, options);
  if (!carried.checked) return out;
  if (carried.findings.empty()) out.emplace_back(kCheck, kClean);
  for (const CarriedFinding& finding : carried.findings) {
    if (&finding - carried.findings.data() >= static_cast<std::ptrdiff_t>(kMostFindings)) break;
    std::string text = one_line(finding.sentence) + '\n';
    for (const Field& field : kFields) {
      const std::string value = one_line(finding.*field.value);
      if (!value.empty()) text += std::string(field.name) + ": " + value + '\n';
    }
    if (finding.advice) text += lines_of(*finding.advice);
    out.emplace_back(kCheck, text);
  }
  return out;
}

Carried carried_by(TraceIndex& index) {
  Carried out;
  std::set<std::string, std::less<>> known;
  std::size_t bytes = 0;
  JournalRecord entry;
  for (std::size_t i = 0; i < index.journal().size(); ++i) {
    const std::string_view kind = index.journal_kinds()[index.journal()[i].kind];
    if (kind != kFile && kind != kOptions && kind != kCheck) continue;
    if (!index.journal_record(i, entry)) break;
    std::string_view text = entry.text;
    if (kind == kFile) {
      const std::string_view line = take_line(text);
      const std::string path(line.substr(std::min<std::size_t>(line.size(), 4)));
      if (path.empty()) {
        while (!text.empty() && out.left_out.size() < kMostFiles) out.left_out.emplace_back(take_line(text));
      } else if (is_inner_path(path) && out.files.size() < kMostFiles && bytes + text.size() <= 2 * kLargestLab &&
                 known.insert(path).second) {
        bytes += text.size();
        out.files.push_back({path, std::string(text), line.starts_with("755 ")});
      }
    } else if (kind == kOptions) {
      out.options = options_of(text);
    } else {
      out.checked = true;
      if (text != kClean && out.findings.size() < kMostFindings) out.findings.push_back(finding_of(text));
    }
  }
  return out;
}

std::optional<std::uint32_t> walk_of(const TraceIndex& index, const CarriedFinding& finding) {
  const std::size_t colon = finding.walk.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const HostInfo* host = index.info().host(std::string_view(finding.walk).substr(0, colon));
  const auto number = base::number<std::uint64_t>(std::string_view(finding.walk).substr(colon + 1));
  if (host == nullptr || !number) return std::nullopt;
  const std::uint32_t walk = index.find_walk((WalkId{host->id} << 40) | *number);
  return walk == kNoRecord ? std::nullopt : std::optional(walk);
}

}  // namespace lvs::trace
