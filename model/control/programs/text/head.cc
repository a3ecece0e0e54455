// SPDX-License-Identifier: GPL-2.0-or-later
// head, tail and tee (coreutils).
#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/bytes.h"
#include "control/programs/coreutils/filter.h"
#include "control/programs/coreutils/operands.h"
#include "control/programs/text/follow.h"

namespace lvs::control {
namespace {

// The number of lines that head and tail are asked for: -n 5, -n +5, -5.
struct Lines {
  std::size_t count = 10;
  bool from = false;                                                              // tail -n +5
  bool bytes = false;                                                             // -c
  bool but = false;                                                               // head -n -5: all but these
  enum class Names : std::uint8_t { usual, never, always } names = Names::usual;  // -q, -v
};

std::string first_lines(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) at = std::min(text.find('\n', at), text.size() - 1) + 1;
  return std::string(text.substr(0, at));
}

// How many there are.
std::size_t number_of(std::string_view text, const Lines& lines) {
  if (lines.bytes) return text.size();
  return static_cast<std::size_t>(std::ranges::count(text, '\n')) + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

std::string first_part(std::string_view text, const Lines& lines) {
  if (lines.but) {
    const std::size_t all = number_of(text, lines);
    return first_part(text, {all - std::min(all, lines.count), false, lines.bytes, false, lines.names});
  }
  return lines.bytes ? std::string(text.substr(0, lines.count)) : first_lines(text, lines.count);
}

std::string last_lines(std::string_view text, const Lines& lines) {
  if (lines.bytes && lines.from)
    return std::string(text.substr(std::min(std::max<std::size_t>(lines.count, 1) - 1, text.size())));
  if (lines.bytes) return std::string(text.substr(text.size() - std::min(lines.count, text.size())));
  if (lines.from) return std::string(text.substr(first_lines(text, std::max<std::size_t>(lines.count, 1) - 1).size()));
  std::size_t at = text.ends_with('\n') ? text.size() - 1 : text.size();
  std::size_t count = lines.count;
  if (count == 0) return {};
  for (; count > 0; --count) {
    if (at == 0) return std::string(text);
    const std::size_t newline = text.rfind('\n', at - 1);
    if (newline == std::string_view::npos) return std::string(text);
    at = newline;
  }
  return std::string(text.substr(at + 1));
}

int over_files(bool tail, const Lines& lines, const std::vector<std::string>& files, Machine& machine, Io& io) {
  int status = 0;
  bool any = false;
  for (const std::string& path : files) {
    const Files::Content file =
        is_endless(path) ? Files::Content{FileError::none, endless_bytes(path, lines.count, machine.host().rng)}
                         : machine.files().read(path);
    if (file.error == FileError::no_entry || file.error == FileError::not_directory) {
      io.complain(
          fmt::format("{}: cannot open '{}' for reading: {}\n", tail ? "tail" : "head", path, text_of(file.error)));
      status = 1;
      continue;
    }
    const bool named = lines.names == Lines::Names::usual ? files.size() > 1 : lines.names == Lines::Names::always;
    if (named) io.print(fmt::format("{}==> {} <==\n", any ? "\n" : "", path));
    any = true;
    if (file.error == FileError::is_directory) {
      io.complain(fmt::format("{}: error reading '{}': Is a directory\n", tail ? "tail" : "head", path));
      status = 1;
      continue;
    }
    io.print(tail ? last_lines(file.text, lines) : first_part(file.text, lines));
  }
  return status;
}

// tail -f
class FollowCommand final : public Command {
 public:
  FollowCommand(std::vector<std::string> files, const Lines& lines, bool retry)
      : files_(std::move(files)), lines_(lines), retry_(retry) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    const int status = over_files(true, lines_, files_, machine, io);
    return follow_files(machine, io, std::move(done), files_, retry_, status);
  }

 private:
  std::vector<std::string> files_;
  Lines lines_;
  bool retry_;
};

// head on a pipe: ends when it has enough, and whoever writes on gets SIGPIPE.
CommandPtr head_of_input(std::size_t count, bool bytes) {
  return filter([count, bytes] {
    return [left = count, bytes](Machine&, Io& io) mutable -> std::optional<int> {
      while (left > 0) {
        const std::string_view ready = io.in->ready();
        const std::size_t end = bytes ? ready.size() : ready.find('\n');
        const std::size_t length = bytes ? std::min(left, end) : std::min(end, ready.size() - 1) + 1;
        if (length > 0) io.print(ready.substr(0, length));
        io.in->take(length);
        const std::size_t got = bytes ? length : end == std::string_view::npos ? 0 : 1;
        if (got == 0) return io.in->ended() ? std::optional(0) : std::nullopt;
        left -= got;
      }
      return 0;
    };
  });
}

constexpr std::string_view kHeadLongs = "bytes:c lines:n quiet=q silent=q verbose=v zero-terminated=z";
constexpr std::string_view kTailLongs =
    "bytes:c lines:n quiet=q silent=q verbose=v zero-terminated=z follow?f sleep-interval:s retry=- pid:-";

CommandResultOrError parse_ends(const std::vector<Word>& words, bool tail) {
  const std::string_view tool = tail ? "tail" : "head";
  std::vector<Word> usual = words;
  if (usual.size() > 1 && usual[1].text.size() > 1 && usual[1].text[0] == '-' &&
      base::number<std::size_t>(usual[1].text.substr(1)))
    usual[1].text.insert(1, "n");
  ReadOperands read =
      read_operands(usual, {tool, tail ? "c:n:fFqv" : "c:n:qv", tail ? "s:z" : "z", tail ? kTailLongs : kHeadLongs});
  if (read.instead) return std::move(*read.instead);
  Lines lines;
  lines.bytes = read.operands.has('c');
  if (read.operands.has('n') || lines.bytes) {
    std::string text = read.operands.value(lines.bytes ? 'c' : 'n');
    lines.from = tail && text.starts_with('+');
    if (lines.from || (tail && text.starts_with('-'))) text.erase(0, 1);
    lines.but = !tail && text.starts_with('-');
    if (lines.but) text.erase(0, 1);
    const auto count = size_with_suffix(text);
    if (!count)
      return refusal(1, fmt::format("{}: invalid number of {}: '{}'\n", tool, lines.bytes ? "bytes" : "lines", text));
    lines.count = *count;
  }
  Operands named = read.operands;
  if (!tail && lines.bytes && !lines.but && lines.count <= Files::kMostBytes) std::erase_if(named.files, is_endless);
  if (auto error = unmodelled_file(words, named)) return base::Error{std::move(*error)};
  if (read.operands.has('q')) lines.names = Lines::Names::never;
  if (read.operands.has('v')) lines.names = Lines::Names::always;
  const bool follows = read.operands.has('f') || read.operands.has('F');
  if (follows && read.operands.files.empty())
    return base::Error{SyntaxError{words[0].column, "-f", "a file is needed to be followed", {}}};
  if (follows) return CommandPtr(std::make_shared<FollowCommand>(read.operands.files, lines, read.operands.has('F')));
  if (!read.operands.files.empty())
    return instant([tail, lines, files = read.operands.files](Machine& machine, Io& io) {
      return over_files(tail, lines, files, machine, io);
    });
  if (!tail && lines.but)
    return instant_reader([lines](Machine&, Io& io) {
      io.print(first_part(io.in->take_all(), lines));
      return 0;
    });
  if (!tail) return head_of_input(lines.count, lines.bytes);
  return instant_reader([lines](Machine&, Io& io) {
    io.print(last_lines(io.in->take_all(), lines));
    return 0;
  });
}

}  // namespace

