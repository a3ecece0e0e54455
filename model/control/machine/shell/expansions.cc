// SPDX-License-Identifier: GPL-2.0-or-later
// What of a word begins with $ or `, read.
#include <algorithm>
#include <utility>

#include "base/numbers.h"
#include "control/machine/shell/bash/values.h"
#include "control/machine/shell/expand.h"
#include "control/machine/shell/statements/broken.h"
#include "control/machine/shell/tokenizer.h"

namespace lvs::control {

// Where what was opened before `from` is closed by `close` again; quotes are stepped over.
std::optional<std::size_t> closing(std::string_view text, std::size_t from, char open, char close) {
  std::size_t depth = 1;
  char quote = 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == open) {
      ++depth;
    } else if (c == close && --depth == 0) {
      return i;
    }
  }
  return std::nullopt;
}

constexpr std::string_view kSpecial = "?#@*$!";

// The name at the front: of a variable, a number, or a special one.
std::string_view name_at(std::string_view text) {
  if (text.empty()) return {};
  if (kSpecial.find(text[0]) != std::string_view::npos) return text.substr(0, 1);
  std::size_t length = 0;
  if (is_digit(text[0])) {
    while (length < text.size() && is_digit(text[length])) ++length;
  } else {
    while (length < text.size() && is_name_char(text[length])) ++length;
  }
  return text.substr(0, length);
}

// NAME or, in bash, NAME[INDEX], at the beginning of what stands in braces.
std::string_view value_name_at(std::string_view inner, bool bash) {
  const std::string_view name = name_at(inner);
  if (!bash || !is_variable_name(name) || !inner.substr(name.size()).starts_with('[')) return name;
  const std::size_t close = inner.find(']', name.size());
  return close == std::string_view::npos || close == name.size() + 1 ? name : inner.substr(0, close + 1);
}

// Is there anything in an expression that is put in before it is computed?
bool has_substitution(std::string_view expression, bool bash) {
  return expression.find_first_of(bash ? "$`\"" : "$`") != std::string_view::npos;
}

namespace {

// How the value is used; how many characters say so. Nothing: an operator that is not modelled.
struct Use {
  ValueUse use = ValueUse::plain;
  bool or_empty = false;
  std::size_t length = 0;
};
std::optional<Use> use_at(std::string_view text) {
  if (text.empty()) return Use{};
  if (text.starts_with("##")) return Use{ValueUse::cut_longest_prefix, false, 2};
  if (text.starts_with("%%")) return Use{ValueUse::cut_longest_suffix, false, 2};
  if (text[0] == '#') return Use{ValueUse::cut_prefix, false, 1};
  if (text[0] == '%') return Use{ValueUse::cut_suffix, false, 1};
  Use use;
  use.or_empty = text[0] == ':';
  use.length = use.or_empty ? 2 : 1;
  switch (text.size() < use.length ? '\0' : text[use.length - 1]) {
    case '-': use.use = ValueUse::usual; return use;
    case '=': use.use = ValueUse::assign; return use;
    case '+': use.use = ValueUse::alternative; return use;
    case '?': use.use = ValueUse::demand; return use;
    default: return std::nullopt;
  }
}

// NAME[...], #NAME[...] or !NAME[...] of bash, and no more.
bool is_element(std::string_view inner) {
  if (inner.starts_with('#') || inner.starts_with('!')) inner.remove_prefix(1);
  const std::size_t open = inner.find('[');
  return open != std::string_view::npos && is_variable_name(inner.substr(0, open)) && inner.ends_with(']') &&
         inner.find(']') == inner.size() - 1 && inner.size() > open + 2;
}

// ${!NAME} of bash, and no list of keys.
bool begins_indirect(std::string_view inner) {
  if (!inner.starts_with('!') || inner.size() == 1) return false;
  const bool keys = is_element(inner) && (inner.ends_with("[@]") || inner.ends_with("[*]"));
  return inner == "!#" || (is_name_char(inner[1]) && !keys);
}

}  // namespace

void Tokenizer::add_variable(std::string name, bool quoted) {
  parts().push_back({WordPart::Kind::variable, quoted, std::move(name), {}});
}

