// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/statements/statement.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "control/machine/shell/tokenizer.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

// Reserved words count where a command could begin (POSIX shell, 2.4).
class OpenStatements {
 public:
  bool open(const std::vector<Token>& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) token(tokens, i);
    if (!ends_.empty() || begins_function_) return true;
    if (tokens.empty()) return false;
    const TokenKind last = tokens.back().kind;
    return last == TokenKind::pipe || last == TokenKind::and_if || last == TokenKind::or_if;
  }

 private:
  static bool goes_on(std::string_view word) {
    constexpr auto kWords =
        std::to_array<std::string_view>({"then", "else", "elif", "do", "!", "if", "while", "until"});
    return std::ranges::find(kWords, word) != kWords.end();
  }
  bool inside(std::string_view end) const { return !ends_.empty() && ends_.back() == end; }
  void close(std::string_view end) {
    if (inside(end)) ends_.pop_back();
  }

  void token(const std::vector<Token>& tokens, std::size_t i) {
    const Token& token = tokens[i];
    if (token.kind == TokenKind::here) return;
    if (token.kind == TokenKind::open) return open_parenthesis(tokens, i);
    if (token.kind == TokenKind::close) {
      if (inside(")")) ends_.pop_back();
      command_ = true;  // also behind a pattern of case
      return;
    }
    if (token.kind != TokenKind::word) {
      const bool redirects = token.kind >= TokenKind::output && token.kind <= TokenKind::duplicate;
      if (!redirects) command_ = true;
      return;
    }
    const std::string word = token.word.quoted || !token.word.is_text() ? std::string() : token.word.text();
    if (!command_) return;
    command_ = goes_on(word);
    reserved(word);
  }

  void open_parenthesis(const std::vector<Token>& tokens, std::size_t i) {
    const bool function = i > 0 && tokens[i - 1].kind == TokenKind::word && i + 1 < tokens.size() &&
                          tokens[i + 1].kind == TokenKind::close;
    if (function) begins_function_ = true;
    ends_.emplace_back(")");
    command_ = true;
  }

  void reserved(const std::string& word) {
    if (word == "if") ends_.emplace_back("fi");
    if (word == "for" || word == "while" || word == "until") ends_.emplace_back("done");
    if (word == "case") ends_.emplace_back("esac");
    if (word == "{") {
      begins_function_ = false;
      ends_.emplace_back("}");
    }
    if (word == "fi" || word == "done" || word == "esac" || word == "}") close(word);
  }

  std::vector<std::string> ends_;  // the words that are missing
  bool command_ = true;            // a command could begin here
  bool begins_function_ = false;   // NAME() and no { yet
};

constexpr auto kDefining =
    std::to_array<std::string_view>({"export", "readonly", "local", "declare", "typeset", "unset", ":", "true", "false",
                                     "[", "test", "cd", ".", "source", "shopt", "umask", "ulimit"});

bool defines(const CommandList& commands);

bool defines(const ShellCommand& command) {
  if (!command.redirections.empty()) return false;
  if (command.compound) {
    const Compound& compound = *command.compound;
    if (compound.kind == Compound::Kind::function) return true;
    if (compound.kind == Compound::Kind::subshell) return false;
    return defines(compound.body) && std::ranges::all_of(compound.branches, [](const Compound::Branch& branch) {
             return defines(branch.condition) && defines(branch.body);
           });
  }
  if (command.simple.words.empty()) return true;
  const ShellWord& name = command.simple.words.front();
  return name.is_text() && std::ranges::find(kDefining, name.text()) != kDefining.end();
}

bool defines(const CommandList& commands) {
  return std::ranges::all_of(commands, [](const Chain& chain) {
    return !chain.background && std::ranges::all_of(chain.links, [](const ChainLink& link) {
      return link.pipeline.commands.size() == 1 && defines(link.pipeline.commands.front());
    });
  });
}

}  // namespace

bool is_unfinished(std::string_view text) {
  Tokenizer tokenizer(text, {});
  const auto tokens = tokenizer.run();
  if (!tokens) return tokenizer.unterminated();
  return OpenStatements().open(*tokens);
}

bool only_defines(std::string_view text) {
  ParseContext context;
  context.read.read({});  // whether there are commands of these names is found elsewhere
  const auto commands = parse_commands(text, context);
  return commands && !commands->empty() && defines(*commands);
}

std::string defining_part(std::string_view text) {
  constexpr std::size_t kLongest = 2000;
  if (text.size() > kLongest || text.find('\n') != text.npos) return {};
  const auto tokens = Tokenizer(text, {}).run();
  if (!tokens) return {};
  std::string result, chain;
  std::size_t begin = 0;
  bool alone = true;  // no && beside this command
  const auto command = [&](std::size_t end) {
    std::string_view each = text.substr(begin, end - begin);
    each.remove_prefix(std::min(each.find_first_not_of(' '), each.size()));
    // One that && joins with others may not be run: of those the folder counts, as if all had gone well.
    if (!only_defines(each) || (!alone && !each.starts_with("cd "))) return;
    (chain += result.empty() && chain.empty() ? "" : "; ") += each;
  };
  for (const Token& token : *tokens) {
    const bool both = token.kind == TokenKind::and_if, aside = token.kind == TokenKind::background;
    if (token.kind == TokenKind::or_if || token.kind == TokenKind::here) return {};
    if (!both && !aside && token.kind != TokenKind::semicolon) continue;
    const std::size_t at = token.word.column - 1;
    if (is_unfinished(text.substr(0, at))) continue;  // within a loop, say
    alone = alone && !both;
    command(at);
    begin = at + (both ? 2 : 1);
    if (both) continue;
    if (!aside) result += chain;
    chain.clear();
    alone = true;
  }
  command(text.size());
  return result + chain;
}

}  // namespace lvs::control
