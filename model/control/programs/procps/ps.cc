// SPDX-License-Identifier: GPL-2.0-or-later
// ps (procps): the processes of the machine. None has a terminal; what a process costs is not modelled and printed as
// 0.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>

#include "control/machine/kept.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/procps/match.h"

namespace lvs::control {
namespace {

struct Line {
  Pid pid = 0, parent = 0;
  std::string name, command;
  base::Time started{};
  std::string user = "root";
};

enum class Align : std::uint8_t { left, right };

struct Column {
  std::string_view name, header;
  std::size_t width;
  Align align;
  std::string (*text)(const Machine&, const Line&);
};

std::string clock_of(const Machine& machine, const Line& line) {
  const auto at = std::chrono::floor<std::chrono::seconds>(machine.epoch + line.started);
  return fmt::format("{:%H:%M}", fmt::gmtime(std::chrono::system_clock::time_point(at)));
}

std::string age_of(const Machine& machine, const Line& line) {
  const auto age = std::chrono::floor<std::chrono::seconds>(machine.host().now() - line.started).count();
  const auto hours = age / 3600, minutes = age / 60 % 60, seconds = age % 60;
  return hours > 0 ? fmt::format("{:02}:{:02}:{:02}", hours, minutes, seconds)
                   : fmt::format("{:02}:{:02}", minutes, seconds);
}

std::string user(const Machine&, const Line& line) { return line.user; }
std::string nought(const Machine&, const Line&) { return "0"; }
std::string share(const Machine&, const Line&) { return "0.0"; }
std::string no_terminal(const Machine&, const Line&) { return "?"; }
std::string state(const Machine&, const Line&) { return "S"; }
std::string long_time(const Machine&, const Line&) { return "00:00:00"; }
std::string short_time(const Machine&, const Line&) { return "0:00"; }
std::string number(const Machine&, const Line& line) { return std::to_string(line.pid); }
std::string parent(const Machine&, const Line& line) { return std::to_string(line.parent); }
std::string name(const Machine&, const Line& line) { return line.name; }
std::string command(const Machine&, const Line& line) { return line.command; }

constexpr auto kColumns = std::to_array<Column>({
    {"pid", "PID", 7, Align::right, number},        {"ppid", "PPID", 7, Align::right, parent},
    {"comm", "COMMAND", 15, Align::left, name},     {"ucmd", "CMD", 15, Align::left, name},
    {"args", "COMMAND", 27, Align::left, command},  {"cmd", "CMD", 27, Align::left, command},
    {"user", "USER", 8, Align::left, user},         {"uid", "UID", 8, Align::left, user},
    {"tty", "TTY", 8, Align::left, no_terminal},    {"stat", "STAT", 4, Align::left, state},
    {"time", "TIME", 8, Align::right, long_time},   {"bsdtime", "TIME", 6, Align::right, short_time},
    {"etime", "ELAPSED", 11, Align::right, age_of}, {"stime", "STIME", 5, Align::left, clock_of},
    {"start", "START", 5, Align::left, clock_of},   {"c", "C", 2, Align::right, nought},
    {"pcpu", "%CPU", 4, Align::right, share},       {"pmem", "%MEM", 4, Align::right, share},
    {"vsz", "VSZ", 6, Align::right, nought},        {"rss", "RSS", 5, Align::right, nought},
});

const Column* column(std::string_view wanted) {
  const auto found = std::ranges::find(kColumns, wanted, &Column::name);
  return found == kColumns.end() ? nullptr : found;
}

struct Shown {
  const Column* column;
  std::string header;
};

struct Options {
  bool by_pid = false, by_name = false;
  std::vector<Pid> pids;
  std::vector<std::string> names;
  std::vector<Shown> columns;
};

void show(Options& options, std::initializer_list<std::string_view> names) {
  options.columns.clear();
  for (const std::string_view each : names)
    options.columns.push_back({column(each), std::string(column(each)->header)});
}

bool wanted(const Options& options, const Line& line) {
  if (options.by_pid) return std::ranges::find(options.pids, line.pid) != options.pids.end();
  if (options.by_name) return std::ranges::find(options.names, line.name) != options.names.end();
  return true;
}

int run(const Options& options, Machine& machine, Io& io) {
  std::vector<Line> lines{{kInit, 0, "init", "init", {}}};
  for (const Process* process : machine.processes().all()) {
    lines.push_back({process->pid(), process->parent(), process->name(), command_line(*process), process->started()});
    if (std::string whose = kept(machine, fmt::format("user/{}", process->pid())); !whose.empty())
      lines.back().user = std::move(whose);
  }
  const auto print = [&](const auto& text_of) {
    std::string row;
    for (const Shown& shown : options.columns) {
      const std::string text = text_of(shown);
      const std::size_t width = std::max(shown.column->width, shown.header.size());
      const bool last = &shown == &options.columns.back();
      if (!row.empty() || &shown != &options.columns.front()) row += ' ';
      if (shown.column->align == Align::right)
        row += fmt::format("{:>{}}", text, width);
      else
        row += last ? text : fmt::format("{:<{}}", text, width);
    }
    io.print(row + "\n");
  };
  if (std::ranges::any_of(options.columns, [](const Shown& each) { return !each.header.empty(); }))
    print([](const Shown& shown) { return shown.header; });
  bool any = false;
  for (const Line& line : lines) {
    if (!wanted(options, line)) continue;
    any = true;
    print([&](const Shown& shown) { return shown.column->text(machine, line); });
  }
  return any ? 0 : 1;
}

std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> result;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    result.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return result;
}

// -o pid,comm= and the like; the name that is not modelled, or nothing.
std::string take_format(std::string_view text, Options& options, bool& first) {
  if (std::exchange(first, false)) options.columns.clear();
  for (const std::string& piece : pieces(text)) {
    const std::size_t equals = piece.find('=');
    const Column* const found = column(std::string_view(piece).substr(0, equals));
    if (found == nullptr) return piece;
    const bool renamed = equals != std::string::npos;
    options.columns.push_back({found, renamed ? piece.substr(equals + 1) : std::string(found->header)});
  }
  return {};
}

bool is_without_headings(const std::string& word) {
  constexpr auto kSpellings =
      std::to_array<std::string_view>({"--no-headers", "--no-header", "--no-headings", "--no-heading", "--noheaders",
                                       "--noheader", "--noheadings", "--noheading", "h"});
  return std::ranges::find(kSpellings, word) != kSpellings.end();
}

}  // namespace

