// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/builtins.h"
#include "base/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/options/call.h"
#include "control/machine/shell/options/getopts.h"
#include "control/machine/shell/options/names.h"
#include "control/machine/shell/options/read.h"
#include "control/machine/shell/options/trap.h"
#include "control/machine/shell/substitute.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

using Jump = ShellScope::Jump;

std::optional<unsigned> number_of(const std::string& text) { return base::number<unsigned>(text); }

// --- folders ---

// set -o NAME
bool* named_option(ShellScope& scope, std::string_view name) {
  if (name == "errexit") return &scope.ends_on_failure;
  if (name == "errtrace") return &scope.traps_everywhere;
  if (name == "noglob") return &scope.plain_patterns;
  if (name == "nounset") return &scope.wants_variables;
  if (name == "xtrace") return &scope.shows_commands;
  return name == "pipefail" ? &scope.whole_pipe : nullptr;
}

BuiltinResult run_set(const Call& call) {
  std::size_t i = 1;
  for (; i < call.size() && call.at(i).size() > 1 && (call.at(i)[0] == '-' || call.at(i)[0] == '+'); ++i) {
    if (call.at(i) == "--") {
      ++i;
      call.scope.arguments.clear();
      break;
    }
    const bool on = call.at(i)[0] == '-';
    const std::string letters = call.at(i).substr(1);
    if (letters.ends_with('o')) {
      const std::string& name = call.at(++i);
      if (name == "pipefail" && !call.scope.bash) {  // dash 0.5.12 has no such option
        call.scope.jump = Jump::exit;
        return {call.complain(fmt::format("Illegal option {} pipefail", on ? "-o" : "+o"), 2)};
      }
      bool* const option = named_option(call.scope, name);
      if (option != nullptr) *option = on;
    }
    for (const char letter : letters) {
      if (letter == 'o') continue;
      // check_shell_builtin() lets no other letters through.
      if (letter == 'E' && !call.scope.bash) return call.fail(fmt::format("Illegal option -{}", letter), {});
      bool& option = letter == 'e'   ? call.scope.ends_on_failure
                     : letter == 'E' ? call.scope.traps_everywhere
                     : letter == 'f' ? call.scope.plain_patterns
                     : letter == 'u' ? call.scope.wants_variables
                                     : call.scope.shows_commands;
      option = on;
    }
  }
  if (i < call.size()) {
    call.scope.arguments.clear();
    for (; i < call.size(); ++i) call.scope.arguments.push_back(call.at(i));
  }
  return {0};
}

BuiltinResult run_shift(const Call& call) {
  const auto count = call.size() > 1 ? number_of(call.at(1)) : std::optional(1u);
  if (!count) return call.fail("Illegal number: " + call.at(1), call.at(1) + ": numeric argument required");
  if (*count > call.scope.arguments.size()) return call.fail("can't shift that many", {});
  call.scope.arguments.erase(call.scope.arguments.begin(), call.scope.arguments.begin() + *count);
  return {0};
}

BuiltinResult run_return(const Call& call) {
  if (call.scope.bash && call.scope.calls == 0 && call.scope.texts == 0)
    return {call.complain("can only `return' from a function or sourced script", 2)};
  const auto status = call.size() > 1 ? number_of(call.at(1)) : std::optional<unsigned>(call.scope.status);
  if (!status) {
    call.scope.jump = call.scope.bash && call.scope.depth > 0 ? Jump::return_ : Jump::none;
    return call.fail("Illegal number: " + call.at(1), call.at(1) + ": numeric argument required", 2);
  }
  call.scope.jump = call.scope.depth > 0 ? Jump::return_ : Jump::exit;
  return {static_cast<int>(*status & 0xff)};
}

// Alone it keeps the status of the command before it.
BuiltinResult run_exit(const Call& call) {
  call.scope.jump = Jump::exit;
  if (call.size() == 1) return {call.scope.status};
  const bool negative = call.scope.bash && call.at(1).starts_with('-');
  const auto status = number_of(call.at(1).substr(negative ? 1 : 0));
  if (!status) {
    return {call.scope.bash ? call.complain(call.at(1) + ": numeric argument required", 2)
                            : call.complain("Illegal number: " + call.at(1), 2)};
  }
  if (call.size() > 2 && call.scope.bash) {
    call.scope.jump = Jump::discard;
    return {call.complain("too many arguments", 1)};
  }
  return {static_cast<int>((negative ? 0 - *status : *status) & 0xff)};
}

// --- input ---

