// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemons/keepalived/conf/words.h"

namespace lvs::keepalived {
namespace {

constexpr std::string_view kBlanks = " \t";

bool is_include(std::string_view line) {
  if (!line.starts_with("include") || line.size() < 8) return false;
  if (kConfBlanks.find(line[7]) != std::string_view::npos) return true;
  return line.size() > 8 && kConfBlanks.find(line[8]) != std::string_view::npos &&
         std::string_view("rmwba").find(line[7]) != std::string_view::npos;
}

// The first brace that stands outside of double quotes, as keepalived looks for it.
std::size_t find_brace(std::string_view line) {
  if (line.starts_with('{') || line.starts_with('}')) return 0;
  std::size_t at = 0;
  while ((at = line.find_first_of("{}\"", at)) != std::string_view::npos) {
    if (line[at] != '"') return at;
    at = line.find('"', at + 1);
    if (at == std::string_view::npos) return at;
    ++at;
  }
  return std::string_view::npos;
}

}  // namespace

ConfLines::ConfLines(const ConfHost& host, ConfReport& report, Options options)
    : host_(host), report_(report), options_(std::move(options)), definitions_(report) {}

bool ConfLines::open(std::string_view path) {
  if (files_.size() >= kMostFiles) return false;
  auto text = host_.read(path);
  if (!text) return false;
  files_.push_back({std::string(path), std::move(*text), 0, 0});
  return true;
}

std::optional<std::string> ConfLines::raw_line() {
  while (!files_.empty()) {
    File& file = files_.back();
    if (file.at >= file.text.size()) {
      files_.pop_back();
      continue;
    }
    const std::size_t end = std::min(file.text.find('\n', file.at), file.text.size());
    std::string line = file.text.substr(file.at, end - file.at);
    file.at = end + 1;
    ++file.line;
    report_.place = {file.name, file.line};
    while (line.ends_with('\r')) line.pop_back();
    return line;
  }
  report_.place = {};
  return std::nullopt;
}

std::optional<std::string> ConfLines::source_line() {
  if (!residue_.empty()) return std::exchange(residue_, {});
  if (auto line = definitions_.next_line()) return line;
  auto line = raw_line();
  if (!line) return std::nullopt;
  if (options_.copied) {
    ConfReport unheard(false);
    line = without_comment(*line, unheard);
  }
  if (definitions_.wants_more()) {
    definitions_.more(without_comment(*line, report_));
    return std::string();
  }
  return without_comment(*line, report_);
}

// "@id text" is for the keepalived of that id, "@^id text" for all others.
bool ConfLines::condition(std::string& line) const {
  const bool reversed = line.starts_with("@^");
  const std::size_t first = reversed ? 2 : 1;
  const std::size_t end = line.find_first_of(kBlanks, first);
  if (end == std::string::npos) return false;
  const bool ours = !options_.id.empty() && line.compare(first, end - first, options_.id) == 0;
  if (ours == reversed) return false;
  const std::size_t text = line.find_first_not_of(kBlanks, end);
  line.erase(0, std::min(text, line.size()));
  return !line.empty();
}

bool ConfLines::prepare(std::string& line) {
  for (int round = 0; round < 64; ++round) {
    if (line.empty() || (line.front() == '@' && !condition(line))) return false;
    if (definitions_.define(line) || definitions_.sequence(line)) return false;
    if (line.front() == '~' || line.find('$') == std::string::npos || !definitions_.replace(line)) return true;
    line = without_comment(line, report_);
  }
  return true;
}

bool ConfLines::include(std::string_view line) {
  if (!is_include(line)) return false;
  std::string_view path = line.substr(kConfBlanks.find(line[7]) != std::string_view::npos ? 8 : 9);
  path.remove_prefix(std::min(path.find_first_not_of(kBlanks), path.size()));
  if (path.find_first_of("*?[{") != std::string_view::npos) {
    report_.refuse(std::string(path), "patterns of included files are not modelled: name each file");
    return true;
  }
  // Only the plain word says nothing of a file that is missing.
  const bool must = line[7] == 'r' || line[7] == 'w' || line[7] == 'm' || line[7] == 'b' || line[7] == 'a';
  if (!open(path)) {
    const std::string text = fmt::format("Config files missing '{}'.", path);
    if (must) {
      report_.error(ConfStatus::file_not_found, text);
    } else {
      report_.error(ConfStatus::ok, text);
    }
  }
  return true;
}

std::string ConfLines::cut_at_brace(std::string line) {
  const std::size_t brace = find_brace(line);
  if (brace != std::string::npos) {
    std::size_t cut = brace;
    if (brace == 0) cut = std::min(line.find_first_not_of(kBlanks, 1), line.size());
    if (cut < line.size()) {
      residue_ = line.substr(cut);
      residue_.erase(residue_.find_last_not_of(kBlanks) + 1);
      line.erase(cut);
    }
  }
  line.erase(line.find_last_not_of(kBlanks) + 1);
  if (line == "{") ++depth_;
  if (line == "}" && depth_-- < 1) {
    report_.error(ConfStatus::unexpected_close, "Extra '}' found");
    depth_ = 0;
  }
  return line;
}

std::optional<std::string> ConfLines::next() {
  while (!report_.stopped()) {
    if (++lines_ > kMostLines) {
      report_.refuse("~SEQ", fmt::format("more than {} lines", kMostLines));
      return std::nullopt;
    }
    auto line = source_line();
    if (!line) return std::nullopt;
    if (prepare(*line) && !include(*line)) return cut_at_brace(std::move(*line));
  }
  return std::nullopt;
}

}  // namespace lvs::keepalived
