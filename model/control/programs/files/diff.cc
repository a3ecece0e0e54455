// SPDX-License-Identifier: GPL-2.0-or-later
// diff (diffutils): two files, line by line.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/numbers.h"
#include "control/programs/coreutils/operands.h"
#include "control/programs/files/files.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnownOfDiff = "-q -s -u -U N -b -B -w -i -N FILE FILE";

struct Options {
  bool brief = false, tells_same = false, unified = false, missing_is_empty = false;
  bool any_blanks = false, no_blanks = false, any_case = false, no_empty_lines = false;
  std::size_t context = 3;
  std::string before, after;
};

struct Side {
  std::string name, text;
  base::Time changed{};
  std::vector<std::string_view> lines;     // as printed
  std::vector<std::string> plain;          // as compared
  std::vector<std::string_view> compared;  // these or those
};

constexpr std::string_view kNoNewline = "\\ No newline at end of file\n";

std::string plain_line(std::string_view line, const Options& options) {
  std::string text;
  for (const char c : line) {
    const bool blank = c == ' ' || c == '\t' || c == '\n';
    if (blank && options.no_blanks) continue;
    if (blank && options.any_blanks) {
      if (!text.ends_with(' ')) text += ' ';
      continue;
    }
    text += options.any_case ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : c;
  }
  return text;
}

void split(Side& side, const Options& options) {
  for (std::string_view rest = side.text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    side.lines.push_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  if (options.any_blanks || options.no_blanks || options.any_case) {
    for (const std::string_view line : side.lines) side.plain.push_back(plain_line(line, options));
    side.compared.assign(side.plain.begin(), side.plain.end());
  } else {
    side.compared = side.lines;
  }
}

// Without changes of empty lines alone (diffutils: mark_ignorable()); those between others stay, where these are nearer
// than the context.
std::vector<DiffHunk> without_empty_lines(const Side& a, const Side& b, const std::vector<DiffHunk>& hunks,
                                          std::size_t context) {
  const auto empty = [](const Side& side, std::size_t first, std::size_t count) {
    return std::all_of(side.compared.begin() + first, side.compared.begin() + first + count,
                       [](std::string_view line) { return line.find_first_not_of(" \n") == line.npos; });
  };
  const auto trivial = [&](const DiffHunk& hunk) {
    return empty(a, hunk.old_first, hunk.old_count) && empty(b, hunk.new_first, hunk.new_count);
  };
  std::vector<DiffHunk> kept;
  for (std::size_t i = 0; i < hunks.size(); ++i) {
    const DiffHunk& hunk = hunks[i];
    const bool behind = !kept.empty() && hunk.old_first - (kept.back().old_first + kept.back().old_count) < context;
    const bool before = i + 1 < hunks.size() && !trivial(hunks[i + 1]) &&
                        hunks[i + 1].old_first - (hunk.old_first + hunk.old_count) < context;
    if (!trivial(hunk) || behind || before) kept.push_back(hunk);
  }
  return kept;
}

std::string line_text(std::string_view mark, std::string_view line) {
  std::string text = std::string(mark) + std::string(line);
  if (!line.ends_with('\n')) text += "\n" + std::string(kNoNewline);
  return text;
}

// "3", "3,5"; of no lines the one before.
std::string lines_range(std::size_t first, std::size_t count) {
  if (count == 0) return std::to_string(first);
  return count == 1 ? std::to_string(first + 1) : fmt::format("{},{}", first + 1, first + count);
}

std::string normal_text(const Side& a, const Side& b, const std::vector<DiffHunk>& hunks) {
  std::string text;
  for (const DiffHunk& hunk : hunks) {
    const char kind = hunk.old_count == 0 ? 'a' : hunk.new_count == 0 ? 'd' : 'c';
    text += lines_range(hunk.old_first, hunk.old_count) + kind + lines_range(hunk.new_first, hunk.new_count) + "\n";
    for (std::size_t i = 0; i < hunk.old_count; ++i) text += line_text("< ", a.lines[hunk.old_first + i]);
    if (kind == 'c') text += "---\n";
    for (std::size_t i = 0; i < hunk.new_count; ++i) text += line_text("> ", b.lines[hunk.new_first + i]);
  }
  return text;
}

std::string unified_range(std::size_t first, std::size_t count) {
  if (count == 1) return std::to_string(first + 1);
  return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

std::string header_line(std::string_view mark, const Side& side) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(side.changed);
  return fmt::format("{} {}\t{:%Y-%m-%d %H:%M:%S}.{:09} +0000\n", mark, side.name,
                     fmt::gmtime(std::chrono::system_clock::time_point(seconds)), (side.changed - seconds).count());
}

std::string unified_text(const Side& a, const Side& b, const std::vector<DiffHunk>& hunks, std::size_t context) {
  std::string text = header_line("---", a) + header_line("+++", b);
  for (std::size_t i = 0; i < hunks.size();) {
    std::size_t last = i;
    while (last + 1 < hunks.size() &&
           hunks[last + 1].old_first - (hunks[last].old_first + hunks[last].old_count) <= 2 * context)
      ++last;
    const std::size_t lead = std::min(context, hunks[i].old_first);
    const std::size_t old_end = hunks[last].old_first + hunks[last].old_count;
    const std::size_t tail = std::min(context, a.lines.size() - old_end);
    const std::size_t old_first = hunks[i].old_first - lead, new_first = hunks[i].new_first - lead;
    const std::size_t new_end = hunks[last].new_first + hunks[last].new_count;
    text += fmt::format("@@ -{} +{} @@\n", unified_range(old_first, old_end + tail - old_first),
                        unified_range(new_first, new_end + tail - new_first));
    std::size_t at = old_first;
    for (; i <= last; ++i) {
      for (; at < hunks[i].old_first; ++at) text += line_text(" ", a.lines[at]);
      for (; at < hunks[i].old_first + hunks[i].old_count; ++at) text += line_text("-", a.lines[at]);
      for (std::size_t j = 0; j < hunks[i].new_count; ++j) text += line_text("+", b.lines[hunks[i].new_first + j]);
    }
    for (; at < old_end + tail; ++at) text += line_text(" ", a.lines[at]);
  }
  return text;
}

// False: it could not be read, which has been told.
bool load(const std::string& name, const Options& options, Machine& machine, Io& io, Side& side) {
  side.name = name;
  if (name == "-") {
    side.text = io.in->take_all();
    side.changed = machine.epoch + machine.host().now();
    return true;
  }
  auto content = machine.files().read(name);
  if (content.error == FileError::no_entry && options.missing_is_empty) return true;
  if (content.error != FileError::none) {
    io.complain(fmt::format("diff: {}: {}\n", name, text_of(content.error)));
    return false;
  }
  side.text = std::move(content.text);
  side.changed = machine.epoch + machine.files().status(name).changed;
  return true;
}

int compare(const Options& options, Machine& machine, Io& io) {
  Files& files = machine.files();
  std::string before = options.before, after = options.after;
  const auto folder = [&](const std::string& name) { return files.status(name).kind == Files::Kind::folder; };
  const auto within = [](const std::string& where, const std::string& name) {
    return where + (where.ends_with('/') ? "" : "/") + name.substr(name.rfind('/') + 1);
  };
  if (folder(before) && folder(after)) {
    io.complain("not modelled: diff of two folders\n");
    return 2;
  }
  if (folder(before)) before = within(before, after);
  if (folder(after)) after = within(after, before);
  Side a, b;
  const bool first = load(before, options, machine, io, a), second = load(after, options, machine, io, b);
  if (!first || !second) return 2;
  split(a, options);
  split(b, options);
  auto hunks = diff_lines(a.compared, b.compared);
  if (options.no_empty_lines) hunks = without_empty_lines(a, b, hunks, options.unified ? options.context : 0);
  if (hunks.empty()) {
    if (options.tells_same) io.print(fmt::format("Files {} and {} are identical\n", before, after));
    return 0;
  }
  if (options.brief) {
    io.print(fmt::format("Files {} and {} differ\n", before, after));
  } else {
    io.print(options.unified ? unified_text(a, b, hunks, options.context) : normal_text(a, b, hunks));
  }
  return 1;
}

CommandPtr wrong_operands(std::string_view what) {
  return refusal(2, fmt::format("diff: {}\ndiff: Try 'diff --help' for more information.\n", what));
}

}  // namespace