class WaitRunner final : public Runner {
 public:
  WaitRunner(const Call& call) : scope_(call.scope), root_(call.root), err_(call.streams.err) {
    for (std::size_t i = 1; i < call.size(); ++i) pids_.push_back(number_of(call.at(i)).value_or(UINT32_MAX));
    if (pids_.empty()) pids_.push_back(0);
  }
  bool advance() override {
    for (; next_ < pids_.size(); ++next_) {
      const int status = root_.background_status(pids_[next_]);
      if (status < 0) return false;
      constexpr int kBySignal = 256;
      const int signal = status >= kBySignal ? status - kBySignal : 0;
      if (signal != 0 && signal != kSigInt && signal != kSigPipe) err_->write(fmt::format("{}\n", signal_text(signal)));
      scope_.status = signal != 0 ? 128 + signal : status;
    }
    return true;
  }

 private:
  ShellScope& scope_;
  ShellRoot& root_;
  OutputPtr err_;
  std::vector<Pid> pids_;
  std::size_t next_ = 0;
};

// --- texts ---

BuiltinResult run_eval(const Call& call) {
  std::string text;
  for (std::size_t i = 1; i < call.size(); ++i) text.append(i > 1 ? " " : "").append(call.at(i));
  return run_text(text, "eval", call.scope, call.streams, call.root);
}

BuiltinResult run_dot(const Call& call) {
  if (call.size() < 2) return {call.scope.bash ? call.complain("filename argument required", 2) : 0};
  const std::string& file = call.at(1);
  const auto content = call.root.machine().files().read(Files::absolute(file, call.scope.folder));
  if (content.error == FileError::none) return run_text(content.text, file, call.scope, call.streams, call.root);
  if (call.scope.bash) {
    call.streams.err->write(fmt::format("{}{}: {}\n", place_of(call.scope), file, text_of(content.error)));
    return {1};
  }
  call.scope.jump = Jump::exit;  // a special builtin that fails ends dash
  return {call.complain(fmt::format("cannot open {}: No such file", file), 2)};
}

BuiltinResult run_source(const Call& call) { return call.scope.bash ? run_dot(call) : not_found(call); }

BuiltinResult run_map(const Call& call) {
  if (!call.scope.bash) return run_declare(call);
  return {0, run_mapfile(call.words, call.scope, call.streams, call.root)};
}

// Jobs are not signalled when their shell ends, so there is nothing to keep from it.
BuiltinResult run_disown(const Call& call) {
  if (!call.scope.bash) return not_found(call);
  if (call.size() == 1 && call.scope.background == 0) return {call.complain("current: no such job", 1)};
  return {0};
}

BuiltinResult run_options(const Call& call) {
  if (!call.scope.bash) return not_found(call);
  return run_shopt(call.words, call.scope);
}

BuiltinResult run_hashed(const Call& call) { return run_hash(call.words, call.scope, call.streams, call.root); }

BuiltinResult run_names(const Call& call) { return run_which(call.words, call.scope, call.streams, call.root); }

struct Builtin {
  std::string_view name;
  BuiltinResult (*run)(const Call& call);
};
constexpr auto kBuiltins = std::to_array<Builtin>({
    {".", run_dot},
    {"alias", run_alias},
    {"cd", run_cd},
    {"command", run_names},
    {"declare", run_declare},
    {"dirs", run_folders},
    {"disown", run_disown},
    {"eval", run_eval},
    {"exit", run_exit},
    {"export", run_export},
    {"getopts", [](const Call& call) { return BuiltinResult{run_getopts(call.words, call.scope, call.streams)}; }},
    {"hash", run_hashed},
    {"let", not_found},  // of bash: bash/condition.h
    {"local", run_export},
    {"mapfile", run_map},
    {"popd", run_folders},
    {"pushd", run_folders},
    {"pwd", run_pwd},
    {"read",
     [](const Call& call) {
       return BuiltinResult{0, run_read(call.words, call.scope, call.streams, call.root)};
     }},
    {"readarray", run_map},
    {"readonly", run_export},
    {"return", run_return},
    {"set", run_set},
    {"shift", run_shift},
    {"shopt", run_options},
    {"source", run_source},
    {"type", run_names},
    {"typeset", run_declare},
    {"ulimit", [](const Call&) { return BuiltinResult{0}; }},  // nothing of that is bounded here
    {"trap", [](const Call& call) { return run_trap(call.words, call.scope, call.streams, call.root); }},
    {"umask", run_umask},
    {"unalias", run_alias},
    {"unset", run_unset},
    {"wait",
     [](const Call& call) {
       return BuiltinResult{0, std::make_unique<WaitRunner>(call)};
     }},
});
constexpr auto kUnmodelled = std::to_array<std::string_view>({"bg", "exec", "fg", "jobs", "times"});

}  // namespace

