// SPDX-License-Identifier: GPL-2.0-or-later
// killall (psmisc) and pidof (sysvinit).
#include <fmt/format.h>

#include <algorithm>

#include "control/machine/usual/parsers.h"
#include "control/programs/procps/deliver.h"
#include "control/programs/procps/match.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKillallUsage =
    "Usage: killall [OPTION]... [--] NAME...\n"
    "       killall -l, --list\n"
    "       killall -V, --version\n\n"
    "  -e,--exact          require exact match for very long names\n"
    "  -I,--ignore-case    case insensitive process name match\n"
    "  -g,--process-group  kill process group instead of process\n"
    "  -y,--younger-than   kill processes younger than TIME\n"
    "  -o,--older-than     kill processes older than TIME\n"
    "  -i,--interactive    ask for confirmation before killing\n"
    "  -l,--list           list all known signal names\n"
    "  -q,--quiet          don't print complaints\n"
    "  -r,--regexp         interpret NAME as an extended regular expression\n"
    "  -s,--signal SIGNAL  send this signal instead of SIGTERM\n"
    "  -u,--user USER      kill only process(es) running as USER\n"
    "  -v,--verbose        report if the signal was successfully sent\n"
    "  -V,--version        display version information\n"
    "  -w,--wait           wait for processes to die\n"
    "  -n,--ns PID         match processes that belong to the same namespaces\n"
    "                      as PID\n"
    "  -Z,--context REGEXP kill only process(es) having context\n"
    "                      (must precede other arguments)\n\n";
constexpr std::string_view kNames =
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT\n"
    "CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS \n";

struct Killall {
  int signal = kSigTerm;
  bool quiet = false, verbose = false, wait = false;
  std::vector<std::string> names;
};

int run(const Killall& what, Machine& machine, Io& io) {
  int status = 0;
  for (const std::string& name : what.names) {
    const auto found = processes_named(machine, name, io.pid);
    for (const Process* process : found) {
      machine.processes().send(process->pid(), what.signal);
      if (what.verbose)
        io.complain(fmt::format("Killed {}({}) with signal {}\n", process->name(), process->pid(), what.signal));
    }
    if (!found.empty()) continue;
    if (!what.quiet) io.complain(fmt::format("{}: no process found\n", name));
    status = 1;
  }
  return status;
}

// -w: looks once a second until nobody of those names is left.
class KillallWait final : public Command {
 public:
  explicit KillallWait(Killall what) : what_(std::move(what)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    const int status = run(what_, machine, io);
    if (status == 0) return std::make_unique<Waiting>(what_, machine, io, std::move(done));
    done(status);
    return nullptr;
  }

 private:
  class Waiting final : public Task {
   public:
    Waiting(const Killall& what, Machine& machine, const Io& io, Done done)
        : what_(what), machine_(machine), self_(io.pid), done_(std::move(done)), alarm_(machine.host(), [this] {
            look();
          }) {
      alarm_.set_after(std::chrono::seconds(1));
    }

   private:
    void look() {
      for (const std::string& name : what_.names)
        if (!processes_named(machine_, name, self_).empty()) return alarm_.set_after(std::chrono::seconds(1));
      done_(0);
    }
    const Killall& what_;
    Machine& machine_;
    Pid self_;
    Done done_;
    Alarm alarm_;
  };

  Killall what_;
};

}  // namespace

CommandResultOrError parse_killall(const std::vector<Word>& words) {
  Args args(words);
  Killall what;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "-q" || word == "--quiet")
      what.quiet = true;
    else if (word == "-v" || word == "--verbose")
      what.verbose = true;
    else if (word == "-w" || word == "--wait")
      what.wait = true;
    else if (word == "-e" || word == "--exact" || word == "--")
      continue;
    else if (word == "-l" || word == "--list")
      return refusal(0, {}, std::string(kNames));
    else if (word.size() > 1 && word[0] == '-') {
      const bool named = word == "-s" || word == "--signal";
      const std::string name = named ? args.take() : word.substr(word.starts_with("-s") ? 2 : 1);
      const auto number = signal_number(name);
      if (!number && !named && word[1] == '-')
        return base::Error{args.unknown("this option of killall is not modelled")};
      if (!number) return refusal(1, fmt::format("{}: unknown signal; killall -l lists signals.\n", name));
      if (default_action(*number) == SignalAction::stop)
        return base::Error{args.unknown("stopping a process is not modelled")};
      what.signal = *number;
    } else {
      what.names.push_back(word);
    }
  }
  if (what.names.empty()) return refusal(1, std::string(kKillallUsage));
  if (what.wait) return CommandPtr(std::make_shared<KillallWait>(std::move(what)));
  return CommandPtr(std::make_shared<Deliver>([what](Machine& machine, Io& io) { return run(what, machine, io); }));
}

CommandResultOrError parse_pidof(const std::vector<Word>& words) {
  Args args(words);
  bool single = false;
  std::vector<std::string> names, omitted;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "-s") {
      single = true;
    } else if (word == "-o" && !args.empty()) {
      omitted.push_back(args.take());
    } else if (word.size() > 1 && word[0] == '-' && word != "-x" && word != "-c") {
      return base::Error{args.unknown("this option of pidof is not modelled", "-s -x -o PID")};
    } else if (word[0] != '-') {
      names.push_back(word);
    }
  }
  return instant([single, names, omitted](Machine& machine, Io& io) {
    std::string line;
    const Process* const own = machine.processes().find(io.pid);
    for (const std::string& name : names) {
      auto found = processes_named(machine, std::string_view(name).substr(name.rfind('/') + 1), io.pid);
      std::ranges::reverse(found);  // the newest first
      for (const Process* process : found) {
        const bool parent = own != nullptr && own->parent() == process->pid();
        if (std::ranges::any_of(omitted, [&](const std::string& each) {
              return each == std::to_string(process->pid()) || (each == "%PPID" && parent);
            }))
          continue;
        // A script is looked up by the name that it was started with.
        const auto& started = process->arguments();
        const bool script = started.size() > 1 && (started[0] == "/bin/sh" || started[0] == "/bin/bash");
        if (script && name.find('/') != std::string::npos && started[1] != name) continue;
        line += fmt::format("{}{}", line.empty() ? "" : " ", process->pid());
        if (single) break;
      }
    }
    if (line.empty()) return 1;
    io.print(line + "\n");
    return 0;
  });
}

}  // namespace lvs::control
