// SPDX-License-Identifier: GPL-2.0-or-later
// pgrep and pkill (procps).
#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <regex>

#include "control/machine/usual/parsers.h"
#include "control/programs/procps/deliver.h"
#include "control/programs/procps/match.h"

namespace lvs::control {
namespace {

struct Choice {
  bool kills = false;  // pkill
  int signal = kSigTerm;
  bool full = false, exact = false, newest = false, oldest = false;
  bool count = false, names = false, lines = false, echo = false;
  std::optional<Pid> parent;
  std::string pattern;
  std::regex expression;

  std::string program() const { return kills ? "pkill" : "pgrep"; }

  bool fits(const Process& process) const {
    if (parent && process.parent() != *parent) return false;
    if (pattern.empty()) return true;
    const std::string text = full ? command_line(process) : process.name();
    return exact ? std::regex_match(text, expression) : std::regex_search(text, expression);
  }
};

std::vector<Process*> chosen(const Choice& choice, Machine& machine, Pid except) {
  std::vector<Process*> result;
  for (Process* const each : machine.processes().all())
    if (each->pid() != except && choice.fits(*each)) result.push_back(each);
  if (result.size() > 1 && choice.newest) result = {result.back()};
  if (result.size() > 1 && choice.oldest) result = {result.front()};
  return result;
}

int run(const Choice& choice, Machine& machine, Io& io) {
  const auto found = chosen(choice, machine, io.pid);
  for (const Process* process : found) {
    if (choice.kills) {
      machine.processes().send(process->pid(), choice.signal);
      if (choice.echo) io.print(fmt::format("{} killed (pid {})\n", process->name(), process->pid()));
    } else if (!choice.count) {
      io.print(fmt::format("{}", process->pid()));
      if (choice.lines)
        io.print(" " + command_line(*process));
      else if (choice.names)
        io.print(" " + process->name());
      io.print("\n");
    }
  }
  if (choice.count) io.print(fmt::format("{}\n", found.size()));
  return found.empty() ? 1 : 0;
}

// True: taken; the letters are those of one word.
bool take_letters(std::string_view letters, Choice& choice) {
  for (const char letter : letters) {
    switch (letter) {
      case 'f': choice.full = true; break;
      case 'x': choice.exact = true; break;
      case 'n': choice.newest = true; break;
      case 'o': choice.oldest = true; break;
      case 'c': choice.count = true; break;
      case 'l': choice.names = true; break;
      case 'a': choice.lines = true; break;
      case 'e': choice.echo = true; break;
      default: return false;
    }
  }
  return true;
}

CommandResultOrError parse(const std::vector<Word>& words, Choice choice) {
  Args args(words);
  const std::string hint = fmt::format("Try `{} --help' for more information.\n", choice.program());
  bool given = false;
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word.size() < 2 || word[0] != '-') {
      if (given) return refusal(2, fmt::format("{}: only one pattern can be provided\n{}", choice.program(), hint));
      choice.pattern = word;
      given = true;
      continue;
    }
    const auto signal = choice.kills ? signal_number(word.substr(1)) : std::nullopt;
    if (signal) {
      if (default_action(*signal) == SignalAction::stop)
        return base::Error{args.unknown("stopping a process is not modelled")};
      choice.signal = *signal;
    } else if (word == "-P") {
      const std::string& number = args.take();
      Pid parent = 0;
      const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), parent);
      if (problem != std::errc() || end != number.data() + number.size())
        return base::Error{args.unknown("a process number is needed here")};
      choice.parent = parent;
    } else if (!take_letters(std::string_view(word).substr(1), choice)) {
      return base::Error{args.unknown("this option of " + choice.program() + " is not modelled",
                                      choice.kills ? "-SIGNAL -e -f -n -o -P -x" : "-a -c -f -l -n -o -P -x")};
    }
  }
  if (!given && !choice.parent)
    return refusal(2, fmt::format("{}: no matching criteria specified\n{}", choice.program(), hint));
  constexpr std::size_t kLongest = 200;
  if (choice.pattern.size() > kLongest) return base::Error{args.unknown("this pattern is too long to be modelled")};
  try {
    choice.expression = std::regex(choice.pattern, std::regex::extended | std::regex::optimize);
  } catch (const std::regex_error&) {
    return base::Error{args.unknown("this pattern is not modelled", "extended regular expressions")};
  }
  return CommandPtr(std::make_shared<Deliver>([choice](Machine& machine, Io& io) { return run(choice, machine, io); }));
}

}  // namespace

CommandResultOrError parse_pgrep(const std::vector<Word>& words) { return parse(words, {}); }

CommandResultOrError parse_pkill(const std::vector<Word>& words) {
  Choice choice;
  choice.kills = true;
  return parse(words, choice);
}

}  // namespace lvs::control
