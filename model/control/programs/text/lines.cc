// SPDX-License-Identifier: GPL-2.0-or-later
// nl and tac (coreutils), rev and column -t (util-linux).
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"
#include "control/programs/text/text-lines.h"

namespace lvs::control {
namespace {

// A tool that makes one text of each file, or of its input.
CommandResultOrError over_texts(const std::vector<Word>& words, ReadOperands read, std::string_view tool,
                                std::string (*make)(std::string_view text, const Operands& operands)) {
  if (read.instead) return std::move(*read.instead);
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  const bool reads =
      read.operands.files.empty() || std::ranges::find(read.operands.files, "-") != read.operands.files.end();
  auto body = [operands = std::move(read.operands), tool = std::string(tool), make](Machine& machine, Io& io) {
    int status = 0;
    if (operands.files.empty()) io.print(make(io.in->take_all(), operands));
    for (const std::string& path : operands.files) {
      const auto file = path == "-" ? Files::Content{FileError::none, io.in->take_all()} : machine.files().read(path);
      if (file.error == FileError::none) {
        io.print(make(file.text, operands));
        continue;
      }
      io.complain(tool == "tac" && file.error == FileError::no_entry
                      ? fmt::format("tac: failed to open '{}' for reading: {}\n", path, text_of(file.error))
                  : tool == "tac" ? fmt::format("tac: {}: read error: {}\n", quoted_name(path), text_of(file.error))
                  : tool == "nl"  ? fmt::format("nl: {}: {}\n", quoted_name(path), text_of(file.error))
                                  : fmt::format("{}: cannot open {}: {}\n", tool, path, text_of(file.error)));
      status = 1;
    }
    return status;
  };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

std::string backwards(std::string_view text, const Operands&) {
  std::string result;
  std::size_t end = text.size();
  while (end > 0) {
    const std::size_t newline = end < 2 ? std::string_view::npos : text.rfind('\n', end - 2);
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    result += text.substr(begin, end - begin);
    end = begin;
  }
  return result;
}

// nl: lines that are not empty have numbers.
std::string numbered(std::string_view text, const Operands& operands) {
  std::string result;
  std::size_t number = 0;
  const bool all = operands.value('b') == "a";
  for (const std::string_view line : lines_of(text)) {
    if (line.empty() && !all)
      result += "       \n";
    else
      result += fmt::format("{:>6}\t{}\n", ++number, line);
  }
  return result;
}

std::string reversed(std::string_view text, const Operands&) {
  std::string result;
  for (const std::string_view line : lines_of(text)) {
    result.append(line.rbegin(), line.rend());
    result += '\n';
  }
  if (!text.empty() && !text.ends_with('\n')) result.pop_back();
  return result;
}

std::string table(std::string_view text, const Operands& operands) {
  const std::string separators = operands.has('s') ? operands.value('s') : " \t";
  const std::string between = operands.has('o') ? operands.value('o') : "  ";
  std::vector<std::vector<std::string_view>> rows;
  std::vector<std::size_t> widths;
  for (const std::string_view line : lines_of(text)) {
    std::vector<std::string_view> cells;
    std::size_t at = 0;
    while (at <= line.size()) {
      // Blanks that follow each other are one, other separators are each.
      if (!operands.has('s')) at = std::min(line.find_first_not_of(separators, at), line.size());
      if (at == line.size() && (at == 0 || !operands.has('s'))) break;
      const std::size_t end = std::min(line.find_first_of(separators, at), line.size());
      cells.push_back(line.substr(at, end - at));
      at = end + 1;
      if (end == line.size()) break;
    }
    if (cells.empty()) continue;
    widths.resize(std::max(widths.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], cells[i].size());
    rows.push_back(std::move(cells));
  }
  std::string result;
  for (const auto& cells : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string_view cell = i < cells.size() ? cells[i] : std::string_view();
      const bool last = i + 1 == widths.size();
      result += last ? std::string(cell) : fmt::format("{:<{}}{}", cell, widths[i], between);
    }
    result += '\n';
  }
  return result;
}

}  // namespace

CommandResultOrError parse_tac(const std::vector<Word>& words) {
  return over_texts(words, read_operands(words, {"tac", "", "brs:", "before=b regex=r separator:s"}), "tac", backwards);
}

CommandResultOrError parse_nl(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"nl", "b:", "d:f:h:i:l:n:ps:v:w:", "body-numbering:b"});
  const std::string lines = read.operands.value('b');
  if (!read.instead && !lines.empty() && lines != "a" && lines != "t")
    return base::Error{SyntaxError{words[0].column, "-b " + lines, "not modelled here", "-b a, -b t"}};
  return over_texts(words, std::move(read), "nl", numbered);
}

CommandResultOrError parse_rev(const std::vector<Word>& words) {
  return over_texts(words, read_operands(words, {"rev", "", "hV"}), "rev", reversed);
}

CommandResultOrError parse_column(const std::vector<Word>& words) {
  ReadOperands read = read_operands(
      words, {"column", "to:s:", "c:dE:e:H:hJLl:N:n:O:pR:rT:VW:x", "table=t separator:s output-separator:o"});
  if (!read.instead && !read.operands.has('t'))
    return base::Error{SyntaxError{words[0].column, words[0].text, "modelled with -t only", "-t -s -o"}};
  return over_texts(words, std::move(read), "column", table);
}

}  // namespace lvs::control
