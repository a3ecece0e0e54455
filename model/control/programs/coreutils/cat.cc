// SPDX-License-Identifier: GPL-2.0-or-later
// cat (coreutils): files of the machine, and standard input as it comes.
#include <fmt/format.h>

#include <algorithm>

#include "control/machine/registry.h"
#include "control/programs/coreutils/filter.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

// -n: numbers before lines, through all files.
class Numbers {
 public:
  std::string with(std::string_view text) {
    std::string result;
    for (const char c : text) {
      if (start_) result += fmt::format("{:>6}\t", ++line_);
      result += c;
      start_ = c == '\n';
    }
    return result;
  }

 private:
  std::size_t line_ = 0;
  bool start_ = true;
};

struct State {
  std::size_t next = 0;  // file
  int status = 0;
  Numbers numbers{};
};

std::optional<int> step(const Operands& operands, State& state, Machine& machine, Io& io) {
  const auto print = [&](const std::string& text) {
    if (!text.empty()) io.print(operands.has('n') ? state.numbers.with(text) : text);
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
    io.complain(fmt::format("cat: {}: {}\n", path, text_of(file.error)));
    state.status = 1;
  }
  return state.status;
}

}  // namespace

CommandResultOrError parse_cat(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"cat", "nu", "AbeEstTv"});
  if (read.instead) return std::move(*read.instead);
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  if (read.operands.files.empty()) read.operands.files.emplace_back("-");
  return filter([operands = std::move(read.operands)] {
    return [operands, state = State{}](Machine& machine, Io& io) mutable { return step(operands, state, machine, io); };
  });
}

}  // namespace lvs::control
