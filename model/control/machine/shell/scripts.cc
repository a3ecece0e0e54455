// SPDX-License-Identifier: GPL-2.0-or-later
// Functions and scripts: what runs with arguments of its own.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/builtins.h"
#include "control/machine/shell/options/trap.h"
#include "control/machine/shell/prefix.h"
#include "control/machine/shell/statements/broken.h"
#include "control/machine/shell/statements/script-names.h"
#include "control/machine/shell/subshell.h"

namespace lvs::control {
namespace {

constexpr unsigned kDeepest = 60;  // functions and scripts in each other

class FunctionRunner final : public Runner {
 public:
  FunctionRunner(std::shared_ptr<const ShellCommand> body, std::vector<std::string> arguments, ShellScope& scope,
                 const ShellStreams& streams, ShellRoot& root)
      : body_(std::move(body)),
        scope_(scope),
        arguments_(std::exchange(scope.arguments, std::move(arguments))),
        before_(std::exchange(scope.before, {})),
        loops_(std::exchange(scope.loops, 0)) {
    ++scope_.depth;
    ++scope_.calls;
    runner_ = run_command(*body_, scope, streams, root);
  }

  bool advance() override {
    if (!runner_->advance()) return false;
    runner_.reset();
    for (auto& [name, value] : scope_.before) {
      scope_.fixed.erase(name);
      if (value)
        scope_.variables[name] = std::move(*value);
      else
        scope_.variables.erase(name);
    }
    scope_.before = std::move(before_);
    scope_.loops = loops_;
    scope_.arguments = std::move(arguments_);
    --scope_.depth;
    --scope_.calls;
    scope_.function_names.pop_back();
    if (scope_.jump == ShellScope::Jump::return_) scope_.jump = ShellScope::Jump::none;
    return true;
  }

 private:
  std::shared_ptr<const ShellCommand> body_;  // it may be defined again meanwhile
  ShellScope& scope_;
  std::vector<std::string> arguments_;
  std::vector<std::pair<std::string, std::optional<std::string>>> before_;
  unsigned loops_;
  std::unique_ptr<Runner> runner_;
};

// Another shell, for a script.
class ScriptRunner final : public Runner {
 public:
  ScriptRunner(const ScriptCall& call, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : scope_(scope), err_(streams.err), root_(root), shell_(root, scope) {
    shell_.begin(call, streams);
  }
  bool advance() override {
    if (!shell_.advance()) return false;
    scope_.status = shell_.status();
    const int signal = shell_.killed_by();
    if (signal != 0 && signal != kSigInt && signal != kSigPipe && !timed_out_)
      err_->write(fmt::format("{}\n", signal_text(signal)));
    return true;
  }
  // All of the script's processes have it: the command at work ends, and a trap comes to its turn.
  bool take_timeout(int signal) override {
    timed_out_ = true;
    Processes& processes = root_.machine().processes();
    std::vector<Pid> group{shell_.pid()};
    for (const Process* each : processes.all())
      if (each->parent() == shell_.pid() && shell_.traps(signal)) group.push_back(each->pid());
    for (const Pid pid : group) processes.send(pid, signal);
    return true;
  }

 private:
  ShellScope& scope_;
  OutputPtr err_;
  ShellRoot& root_;
  Subshell shell_;
  bool timed_out_ = false;
};

// The same in place of a subshell that has nothing else to do: its process becomes the script's (exec).
class PlacedScriptRunner final : public Runner {
 public:
  PlacedScriptRunner(const ScriptCall& call, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : script_(call.script), scope_(scope), streams_(streams), root_(root) {
    if (Process* const own = root.machine().processes().find(scope.pid)) become_script(*own, call);
    before_ = std::exchange(scope_, script_scope(scope_, scope_.pid, call));
    runner_ = run_list(script_->chains, scope_, streams_, root_, scope_.name != "bash");
  }
  bool advance() override {
    if (!runner_->advance()) return false;
    if (!std::exchange(leaving_, true)) {
      runner_ = run_at_exit(scope_, streams_, root_);
      if (runner_) return advance();
    }
    runner_.reset();
    before_.status = scope_.status;
    scope_ = std::move(before_);
    return true;
  }

 private:
  ShellScriptPtr script_;
  ShellScope& scope_;
  ShellScope before_;
  ShellStreams streams_;
  ShellRoot& root_;
  std::unique_ptr<Runner> runner_;
  bool leaving_ = false;  // at work is what is to be done at the end
};

// Commands of a text, in this very shell.
class TextRunner final : public Runner {
 public:
  TextRunner(ShellScriptPtr script, ShellScope& scope, const ShellStreams& streams, ShellRoot& root)
      : script_(std::move(script)), scope_(scope), runner_(run_list(script_->chains, scope, streams, root)) {
    ++scope_.depth;
    ++scope_.texts;
    scope_.status = 0;
    kept_ = std::exchange(scope_.keeps, std::make_shared<Kept>(script_, scope_.keeps));
  }
  bool advance() override {
    if (!runner_->advance()) return false;
    --scope_.depth;
    --scope_.texts;
    scope_.keeps = std::move(kept_);
    if (scope_.jump == ShellScope::Jump::return_) scope_.jump = ShellScope::Jump::none;
    return true;
  }

