// SPDX-License-Identifier: GPL-2.0-or-later
// cut and paste (coreutils).
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/numbers.h"
#include "base/result.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/text/over-text.h"
#include "control/programs/text/text-lines.h"

namespace lvs::control {
namespace {

// Of long options without a letter.
constexpr char kComplement = '\1', kOutputDelimiter = '\2';
constexpr std::string_view kCutLongs =
    "bytes:b characters:c delimiter:d fields:f only-delimited=s zero-terminated=z complement=\1 output-delimiter:\2";

// "1,3-5,7-": is the N-th wanted?
class Selection {
 public:
  // An error is what cut says behind "cut: ".
  static base::Result<Selection, std::string> parse(std::string_view text, bool fields) {
    Selection selection;
    for (bool more = true; more;) {
      const std::string_view part = text.substr(0, text.find_first_of(", "));
      more = part.size() < text.size();
      text.remove_prefix(std::min(part.size() + 1, text.size()));
      const std::size_t dash = part.find('-');
      const auto bound = [&](std::string_view digits, std::size_t otherwise) {
        return digits.empty() ? std::optional(otherwise) : base::number<std::size_t>(digits);
      };
      const auto from = bound(part.substr(0, dash), 1);
      const auto to = dash == std::string_view::npos ? from : bound(part.substr(dash + 1), SIZE_MAX);
      if (!from || !to)
        return base::Error{fmt::format("invalid {} '{}'", fields ? "field value" : "byte/character position", part)};
      if (part == "-") return base::Error{std::string("invalid range with no endpoint: -")};
      if (part.empty() || *from == 0)
        return base::Error{fmt::format("{} are numbered from 1", fields ? "fields" : "byte/character positions")};
      if (*to < *from) return base::Error{std::string("invalid decreasing range")};
      selection.ranges_.emplace_back(*from, *to);
    }
    return selection;
  }

  void complement() { complement_ = true; }
  bool has(std::size_t n) const {
    const auto within = [&](const auto& range) { return range.first <= n && n <= range.second; };
    return std::ranges::any_of(ranges_, within) != complement_;
  }
  // A delimiter stands in front of what one of the ranges begins with.
  bool begins(std::size_t n) const {
    if (complement_) return !has(n - 1);
    const auto begin = [&](const auto& range) { return range.first == n; };
    const auto inside = [&](const auto& range) { return range.first < n && n <= range.second; };
    return std::ranges::any_of(ranges_, begin) && std::ranges::none_of(ranges_, inside);
  }

 private:
  std::vector<std::pair<std::size_t, std::size_t>> ranges_;
  bool complement_ = false;
};

std::string cut_bytes(std::string_view line, const Selection& selection, std::string_view between) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (!selection.has(i + 1)) continue;
    if (!out.empty() && selection.begins(i + 1)) out += between;
    out += line[i];
  }
  return out;
}

std::string cut_fields(std::string_view line, const Selection& selection, char delimiter, std::string_view between) {
  std::string out;
  bool any = false;
  std::size_t number = 1;
  for (std::size_t at = 0; at <= line.size(); ++number) {
    const std::size_t end = std::min(line.find(delimiter, at), line.size());
    if (selection.has(number)) {
      if (any) out += between;
      any = true;
      out += line.substr(at, end - at);
    }
    at = end + 1;
  }
  return out;
}

int cut(const Operands& operands, const Selection& selection, const std::string& text, Io& io) {
  const bool fields = operands.has('f');
  const char delimiter = operands.has('d') ? operands.value('d')[0] : '\t';
  std::string between = operands.value(kOutputDelimiter);
  if (fields && !operands.has(kOutputDelimiter)) between = delimiter;
  std::string out;
  for (const std::string_view line : lines_of(text)) {
    if (!fields) {
      out += cut_bytes(line, selection, between);
    } else if (line.find(delimiter) != std::string::npos) {
      out += cut_fields(line, selection, delimiter, between);
    } else if (operands.has('s')) {
      continue;
    } else {
      out += line;
    }
    out += '\n';
  }
  io.print(out);
  return 0;
}

