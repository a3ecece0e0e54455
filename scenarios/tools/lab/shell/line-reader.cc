// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/shell/line-reader.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): of POSIX, not of C
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>

#include "base/printable.h"

#ifdef LVS_HAVE_READLINE
#include <readline/history.h>
#include <readline/readline.h>

#include <cstdlib>
#include <cstring>
#endif

namespace lvs::scenarios {
namespace {

volatile std::sig_atomic_t ctrl_c = 0;

extern "C" void note_ctrl_c(int) { ctrl_c = 1; }

constexpr std::size_t kLongestLine = 1 << 20;

#ifdef LVS_HAVE_READLINE
// readline's call-backs have no argument of ours.
LineReader::Complete completer;
std::vector<std::string> candidates;

char* next_candidate(const char*, int state) {
  static std::size_t at = 0;
  if (state == 0) at = 0;
  return at < candidates.size() ? strdup(candidates[at++].c_str()) : nullptr;
}

char** complete(const char* start, int from, int) {
  rl_attempted_completion_over = 1;  // no names of this machine's files
  candidates = completer(std::string(rl_line_buffer, static_cast<std::size_t>(from)), start);
  return rl_completion_matches(start, next_candidate);
}

// At Ctrl-C: what was typed goes, the prompt comes again.
int begin_again() {
  if (ctrl_c == 0) return 0;
  ctrl_c = 0;
  std::putchar('\n');
  rl_replace_line("", 0);
  rl_on_new_line();
  rl_redisplay();
  return 0;
}
#endif

}  // namespace

LineReader::LineReader(Complete complete_word) : terminal_(isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) {
  struct sigaction action {};
  action.sa_handler = note_ctrl_c;  // without SA_RESTART: who reads is told
  if (terminal_) sigaction(SIGINT, &action, nullptr);
#ifdef LVS_HAVE_READLINE
  completer = std::move(complete_word);
  rl_readline_name = "lvs-lab";
  rl_catch_signals = 0;
  rl_signal_event_hook = begin_again;
  rl_attempted_completion_function = complete;
  rl_completer_word_break_characters = const_cast<char*>(" \t|;&");  // NOLINT: readline's interface
  using_history();
#else
  static_cast<void>(complete_word);
#endif
}

LineReader::~LineReader() {
#ifdef LVS_HAVE_READLINE
  completer = nullptr;
#endif
}

bool LineReader::interrupted() {
  const bool was = ctrl_c != 0;
  ctrl_c = 0;
  return was;
}

std::optional<std::string> LineReader::read(const std::string& prompt) {
  std::cout.flush();
#ifdef LVS_HAVE_READLINE
  if (terminal_) {
    char* const line = readline(prompt.c_str());
    if (line == nullptr) return std::nullopt;
    std::string text = line;
    std::free(line);  // NOLINT: readline's
    if (text.find_first_not_of(" \t") != std::string::npos) add_history(text.c_str());
    return text;
  }
#endif
  if (terminal_) std::cout << prompt << std::flush;
  std::string text;
  bool whole = true;
  for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
    if (c == EOF && std::ferror(stdin) != 0 && interrupted()) {
      std::clearerr(stdin);
      std::cout << '\n';
      return std::string();
    }
    if (c == EOF && text.empty()) return std::nullopt;
    if (c == EOF) break;
    whole = whole && text.size() < kLongestLine;
    if (whole) text += static_cast<char>(c);
  }
  if (!whole) {
    std::cout << prompt << "a line of more than 1 MiB: not run\n" << std::flush;
    return std::string();
  }
  if (!terminal_) std::cout << prompt << base::printable(text) << '\n' << std::flush;
  return text;
}

}  // namespace lvs::scenarios
