// SPDX-License-Identifier: GPL-2.0-or-later
// grep, egrep and fgrep (GNU): -A -B -C -c -e -E -F -h -H -i -l -L -m -n -o -P -q -r -s -v -w -x.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/numbers.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"
#include "control/programs/text/perl-expression.h"
#include "control/words/regex.h"

namespace lvs::control {
namespace {

struct Grep {
  Operands options;
  std::vector<Regex> expressions;
  std::optional<PerlExpression> perl;  // -P: in their place
  std::vector<std::string> files;
  std::size_t most = SIZE_MAX;
  std::size_t before = 0, after = 0;  // -B, -A: lines around
  bool context = false;               // groups of lines are parted by "--"

  bool has(char option) const { return options.has(option); }
  bool takes(std::string_view line) const { return first_match(line, 0).has_value() != has('v'); }
  // Begin and end of the first match at or behind `from`, the longest there.
  std::optional<std::pair<std::size_t, std::size_t>> first_match(std::string_view line, std::size_t from) const {
    if (perl) return perl->search(line, from);
    std::optional<std::pair<std::size_t, std::size_t>> best;
    for (const Regex& each : expressions) {
      const auto match = each.search(line, from);
      if (match && (!best || match->begin < best->first || (match->begin == best->first && match->end > best->second)))
        best.emplace(match->begin, match->end);
    }
    return best;
  }
};

class Search {
 public:
  Search(const Grep& grep, Io& io) : grep_(grep), io_(io) {
    named_ = (grep.files.size() > 1 || grep.has('H')) && !grep.has('h');
  }
  // -r: below a folder every line says where it is from, though one file be there.
  void below_folder() { named_ = !grep_.has('h'); }

  void text(std::string_view all, const std::string& name) {
    std::vector<std::string_view> lines;
    while (!all.empty()) {
      const std::size_t end = std::min(all.find('\n'), all.size());
      lines.push_back(all.substr(0, end));
      all.remove_prefix(std::min(end + 1, all.size()));
    }
    std::size_t count = 0, shown = 0, owed = 0;  // lines that have been shown, and that follow a match
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool takes = count < grep_.most && grep_.takes(lines[i]);
      if (!takes && count == grep_.most && owed == 0) break;
      if (!takes && owed == 0) continue;
      if (!takes) {
        --owed;
        show(lines[i], name, i + 1, '-');
        shown = i + 1;
        continue;
      }
      ++count;
      found = true;
      if (grep_.has('q') || grep_.has('l') || grep_.has('L')) break;
      if (grep_.has('c')) continue;
      const std::size_t first = std::max(shown, i - std::min(i, grep_.before));
      if (grep_.context && any_ && (first > shown || shown == 0)) io_.print("--\n");
      for (std::size_t j = first; j < i; ++j) show(lines[j], name, j + 1, '-');
      show(lines[i], name, i + 1, ':');
      shown = i + 1;
      any_ = true;
      owed = grep_.after;
    }
    finish(count, name);
  }

  bool found = false;

 private:
  void finish(std::size_t count, const std::string& name) {
    if (grep_.has('q')) return;
    if (grep_.has('l') || grep_.has('L')) {
      if ((count > 0) == grep_.has('l')) io_.print(name + "\n");
    } else if (grep_.has('c')) {
      io_.print(fmt::format("{}{}\n", named_ ? name + ":" : "", count));
    }
  }

  // `sign`: ":" behind the name and number of a line that matches, "-" of one around it.
  void show(std::string_view line, const std::string& name, std::size_t number, char sign) {
    const std::string head = fmt::format("{}{}", named_ ? fmt::format("{}{}", name, sign) : "",
                                         grep_.has('n') ? fmt::format("{}{}", number, sign) : "");
    if (!grep_.has('o')) return io_.print(fmt::format("{}{}\n", head, line));
    if (grep_.has('v') || sign == '-') return;
    for (std::size_t at = 0; at <= line.size();) {
      const auto match = grep_.first_match(line, at);
      if (!match) return;
      const auto [begin, end] = *match;
      if (end > begin) io_.print(fmt::format("{}{}\n", head, line.substr(begin, end - begin)));
      at = std::max(end, begin + 1);
    }
  }

