// SPDX-License-Identifier: GPL-2.0-or-later
// Commands of sh text at work: a tree of runners, asked again whenever something in it has ended. Internal to LineRun.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/machine/process.h"
#include "control/machine/shell/shell.h"
#include "control/machine/stream.h"

namespace lvs::control {

class Machine;

// A file with a number above 2.
struct OpenFile {
  OutputPtr out{};
  InputPtr in{};
};

// One shell's state. Subshells (pipelines, background, $(...), ( )) begin with a copy.
struct ShellScope {
  // discard: to the next line of the script (bash, behind a wrong expression).
  enum class Jump : std::uint8_t { none, exit, break_, continue_, return_, discard };
  static constexpr std::string_view kUsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  std::map<std::string, std::string> variables{{"HOME", "/root"}, {"PATH", std::string(kUsualPath)}};
  std::set<std::string> exported{"HOME", "PATH"};
  std::set<std::string> fixed{};         // readonly
  std::string name{"/bin/sh"};           // $0
  std::vector<std::string> arguments{};  // $1 ...
  std::map<std::string, std::shared_ptr<const ShellCommand>> functions{};
  std::string folder{"/root"};                // where relative names begin
  std::vector<std::string> folders{};         // of pushd
  unsigned mask = 022;                        // umask
  std::shared_ptr<const void> keeps{};        // the texts that its commands are of
  bool bash = false;                          // a script for bash
  bool script = false;                        // and no line of a lab
  bool ends_on_failure = false;               // set -e
  bool wants_variables = false;               // set -u
  bool shows_commands = false;                // set -x
  bool whole_pipe = false;                    // set -o pipefail
  bool traps_everywhere = false;              // set -E
  bool plain_patterns = false;                // set -f
  bool drops_patterns = false;                // shopt -s nullglob
  std::set<std::string> integers{};           // declare -i
  std::size_t failed_line = 0;                // $LINENO of a trap of ERR
  std::map<int, std::string> traps{};         // by signal, 0: at the end
  std::vector<int> caught{};                  // signals whose traps are to be run
  std::vector<std::string> function_names{};  // of the functions around
  unsigned tested = 0;                        // conditions around, whose failure ends nothing
  unsigned calls = 0;                         // functions around
  unsigned texts = 0;                         // files read by "." and texts of eval around
  unsigned loops = 0;                         // around, in this function
  unsigned leaves = 0;                        // of loops that break or continue has to leave, beside the innermost
  unsigned depth = 0;                         // functions and scripts in each other
  std::size_t option = 1, option_letter = 1;  // of getopts
  std::size_t line = 1;                       // of the command at work
  std::map<int, OpenFile> files{};            // 3 and above
  // Streams that exec has put others in place of.
  std::vector<std::pair<InputPtr, InputPtr>> replaced_in{};
  std::vector<std::pair<OutputPtr, OutputPtr>> replaced_out{}, replaced_err{};
  // What variables of `local` were before, of the function at work.
  std::vector<std::pair<std::string, std::optional<std::string>>> before{};

  int status = 0;      // $?
  Pid first = 0;       // $$
  Pid pid = 0;         // of the shell or subshell; its commands are its children
  Pid background = 0;  // $!
  // The process has nothing to do but one command, which takes its place (exec); `task`: that command, at work.
  bool replaced = false;
  Task* task = nullptr;
  Jump jump = Jump::none;
};

struct ShellStreams {
  InputPtr in;
  OutputPtr out, err;
};

// Whoever drives a tree of runners.
class ShellRoot {
 public:
  virtual ~ShellRoot() = default;
  virtual Machine& machine() = 0;
  // A command has ended: ask the tree again, soon and not from within this call.
  virtual void wake() = 0;
  // May a command start now? If not, the tree is asked again later: even a loop that does nothing takes time.
  virtual bool may_start() = 0;
  // The process that $! names.
  virtual Pid start_background(const Chain& chain, const ShellScope& scope, const ShellStreams& streams) = 0;
  // How a background job of this line has ended: -1: it goes on; 127: there is none of that number; 256 and more: by a
  // signal. With 0: all of them.
  virtual int background_status(Pid pid) const = 0;
};

// What a value that cannot be had does to the shell, and $?: dash ends. Bash ends where a variable is not set
// (`demand`), and drops the rest of the line else.
int end_on_error(ShellScope& scope, bool demand);

class Runner {
 public:
  virtual ~Runner() = default;
  // Goes on as far as possible; true once it has ended, its status in the scope.
  virtual bool advance() = 0;
  // Of `timeout`: it has this signal, and goes on until it ends; false: it hears none.
  virtual bool take_timeout(int signal) { return static_cast<void>(signal), false; }
};

// All of these must outlive the runner. `outermost`: of a script, whose lines are read one after the other.
std::unique_ptr<Runner> run_list(const CommandList& list, ShellScope& scope, const ShellStreams& streams,
                                 ShellRoot& root, bool outermost = false);
// The same without looking whether the chain is to run in the background.
std::unique_ptr<Runner> run_chain(const Chain& chain, ShellScope& scope, const ShellStreams& streams, ShellRoot& root);
// Is it one simple command, which can take the shell's place (exec)?
bool is_one_command(const Chain& chain);
bool is_one_command(const CommandList& list);
// shell-command.cc: one command with its redirections.
std::unique_ptr<Runner> run_command(const ShellCommand& command, ShellScope& scope, const ShellStreams& streams,
                                    ShellRoot& root);
// shell-compound.cc: for, while, if and groups.
std::unique_ptr<Runner> run_compound(const Compound& compound, ShellScope& scope, const ShellStreams& streams,
                                     ShellRoot& root);

}  // namespace lvs::control