CommandResultOrError parse_diff(const std::vector<Word>& words) {
  Options options;
  std::vector<Word> operands;
  const auto unknown = [](const Word& word) {
    return base::Error{
        SyntaxError{word.column, word.text, "this option of diff is not modelled", std::string(kKnownOfDiff)}};
  };
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.size() < 2 || word[0] != '-') {
      operands.push_back(words[i]);
    } else if (word == "--brief" || word == "--unified") {
      (word == "--brief" ? options.brief : options.unified) = true;
    } else if (word == "--ignore-blank-lines") {
      options.no_empty_lines = true;
    } else if (word.starts_with("-U") || word.starts_with("--unified=")) {
      const std::string number = word == "-U" && i + 1 < words.size() ? words[++i].text
                                 : word.starts_with("-U")             ? word.substr(2)
                                                                      : word.substr(word.find('=') + 1);
      const auto context = base::number_up_to<std::uint32_t>(number, 1'000'000);
      if (!context) return wrong_operands(fmt::format("invalid context length '{}'", number));
      options.context = *context;
      options.unified = true;
    } else {
      for (const char letter : word.substr(1)) {
        switch (letter) {
          case 'q': options.brief = true; break;
          case 's': options.tells_same = true; break;
          case 'u': options.unified = true; break;
          case 'N': options.missing_is_empty = true; break;
          case 'b': options.any_blanks = true; break;
          case 'B': options.no_empty_lines = true; break;
          case 'w': options.no_blanks = true; break;
          case 'i': options.any_case = true; break;
          default: return unknown(words[i]);
        }
      }
    }
  }
  if (operands.size() < 2)
    return wrong_operands(fmt::format("missing operand after '{}'", operands.empty() ? "diff" : operands[0].text));
  if (operands.size() > 2) return wrong_operands(fmt::format("extra operand '{}'", operands[2].text));
  for (const Word& each : operands)
    if (auto reason = each.text == "-" ? std::nullopt : Files::unmodelled(each.text))
      return base::Error{SyntaxError{each.column, each.text, std::move(*reason), {}}};
  options.before = operands[0].text;
  options.after = operands[1].text;
  const auto body = [options](Machine& machine, Io& io) { return compare(options, machine, io); };
  return options.before == "-" || options.after == "-" ? instant_reader(body) : instant(body);
}

}  // namespace lvs::control
