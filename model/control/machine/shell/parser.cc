// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/shell/parser.h"

#include <algorithm>
#include <array>

#include "base/numbers.h"
#include "control/machine/files.h"
#include "control/machine/registry.h"
#include "control/machine/shell/bash/arrays.h"
#include "control/machine/shell/bash/condition.h"
#include "control/machine/shell/builtins.h"
#include "control/machine/shell/pattern.h"
#include "control/machine/shell/prefix.h"
#include "control/machine/shell/statements/broken.h"
#include "control/machine/shell/statements/script-names.h"

namespace lvs::control {
namespace {

// Words that end a list, where a command could stand.
constexpr auto kEnds = std::to_array<std::string_view>({"then", "else", "elif", "fi", "do", "done", "}", "in", "esac"});

// NAME+=VALUE of bash is NAME="${NAME-}"VALUE.
std::optional<Assignment> assignment(const ShellWord& word, bool bash) {
  if (word.parts.empty() || word.parts.front().kind != WordPart::Kind::text || word.parts.front().quoted)
    return std::nullopt;
  const std::string& first = word.parts.front().text;
  const std::size_t equals = first.find('=');
  if (equals == std::string::npos) return std::nullopt;
  const bool adds = bash && equals > 0 && first[equals - 1] == '+';
  const std::string name = first.substr(0, equals - (adds ? 1 : 0));
  if (!is_variable_name(name)) return std::nullopt;
  Assignment result{name, word};
  result.value.parts.front().text.erase(0, equals + 1);
  if (adds) {
    WordPart before{WordPart::Kind::variable, true, name, {}};
    before.use = ValueUse::usual;
    before.word = std::make_shared<const ShellWord>();
    result.value.parts.insert(result.value.parts.begin(), std::move(before));
  }
  return result;
}

// NAME[INDEX]=VALUE of bash, one or more.
bool is_element_list(const SimpleCommand& simple) {
  return !simple.words.empty() && simple.words.front().is_text() && simple.words.front().text() == "=[";
}

// NAME=(...) of bash.
bool is_array(const SimpleCommand& simple) {
  return !simple.words.empty() && simple.words.front().is_text() && simple.words.front().text().starts_with("=(");
}

// A number, or "-".
bool is_descriptor(const ShellWord& word) {
  constexpr std::size_t kLongest = 3;
  const std::string text = word.is_text() ? word.text() : std::string();
  return text == "-" ||
         (!text.empty() && text.size() <= kLongest && text.find_first_not_of("0123456789") == std::string::npos);
}

// > /dev/stderr is >&2.
std::optional<int> stream_file(const ShellWord& word) {
  constexpr auto kFiles = std::to_array<std::string_view>({"/dev/stdin", "/dev/stdout", "/dev/stderr"});
  const auto* const found = std::ranges::find(kFiles, word.is_text() ? word.text() : std::string());
  return found == kFiles.end() ? std::nullopt : std::optional(static_cast<int>(found - kFiles.begin()));
}

}  // namespace

base::Result<CommandList, SyntaxError> Parser::run() {
  find_functions();
  CommandList result = list();
  if (!failed_ && !at_end()) unexpected();
  if (failed_) return base::Error{error_};
  return result;
}

// They may be called before they are met.
void Parser::find_functions() {
  for (std::size_t i = 0; i + 1 < tokens_.size() && context_.bash; ++i)
    if (tokens_[i].kind == TokenKind::word && tokens_[i].word.is_text() && tokens_[i].word.text() == "function")
      context_.functions.insert(tokens_[i + 1].word.text());
  for (std::size_t i = 0; i + 2 < tokens_.size(); ++i) {
    if (tokens_[i].kind == TokenKind::word && tokens_[i + 1].kind == TokenKind::open &&
        tokens_[i + 2].kind == TokenKind::close && tokens_[i].word.is_text())
      context_.functions.insert(tokens_[i].word.text());
  }
  for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
    const std::string name = tokens_[i].kind == TokenKind::word ? tokens_[i].word.text() : std::string();
    const ShellWord& file = tokens_[i + 1].word;
    if (name == "." || name == "source") context_.read.read(file.is_text() ? file.text() : std::string());
    if (name == "eval") context_.read.read({});
  }
}

// A name that is no command may be a function of a file that "." reads.
bool Parser::may_be_function(const std::string& name) const {
  return context_.read.may_be(name) && !is_modelled_command(name) && !is_prefix(name) && !is_shell_builtin(name);
}

std::string Parser::reserved() const {
  if (!is(TokenKind::word) || tokens_[at_].word.quoted || !tokens_[at_].word.is_text()) return {};
  return tokens_[at_].word.text();
}

