// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of a person at a terminal, with history and completion, or of a script on standard input.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lvs::scenarios {

class LineReader {
 public:
  // `complete`: what the word that begins with `start` may be, `before` being the line up to it.
  using Complete = std::function<std::vector<std::string>(const std::string& before, const std::string& start)>;

  explicit LineReader(Complete complete);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  bool at_terminal() const { return terminal_; }
  // Nothing at the end of the input (Ctrl-D). Ctrl-C gives an empty line.
  std::optional<std::string> read(const std::string& prompt);
  // Ctrl-C was pressed since this was asked last.
  static bool interrupted();

 private:
  bool terminal_;
};

}  // namespace lvs::scenarios