CommandResultOrError parse_ps(const std::vector<Word>& words) {
  constexpr std::string_view kKnown = "-A -e -f -ef -C NAME -o FORMAT -p PID --no-headers, a u x, aux, axu";
  Args args(words);
  Options options;
  show(options, {"pid", "tty", "time", "ucmd"});
  bool first = true, without_headings = false;
  while (!args.empty()) {
    std::string word = args.take();
    if (is_without_headings(word)) {
      without_headings = true;
      continue;
    }
    const bool dash = word.starts_with('-');
    if (dash) word.erase(0, 1);
    for (std::size_t i = 0; i < word.size(); ++i) {
      const char letter = word[i];
      const bool argument = letter == 'o' || letter == 'p' || (letter == 'C' && dash);
      if (argument) {
        const std::string value = i + 1 < word.size() ? word.substr(i + 1) : args.take();
        if (letter == 'o') {
          if (const std::string odd = take_format(value, options, first); !odd.empty())
            return base::Error{args.unknown("the column " + odd + " is not modelled")};
        } else if (letter == 'p') {
          options.by_pid = true;
          for (const std::string& each : pieces(value)) {
            Pid pid = 0;
            std::from_chars(each.data(), each.data() + each.size(), pid);
            options.pids.push_back(pid);
          }
        } else {
          options.by_name = true;
          for (const std::string& each : pieces(value)) options.names.push_back(each);
        }
        break;
      }
      if (dash && (letter == 'e' || letter == 'A')) continue;
      if (dash && letter == 'f' && first)
        show(options, {"uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd"});
      else if (!dash && letter == 'u' && first)
        show(options, {"user", "pid", "pcpu", "pmem", "vsz", "rss", "tty", "stat", "start", "bsdtime", "args"});
      else if (!dash && (letter == 'a' || letter == 'x') && first && options.columns.size() == 4)
        show(options, {"pid", "tty", "stat", "bsdtime", "args"});
      else if (letter != 'w' && (dash || (letter != 'a' && letter != 'x')))
        return base::Error{args.unknown("this option of ps is not modelled", std::string(kKnown))};
    }
  }
  for (Shown& shown : options.columns)
    if (without_headings) shown.header.clear();
  return instant([options](Machine& machine, Io& io) { return run(options, machine, io); });
}

}  // namespace lvs::control