BuiltinResult not_found(const Call& call) {
  call.streams.err->write(fmt::format("{}{}: not found\n", place_of(call.scope), call.at(0)));
  return {127};
}

bool is_special_builtin(std::string_view name) {
  static constexpr auto kSpecial =
      std::to_array<std::string_view>({".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly",
                                       "return", "set", "shift", "times", "trap", "unset"});
  return std::ranges::find(kSpecial, name) != kSpecial.end();
}

bool is_shell_builtin(std::string_view name) {
  return std::ranges::find(kBuiltins, name, &Builtin::name) != kBuiltins.end() ||
         std::ranges::find(kUnmodelled, name) != kUnmodelled.end();
}

std::optional<SyntaxError> check_shell_builtin(const std::vector<Word>& words) {
  const Word& name = words.front();
  const auto odd = [&](std::size_t i, std::string known) {
    return SyntaxError{words[i].column, words[i].text, "not modelled here", std::move(known)};
  };
  if (std::ranges::find(kUnmodelled, name.text) != kUnmodelled.end())
    return SyntaxError{name.column, name.text, "this command of the shell is not modelled", {}};
  if (name.text == "declare" || name.text == "typeset") return check_declare(words);
  if (name.text == "shopt") return check_shopt(words);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    const bool option = word.size() > 1 && (word[0] == '-' || word[0] == '+');
    if (name.text == "set") {
      if (word == "--" || !option) break;
      if (word.ends_with('o') && word.find_first_not_of("eEfux", 1) == word.size() - 1) {
        ShellScope scope;
        if (i + 1 == words.size() || named_option(scope, words[i + 1].text) == nullptr)
          return odd(std::min(i + 1, words.size() - 1), "errexit errtrace noglob nounset xtrace pipefail");
        ++i;
        continue;
      }
      if (word.find_first_not_of("eEfux", 1) != std::string::npos)
        return odd(i, "-e -E -f -u -x +e +f +u +x -- ARGUMENTS");
    } else if (name.text == "ulimit") {
      if (words.size() != 3) return odd(i, "-n NUMBER and its like");
    } else if (name.text == "command") {
      if (i == 1 && word != "-v" && word != "-V") return odd(i, "-v NAME, -V NAME");
    } else if (name.text == "type") {
      if (option && word != "-t" && word != "-p") return odd(i, "-t NAMES, NAMES");
    } else if (name.text == "hash") {
      if (option && word != "-r") return odd(i, "-r, NAMES");
    } else if (name.text == "disown") {
      if (option && word != "-a" && word != "-h" && word != "-r") return odd(i, "-a, a PID");
    } else if (name.text == "umask") {
      if (words.size() > 2 || word.find_first_not_of("01234567") != std::string::npos) return odd(i, "077, 0022");
    } else if (name.text == "alias" || name.text == "unalias") {
      if (name.text == "alias" ? word.find('=') == std::string::npos : word != "-a") return odd(i, "NAME=VALUE, -a");
    } else if (name.text == "dirs" || name.text == "pushd" || name.text == "popd") {
      if (option || words.size() > (name.text == "pushd" ? 2 : 1)) return odd(i, "pushd FOLDER, popd, dirs");
    } else if (name.text == "mapfile" || name.text == "readarray") {
      if (option && word != "-t" && word != "-n" && word != "-s") return odd(i, "-t -n COUNT -s COUNT NAME");
    } else if (name.text == "read") {
      if (option && !is_read_option(word)) return odd(i, "-r -p -s -t -n -d -u -a NAMES");
    } else if (name.text == "cd" || name.text == "pwd" || name.text == "export" || name.text == "readonly") {
      const bool folders = name.text == "cd" || name.text == "pwd";
      if (option && !(folders && (word == "-P" || word == "-L"))) return odd(i, {});
    }
  }
  return std::nullopt;
}

BuiltinResult run_shell_builtin(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                                ShellRoot& root) {
  if (auto error = check_shell_builtin(words)) {
    streams.err->write(fmt::format("not modelled: {}\n", error->text()));
    return {2};
  }
  const auto found = std::ranges::find(kBuiltins, words.front().text, &Builtin::name);
  return found->run({words, scope, streams, root});
}

}  // namespace lvs::control