bool Parser::at_list_end() const {
  return at_end() || kind() == TokenKind::close || kind() == TokenKind::end_choice ||
         std::ranges::find(kEnds, reserved()) != kEnds.end();
}

bool Parser::at_redirection() const {
  return !at_end() && kind() >= TokenKind::output && kind() <= TokenKind::duplicate;
}

bool Parser::at_function() const {
  return !reserved().empty() && at_ + 2 < tokens_.size() && tokens_[at_ + 1].kind == TokenKind::open &&
         tokens_[at_ + 2].kind == TokenKind::close;
}

void Parser::fail(SyntaxError error) {
  if (!failed_) error_ = std::move(error);
  failed_ = true;
}

void Parser::unexpected(std::string_view expecting) {
  if (!failed_) note_unexpected(context_, at_end() ? nullptr : &tokens_[at_], expecting);
  if (!at_end()) return fail({tokens_[at_].word.column, tokens_[at_].word.text(), "not expected here", {}});
  if (tokens_.empty()) return fail({1, {}, "a command is missing", {}});
  const ShellWord& last = tokens_.back().word;
  fail({last.column, last.text(), "a command is missing behind this", {}});
}

void Parser::expect(std::string_view word, std::string_view expecting) {
  if (failed_) return;
  if (reserved() == word) {
    ++at_;
    return;
  }
  if (expecting.empty()) expecting = word;
  if (!at_end()) return unexpected(expecting);
  note_unexpected(context_, nullptr, expecting);
  const ShellWord& last = tokens_.back().word;
  fail({last.column, last.text(), "'" + std::string(word) + "' is missing behind this", {}});
}

void Parser::skip_newlines() {
  while (at_newline()) ++at_;
}

CommandList Parser::list(std::string_view end) {
  CommandList result;
  while (!failed_ && !at_list_end()) {
    if (kind() == TokenKind::semicolon) {
      if (!at_newline() && (at_ == 0 || tokens_[at_ - 1].word.text() != "\n")) unexpected();
      ++at_;
      continue;
    }
    result.push_back(chain(end));
  }
  return result;
}

CommandList Parser::body(std::string_view end) {
  CommandList result = list(end);
  if (!failed_ && result.empty()) unexpected();
  return result;
}

Chain Parser::chain(std::string_view end) {
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
    if (kind() != TokenKind::semicolon && kind() != TokenKind::background) {
      if (!at_list_end()) unexpected(end);
      break;
    }
    result.background = kind() == TokenKind::background;
    ++at_;
    break;
  }
  return result;
}

