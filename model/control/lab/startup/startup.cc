// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/startup/startup.h"

#include <algorithm>

#include "control/lab/text.h"
#include "control/machine/shell/statements/statement.h"

namespace lvs::control {
namespace {

// A statement longer than that is taken as one that does not end: looking at it anew with each line takes time.
constexpr std::size_t kMostLines = 1000, kMostBytes = 64 << 10;

class StartupReader {
 public:
  StartupReader(const std::string& file, std::string_view text) : file_(file), left_(text) {}

  std::vector<LabLine> run() {
    while (!left_.empty()) statement();
    return std::move(lines_);
  }

 private:
  std::string_view take_line() {
    const std::size_t end = std::min(left_.find('\n'), left_.size());
    std::string_view line = left_.substr(0, end);
    left_.remove_prefix(std::min(end + 1, left_.size()));
    ++number_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  void statement() {
    std::string text(take_line());
    const int first = number_;
    const std::string_view said = lab_text::trim(text);
    if (said.empty() || said.starts_with('#')) return;
    for (std::size_t more = 0; !left_.empty() && (lab_text::ends_in_escape(text) || is_unfinished(text)); ++more) {
      if (more == kMostLines || text.size() > kMostBytes) {
        (text += '\n') += left_;
        left_ = {};
        break;
      }
      if (lab_text::ends_in_escape(text))
        text.pop_back();
      else
        text += '\n';
      text += take_line();
    }
    add({{file_, first}, std::string(lab_text::trim(text))});
  }

  void add(LabLine line) {
    if (lab_text::ends_in_escape(line.text)) line.text += ' ';  // "\\ " at the end is an escaped blank
    lines_.push_back(std::move(line));
  }

  std::string file_;
  std::string_view left_;
  int number_ = 0;
  std::vector<LabLine> lines_;
};

}  // namespace

std::vector<LabLine> startup_lines(const std::string& file, std::string_view text) {
  return StartupReader(file, text).run();
}

std::string Definitions::take(const std::string& text) {
  std::string before = all_;
  // In one line with what follows, so that messages of the shell name the same line as without.
  const char* const end = text.find('#') == std::string::npos ? "; " : "\n";
  if (all_.size() + text.size() >= kMostBytes) return before;
  if (only_defines(all_ + text))
    (all_ += text) += end;
  else if (const std::string part = defining_part(text); !part.empty() && only_defines(all_ + part))
    (all_ += part) += "; ";
  return before;
}

}  // namespace lvs::control
