// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/shell.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "control/machine/files.h"
#include "control/machine/registry.h"
#include "control/machine/shell/check.h"
#include "control/machine/shell/words.h"

namespace lvs::control {
namespace {

constexpr auto kUnmodelled = std::to_array<std::string_view>({"case", "function"});
// Words that end a list, where a command could stand.
constexpr auto kEnds = std::to_array<std::string_view>({"then", "else", "elif", "fi", "do", "done", "}", "in", "esac"});
constexpr unsigned kDeepest = 40;  // compound commands within each other

class Parser {
 public:
  Parser(std::vector<Token> tokens, unsigned depth) : tokens_(std::move(tokens)), depth_(depth) {}

  base::Result<CommandList, SyntaxError> run() {
    CommandList result = list();
    if (!failed_ && !at_end()) unexpected();
    if (failed_) return base::Error{error_};
    return result;
  }

 private:
  TokenKind kind() const { return tokens_[at_].kind; }
  bool at_end() const { return at_ == tokens_.size(); }
  bool is(TokenKind wanted) const { return !at_end() && kind() == wanted; }
  bool at_newline() const { return is(TokenKind::semicolon) && tokens_[at_].word.text() == "\n"; }
  // The next token as an unquoted word; "" if it is none.
  std::string reserved() const {
    if (!is(TokenKind::word) || tokens_[at_].word.quoted || !tokens_[at_].word.is_text()) return {};
    return tokens_[at_].word.text();
  }
  bool at_list_end() const {
    return at_end() || kind() == TokenKind::close || std::ranges::find(kEnds, reserved()) != kEnds.end();
  }

  void fail(SyntaxError error) {
    if (!failed_) error_ = std::move(error);
    failed_ = true;
  }
  void unexpected() {
    if (!at_end()) return fail({tokens_[at_].word.column, tokens_[at_].word.text(), "not expected here", {}});
    if (tokens_.empty()) return fail({1, {}, "a command is missing", {}});
    const ShellWord& last = tokens_.back().word;
    fail({last.column, last.text(), "a command is missing behind this", {}});
  }
  void expect(std::string_view word) {
    if (failed_) return;
    if (reserved() == word) {
      ++at_;
      return;
    }
    if (!at_end()) return unexpected();
    const ShellWord& last = tokens_.back().word;
    fail({last.column, last.text(), "'" + std::string(word) + "' is missing behind this", {}});
  }
  void skip_newlines() {
    while (at_newline()) ++at_;
  }

  CommandList list() {
    CommandList result;
    while (!failed_ && !at_list_end()) {
      if (kind() == TokenKind::semicolon) {
        if (!at_newline() && (at_ == 0 || tokens_[at_ - 1].word.text() != "\n")) unexpected();
        ++at_;
        continue;
      }
      result.push_back(chain());
    }
    return result;
  }

  // A list that must have a command.
  CommandList body() {
    CommandList result = list();
    if (!failed_ && result.empty()) unexpected();
    return result;
  }

  Chain chain() {
    Chain result;
    auto when = ChainLink::When::always;
    while (!failed_) {
      result.links.push_back({when, pipeline()});
      if (failed_ || at_end()) break;
      if (kind() == TokenKind::and_if || kind() == TokenKind::or_if) {
        when = kind() == TokenKind::and_if ? ChainLink::When::success : ChainLink::When::failure;
        ++at_;
        skip_newlines();
        continue;
      }
      if (kind() != TokenKind::semicolon && kind() != TokenKind::background) break;
      result.background = kind() == TokenKind::background;
      ++at_;
      break;
    }
    return result;
  }

  Pipeline pipeline() {
    Pipeline result;
    if (reserved() == "!") {
      result.negated = true;
      ++at_;
    }
    while (!failed_) {
      result.commands.push_back(command());
      if (failed_ || !is(TokenKind::pipe)) break;
      ++at_;
      skip_newlines();
    }
    return result;
  }

  ShellCommand command() {
    const std::string word = reserved();
    if (std::ranges::find(kUnmodelled, word) != kUnmodelled.end()) {
      fail({tokens_[at_].word.column, word, "this compound command is not modelled", "for while until if { } ( )"});
      return {};
    }
    if (is(TokenKind::open) || word == "{" || word == "for" || word == "while" || word == "until" || word == "if")
      return compound(word);
    return simple();
  }

  ShellCommand compound(const std::string& word) {
    ShellCommand result;
    auto inner = std::make_shared<Compound>();
    if (depth_ >= kDeepest) {
      fail({tokens_[at_].word.column, tokens_[at_].word.text(), "nested too deeply", {}});
      return result;
    }
    ++depth_;
    ++at_;
    if (word == "for") {
      for_each(*inner);
    } else if (word == "while" || word == "until") {
      inner->kind = word == "while" ? Compound::Kind::while_ : Compound::Kind::until_;
      Compound::Branch loop;
      loop.condition = body();
      expect("do");
      loop.body = body();
      expect("done");
      inner->branches.push_back(std::move(loop));
    } else if (word == "if") {
      branch(*inner);
    } else if (word == "{") {
      inner->body = body();
      expect("}");
    } else {
      inner->kind = Compound::Kind::subshell;
      inner->body = body();
      if (!failed_ && !is(TokenKind::close)) unexpected();
      ++at_;
    }
    --depth_;
    while (!failed_ && at_redirection()) result.redirections.push_back(redirection());
    result.compound = std::move(inner);
    return result;
  }