CommandResultOrError parse_head(const std::vector<Word>& words) { return parse_ends(words, false); }
CommandResultOrError parse_tail(const std::vector<Word>& words) { return parse_ends(words, true); }

CommandResultOrError parse_tee(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"tee", "a", "ip", "append=a ignore-interrupts=i output-error?p"});
  if (read.instead) return std::move(*read.instead);
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  return filter([operands = std::move(read.operands)] {
    struct State {
      bool open = false;
      int status = 0;
      std::vector<std::shared_ptr<OutputFile>> files{};
    };
    return [operands, state = std::make_shared<State>()](Machine& machine, Io& io) -> std::optional<int> {
      for (std::size_t i = 0; !state->open && i < operands.files.size(); ++i) {
        auto opened = machine.files().open(operands.files[i], operands.has('a'));
        if (opened.file) {
          state->files.push_back(std::move(opened.file));
          continue;
        }
        io.complain(fmt::format("tee: {}: {}\n", quoted_name(operands.files[i]), text_of(opened.error)));
        state->status = 1;
      }
      state->open = true;
      const std::string text = io.in->take_all();
      if (!text.empty()) io.print(text);
      for (const auto& file : state->files) file->write(text);
      if (!io.in->ended()) return std::nullopt;
      for (const auto& file : state->files)
        if (file->close() != FileError::none) state->status = 1;
      return state->status;
    };
  });
}

}  // namespace lvs::control
