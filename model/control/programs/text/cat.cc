// SPDX-License-Identifier: GPL-2.0-or-later
// cat (coreutils): files of the machine, and standard input as it comes; all of its options.
#include <fmt/format.h>

#include <algorithm>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/filter.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

// What of the text is shown otherwise than it stands there: -n -b -s -v -E -T, through all files.
class Shown {
 public:
  explicit Shown(const Operands& operands) {
    const auto has = [&](std::string_view letters) {
      return std::ranges::any_of(letters, [&](char letter) { return operands.has(letter); });
    };
    full_lines_ = has("b");
    numbers_ = full_lines_ || has("n");
    squeezes_ = has("s");
    ends_ = has("AEe");
    tabs_ = has("ATt");
    controls_ = has("Aetv");
    plain_ = !numbers_ && !squeezes_ && !ends_ && !tabs_ && !controls_;
  }

  std::string of(std::string_view text) {
    if (plain_) return std::string(text);
    std::string result;
    for (const char c : text) {
      const bool empty = start_ && c == '\n';
      if (empty && squeezes_ && was_empty_) continue;
      if (start_) was_empty_ = empty;
      if (start_ && numbers_ && !(empty && full_lines_)) result += fmt::format("{:>6}\t", ++line_);
      if (c == '\n' && ends_) result += '$';
      add(c, result);
      start_ = c == '\n';
    }
    return result;
  }

 private:
  void add(char c, std::string& result) const {
    auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || (c == '\t' ? !tabs_ : !controls_)) {
      result += c;
      return;
    }
    if (byte >= 0x80) {
      result += "M-";
      byte &= 0x7f;
    }
    if (byte < ' ')
      (result += '^') += static_cast<char>(byte + '@');
    else
      result += byte == 0x7f ? std::string("^?") : std::string(1, static_cast<char>(byte));
  }

  bool numbers_ = false, full_lines_ = false, squeezes_ = false, ends_ = false, tabs_ = false, controls_ = false;
  bool plain_ = true;
  std::size_t line_ = 0;
  bool start_ = true, was_empty_ = false;
};

constexpr std::string_view kLongs =
    "show-all=A number-nonblank=b show-ends=E number=n squeeze-blank=s show-tabs=T show-nonprinting=v";

struct State {
  std::size_t next = 0;  // file
  int status = 0;
  Shown shown;
};

std::optional<int> step(const Operands& operands, State& state, Machine& machine, Io& io) {
  const auto print = [&](const std::string& text) {
    if (!text.empty()) io.print(state.shown.of(text));
  };
  for (; state.next < operands.files.size(); ++state.next) {
    const std::string& path = operands.files[state.next];
    if (path == "-") {
      print(io.in->take_all());
      if (!io.in->ended()) return std::nullopt;
      continue;
    }
    const auto file = machine.files().read(path);
    print(file.text);
    if (file.error == FileError::none) continue;
    io.complain(fmt::format("cat: {}: {}\n", quoted_name(path), text_of(file.error)));
    state.status = 1;
  }
  return state.status;
}

}  // namespace

CommandResultOrError parse_cat(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"cat", "AbeEnstTuv", "", kLongs});
  if (read.instead) return std::move(*read.instead);
  std::ranges::replace(read.operands.files, "/dev/stdin", "-");
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  if (read.operands.files.empty()) read.operands.files.emplace_back("-");
  return filter([operands = std::move(read.operands)] {
    return [operands, state = State{.shown = Shown(operands)}](Machine& machine, Io& io) mutable {
      return step(operands, state, machine, io);
    };
  });
}

}  // namespace lvs::control