  const Grep& grep_;
  Io& io_;
  bool named_ = false;
  bool any_ = false;  // a line has been shown
};

// -r: the files below a folder.
void add_below(Files& files, const std::string& path, std::vector<std::string>& all, unsigned depth = 0) {
  constexpr unsigned kDeepest = 64;
  const std::string folder = path.empty() ? "." : path;
  if (files.status(folder).kind != Files::Kind::folder || depth > kDeepest) return all.push_back(path);
  for (const std::string& name : files.list(folder))
    add_below(files, path.empty() || path.ends_with('/') ? path + name : path + "/" + name, all, depth + 1);
}

int run(const Grep& grep, Machine& machine, Io& io) {
  Search search(grep, io);
  bool failed = false;
  if (grep.files.empty()) search.text(io.in->take_all(), "(standard input)");
  std::vector<std::string> files = grep.files;
  if (grep.has('r')) {
    files.clear();
    for (const std::string& path : grep.files) {
      if (machine.files().status(path.empty() ? "." : path).kind == Files::Kind::folder) search.below_folder();
      add_below(machine.files(), path, files);
    }
  }
  for (const std::string& path : files) {
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

constexpr std::string_view kGrepLongs =
    "after-context:A before-context:B context:C text=a count=c regexp:e extended-regexp=E fixed-strings=F "
    "basic-regexp=G "
    "no-filename=h with-filename=H ignore-case=i files-with-matches=l files-without-match=L max-count:m line-number=n "
    "only-matching=o quiet=q silent=q recursive=r dereference-recursive=R no-messages=s invert-match=v word-regexp=w "
    "line-regexp=x byte-offset=b file:f perl-regexp=P null-data=z include:- exclude:- exclude-dir:- color?- colour?- "
    "binary-files:- no-ignore-case=- null=-";
constexpr std::string_view kUsage =
    "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";

// -A, -B and -C: lines around.
std::optional<CommandResultOrError> take_context(Grep& grep) {
  for (const char option : {'C', 'A', 'B'}) {
    if (!grep.has(option)) continue;
    const std::string text = grep.options.value(option);
    const auto lines = base::number<std::size_t>(text);
    if (!lines) return refusal(2, fmt::format("grep: {}: invalid context length argument\n", text));
    if (option != 'B') grep.after = *lines;
    if (option != 'A') grep.before = *lines;
    grep.context = grep.context || *lines > 0;
  }
  return std::nullopt;
}

// The patterns, one a line; what ends the command, or nothing.
std::optional<CommandResultOrError> compile_patterns(Grep& grep, const std::string& patterns, Regex::Syntax usual,
                                                     std::size_t column) {
  Regex::Options options{usual, grep.has('i') || grep.has('y'), grep.has('w'), grep.has('x')};
  if (grep.has('P')) {
    if (grep.has('E') || grep.has('F') || grep.has('G') || usual != Regex::Syntax::basic)
      return refusal(2, "grep: conflicting matchers specified\n");
    if (patterns.find('\n') != std::string::npos)
      return refusal(2, "grep: the -P option only supports a single pattern\n");
    auto perl = PerlExpression::compile(patterns, {options.ignore_case, options.whole_word, options.whole_line});
    if (!perl) return refusal(2, fmt::format("grep: {}\n", perl.error()));
    grep.perl = std::move(*perl);
    return std::nullopt;
  }
  if (grep.has('E')) options.syntax = Regex::Syntax::extended;
  if (grep.has('F')) options.syntax = Regex::Syntax::fixed;
  for (std::string_view rest = patterns;;) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    auto compiled = Regex::compile(rest.substr(0, end), options);
    if (!compiled) {
      if (compiled.error().find("not modelled") != std::string::npos)
        return base::Error{SyntaxError{column, patterns, compiled.error(), {}}};
      return refusal(2, fmt::format("grep: {}\n", compiled.error()));
    }
    grep.expressions.push_back(std::move(*compiled));
    if (end == rest.size()) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
}

CommandResultOrError parse(const std::vector<Word>& words, Regex::Syntax usual) {
  std::vector<Word> usual_words = words;
  for (Word& word : usual_words)  // -3 is -C 3
    if (word.text.size() > 1 && word.text[0] == '-' && base::number<std::size_t>(std::string_view(word.text).substr(1)))
      word.text.insert(1, "C");
  // Nobody sees colours, and every line is written at once.
  std::erase_if(usual_words, [](const Word& word) {
    return word.text == "--color" || word.text == "--colour" || word.text == "--color=auto" ||
           word.text == "--color=never" || word.text == "--line-buffered";
  });
  ReadOperands read =
      read_operands(usual_words, {"grep", "A:B:C:ace:EFGhHilLm:noPqrRsvwxy", "bD:d:f:ITUuz", kGrepLongs, 2, kUsage});
  if (read.instead) return std::move(*read.instead);
  Grep grep;
  grep.options = std::move(read.operands);
  grep.files = grep.options.files;
  // Each is a pattern of its own, as lines of one are.
  std::string patterns = fmt::format("{}", fmt::join(grep.options.values('e'), "\n"));
  if (!grep.has('e')) {
    if (grep.files.empty()) return refusal(2, std::string(kUsage));
    patterns = grep.files.front();
    grep.files.erase(grep.files.begin());
  }
  grep.options.files = grep.files;
  if (auto error = unmodelled_file(words, grep.options)) return base::Error{std::move(*error)};
  if (grep.has('m')) {
    const auto most = base::number<std::size_t>(grep.options.value('m'));
    if (!most) return refusal(2, "grep: invalid max count\n");
    grep.most = *most;
  }
  if (auto ended = compile_patterns(grep, patterns, usual, words[0].column)) return std::move(*ended);
  if (grep.has('R')) grep.options.set('r');
  if (grep.has('r') && grep.files.empty()) grep.files.emplace_back();  // the folder at hand, whose name is not shown
  if (auto refused = take_context(grep)) return std::move(*refused);
  const bool reads = grep.files.empty() || std::ranges::find(grep.files, "-") != grep.files.end();
  auto body = [grep = std::move(grep)](Machine& machine, Io& io) { return run(grep, machine, io); };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace

CommandResultOrError parse_grep(const std::vector<Word>& words) { return parse(words, Regex::Syntax::basic); }
CommandResultOrError parse_egrep(const std::vector<Word>& words) { return parse(words, Regex::Syntax::extended); }
CommandResultOrError parse_fgrep(const std::vector<Word>& words) { return parse(words, Regex::Syntax::fixed); }

}  // namespace lvs::control
