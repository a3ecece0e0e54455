// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/text/sed-script.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/numbers.h"

namespace lvs::control::sed {
namespace {

// What a backslash makes of the letter behind it (normalize_text()).
char escaped(char letter) {
  constexpr std::string_view kLetters = "afnrtv", kMeant = "\a\f\n\r\t\v";
  const std::size_t at = kLetters.find(letter);
  return at == std::string_view::npos ? letter : kMeant[at];
}

// Takes the d065, o101 or x41 of a character.
std::optional<char> take_number(std::string_view& text) {
  struct Base {
    char letter;
    int base;
    std::size_t digits;
  };
  for (const Base& each : {Base{'d', 10, 3}, Base{'o', 8, 3}, Base{'x', 16, 2}}) {
    if (!text.starts_with(each.letter)) continue;
    const std::string_view digits = text.substr(1, each.digits);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, each.base);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(1 + static_cast<std::size_t>(end - digits.data()));
    return static_cast<char>(value);
  }
  return std::nullopt;
}

// Without backslashes: each is taken with what is behind it.
std::string unescaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const bool escape = text[0] == '\\';
    if (escape) text.remove_prefix(1);
    if (text.empty()) break;
    if (const auto number = escape ? take_number(text) : std::nullopt) {
      result += *number;
      continue;
    }
    result += escape ? escaped(text[0]) : text[0];
    text.remove_prefix(1);
  }
  return result;
}

// Characters in the place of their numbers, behind a backslash those that are special.
std::string with_characters(std::string_view text, std::string_view special) {
  std::string result;
  while (!text.empty()) {
    if (text[0] != '\\' || text.size() < 2) {
      result += text[0];
      text.remove_prefix(1);
      continue;
    }
    std::string_view behind = text.substr(1);
    if (const auto number = take_number(behind)) {
      if (special.find(*number) != std::string_view::npos) result += '\\';
      result += *number;
      text = behind;
      continue;
    }
    result += text.substr(0, 2);
    text.remove_prefix(2);
  }
  return result;
}

class Parser {
 public:
  Parser(std::string_view script, Regex::Syntax syntax) : text_(script), syntax_(syntax) {}

  std::string run(std::vector<Edit>& edits) {
    for (;;) {
      while (!text_.empty() && std::string_view("; \t\n").find(text_[0]) != std::string_view::npos)
        text_.remove_prefix(1);
      if (text_.starts_with('#')) {
        text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
        continue;
      }
      if (error_.empty() && text_.empty() && !open_.empty()) error_ = "unmatched {";
      if (error_.empty() && text_.empty()) resolve(edits);
      if (text_.empty() || !error_.empty()) return error_;
      edits.push_back(edit());
      if (edits.back().verb == '{') open_.push_back(edits.size() - 1);
      if (edits.back().verb != '}' || !error_.empty()) continue;
      if (open_.empty()) return "unexpected }";
      edits[open_.back()].end = edits.size() - 1;
      open_.pop_back();
    }
  }

 private:
  void skip_blanks() {
    while (text_.starts_with(' ')) text_.remove_prefix(1);
  }

  Edit edit() {
    Edit edit;
    edit.from = address();
    if (edit.from && text_.starts_with(',')) {
      text_.remove_prefix(1);
      skip_blanks();
      edit.to = second_address();
      if (!edit.to && error_.empty()) error_ = "unexpected `,'";
    }
    const bool zero = edit.from && edit.from->kind == Address::Kind::line && edit.from->line == 0;
    if (zero && !(edit.to && edit.to->kind == Address::Kind::expression)) error_ = "invalid usage of line address 0";
    skip_blanks();
    if (text_.starts_with('!')) {
      edit.negated = true;
      text_.remove_prefix(1);
    }
    if (text_.empty()) {
      error_ = "a command is missing";
      return edit;
    }
    edit.verb = text_[0];
    text_.remove_prefix(1);
    if (edit.verb == 's') {
      substitute(edit);
    } else if (edit.verb == 'y') {
      translate(edit);
    } else if (edit.verb == 'a' || edit.verb == 'i' || edit.verb == 'c') {
      take_text(edit);
      return edit;
    } else if (edit.verb == '{') {
      return edit;
    } else if (edit.verb == ':' || edit.verb == 'b' || edit.verb == 't') {
      take_label(edit);
      return edit;
    } else if (edit.verb == 'q' || edit.verb == 'Q') {
      skip_blanks();
      edit.status = static_cast<int>(base::take_number<std::uint8_t>(text_).value_or(0));
    } else if (std::string_view("pd=nNhHgGxPD}").find(edit.verb) == std::string_view::npos) {
      error_ = fmt::format("the command {} of sed is not modelled", edit.verb);
    }
    skip_blanks();
    if (error_.empty() && !text_.empty() && std::string_view(";\n}#").find(text_[0]) == std::string_view::npos)
      error_ = "what is behind this command of sed is not modelled";
    return edit;
  }