  void for_each(Compound& loop) {
    loop.kind = Compound::Kind::for_each;
    loop.variable = reserved();
    if (!is_variable_name(loop.variable)) return unexpected();
    ++at_;
    skip_newlines();
    expect("in");
    while (!failed_ && is(TokenKind::word)) loop.words.push_back(tokens_[at_++].word);
    if (!failed_ && !is(TokenKind::semicolon)) return unexpected();
    while (is(TokenKind::semicolon)) ++at_;
    expect("do");
    loop.body = body();
    expect("done");
  }

  void branch(Compound& choice) {
    choice.kind = Compound::Kind::branch;
    do {
      Compound::Branch each;
      each.condition = body();
      expect("then");
      each.body = body();
      choice.branches.push_back(std::move(each));
      if (failed_ || reserved() != "elif") break;
      ++at_;
    } while (!failed_);
    if (!failed_ && reserved() == "else") {
      ++at_;
      choice.body = body();
    }
    expect("fi");
  }

  static std::optional<Assignment> assignment(const ShellWord& word) {
    if (word.parts.empty() || word.parts.front().kind != WordPart::Kind::text || word.parts.front().quoted)
      return std::nullopt;
    const std::string& first = word.parts.front().text;
    const std::size_t equals = first.find('=');
    if (equals == std::string::npos || !is_variable_name(std::string_view(first).substr(0, equals)))
      return std::nullopt;
    Assignment result{first.substr(0, equals), word};
    result.value.parts.front().text.erase(0, equals + 1);
    return result;
  }

  ShellCommand simple() {
    ShellCommand result;
    const std::size_t start = at_;
    while (!at_end() && !failed_) {
      const Token& token = tokens_[at_];
      if (token.kind == TokenKind::word) {
        auto set = result.simple.words.empty() ? assignment(token.word) : std::nullopt;
        if (set) {
          result.simple.assignments.push_back(std::move(*set));
        } else {
          if (!result.simple.assignments.empty()) {
            fail({token.word.column, token.word.text(), "a variable for one command only is not modelled",
                  "NAME=VALUE; COMMAND"});
          }
          result.simple.words.push_back(token.word);
        }
        ++at_;
      } else if (at_redirection()) {
        result.redirections.push_back(redirection());
      } else {
        break;
      }
    }
    if (!failed_ && at_ == start) unexpected();
    if (failed_ || result.simple.words.empty()) return result;
    if (!std::ranges::all_of(result.simple.words, &ShellWord::is_text)) return result;
    std::vector<Word> words;
    for (const ShellWord& word : result.simple.words) words.push_back({word.text(), word.column});
    auto parsed = parse_command(words);
    if (!parsed) {
      fail(parsed.error());
    } else {
      result.simple.command = *parsed;
    }
    return result;
  }

  bool at_redirection() const {
    return is(TokenKind::output) || is(TokenKind::append) || is(TokenKind::input) || is(TokenKind::duplicate);
  }

  Redirection redirection() {
    const Token& token = tokens_[at_++];
    Redirection redirection;
    switch (token.kind) {
      case TokenKind::append: redirection.kind = Redirection::Kind::append; break;
      case TokenKind::input: redirection.kind = Redirection::Kind::input; break;
      case TokenKind::duplicate: redirection.kind = Redirection::Kind::duplicate; break;
      default: break;
    }
    const int usual = token.kind == TokenKind::input ? 0 : 1;
    redirection.descriptor = token.descriptor < 0 ? usual : token.descriptor;
    if (redirection.descriptor > 2 || (token.kind == TokenKind::input) != (redirection.descriptor == 0)) {
      fail({token.word.column, token.word.text(), "this descriptor is not modelled", "0 1 2"});
      return redirection;
    }
    if (!is(TokenKind::word)) {
      unexpected();
      return redirection;
    }
    const ShellWord& target = tokens_[at_++].word;
    const std::string text = target.text();
    if (target.is_text() && text.empty()) fail({target.column, text, "a file name is needed here", {}});
    if (token.kind == TokenKind::duplicate) {
      if (!target.is_text() || (text != "1" && text != "2"))
        fail({target.column, text, "this descriptor is not modelled", "1 2"});
      redirection.source = text == "2" ? 2 : 1;
    } else if (auto reason = target.is_text() ? Files::unmodelled(text) : std::nullopt) {
      fail({target.column, text, std::move(*reason), {}});
    }
    redirection.path = target;
    return redirection;
  }

  std::vector<Token> tokens_;
  unsigned depth_;
  std::size_t at_ = 0;
  bool failed_ = false;
  SyntaxError error_;
};

}  // namespace

base::Result<CommandList, SyntaxError> parse_commands(std::string_view text, std::size_t offset, unsigned depth) {
  auto tokens = tokenize(text, offset, depth);
  if (!tokens) return base::Error{tokens.error()};
  return Parser(std::move(*tokens), depth).run();
}

base::Result<ShellLinePtr, SyntaxError> parse_line(std::string_view text) {
  auto chains = parse_commands(text, 0, 0);
  if (!chains) return base::Error{chains.error()};
  auto line = std::make_shared<ShellLine>();
  line->text = text;
  line->chains = std::move(*chains);
  if (auto error = check_words(line->chains)) return base::Error{std::move(*error)};
  return ShellLinePtr(std::move(line));
}

}  // namespace lvs::control
