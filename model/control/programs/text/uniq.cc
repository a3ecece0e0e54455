// SPDX-License-Identifier: GPL-2.0-or-later
// uniq (coreutils).
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "base/numbers.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/text/over-text.h"
#include "control/programs/text/text-lines.h"

namespace lvs::control {
namespace {

constexpr std::string_view kUniqLongs =
    "count=c repeated=d skip-fields:f ignore-case=i skip-chars:s unique=u check-chars:w all-repeated?- group?- "
    "zero-terminated=z";

// What of a line is compared.
struct Compared {
  std::size_t fields = 0, characters = 0, most = SIZE_MAX;
  bool fold = false;

  std::string of(std::string_view line) const {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    std::size_t at = 0;
    for (std::size_t i = 0; i < fields && at < line.size(); ++i) {
      while (at < line.size() && blank(line[at])) ++at;
      while (at < line.size() && !blank(line[at])) ++at;
    }
    at = std::min(at + std::min(characters, line.size()), line.size());
    std::string key(line.substr(at, most));
    if (fold) std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::toupper(c); });
    return key;
  }
};

int uniq(const Compared& compared, const Operands& operands, const std::string& text, Machine& machine, Io& io) {
  const auto lines = lines_of(text);
  std::string out;
  for (std::size_t i = 0; i < lines.size();) {
    const std::string key = compared.of(lines[i]);
    std::size_t end = i + 1;
    while (end < lines.size() && compared.of(lines[end]) == key) ++end;
    const std::size_t count = end - i;
    const bool shown =
        operands.has('D') ? count > 1 : (!operands.has('d') || count > 1) && (!operands.has('u') || count == 1);
    for (std::size_t k = i; shown && k < (operands.has('D') ? end : i + 1); ++k)
      out += operands.has('c') ? fmt::format("{:>7} {}\n", count, lines[k]) : fmt::format("{}\n", lines[k]);
    i = end;
  }
  if (operands.has('\1')) return write_text("uniq: ", operands.value('\1'), out, 1, machine, io);
  io.print(out);
  return 0;
}

}  // namespace

CommandResultOrError parse_uniq(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"uniq", "cdDf:is:uw:", "z", kUniqLongs});
  if (read.instead) return std::move(*read.instead);
  Operands& operands = read.operands;
  Compared compared;
  compared.fold = operands.has('i');
  for (const auto& [letter, number, what] :
       {std::tuple('f', &compared.fields, "fields to skip"), std::tuple('s', &compared.characters, "bytes to skip"),
        std::tuple('w', &compared.most, "bytes to compare")}) {
    if (!operands.has(letter)) continue;
    const auto value = base::number<std::size_t>(operands.value(letter));
    if (!value) return refusal(1, fmt::format("uniq: {}: invalid number of {}\n", operands.value(letter), what));
    *number = *value;
  }
  if (operands.has('c') && operands.has('D'))
    return missing_operand("uniq", "printing all duplicated lines and repeat counts is meaningless");
  if (operands.files.size() > 2) return missing_operand("uniq", fmt::format("extra operand '{}'", operands.files[2]));
  if (operands.files.size() == 2) {  // INPUT OUTPUT
    if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
    if (operands.files[1] != "-") operands.options.emplace_back('\1', operands.files[1]);
    operands.files.pop_back();
  }
  return over_text("uniq", words, std::move(operands), {},
                   [compared](const Operands& given, const std::string& text, Machine& machine, Io& io) {
                     return uniq(compared, given, text, machine, io);
                   });
}

}  // namespace lvs::control
