// SPDX-License-Identifier: GPL-2.0-or-later
// A line of sh text as a value: what /bin/sh (dash) would run. Commands whose words are known are parsed already; the
// others are checked as far as their words can be foreseen.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "control/machine/command.h"

namespace lvs::control {

struct Chain;
struct ShellCommand;
struct ShellWord;
// Commands ended by ; & or a newline.
using CommandList = std::vector<Chain>;

// What ${NAME...} does with the value.
enum class ValueUse : std::uint8_t {
  plain,
  length,              // ${#NAME}
  usual,               // ${NAME-WORD}
  assign,              // ${NAME=WORD}
  alternative,         // ${NAME+WORD}
  demand,              // ${NAME?WORD}
  cut_suffix,          // ${NAME%WORD}
  cut_longest_suffix,  // ${NAME%%WORD}
  cut_prefix,          // ${NAME#WORD}
  cut_longest_prefix,  // ${NAME##WORD}
  bad,                 // ${NAME[0]} and others of bash's in a script of sh: a mistake when it is come to
};

// A piece of a word as written.
struct WordPart {
  enum class Kind : std::uint8_t {
    text,          // as it is
    variable,      // $NAME, ${NAME}, ${NAME:-WORD} and its sisters
    substitution,  // $(LIST), `LIST`
    arithmetic,    // $((EXPRESSION))
  };
  Kind kind = Kind::text;
  bool quoted = false;                            // in double quotes: never split into fields
  std::string text{};                             // the text, the name ("?" for $?), the expression
  std::shared_ptr<const CommandList> commands{};  // of a substitution
  ValueUse use = ValueUse::plain;
  bool or_empty = false;                    // with a colon: an empty value is none
  std::shared_ptr<const ShellWord> word{};  // of the uses above
};

struct ShellWord {
  std::vector<WordPart> parts;
  std::size_t column = 0;  // from 1
  bool quoted = false;     // any part of it was in quotes or escaped

  bool is_text() const;      // nothing to expand
  std::string text() const;  // as far as it is text
};

struct Redirection {
  enum class Kind : std::uint8_t { output, append, input, duplicate, here, close };
  Kind kind = Kind::output;
  int descriptor = 1;  // 0 to 2
  int source = 1;      // of duplicate: `descriptor` becomes a copy of this one
  ShellWord path{};    // of the others; of here: the text
};

struct Assignment {
  std::string name;
  ShellWord value;
};

struct SimpleCommand {
  std::vector<Assignment> assignments;  // without words: of the shell's variables; else of the command's
  std::vector<ShellWord> words;         // empty: assignments and redirections only
  CommandPtr command;                   // nullptr: words have to be expanded first, or there are none
  bool script = false;                  // its name is a script's: else it is not found
};

// for, while, until, if, case, { }, ( ) and NAME().
struct Compound {
  enum class Kind : std::uint8_t { for_each, while_, until_, branch, choice, group, subshell, function };
  struct Branch {
    CommandList condition, body;
    std::vector<ShellWord> patterns{};  // of case
  };
  Kind kind = Kind::group;
  std::string variable;                          // of for; the name of a function
  std::vector<ShellWord> words;                  // of for; the one of case
  bool over_arguments = false;                   // for without "in"
  std::vector<Branch> branches;                  // if and elif; those of case; one for while and until
  CommandList body;                              // of for and groups; of else
  std::shared_ptr<const ShellCommand> function;  // what it runs
};

struct ShellCommand {
  SimpleCommand simple;
  std::shared_ptr<const Compound> compound;  // instead of a simple one
  std::vector<Redirection> redirections;
  std::size_t line = 1;  // where it begins
};

// Commands joined by |.
struct Pipeline {
  std::vector<ShellCommand> commands;
  bool negated = false;  // behind "!"
};

struct ChainLink {
  enum class When : std::uint8_t { always, success, failure };  // first, &&, ||
  When when = When::always;
  Pipeline pipeline;
};

// Pipelines joined by && and ||.
struct Chain {
  std::vector<ChainLink> links;
  bool background = false;  // ended by &
};

struct ShellLine {
  std::string text;  // verbatim
  CommandList chains;
};
using ShellLinePtr = std::shared_ptr<const ShellLine>;

// Scripts in folders of PATH: commands of these names are no mistake, nor are those of scripts that a text names itself
// (/usr/local/bin/NAME).
using ScriptNames = std::set<std::string, std::less<>>;

// Everything that is not modelled is an error. A line without commands is a line.
base::Result<ShellLinePtr, SyntaxError> parse_line(std::string_view text, const ScriptNames& scripts = {});

// A script of many lines; `bash`: for bash, which echoes otherwise.
struct ShellScript {
  CommandList chains;
  bool bash = false;
};
using ShellScriptPtr = std::shared_ptr<const ShellScript>;
struct ScriptError {
  std::size_t line = 1;
  SyntaxError error;  // its column is one of that line

  std::string text() const;  // "line 3: column 6: ..."
};
// `bash`: whatever the first line names; nothing: as that says.
base::Result<ShellScriptPtr, ScriptError> parse_shell_script(std::string_view text, std::optional<bool> bash = {},
                                                             const ScriptNames& scripts = {});
bool names_bash(std::string_view text);

}  // namespace lvs::control