  // Of ":" all of the line; of b and t up to a semicolon.
  void take_label(Edit& edit) {
    skip_blanks();
    const std::size_t length = std::min(text_.find_first_of(edit.verb == ':' ? "\n;" : "\n; }"), text_.size());
    edit.text = text_.substr(0, length);
    while (edit.text.ends_with(' ')) edit.text.pop_back();
    text_.remove_prefix(length);
    if (edit.verb == ':' && edit.text.empty()) error_ = "\":\" lacks a label";
  }
  void resolve(std::vector<Edit>& edits) {
    for (Edit& each : edits) {
      if (each.verb != 'b' && each.verb != 't') continue;
      each.end = edits.size();
      for (std::size_t i = 0; i < edits.size() && !each.text.empty(); ++i)
        if (edits[i].verb == ':' && edits[i].text == each.text) each.end = i;
      if (!each.text.empty() && each.end == edits.size()) error_ = "can't find label for jump to `" + each.text + "'";
    }
  }

  // "a TEXT" and "a\" with TEXT on the next line; a backslash before a newline or a blank goes.
  void take_text(Edit& edit) {
    skip_blanks();
    if (text_.starts_with('\\')) {
      text_.remove_prefix(1);
      const std::size_t behind = std::min(text_.find_first_not_of(" \t"), text_.size());
      if (behind < text_.size() && text_[behind] == '\n') text_.remove_prefix(behind + 1);
    }
    if (text_.empty()) error_ = fmt::format("a text is missing behind {}", edit.verb);
    std::size_t end = 0;
    while (end < text_.size() && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end, text_.size());
    edit.text = unescaped(text_.substr(0, end));
    text_.remove_prefix(end);
  }

  void translate(Edit& edit) {
    const char delimiter = text_.empty() ? '\0' : text_[0];
    if (!text_.empty()) text_.remove_prefix(1);
    edit.text = unescaped(delimited(delimiter, false));
    if (error_.empty()) edit.replacement = unescaped(delimited(delimiter, false));
    if (error_.empty() && edit.text.size() != edit.replacement.size())
      error_ = "strings for `y' command are different lengths";
  }

  std::optional<Address> address() {
    Address result;
    if (text_.starts_with('$')) {
      text_.remove_prefix(1);
      result.kind = Address::Kind::last;
      return result;
    }
    if (text_.starts_with('/') || (text_.starts_with('\\') && text_.size() > 1)) {
      text_.remove_prefix(text_[0] == '/' ? 0 : 1);
      const char delimiter = text_[0];
      text_.remove_prefix(1);
      result.kind = Address::Kind::expression;
      const std::string expression = delimited(delimiter, true);
      const bool ignore_case = text_.starts_with('I');
      if (ignore_case) text_.remove_prefix(1);
      if (error_.empty() && !expression.empty()) result.expression = compile(expression, ignore_case);
      return result;
    }
    const auto line = base::take_number<std::size_t>(text_);
    if (!line) return std::nullopt;
    result.line = *line;
    if (text_.starts_with('~')) {
      text_.remove_prefix(1);
      result.kind = Address::Kind::step;
      result.step = base::take_number<std::size_t>(text_).value_or(0);
    }
    return result;
  }

  std::optional<Address> second_address() {
    if (!text_.starts_with('+') && !text_.starts_with('~')) return address();
    Address result{text_[0] == '+' ? Address::Kind::after : Address::Kind::multiple, 0, 0, {}};
    text_.remove_prefix(1);
    const auto count = base::take_number<std::size_t>(text_);
    if (!count) return std::nullopt;
    result.line = *count;
    return result;
  }