// The delimiters that paste takes in turn: \n, \t, \\ and \0, which is none.
std::vector<std::string> delimiters_of(std::string_view list) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i] != '\\' || i + 1 == list.size()) {
      result.emplace_back(1, list[i]);
      continue;
    }
    const char c = list[++i];
    result.push_back(c == '0' ? "" : c == 'n' ? "\n" : c == 't' ? "\t" : std::string(1, c));
  }
  if (result.empty()) result.emplace_back();
  return result;
}

std::string pasted(const std::vector<std::vector<std::string_view>>& files, const std::vector<std::string>& delimiters,
                   bool serial) {
  std::string out;
  if (serial) {
    for (const auto& lines : files) {
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (i != 0) out += delimiters[(i - 1) % delimiters.size()];
        out += lines[i];
      }
      out += '\n';
    }
    return out;
  }
  std::size_t rows = 0;
  for (const auto& lines : files) rows = std::max(rows, lines.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (i != 0) out += delimiters[(i - 1) % delimiters.size()];
      if (row < files[i].size()) out += files[i][row];
    }
    out += '\n';
  }
  return out;
}

// Each "-" takes the next line of standard input in turn.
int paste(const Operands& operands, Machine& machine, Io& io) {
  std::vector<std::string> texts;
  for (const std::string& path : operands.files) {
    if (path == "-") {
      texts.emplace_back();
      continue;
    }
    auto file = machine.files().read(path);
    if (file.error != FileError::none) {
      io.complain(fmt::format("paste: {}: {}\n", quoted_name(path), text_of(file.error)));
      return 1;
    }
    texts.push_back(std::move(file.text));
  }
  const std::string input =
      std::ranges::find(operands.files, "-") == operands.files.end() ? std::string() : io.in->take_all();
  const auto of_input = lines_of(input);
  const bool serial = operands.has('s');
  const auto inputs = static_cast<std::size_t>(std::ranges::count(operands.files, "-"));
  std::vector<std::vector<std::string_view>> files;
  for (std::size_t i = 0, taken = 0; i < texts.size(); ++i) {
    if (operands.files[i] != "-") {
      files.push_back(lines_of(texts[i]));
    } else if (serial) {
      files.push_back(taken++ == 0 ? of_input : std::vector<std::string_view>());
    } else {
      auto& lines = files.emplace_back();
      for (std::size_t at = taken; at < of_input.size(); at += inputs) lines.push_back(of_input[at]);
      ++taken;
    }
  }
  io.print(pasted(files, delimiters_of(operands.has('d') ? operands.value('d') : "\t"), serial));
  return 0;
}

}  // namespace

CommandResultOrError parse_cut(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"cut", "b:c:d:f:s\1\2:", "nz", kCutLongs});
  if (read.instead) return std::move(*read.instead);
  const Operands& operands = read.operands;
  const bool fields = operands.has('f');
  const char kind = fields ? 'f' : operands.has('b') ? 'b' : 'c';
  const int kinds = operands.has('f') + operands.has('b') + operands.has('c');
  if (kinds == 0) return missing_operand("cut", "you must specify a list of bytes, characters, or fields");
  if (kinds > 1) return missing_operand("cut", "only one list may be specified");
  if (operands.has('d') && operands.value('d').size() != 1)
    return missing_operand("cut", "the delimiter must be a single character");
  if (operands.has('d') && !fields)
    return missing_operand("cut", "an input delimiter may be specified only when operating on fields");
  if (operands.has('s') && !fields)
    return missing_operand("cut", "suppressing non-delimited lines makes sense\n\tonly when operating on fields");
  auto selection = Selection::parse(operands.value(kind), fields);
  if (!selection) return missing_operand("cut", selection.error());
  if (operands.has(kComplement)) selection->complement();
  return over_text("cut", words, std::move(read.operands), {},
                   [selection = *selection](const Operands& given, const std::string& text, Machine&, Io& io) {
                     return cut(given, selection, text, io);
                   });
}

CommandResultOrError parse_paste(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"paste", "d:s", "z", "delimiters:d serial=s zero-terminated=z"});
  if (read.instead) return std::move(*read.instead);
  Operands& operands = read.operands;
  if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
  if (operands.files.empty()) operands.files.emplace_back("-");
  const bool reads = std::ranges::find(operands.files, "-") != operands.files.end();
  auto body = [operands = std::move(operands)](Machine& machine, Io& io) { return paste(operands, machine, io); };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
