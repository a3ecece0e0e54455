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

// "a{b,c}" as "ab" and "ac", in that order (glob(3): GLOB_BRACE).
std::vector<std::string> without_braces(const std::string& pattern) {
  constexpr std::size_t kMost = 1000;
  std::vector<std::string> done, open{pattern};
  while (!open.empty() && done.size() + open.size() < kMost) {
    const std::string text = std::move(open.back());
    open.pop_back();
    const std::size_t begin = text.find('{');
    std::vector<std::string> parts(1);
    std::size_t at = begin == std::string::npos ? text.size() : begin + 1;
    int depth = 1;
    for (; at < text.size() && depth > 0; ++at) {
      depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
      if (depth == 1 && text[at] == ',') {
        parts.emplace_back();
      } else if (depth > 0) {
        parts.back() += text[at];
      }
    }
    if (depth != 0 || begin == std::string::npos) {
      done.push_back(text);
      continue;
    }
    for (auto part = parts.rbegin(); part != parts.rend(); ++part)
      open.push_back(text.substr(0, begin) + *part + text.substr(at));
  }
  return done;
}

}  // namespace

ConfLines::ConfLines(const ConfHost& host, ConfReport& report, Options options)
    : host_(host), report_(report), options_(std::move(options)), definitions_(report, options_.id) {}

bool ConfLines::open(std::string_view path) {
  if (!push(std::string(path), std::string(path))) return false;
  tell(files_.back());
  return true;
}

void ConfLines::tell(File& file) {
  if (options_.tells && !std::exchange(file.told, true)) report_.log(fmt::format("Opening file '{}'.", file.name));
}

// A file's own folder is where the names in it begin (keepalived: open_conf_file()).
bool ConfLines::push(const std::string& name, const std::string& path) {
  if (files_.size() >= kMostFiles) return false;
  auto text = host_.read(path);
  if (!text) return false;
  const std::size_t slash = path.rfind('/');
  files_.push_back({name, slash == std::string::npos ? std::string() : path.substr(0, slash + 1), std::move(*text)});
  return true;
}

std::optional<std::string> ConfLines::raw_line() {
  while (!files_.empty()) {
    File& file = files_.back();
    tell(file);
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

// Where keepalived stands while it reads; a file without a folder lies where the daemon was started.
std::string ConfLines::folder() const {
  if (files_.empty() || files_.back().folder.empty()) return host_.working_folder();
  std::string folder = files_.back().folder;
  if (folder.size() > 1) folder.pop_back();
  return folder.starts_with('/') ? folder : host_.working_folder() + "/" + folder;
}

std::optional<std::string> ConfLines::source_line() {
  if (!residue_.empty()) return std::exchange(residue_, {});
  if (auto line = definitions_.next_line()) return line;
  auto line = raw_line();
  if (!line) return std::nullopt;
  definitions_.set_folder(folder());
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
  const bool plain = kConfBlanks.find(line[7]) != std::string_view::npos;
  std::string_view path = line.substr(plain ? 8 : 9);
  path.remove_prefix(std::min(path.find_first_not_of(kBlanks), path.size()));
  include_files(std::string(path), plain ? std::string_view() : line.substr(7, 1));
  return true;
}

// Does the folder of a pattern's first wildcard exist? False for a name without wildcards: it is missed itself.
bool ConfLines::folder_is_there(const std::string& pattern) const {
  const std::size_t wild = pattern.find_first_of("*?[");
  if (wild == std::string::npos) return false;
  const std::size_t slash = pattern.rfind('/', wild);
  if (slash == std::string::npos || slash == 0) return true;
  return host_.is_folder(pattern.substr(0, slash));
}

// `strictness`: the letter behind the word; without one nothing that is missing matters (keepalived: open_glob_file()).
void ConfLines::include_files(const std::string& pattern, std::string_view strictness) {
  const auto complain = [&](std::string_view letters, const std::string& text) {
    if (options_.copied) return;  // the parent has said so
    const bool counts = strictness == "a" || (!strictness.empty() && letters.find(strictness[0]) != letters.npos);
    report_.error(counts ? ConfStatus::file_not_found : ConfStatus::ok, text);
  };
  const std::string folder = files_.empty() ? std::string() : files_.back().folder;
  const bool wild = pattern.find_first_of("*?[") != std::string::npos;
  std::vector<std::pair<std::string, std::string>> found;  // name, path
  bool missing = false;
  for (const std::string& each : without_braces(pattern)) {
    const bool absolute = each.starts_with('/');
    const auto paths = host_.matches(absolute ? each : folder + each);
    missing |= paths.empty() && !folder_is_there(absolute ? each : folder + each);
    for (const std::string& path : paths) found.emplace_back(absolute ? path : path.substr(folder.size()), path);
  }
  const bool braces = pattern.find('{') != std::string::npos;
  if (found.empty()) {
    if (missing) {
      complain(braces ? "b" : "m", fmt::format("Config files missing '{}'.", pattern));
    } else if (wild && (strictness == "w" || strictness == "a")) {
      complain("w", fmt::format("No config files matched '{}'.", pattern));
    }
    return;
  }
  if (missing) {
    complain("b", fmt::format("Some config files missing: \"{}\".", pattern));
    if (strictness == "b" || strictness == "a") return;
  }
  // The first is to be read first.
  for (auto file = found.rbegin(); file != found.rend(); ++file) {
    if (host_.can_be_conf(file->second) && push(file->first, file->second)) continue;
    complain("r", fmt::format("Configuration file '{}' is not a regular non-executable file - skipping", file->first));
  }
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
