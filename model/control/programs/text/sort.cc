// SPDX-License-Identifier: GPL-2.0-or-later
// sort, uniq and cut (coreutils), as far as scripts of servers use them.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/numbers.h"
#include "control/machine/registry.h"
#include "control/programs/coreutils/operands.h"
#include "control/programs/text/sort-lines.h"
#include "control/words/getopt.h"

namespace lvs::control {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

using Body = std::function<int(const Operands& operands, const std::string& text, Io& io)>;

// The text of all files, or of standard input.
CommandResultOrError over_text(std::string_view tool, const std::vector<Word>& words, Operands operands, Body body) {
  if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
  const bool reads = operands.files.empty();
  auto run = [tool, operands = std::move(operands), body](Machine& machine, Io& io) {
    std::string text;
    for (const std::string& path : operands.files) {
      auto file = machine.files().read(path);
      if (file.error != FileError::none) {
        const bool sort = tool == "sort";
        io.complain(fmt::format("{}: {}{}: {}\n", tool, sort ? "cannot read: " : "", path, text_of(file.error)));
        return sort ? 2 : 1;
      }
      text += file.text;
    }
    if (operands.files.empty()) text = io.in->take_all();
    return body(operands, text, io);
  };
  return reads ? instant_reader(std::move(run)) : instant(std::move(run));
}

int uniq(const Operands& operands, const std::string& text, Io& io) {
  const std::vector<std::string> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t end = i;
    while (end < lines.size() && lines[end] == lines[i]) ++end;
    const std::size_t count = end - i;
    if ((!operands.has('d') || count > 1) && (!operands.has('u') || count == 1))
      io.print(operands.has('c') ? fmt::format("{:>7} {}\n", count, lines[i]) : lines[i] + "\n");
    i = end;
  }
  return 0;
}

// "1,3-5,7-": is the N-th wanted?
struct Ranges {
  std::vector<std::pair<std::size_t, std::size_t>> list;

  bool has(std::size_t n) const {
    return std::ranges::any_of(list, [&](const auto& range) { return range.first <= n && n <= range.second; });
  }
};
std::optional<Ranges> ranges_of(std::string_view text) {
  Ranges ranges;
  const auto number = [](std::string_view digits, std::size_t otherwise) -> std::optional<std::size_t> {
    if (digits.empty()) return otherwise;
    const auto value = base::number<std::size_t>(digits);
    return value && *value > 0 ? value : std::nullopt;
  };
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const std::size_t dash = part.find('-');
    const auto from = number(part.substr(0, dash), 1);
    const auto to = dash == std::string_view::npos ? from : number(part.substr(dash + 1), SIZE_MAX);
    if (!from || !to || *to < *from || part == "-" || part.empty()) return std::nullopt;
    ranges.list.emplace_back(*from, *to);
  }
  return ranges;
}

int cut(const Operands& operands, const std::string& text, Io& io) {
  const bool fields = operands.has('f');
  const Ranges ranges = *ranges_of(operands.value(fields ? 'f' : 'c'));
  const char delimiter = operands.has('d') ? operands.value('d')[0] : '\t';
  for (const std::string& line : lines_of(text)) {
    std::string out;
    if (!fields) {
      for (std::size_t i = 0; i < line.size(); ++i)
        if (ranges.has(i + 1)) out += line[i];
    } else if (line.find(delimiter) == std::string::npos) {
      if (operands.has('s')) continue;
      out = line;
    } else {
      bool any = false;
      std::size_t number = 1;
      for (std::size_t at = 0; at <= line.size(); ++number) {
        const std::size_t end = std::min(line.find(delimiter, at), line.size());
        if (ranges.has(number)) {
          if (any) out += delimiter;
          any = true;
          out.append(line, at, end - at);
        }
        at = end + 1;
      }
    }
    io.print(out + "\n");
  }
  return 0;
}

}  // namespace

// Keys may be many, where Operands keep the last of each option.
CommandResultOrError parse_sort(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"sort", "nrufbVhsk:t:o:", "cCdgimMRS:T:z"});
  if (read.instead) return std::move(*read.instead);
  SortRules rules;
  for (const char letter : std::string_view("nrfbVh"))
    if (read.operands.has(letter)) rules.order.take(letter);
  rules.unique = read.operands.has('u');
  rules.stable = read.operands.has('s');
  Getopt getopt(words, "nrufbVhsk:t:o:");
  while (const auto option = getopt.next()) {
    const auto refused = [&](std::string why) {
      const Word& word = words[option->word];
      return base::Error{SyntaxError{word.column, option->value, std::move(why), "-k N,M with n r f b V h"}};
    };
    if (option->letter == 'k') {
      const auto key = parse_sort_key(option->value);
      if (!key) return refused("this key of sort is not modelled");
      rules.keys.push_back(*key);
    }
    if (option->letter == 't') {
      if (option->value.size() != 1 && option->value != "\\0") return refused("one character is needed");
      rules.separator = option->value[0];
    }
    if (option->letter == 'o') return refused("the output file of sort is not modelled");
  }
  return over_text("sort", words, std::move(read.operands), [rules](const Operands&, const std::string& text, Io& io) {
    std::vector<std::string> lines = lines_of(text);
    sort_lines(lines, rules);
    for (const std::string& line : lines) io.print(line + "\n");
    return 0;
  });
}

CommandResultOrError parse_uniq(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"uniq", "cdu", "Df:is:w:z"});
  if (read.instead) return std::move(*read.instead);
  return over_text("uniq", words, std::move(read.operands), uniq);
}

CommandResultOrError parse_cut(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"cut", "c:d:f:s", "b:nz"});
  if (read.instead) return std::move(*read.instead);
  const Operands& operands = read.operands;
  if (operands.has('c') == operands.has('f'))
    return missing_operand("cut", "you must specify a list of bytes, characters, or fields");
  if (operands.has('d') && operands.value('d').size() != 1)
    return missing_operand("cut", "the delimiter must be a single character");
  if (!ranges_of(operands.value(operands.has('f') ? 'f' : 'c')))
    return missing_operand("cut",
                           fmt::format("invalid {} value '{}'", operands.has('f') ? "field" : "byte/character position",
                                       operands.value(operands.has('f') ? 'f' : 'c')));
  return over_text("cut", words, std::move(read.operands), cut);
}

}  // namespace lvs::control