void Tokenizer::dollar(bool quoted) {
  begin_word();
  const char next = peek(1);
  if (next == '(') return peek(2) == '(' ? arithmetic(quoted) : substitution(quoted);
  if (next == '{') return braces(quoted);
  if (next == '-') return fail(at_, "$-", "this expansion is not modelled");
  if (context_.bash && next == '"' && !quoted) {  // a text that would be translated
    ++at_;
    return double_quotes();
  }
  if (context_.bash && next == '\'' && !quoted) return escaped_quotes();
  if (context_.bash && next == '[') return old_arithmetic(quoted);
  std::string_view name = name_at(text_.substr(at_ + 1));
  if (!name.empty() && is_digit(name[0])) name = name.substr(0, 1);
  if (name.empty()) {
    add('$', quoted);
    ++at_;
    return;
  }
  add_variable(std::string(name), quoted);
  at_ += 1 + name.size();
}

namespace {

// NAME[I], NAME/A/B, NAME:1:2, NAME^^, !NAME: what dash calls a bad substitution when it comes to it.
bool is_of_bash(std::string_view inner) {
  if (inner.starts_with('!') || inner.starts_with('#')) inner.remove_prefix(1);
  const std::string_view name = name_at(inner);
  if (name.empty() || !(is_variable_name(name) || name == "@" || name == "*")) return false;
  inner.remove_prefix(name.size());
  return inner.empty() || std::string_view("[/:^,").find(inner.front()) != std::string_view::npos;
}

}  // namespace

void Tokenizer::braces(bool quoted) {
  const auto end = closing(text_, at_ + 2, '{', '}');
  if (!end) {
    note_open_end(context_, "${", line_);
    return fail_at_end(at_, "${", "unterminated");
  }
  const std::string whole(text_.substr(at_, *end + 1 - at_));
  std::string_view inner = text_.substr(at_ + 2, *end - at_ - 2);
  const auto odd = [&] {
    if (context_.own != nullptr && !context_.bash && is_of_bash(inner)) {
      parts().push_back({WordPart::Kind::variable, quoted, "_", {}, ValueUse::bad});
      at_ = *end + 1;
      return;
    }
    fail(at_, whole, "this expansion is not modelled", "${NAME} ${#NAME} ${NAME:-WORD} - = + ? % %% # ##");
  };
  const bool indirect = context_.bash && begins_indirect(inner);
  if (indirect) inner.remove_prefix(1);
  if (context_.bash && bash_braces(inner, *end, quoted, indirect)) return;
  WordPart part{WordPart::Kind::variable, quoted, {}, {}};
  if (context_.bash && is_element(inner)) {
    if (inner[0] == '#') part.use = ValueUse::length;
    part.text = (indirect ? "!" : "") + std::string(inner.substr(inner[0] == '#' ? 1 : 0));
  } else if (inner.size() > 1 && inner[0] == '#' && name_at(inner.substr(1)).size() == inner.size() - 1) {
    part.use = ValueUse::length;
    part.text = inner.substr(1);
  } else {
    const std::string_view name = value_name_at(inner, context_.bash);
    const auto use = name.empty() ? std::nullopt : use_at(inner.substr(name.size()));
    if (!use) return odd();
    part.text = (indirect ? "!" : "") + std::string(name);
    part.use = use->use;
    part.or_empty = use->or_empty;
    if (use->use != ValueUse::plain) {
      const bool pattern = use->use >= ValueUse::cut_suffix;
      const std::size_t from = at_ + (indirect ? 3 : 2) + name.size() + use->length;
      part.word = std::make_shared<ShellWord>(nested_word(from, *end, quoted && !pattern));
    }
  }
  if (failed_) return;
  const bool unlike = part.use != ValueUse::plain && part.use != ValueUse::alternative && part.use != ValueUse::usual;
  const bool demands = part.use == ValueUse::assign || part.use == ValueUse::demand;
  if (is_list(part.text) && (context_.bash ? demands : unlike)) return odd();
  parts().push_back(std::move(part));
  at_ = *end + 1;
}

