// SPDX-License-Identifier: GPL-2.0-or-later
// wc (coreutils), in the C locale: a character is a byte.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

// In the order that wc prints them.
constexpr std::string_view kCounted = "lwmcL";
constexpr std::string_view kWcLongs = "bytes=c chars=m lines=l words=w max-line-length=L files0-from:-";

struct Counts {
  std::array<std::size_t, kCounted.size()> values{};

  void add(std::string_view text) {
    bool word = false;
    std::size_t column = 0;
    for (const char c : text) {
      const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
      values[1] += !blank && !word ? 1 : 0;
      word = !blank;
      values[0] += c == '\n' ? 1 : 0;
      constexpr std::size_t kTab = 8;
      if (c == '\n' || c == '\r' || c == '\f')
        column = 0;
      else if (c == '\t')
        column += kTab - column % kTab;
      else if (c >= ' ' && c <= '~')
        ++column;
      values[4] = std::max(values[4], column);
    }
    values[2] += text.size();
    values[3] += text.size();
  }
  // The longest line is no sum.
  void add(const Counts& other) {
    for (std::size_t i = 0; i + 1 < values.size(); ++i) values[i] += other.values[i];
    values[4] = std::max(values[4], other.values[4]);
  }
  std::string line(std::string_view wanted, std::size_t width, std::string_view name) const {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (wanted.find(kCounted[i]) != std::string_view::npos)
        text += fmt::format("{}{:>{}}", text.empty() ? "" : " ", values[i], width);
    if (!name.empty()) text += fmt::format(" {}", name);
    return text + "\n";
  }
};

int count(const Operands& operands, Machine& machine, Io& io) {
  std::string wanted;
  for (const char letter : kCounted)
    if (operands.has(letter)) wanted += letter;
  if (wanted.empty()) wanted = "lwc";
  constexpr std::size_t kUnknown = 7;  // of a stream the size is not known
  const std::vector<std::string> files = operands.files.empty() ? std::vector<std::string>{""} : operands.files;
  int status = 0;
  Counts total;
  std::vector<std::pair<std::string, Counts>> rows;
  std::vector<std::string> errors;
  std::size_t bytes = 0;
  bool stream = false;
  for (const std::string& path : files) {
    const bool input = path.empty() || path == "-";
    const auto file = input ? Files::Content{FileError::none, io.in->take_all()} : machine.files().read(path);
    stream = stream || input || file.error == FileError::is_directory;
    Counts counts;
    counts.add(file.text);
    if (file.error != FileError::none) {
      errors.push_back(fmt::format("wc: {}: {}\n", quoted_name(path), text_of(file.error)));
      status = 1;
      if (file.error != FileError::is_directory) continue;
    }
    total.add(counts);
    if (!input) bytes += file.text.size();
    rows.emplace_back(path, counts);
  }
  const std::size_t width = files.size() == 1 && wanted.size() == 1 ? 1
                            : stream                                ? std::max(kUnknown, std::to_string(bytes).size())
                                                                    : std::to_string(bytes).size();
  for (const auto& [path, counts] : rows) io.print(counts.line(wanted, width, path));
  for (const std::string& error : errors) io.complain(error);
  if (files.size() > 1) io.print(total.line(wanted, width, "total"));
  return status;
}

}  // namespace

CommandResultOrError parse_wc(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"wc", "cLlmw", "", kWcLongs});
  if (read.instead) return std::move(*read.instead);
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  const bool reads =
      read.operands.files.empty() || std::ranges::find(read.operands.files, "-") != read.operands.files.end();
  auto body = [operands = std::move(read.operands)](Machine& machine, Io& io) { return count(operands, machine, io); };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
