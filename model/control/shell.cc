// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/shell.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "control/files.h"
#include "control/registry.h"
#include "control/shell-words.h"

namespace lvs::control {
namespace {

constexpr auto kReserved =
    std::to_array<std::string_view>({"if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case",
                                     "esac", "in", "{", "}", "!", "function"});

bool is_assignment(const Token& token) {
  const std::size_t equals = token.word.text.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  const std::string_view name = std::string_view(token.word.text).substr(0, equals);
  return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") ==
             std::string_view::npos &&
         (name[0] < '0' || name[0] > '9');
}

class LineParser {
 public:
  explicit LineParser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::optional<SyntaxError> run(ShellLine& line) {
    while (!failed_) {
      if (at_ == tokens_.size()) break;
      if (kind() == TokenKind::semicolon) {
        if (tokens_[at_].word.text == ";" && (at_ == 0 || tokens_[at_ - 1].word.text != "\n")) unexpected();
        ++at_;
        continue;
      }
      chain(line);
    }
    if (failed_) return error_;
    return std::nullopt;
  }

 private:
  TokenKind kind() const { return tokens_[at_].kind; }
  bool at_end() const { return at_ == tokens_.size(); }

  void fail(SyntaxError error) {
    if (!failed_) error_ = std::move(error);
    failed_ = true;
  }
  void unexpected() {
    if (at_end()) {
      const Word& last = tokens_.back().word;
      return fail({last.column, last.text, "a command is missing behind this", {}});
    }
    fail({tokens_[at_].word.column, tokens_[at_].word.text, "not expected here", {}});
  }

  void chain(ShellLine& line) {
    Chain result;
    auto when = ChainLink::When::always;
    while (!failed_) {
      result.links.push_back({when, pipeline()});
      if (failed_) return;
      if (at_end()) break;
      if (kind() == TokenKind::and_if || kind() == TokenKind::or_if) {
        when = kind() == TokenKind::and_if ? ChainLink::When::success : ChainLink::When::failure;
        ++at_;
        while (!at_end() && tokens_[at_].word.text == "\n" && kind() == TokenKind::semicolon) ++at_;
        continue;
      }
      result.background = kind() == TokenKind::background;
      ++at_;  // ; or &
      break;
    }
    line.chains.push_back(std::move(result));
  }

  Pipeline pipeline() {
    Pipeline result;
    while (!failed_) {
      result.push_back(simple());
      if (failed_ || at_end() || kind() != TokenKind::pipe) break;
      ++at_;
    }
    return result;
  }

  SimpleCommand simple() {
    SimpleCommand result;
    bool status = false;
    const std::size_t start = at_;
    while (!at_end() && !failed_) {
      const Token& token = tokens_[at_];
      if (token.kind == TokenKind::word) {
        if (result.words.empty()) {
          if (!token.quoted && std::ranges::find(kReserved, token.word.text) != kReserved.end()) {
            fail({token.word.column, token.word.text, "compound commands are not modelled", "; && || & |"});
            break;
          }
          if (is_assignment(token)) {
            fail({token.word.column, token.word.text, "variables are not modelled", {}});
            break;
          }
        }
        status = status || !token.status_marks.empty();
        result.words.push_back(token.word);
        result.status_marks.push_back(token.status_marks);
        ++at_;
      } else if (token.kind == TokenKind::output || token.kind == TokenKind::append || token.kind == TokenKind::input ||
                 token.kind == TokenKind::duplicate) {
        redirection(result);
      } else {
        break;
      }
    }
    if (failed_) return result;
    if (at_ == start) {
      unexpected();
    } else if (status) {
      if (result.words[0].text != "echo") {
        fail({result.words[0].column, result.words[0].text, "$? is modelled in words of echo only", {}});
      }
    } else if (!result.words.empty()) {
      auto command = parse_command(result.words);
      if (!command) {
        fail(command.error());
      } else {
        result.command = *command;
      }
    }
    return result;
  }

  void redirection(SimpleCommand& command) {
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
      return fail({token.word.column, token.word.text, "this descriptor is not modelled", "0 1 2"});
    }
    if (at_end() || kind() != TokenKind::word) return unexpected();
    const Token& target = tokens_[at_++];
    if (!target.status_marks.empty() || target.word.text.empty()) {
      return fail({target.word.column, target.word.text, "a file name is needed here", {}});
    }
    if (token.kind == TokenKind::duplicate) {
      if (target.word.text != "1" && target.word.text != "2") {
        return fail({target.word.column, target.word.text, "this descriptor is not modelled", "1 2"});
      }
      redirection.source = target.word.text[0] - '0';
    } else {
      if (auto reason = Files::unmodelled(target.word.text)) {
        return fail({target.word.column, target.word.text, std::move(*reason), {}});
      }
      redirection.path = target.word.text;
    }
    command.redirections.push_back(std::move(redirection));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool failed_ = false;
  SyntaxError error_;
};

}  // namespace

base::Result<ShellLinePtr, SyntaxError> parse_line(std::string_view text) {
  auto tokens = tokenize(text);
  if (!tokens) return base::Error{tokens.error()};
  auto line = std::make_shared<ShellLine>();
  line->text = text;
  if (auto error = LineParser(std::move(*tokens)).run(*line)) return base::Error{std::move(*error)};
  return ShellLinePtr(std::move(line));
}

}  // namespace lvs::control
