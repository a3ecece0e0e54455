// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/console/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <ostream>
#include <string_view>

#include "base/printable.h"

namespace lvs::scenarios {
namespace {

constexpr const char* kBold = "\033[1m";
constexpr const char* kDim = "\033[2m";
constexpr const char* kPrompt = "\033[34m";
constexpr const char* kError = "\033[31m";
constexpr const char* kReset = "\033[0m";

double seconds(base::Time t) { return std::chrono::duration<double>(t).count(); }

}  // namespace

std::string written_over(std::string_view text) {
  std::string out, line;
  std::size_t column = 0;
  for (const char c : text) {
    if (c == '\n') {
      out += line + c;
      line.clear();
      column = 0;
    } else if (c == '\r') {
      column = 0;
    } else {
      if (column < line.size())
        line[column] = c;
      else
        line += c;
      ++column;
    }
  }
  return out + line;
}

bool wants_colours() {
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr && term != nullptr &&
         std::string_view(term) != "dumb";
}

void LabTerminal::begin(const control::Lab& lab) {
  out_ << colour(kBold) << base::printable(lab.name) << colour(kReset);
  if (!lab.description.empty()) out_ << ": " << base::printable(lab.description);
  out_ << '\n';
}

void LabTerminal::result(const control::CommandResult& r) { print(r, '#'); }

void LabTerminal::output(const control::CommandResult& r) { print(r, '>'); }

void LabTerminal::print(const control::CommandResult& r, char prompt) {
  out_ << fmt::format("{}{:>9.3f}{} {}{}{}{} {}\n", colour(kDim), seconds(r.at), colour(kReset), colour(kPrompt),
                      r.host, prompt, colour(kReset), base::printable(r.command));
  const auto say = [&](const std::string& text, const char* code) {
    if (text.empty()) return;
    out_ << colour(code) << base::printable(written_over(text)) << colour(kReset);
    if (text.back() != '\n') out_ << '\n';
  };
  say(r.out, "");
  say(r.err, kError);
  if (r.status != 0) out_ << colour(kDim) << "[status " << r.status << "]" << colour(kReset) << '\n';
  out_.flush();
}

void LabTerminal::end(const control::LabRun& run) {
  std::uint64_t frames = run.frames;
  for (const auto& capture : run.captures) frames += run.frames == 0 ? capture.frames.size() : 0;
  out_ << fmt::format("{}{:>9.3f} end: {} commands, {} frames on {} interfaces [{}]{}\n", colour(kDim),
                      seconds(run.end), run.commands.size(), frames, run.captures.size(), run.engine, colour(kReset));
  for (const std::string& notice : run.notices) out_ << "notice: " << base::printable(notice) << '\n';
}

}  // namespace lvs::scenarios