  // How much of the text is a set in brackets, in which a delimiter is a character like others; 0: it is none.
  std::size_t bracket() const {
    if (!text_.starts_with('[')) return 0;
    std::size_t at = text_.starts_with("[^") ? 2 : 1;
    if (at < text_.size() && text_[at] == ']') ++at;
    for (; at < text_.size() && text_[at] != ']'; ++at) {
      const char kind = text_[at] == '[' && at + 1 < text_.size() ? text_[at + 1] : '\0';
      if (kind != ':' && kind != '.' && kind != '=') continue;
      const std::size_t end = text_.find(std::string{kind, ']'}, at + 2);
      if (end != std::string_view::npos) at = end + 1;
    }
    return at < text_.size() ? at + 1 : 0;
  }

  // Up to the delimiter, which is taken; a backslash before it goes. `regex`: it is an expression.
  std::string delimited(char delimiter, bool regex) {
    std::string part;
    std::size_t set = 0;  // what is left of a set
    while (!text_.empty() && (set != 0 || text_[0] != delimiter)) {
      if (set == 0 && regex) set = bracket();
      const std::size_t before = text_.size();
      if (text_[0] == '\\' && text_.size() > 1) {
        if (text_[1] != delimiter) part += '\\';
        text_.remove_prefix(1);
      }
      part += text_[0];
      text_.remove_prefix(1);
      set -= std::min(set, before - text_.size());
    }
    if (text_.empty())
      error_ = "unterminated expression";
    else
      text_.remove_prefix(1);
    return part;
  }

  std::optional<Regex> compile(const std::string& expression, bool ignore_case) {
    auto compiled = Regex::compile(expression, {syntax_, ignore_case, false, false});
    if (compiled) return std::move(*compiled);
    error_ = compiled.error();
    return std::nullopt;
  }

  void substitute(Edit& edit) {
    if (text_.empty()) {
      error_ = "unterminated expression";
      return;
    }
    const char delimiter = text_[0];
    text_.remove_prefix(1);
    const std::string expression = with_characters(delimited(delimiter, true), {});  // special or not
    edit.replacement = with_characters(delimited(delimiter, false), "&\\");
    bool ignore_case = false;
    for (; !text_.empty() && std::string_view(";\n }#").find(text_[0]) == std::string_view::npos;
         text_.remove_prefix(1)) {
      if (text_[0] == 'g')
        edit.global = true;
      else if (text_[0] == 'p')
        edit.prints = true;
      else if (text_[0] == 'i' || text_[0] == 'I')
        ignore_case = true;
      else if (text_[0] >= '1' && text_[0] <= '9')
        edit.which = static_cast<std::size_t>(text_[0] - '0');
      else
        error_ = fmt::format("the flag {} of s is not modelled", text_[0]);
      if (!error_.empty()) return;
    }
    if (error_.empty() && !expression.empty()) edit.expression = compile(expression, ignore_case);
    if (error_.empty()) check_references(edit, expression);
  }

  // A group that the expression does not have.
  void check_references(const Edit& edit, const std::string& expression) {
    std::size_t groups = 0;
    for (std::size_t i = 0; i < expression.size(); ++i) {
      const bool escaped = expression[i] == '\\' && i + 1 < expression.size();
      if (escaped) ++i;
      if (expression[i] == '(' && escaped == (syntax_ == Regex::Syntax::basic)) ++groups;
    }
    for (std::size_t i = 0; i + 1 < edit.replacement.size() && edit.expression; ++i) {
      if (edit.replacement[i] != '\\') continue;
      const char next = edit.replacement[++i];
      if (next >= '1' && next <= '9' && static_cast<std::size_t>(next - '0') > groups)
        error_ = fmt::format("invalid reference \\{} on `s' command's RHS", next);
    }
  }

  std::string_view text_;
  Regex::Syntax syntax_;
  std::vector<std::size_t> open_;  // blocks
  std::string error_;
};

}  // namespace

std::string parse_script(std::string_view script, Regex::Syntax syntax, std::vector<Edit>& edits) {
  return Parser(script, syntax).run(edits);
}

}  // namespace lvs::control::sed