 private:
  // What it leaves in the background outlives it.
  using Kept = std::pair<ShellScriptPtr, std::shared_ptr<const void>>;

  ShellScriptPtr script_;
  ShellScope& scope_;
  std::shared_ptr<const void> kept_;
  std::unique_ptr<Runner> runner_;
};

BuiltinResult refuse(const std::string& text, const ShellStreams& streams) {
  streams.err->write("not modelled: " + text + "\n");
  return {2};
}

ScriptNames known_scripts(const ShellScope& scope, ShellRoot& root) {
  return scripts_on(path_of(scope), root.machine().files());
}

// As far as the shell itself would read it, with what it says then.
base::Result<ShellScriptPtr, ScriptError> parse_readable(const std::string& text, bool bash, const std::string& name,
                                                         const ScriptNames& scripts) {
  auto parsed = parse_shell_script(text, bash, scripts);
  if (parsed) return parsed;
  const auto readable = until_broken(text, name, bash, scripts);
  return readable ? parse_shell_script(*readable, bash, scripts) : parsed;
}

std::vector<std::string> texts_from(const std::vector<Word>& words, std::size_t first) {
  std::vector<std::string> texts;
  for (std::size_t i = first; i < words.size(); ++i) texts.push_back(words[i].text);
  return texts;
}

}  // namespace

std::optional<SyntaxError> check_prefixed(std::vector<Word> words, const std::set<std::string>& functions,
                                          const ScriptNames& scripts) {
  CommandPrefix prefix = read_prefix(words);
  if (prefix.error) return std::move(prefix.error);
  if (!prefix.complaint.empty()) return std::nullopt;
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(prefix.words));
  const std::string& name = words.front().text;
  if (functions.contains(name) || scripts.contains(name) || is_script_name(name)) return std::nullopt;
  if (is_shell_builtin(name)) return SyntaxError{words.front().column, name, "no program: a part of the shell", {}};
  auto parsed = parse_command(words);
  return parsed ? std::nullopt : std::optional(parsed.error());
}

bool is_script_name(std::string_view name) {
  if (name == "sh" || name == "bash" || name == "dash") return true;
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view folder = name.substr(0, slash);
  const std::string_view last = name.substr(slash + 1);
  const bool usual = folder == "/bin" || folder == "/sbin" || folder == "/usr/bin" || folder == "/usr/sbin";
  if (usual) return last == "sh" || last == "bash" || last == "dash";
  const bool init = folder == "/etc/init.d" || folder == "/etc/rc.d/init.d";
  const auto is_known = linked_commands().is_service;
  return !init || !is_known || !is_known(last);
}

std::string place_of(const ShellScope& scope) {
  // Functions of `bash -c` are of no file.
  const bool of_text = scope.bash && scope.calls != 0 && scope.name == "bash";
  return scope.bash ? fmt::format("{}: line {}: ", of_text ? "environment" : scope.name, scope.line)
                    : fmt::format("{}: {}: ", scope.name, scope.line);
}

std::unique_ptr<Runner> run_function(std::shared_ptr<const ShellCommand> body, const std::vector<Word>& words,
                                     ShellScope& scope, const ShellStreams& streams, ShellRoot& root) {
  if (scope.depth >= kDeepest) {
    streams.err->write(fmt::format("not modelled: functions more than {} deep in each other\n", kDeepest));
    return nullptr;
  }
  std::vector<std::string> arguments;
  for (std::size_t i = 1; i < words.size(); ++i) arguments.push_back(words[i].text);
  scope.function_names.push_back(words.front().text);
  return std::make_unique<FunctionRunner>(std::move(body), std::move(arguments), scope, streams, root);
}

BuiltinResult run_text(const std::string& text, const std::string& what, ShellScope& scope, const ShellStreams& streams,
                       ShellRoot& root) {
  if (scope.depth >= kDeepest) return refuse(fmt::format("scripts more than {} deep in each other", kDeepest), streams);
  auto parsed = parse_shell_script(text, scope.bash, known_scripts(scope, root));
  if (!parsed) return refuse(what + ": " + parsed.error().text(), streams);
  return {0, std::make_unique<TextRunner>(std::move(*parsed), scope, streams, root)};
}

// sh [-c TEXT | FILE] ARGUMENTS, or the path of a script.
BuiltinResult run_script_file(const std::vector<Word>& words, ShellScope& scope, const ShellStreams& streams,
                              ShellRoot& root, bool takes_place) {
  std::string program = words.front().text;
  program.erase(0, program.rfind('/') + 1);
  const bool shell = program == "sh" || program == "bash" || program == "dash";
  if (scope.depth >= kDeepest) return refuse(fmt::format("scripts more than {} deep in each other", kDeepest), streams);
  // sh -x FILE, bash -ex -c TEXT, sh -ec TEXT
  std::string options;
  std::size_t at = shell ? 1 : 0;
  bool from_text = false;
  while (shell && !from_text && at < words.size() && words[at].text.size() > 1 && words[at].text[0] == '-') {
    std::string letters = words[at++].text.substr(1);
    from_text = std::erase(letters, 'c') != 0;
    if (letters.find_first_not_of("eux") != std::string::npos)
      return refuse(fmt::format("the option -{} of {}", letters, program), streams);
    options += letters;
  }
  const auto run = [&](const std::string& text, bool bash, const std::string& what, std::string name,
                       std::size_t first) {
    const std::string said_by = from_text && bash ? name + ": -c" : name;
    auto parsed = parse_readable(text, bash, said_by, known_scripts(scope, root));
    if (!parsed) return refuse(what + parsed.error().text(), streams);
    const ScriptCall call{std::move(*parsed), std::move(name), texts_from(words, first), options};
    if (takes_place && scope.replaced && scope.pid != scope.first)
      return BuiltinResult{0, std::make_unique<PlacedScriptRunner>(call, scope, streams, root)};
    return BuiltinResult{0, std::make_unique<ScriptRunner>(call, scope, streams, root)};
  };
  if (from_text && at < words.size())
    return run(words[at].text, program == "bash", {}, words.size() > at + 1 ? words[at + 1].text : program, at + 2);
  if (shell && at >= words.size()) return refuse(fmt::format("{} without a FILE or -c TEXT", program), streams);
  const std::string& file = words[at].text;
  Files& files = root.machine().files();
  const auto status = files.status(file);
  const auto complain = [&](std::string_view why, int code) {
    streams.err->write(fmt::format("{}{}: {}\n", place_of(scope), file, why));
    return BuiltinResult{code};
  };
  if (!status.exists()) {
    if (!shell) return complain(scope.bash ? "No such file or directory" : "not found", 127);
    streams.err->write(program == "bash" ? fmt::format("bash: {}: No such file or directory\n", file)
                                         : fmt::format("{}: 0: cannot open {}: No such file\n", program, file));
    return {program == "bash" ? 127 : 2};
  }
  if (!shell && (status.kind == Files::Kind::folder || !status.executable())) return complain("Permission denied", 126);
  const std::string text = files.read(file).text;
  return run(text, shell ? program == "bash" : names_bash(text), file + ": ", file, at + 1);
}

std::optional<BuiltinResult> run_script_on_path(const std::vector<Word>& words, NamedScript how, ShellScope& scope,
                                                const ShellStreams& streams, ShellRoot& root) {
  constexpr int kNotFound = 127;
  const std::string& name = words.front().text;
  if (is_builtin(name) || name.find('/') != std::string::npos) return std::nullopt;
  const auto complain = [&](std::string_view why) {
    streams.err->write(fmt::format("{}{}: {}\n", place_of(scope), name, why));
    return BuiltinResult{kNotFound};
  };
  const FoundScript script = find_script(name, path_of(scope), root.machine().files());
  if (script.path.empty() && ((!how.known && !names_nothing(name)) || is_modelled_command(name))) return std::nullopt;
  if (script.path.empty()) return complain(scope.bash ? "command not found" : "not found");
  if (script.denied && !scope.bash) return complain("Permission denied");
  std::vector<Word> placed = words;
  placed.front().text = script.path;
  return run_script_file(placed, scope, streams, root, how.takes_place);
}

}  // namespace lvs::control
