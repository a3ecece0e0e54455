// SPDX-License-Identifier: GPL-2.0-or-later
// sort (coreutils), as far as scripts of servers use it.
#include <fmt/format.h>

#include "control/machine/usual/parsers.h"
#include "control/programs/text/over-text.h"
#include "control/programs/text/sort-lines.h"
#include "control/programs/text/text-lines.h"

namespace lvs::control {
namespace {

constexpr std::string_view kSortLongs =
    "ignore-leading-blanks=b ignore-case=f human-numeric-sort=h numeric-sort=n reverse=r version-sort=V key:k output:o "
    "stable=s field-separator:t unique=u check=c merge=m dictionary-order=d general-numeric-sort=g zero-terminated=z";
constexpr int kTrouble = 2;

// -c: the first line that is not behind the one before it.
int check_order(const SortRules& rules, const Operands& operands, const std::string& text, Io& io) {
  const auto lines = lines_of(text);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (in_order(lines[i - 1], lines[i], rules)) continue;
    if (operands.has('c'))
      io.complain(fmt::format("sort: {}:{}: disorder: {}\n", operands.files.front(), i + 1, lines[i]));
    return 1;
  }
  return 0;
}

base::Result<SortRules, CommandResultOrError> rules_of(const std::vector<Word>& words, const Operands& operands) {
  const auto refused = [&](const std::string& word, std::string why) {
    return base::Error{CommandResultOrError(
        base::Error{SyntaxError{words[0].column, word, std::move(why), "-k N,M with n r f b V h"}})};
  };
  SortRules rules;
  for (const char letter : std::string_view("nrfbVh"))
    if (operands.has(letter)) rules.order.take(letter);
  rules.unique = operands.has('u');
  rules.stable = operands.has('s');
  for (const std::string& text : operands.values('k')) {
    const auto key = parse_sort_key(text);
    if (!key) return refused(text, "this key of sort is not modelled");
    rules.keys.push_back(*key);
  }
  if (operands.has('t')) {
    const std::string text = operands.value('t');
    if (text.empty()) return base::Error{CommandResultOrError(refusal(kTrouble, "sort: empty tab\n"))};
    if (text.size() != 1 && text != "\\0")
      return base::Error{
          CommandResultOrError(refusal(kTrouble, fmt::format("sort: multi-character tab '{}'\n", text)))};
    rules.separator = text == "\\0" ? '\0' : text[0];
  }
  return rules;
}

}  // namespace

CommandResultOrError parse_sort(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"sort", "bcCfhk:no:rst:uV", "dgimMRS:T:z", kSortLongs, kTrouble});
  if (read.instead) return std::move(*read.instead);
  auto rules = rules_of(words, read.operands);
  if (!rules) return std::move(rules.error());
  const bool checks = read.operands.has('c') || read.operands.has('C');
  if (checks && read.operands.files.size() > 1)
    return refusal(kTrouble, fmt::format("sort: extra operand '{}' not allowed with -{}\n", read.operands.files[1],
                                         read.operands.has('c') ? 'c' : 'C'));
  return over_text(
      "sort", words, std::move(read.operands), {"cannot read: ", kTrouble},
      [rules = *rules, checks](const Operands& operands, const std::string& text, Machine& machine, Io& io) {
        if (checks) return check_order(rules, operands, text, io);
        std::vector<std::string> lines;
        for (const std::string_view line : lines_of(text)) lines.emplace_back(line);
        sort_lines(lines, rules);
        std::string sorted;
        for (const std::string& line : lines) (sorted += line) += '\n';
        if (operands.has('o'))
          return write_text("sort: open failed: ", operands.value('o'), sorted, kTrouble, machine, io);
        io.print(sorted);
        return 0;
      });
}

}  // namespace lvs::control
