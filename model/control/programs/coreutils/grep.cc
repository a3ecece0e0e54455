// SPDX-License-Identifier: GPL-2.0-or-later
// grep, egrep and fgrep (GNU): -c -e -E -F -h -H -i -l -m -n -o -q -s -v -w -x.
#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "control/machine/registry.h"
#include "control/programs/coreutils/operands.h"
#include "control/words/regex.h"

namespace lvs::control {
namespace {

struct Grep {
  Operands options;
  std::vector<Regex> expressions;
  std::vector<std::string> files;
  std::size_t most = SIZE_MAX;

  bool has(char option) const { return options.has(option); }
  bool takes(std::string_view line) const {
    return std::ranges::any_of(expressions, [&](const Regex& each) { return each.found_in(line); }) != has('v');
  }
};

class Search {
 public:
  Search(const Grep& grep, Io& io) : grep_(grep), io_(io) {
    named_ = (grep.files.size() > 1 || grep.has('H')) && !grep.has('h');
  }

  void text(std::string_view all, const std::string& name) {
    std::size_t count = 0, number = 0;
    while (!all.empty() && count < grep_.most) {
      const std::size_t end = std::min(all.find('\n'), all.size());
      const std::string_view line = all.substr(0, end);
      all.remove_prefix(std::min(end + 1, all.size()));
      ++number;
      if (!grep_.takes(line)) continue;
      ++count;
      found = true;
      if (grep_.has('q') || grep_.has('l')) break;
      if (!grep_.has('c')) show(line, name, number);
    }
    if (grep_.has('q')) return;
    if (grep_.has('l')) {
      if (count > 0) io_.print(name + "\n");
    } else if (grep_.has('c')) {
      io_.print(fmt::format("{}{}\n", named_ ? name + ":" : "", count));
    }
  }

  bool found = false;

 private:
  void show(std::string_view line, const std::string& name, std::size_t number) {
    const std::string head =
        fmt::format("{}{}", named_ ? name + ":" : "", grep_.has('n') ? fmt::format("{}:", number) : "");
    if (!grep_.has('o')) return io_.print(fmt::format("{}{}\n", head, line));
    if (grep_.has('v')) return;
    for (std::size_t at = 0; at <= line.size();) {
      std::optional<Regex::Match> best;
      for (const Regex& each : grep_.expressions) {
        const auto match = each.search(line, at);
        if (match && (!best || match->begin < best->begin || (match->begin == best->begin && match->end > best->end)))
          best = match;
      }
      if (!best) return;
      if (best->end > best->begin)
        io_.print(fmt::format("{}{}\n", head, line.substr(best->begin, best->end - best->begin)));
      at = std::max(best->end, best->begin + 1);
    }
  }

  const Grep& grep_;
  Io& io_;
  bool named_ = false;
};

int run(const Grep& grep, Machine& machine, Io& io) {
  Search search(grep, io);
  bool failed = false;
  if (grep.files.empty()) search.text(io.in->take_all(), "(standard input)");
  for (const std::string& path : grep.files) {
    if (path == "-") {
      search.text(io.in->take_all(), "(standard input)");
      continue;
    }
    const auto file = machine.files().read(path);
    if (file.error == FileError::none) {
      search.text(file.text, path);
    } else {
      failed = true;
      if (!grep.has('s')) io.complain(fmt::format("grep: {}: {}\n", path, text_of(file.error)));
    }
  }
  if (failed && !(grep.has('q') && search.found)) return 2;
  return search.found ? 0 : 1;
}

constexpr std::string_view kUsage =
    "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";

CommandResultOrError parse(const std::vector<Word>& words, Regex::Syntax usual) {
  ReadOperands read = read_operands(words, {"grep", "ace:EFGhHilm:noqsvwxy", "A:B:C:bD:d:f:ILPrRTUuz"});
  if (read.instead) return std::move(*read.instead);
  Grep grep;
  grep.options = std::move(read.operands);
  grep.files = grep.options.files;
  std::string patterns = grep.options.value('e');
  if (!grep.has('e')) {
    if (grep.files.empty()) return refusal(2, std::string(kUsage));
    patterns = grep.files.front();
    grep.files.erase(grep.files.begin());
  } else if (std::ranges::count(words, std::string("-e"), &Word::text) > 1) {
    // Each is a pattern of its own, as lines of one are.
    patterns.clear();
    for (std::size_t i = 1; i + 1 < words.size(); ++i)
      if (words[i].text == "-e") patterns += (patterns.empty() ? "" : "\n") + words[++i].text;
  }
  grep.options.files = grep.files;
  if (auto error = unmodelled_file(words, grep.options)) return base::Error{std::move(*error)};
  if (grep.has('m')) {
    const auto most = base::number<std::size_t>(grep.options.value('m'));
    if (!most) return refusal(2, "grep: invalid max count\n");
    grep.most = *most;
  }
  Regex::Options options{usual, grep.has('i') || grep.has('y'), grep.has('w'), grep.has('x')};
  if (grep.has('E')) options.syntax = Regex::Syntax::extended;
  if (grep.has('F')) options.syntax = Regex::Syntax::fixed;
  for (std::string_view rest = patterns;;) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    auto compiled = Regex::compile(rest.substr(0, end), options);
    if (!compiled) {
      if (compiled.error().find("not modelled") != std::string::npos)
        return base::Error{SyntaxError{words[0].column, patterns, compiled.error(), {}}};
      return refusal(2, fmt::format("grep: {}\n", compiled.error()));
    }
    grep.expressions.push_back(std::move(*compiled));
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  const bool reads = grep.files.empty() || std::ranges::find(grep.files, "-") != grep.files.end();
  auto body = [grep = std::move(grep)](Machine& machine, Io& io) { return run(grep, machine, io); };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace

CommandResultOrError parse_grep(const std::vector<Word>& words) { return parse(words, Regex::Syntax::basic); }
CommandResultOrError parse_egrep(const std::vector<Word>& words) { return parse(words, Regex::Syntax::extended); }
CommandResultOrError parse_fgrep(const std::vector<Word>& words) { return parse(words, Regex::Syntax::fixed); }

}  // namespace lvs::control