ShellWord Tokenizer::nested_word(std::size_t from, std::size_t end, bool quoted) {
  if (context_.depth >= kDeepest) {
    fail(from, {}, "nested too deeply", {});
    return {};
  }
  ParseContext inner = context_;
  inner.offset = context_.offset;
  ++inner.depth;
  Tokenizer reader(text_.substr(0, end), inner);
  reader.at_ = from;
  reader.line_ = line_;
  reader.begin_word();
  while (reader.at_ < end && !reader.failed_) {
    switch (const char c = reader.peek()) {
      case '\'':
        if (quoted) {
          reader.add(c, true);
          ++reader.at_;
        } else {
          reader.single_quotes();
        }
        break;
      case '"': reader.double_quotes(); break;
      case '$': reader.dollar(quoted); break;
      case '`': reader.backquotes(quoted); break;
      case '\\': reader.backslash(); break;
      default: reader.add(c, quoted); ++reader.at_;
    }
  }
  if (reader.failed_ && !failed_) {
    failed_ = true;
    error_ = reader.error_;
  }
  return std::move(reader.current_.word);
}

void Tokenizer::substitution(bool quoted) {
  begin_word();
  const std::size_t inner = at_ + 2;
  const auto end = closing(text_, inner, '(', ')');
  if (!end) {
    note_open_end(context_, "$(", line_);
    return fail_at_end(at_, "$(", "unterminated");
  }
  take_commands(text_.substr(inner, *end - inner), inner, quoted);
  at_ = *end + 1;
}

void Tokenizer::arithmetic(bool quoted) {
  const auto end = closing(text_, at_ + 2, '(', ')');
  if (!end || *end + 1 > text_.size() || text_[*end - 1] != ')') return fail(at_, "$((", "unterminated", {});
  const std::string_view inner = text_.substr(at_ + 3, *end - at_ - 4);
  if (has_substitution(inner, context_.bash)) {
    WordPart part{WordPart::Kind::arithmetic, quoted, std::string(inner), {}};
    part.word = std::make_shared<ShellWord>(nested_word(at_ + 3, *end - 1, true));
    if (!failed_) parts().push_back(std::move(part));
    at_ = *end + 1;
    return;
  }
  const bool plain = std::ranges::all_of(inner, [this](char c) {
    return (context_.bash && std::string_view("{}[]@#,").find(c) != std::string_view::npos) || is_name_char(c) ||
           std::string_view("$ +-*/%()<>=!&|^~?:\n\t").find(c) != std::string_view::npos;
  });
  if (!plain)
    return fail(at_, std::string(text_.substr(at_, *end + 1 - at_)), "this arithmetic is not modelled",
                "numbers, NAME, the operators of C");
  parts().push_back({WordPart::Kind::arithmetic, quoted, std::string(inner), {}});
  at_ = *end + 1;
}

void Tokenizer::backquotes(bool quoted) {
  begin_word();
  // A backslash between them is one before $ ` \ only (and ", in double quotes).
  std::string inner;
  std::size_t end = at_ + 1;
  for (; end < text_.size() && text_[end] != '`'; ++end) {
    if (text_[end] == '\\' && end + 1 < text_.size()) {
      const char next = text_[++end];
      if (std::string_view(quoted ? "$`\\\"" : "$`\\").find(next) == std::string_view::npos) inner += '\\';
    }
    inner += text_[end];
  }
  if (end >= text_.size()) {
    note_open_end(context_, "`", line_);
    return fail_at_end(at_, "`", "unterminated");
  }
  take_commands(inner, at_ + 1, quoted);
  at_ = end + 1;
}

void Tokenizer::take_commands(std::string_view text, std::size_t at, bool quoted) {
  if (context_.depth >= kDeepest) return fail(at, {}, "nested too deeply", {});
  ParseContext inner = context_;
  inner.offset = context_.offset + at;
  inner.line = line_;
  ++inner.depth;
  auto commands = parse_commands(text, inner);
  if (!commands) {
    failed_ = true;
    error_ = commands.error();
    return;
  }
  if (context_.bash) read_alone(*commands);
  line_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
  parts().push_back({WordPart::Kind::substitution, quoted, std::string(text),
                     std::make_shared<const CommandList>(std::move(*commands))});
}

}  // namespace lvs::control