Pipeline Parser::pipeline() {
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

ShellCommand Parser::command() {
  const std::string word = reserved();
  const std::size_t line = at_end() ? 1 : tokens_[at_].line;
  ShellCommand result;
  if (context_.bash && word == "[[") {
    result = condition();
  } else if (context_.bash && word == "function") {
    ++at_;
    result = function();
  } else if (word == "time" || (context_.own == nullptr && (word == "[[" || is_bash_word(word)))) {
    fail({tokens_[at_].word.column, word, "this word of bash is not modelled", "sh: NAME() { }, [ ], case, for"});
  } else if (at_function() && !at_array()) {
    result = function();
  } else if (is(TokenKind::open) || word == "{" || word == "for" || word == "while" || word == "until" ||
             word == "if" || word == "case") {
    result = compound(word);
  } else {
    result = simple();
  }
  result.line = line;
  return result;
}

ShellCommand Parser::simple() {
  ShellCommand result;
  const std::size_t start = at_;
  while (!at_end() && !failed_) {
    const Token& token = tokens_[at_];
    const bool sets = token.kind == TokenKind::word && at_array();
    const bool another = is_array(result.simple) || (result.simple.words.empty() && !result.simple.assignments.empty());
    if (another && (sets || (is_array(result.simple) && token.kind == TokenKind::word))) {
      return then_more(std::move(result));
    } else if (sets) {
      array(result.simple);
    } else if (token.kind == TokenKind::word) {
      const bool elements = result.simple.words.empty() || is_element_list(result.simple);
      if (auto element = context_.bash && elements ? element_words(token.word) : std::nullopt) {
        if (result.simple.words.empty()) {
          result.simple.words.push_back(token.word);
          result.simple.words.back().parts = {{WordPart::Kind::text, false, "=[", {}}};
          result.simple.words.back().quoted = false;
        }
        for (ShellWord* const each : {&element->name, &element->index, &element->value})
          result.simple.words.push_back(std::move(*each));
        ++at_;
        continue;
      }
      if (is_element_list(result.simple)) return unexpected(), result;
      auto set = result.simple.words.empty() ? assignment(token.word, context_.bash) : std::nullopt;
      if (set)
        result.simple.assignments.push_back(std::move(*set));
      else
        result.simple.words.push_back(token.word);
      ++at_;
    } else if (at_redirection()) {
      take_redirection(result.redirections);
    } else {
      break;
    }
  }
  if (!failed_ && at_ == start) unexpected();
  if (!failed_ && !result.simple.words.empty()) resolve(result.simple);
  return result;
}

// A command whose words are known is parsed once and for all.
void Parser::resolve(SimpleCommand& simple) {
  if (!std::ranges::all_of(simple.words, &ShellWord::is_text)) return;
  const std::string name = simple.words.front().text();
  if (context_.functions.contains(name) || is_script_name(name)) return;
  if (context_.bash && (name == "source" || is_condition(simple))) return;
  if (context_.bash && name == "printf" && simple.words.size() > 1 && simple.words[1].text() == "-v") return;
  std::vector<Word> words;
  for (const ShellWord& word : simple.words) words.push_back({word.text(), word.column});
  if (name == "exec" && words.size() == 1) return;
  if (is_prefix(name)) {
    if (auto error = check_prefixed(std::move(words), context_.functions, context_.scripts)) fail(std::move(*error));
    return;
  }
  if (is_shell_builtin(name)) {
    if (auto error = check_shell_builtin(words)) fail(std::move(*error));
    return;
  }
  simple.script = context_.scripts.contains(name) || names_nothing(name);
  if (simple.script || std::ranges::any_of(simple.words, has_pattern) || may_be_function(name)) return;
  auto parsed = parse_command(words, context_.bash);
  if (!parsed) return fail(parsed.error());
  simple.command = *parsed;
}

// "&> FILE" of bash is "> FILE 2>&1", and so is ">& FILE" of what is no number.
void Parser::take_redirection(std::vector<Redirection>& all) {
  std::string spelling = tokens_[at_].word.text();
  if (context_.bash && spelling == ">&" && tokens_[at_].descriptor < 0 && at_ + 1 < tokens_.size() &&
      !is_descriptor(tokens_[at_ + 1].word)) {
    tokens_[at_].kind = TokenKind::output;
    spelling = "&>";
  }
  all.push_back(redirection());
  if (!spelling.starts_with('&')) return;
  if (spelling == "&>>") all.back().kind = Redirection::Kind::append;
  all.push_back({Redirection::Kind::duplicate, 2, 1, {}});
}

Redirection Parser::redirection() {
  const Token& token = tokens_[at_++];
  Redirection redirection;
  switch (token.kind) {
    case TokenKind::append: redirection.kind = Redirection::Kind::append; break;
    case TokenKind::input: redirection.kind = Redirection::Kind::input; break;
    case TokenKind::here: redirection.kind = Redirection::Kind::here; break;
    case TokenKind::duplicate: redirection.kind = Redirection::Kind::duplicate; break;
    default: break;
  }
  const bool reads = token.kind == TokenKind::input || token.kind == TokenKind::here || token.word.text() == "<&";
  redirection.descriptor = token.descriptor < 0 ? (reads ? 0 : 1) : token.descriptor;
  if (redirection.descriptor <= 2 && reads != (redirection.descriptor == 0)) {
    fail({token.word.column, token.word.text(), "not modelled with this descriptor", "<, >&3, 2>"});
    return redirection;
  }
  if (!is(TokenKind::word)) {
    unexpected();
    return redirection;
  }
  const ShellWord& target = tokens_[at_++].word;
  const std::string text = target.text();
  if (token.kind == TokenKind::here) {
    redirection.path = target;
    return redirection;
  }
  if (target.is_text() && text.empty()) fail({target.column, text, "a file name is needed here", {}});
  if (const auto stream = token.kind == TokenKind::duplicate ? std::nullopt : stream_file(target)) {
    redirection.kind = Redirection::Kind::duplicate;
    redirection.source = *stream;
    return redirection;
  }
  if (token.kind == TokenKind::duplicate) {
    if (target.is_text() && text == "-") {
      redirection.kind = Redirection::Kind::close;
      return redirection;
    }
    if (!is_descriptor(target)) fail({target.column, text, "this descriptor is not modelled", "numbers and -"});
    redirection.source = base::number<int>(text).value_or(0);
  } else if (auto reason = target.is_text() ? Files::unmodelled(text) : std::nullopt) {
    fail({target.column, text, std::move(*reason), {}});
  }
  redirection.path = target;
  return redirection;
}

base::Result<CommandList, SyntaxError> parse_commands(std::string_view text, const ParseContext& context) {
  ParseContext own = context;
  foresee_functions(text, own);
  auto tokens = tokenize(text, own);
  if (!tokens) return base::Error{tokens.error()};
  return Parser(std::move(*tokens), std::move(own)).run();
}

}  // namespace lvs::control
