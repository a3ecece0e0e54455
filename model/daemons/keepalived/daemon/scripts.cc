// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/scripts.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "control/machine/shell/shell.h"
#include "daemons/keepalived/daemon/machine-host.h"

namespace lvs::keepalived {
namespace {

std::string in_quotes(std::string_view word) {
  std::string text = "'";
  for (const char c : word) text.append(c == '\'' ? "'\\''" : std::string(1, c));
  return text + "'";
}

std::string joined(const std::vector<std::string>& words, std::size_t first) {
  std::string all;
  for (std::size_t i = first; i < words.size(); ++i) all.append(i == first ? "" : " ").append(words[i]);
  return all;
}

// $1 to $9, $#, $* and $@ outside of single quotes; shells of the model have no parameters of their own.
std::string with_parameters(std::string_view text, const std::vector<std::string>& words) {
  std::string out;
  bool single = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') single = !single;
    if (text[i] == '\\' && !single && i + 1 < text.size()) {
      out += text[i++];
      out += text[i];
      continue;
    }
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] != '$' || single || std::string_view("0123456789#*@").find(next) == std::string_view::npos ||
        next == '\0') {
      out += text[i];
      continue;
    }
    ++i;
    if (next == '*' || next == '@') {
      out += joined(words, 1);
    } else if (next == '#') {
      out += std::to_string(words.size() - 1);
    } else if (const auto n = static_cast<std::size_t>(next - '0'); n < words.size()) {
      out += words[n];
    }
  }
  return out;
}

bool goes_on(std::string_view line) {
  for (const std::string_view end : {"then", "do", "else", "{", "(", "&&", "||", "|", ";", "&", "in"}) {
    if (line.ends_with(end)) return true;
  }
  return false;
}

std::string_view without_comment(std::string_view line) {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && quote != '\'') {
      ++i;
    } else if (quote != '\0') {
      if (line[i] == quote) quote = '\0';
    } else if (line[i] == '\'' || line[i] == '"') {
      quote = line[i];
    } else if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
      return line.substr(0, i);
    }
  }
  return line;
}

// The lines of a file of sh text as one.
std::string one_line(std::string_view file) {
  std::string all;
  while (!file.empty()) {
    const std::size_t end = std::min(file.find('\n'), file.size());
    std::string_view line = without_comment(file.substr(0, end));
    file.remove_prefix(std::min(end + 1, file.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (!all.empty()) all += goes_on(all) ? " " : "; ";
    all += line;
  }
  return all;
}

}  // namespace

std::string Scripts::line_of(control::Machine& machine, const ConfScript& script,
                             const std::vector<std::string>& more) {
  std::vector<std::string> words = script.words;
  words.insert(words.end(), more.begin(), more.end());
  if (words.empty()) return {};
  if (!is_command(words.front())) {
    const auto file = machine.files().read(words.front());
    if (file.error != control::FileError::none) return {};
    return with_parameters(one_line(file.text), words);
  }
  std::string line;
  for (const std::string& word : words) line.append(line.empty() ? "" : " ").append(in_quotes(word));
  return line;
}

Scripts::~Scripts() {
  for (const auto& each : runs_) machine_.end(*each->line);
}

// Runs that have ended are forgotten from the next call on: never from within their own end.
void Scripts::clean() {
  std::erase_if(runs_, [&](const std::unique_ptr<Run>& each) {
    if (!each->ended) return false;
    machine_.end(*each->line);
    return true;
  });
}

std::uint64_t Scripts::run(const ConfScript& script, const std::vector<std::string>& more, Done done) {
  clean();
  const std::string text = line_of(machine_, script, more);
  auto line = control::parse_line(text);
  if (text.empty() || !line || (*line)->chains.empty()) {
    if (done) done(127);
    return 0;
  }
  auto own = std::make_unique<Run>(Run{++last_, nullptr, std::move(done)});
  Run* const each = own.get();
  runs_.push_back(std::move(own));
  const std::uint64_t number = each->number;
  each->line = &machine_.start(
      *line,
      [each](const control::LineRun& run) {
        each->ended = true;
        if (each->done) each->done(run.status());
      },
      parent_);
  return number;
}

void Scripts::kill(std::uint64_t run) {
  const auto each = std::ranges::find(runs_, run, [](const auto& r) { return r->number; });
  if (each == runs_.end() || (*each)->ended) return;
  machine_.end(*(*each)->line);
  runs_.erase(each);
}

}  // namespace lvs::keepalived
