// SPDX-License-Identifier: GPL-2.0-or-later
// What of a word begins with $ and is bash's alone, read.
#include <algorithm>
#include <utility>

#include "base/numbers.h"
#include "control/machine/shell/bash/values.h"
#include "control/machine/shell/tokenizer.h"

namespace lvs::control {

// ${NAME//A/B} and its sisters of bash, `inner` between the braces, its end at `end`. False: it is none.
bool Tokenizer::bash_braces(std::string_view inner, std::size_t end, bool quoted, bool indirect) {
  constexpr std::pair<std::string_view, BashUse> kSigns[] = {
      {"//", BashUse::replace_all},  {"/#", BashUse::replace_prefix}, {"/%", BashUse::replace_suffix},
      {"/", BashUse::replace_first}, {"^^", BashUse::upper_all},      {"^", BashUse::upper_first},
      {",,", BashUse::lower_all},    {",", BashUse::lower_first},     {":", BashUse::substring}};
  const std::string_view name = value_name_at(inner, true), rest = inner.substr(name.size());
  const bool arguments = inner.starts_with('@') || inner.starts_with('*');
  const bool place = !name.empty() && is_digit(name[0]);
  if (!arguments && !indirect && !place && !is_variable_name(name_at(inner))) return false;
  const auto* const sign = std::ranges::find_if(kSigns, [&](const auto& each) { return rest.starts_with(each.first); });
  if (sign == std::end(kSigns)) return false;
  const auto& [spelling, use] = *sign;
  const bool substring = use == BashUse::substring;
  if (substring && rest.size() > 1 && std::string_view("-=+?").find(rest[1]) != std::string_view::npos) return false;
  if (use >= BashUse::upper_first && rest != spelling) return false;
  auto word = std::make_shared<BashWord>();
  word->use = use;
  if (use < BashUse::upper_first) {
    const std::size_t from = end - rest.size() + spelling.size();
    const std::size_t middle = second_at(substring ? ':' : '/', from, end);
    static_cast<ShellWord&>(*word) = nested_word(from, middle, false);
    if (middle < end) word->second = nested_word(middle + 1, end, quoted);
  }
  WordPart part{WordPart::Kind::variable, quoted, (indirect ? "!" : "") + std::string(name), {}};
  part.word = std::move(word);
  if (failed_) return true;
  parts().push_back(std::move(part));
  at_ = end + 1;
  return true;
}

// Where the sign between two words stands, or `end`.
std::size_t Tokenizer::second_at(char sign, std::size_t from, std::size_t end) const {
  std::size_t depth = 0;
  for (std::size_t i = from; i < end; ++i) {
    const char c = text_[i];
    if (c == '\\')
      ++i;
    else if (c == '{' || c == '(')
      ++depth;
    else if (c == '}' || c == ')')
      --depth;
    else if (c == sign && depth == 0)
      return i;
  }
  return end;
}

// $[EXPRESSION] of bash, which is older than $((EXPRESSION)).
void Tokenizer::old_arithmetic(bool quoted) {
  const auto end = closing(text_, at_ + 2, '[', ']');
  if (!end) return fail_at_end(at_, "$[", "unterminated");
  WordPart part{WordPart::Kind::arithmetic, quoted, std::string(text_.substr(at_ + 2, *end - at_ - 2)), {}};
  if (has_substitution(part.text, true)) part.word = std::make_shared<ShellWord>(nested_word(at_ + 2, *end, true));
  if (!failed_) parts().push_back(std::move(part));
  at_ = *end + 1;
}

// ((EXPRESSION)) of bash: the word "((" and one of the expression.
void Tokenizer::arithmetic_command() {
  const auto end = closing(text_, at_ + 1, '(', ')');
  if (!end) return fail_at_end(at_, "((", "unterminated");
  const std::string_view inner = text_.substr(at_ + 2, *end - at_ - 3);
  begin_word();
  add('(', false);
  add('(', false);
  finish_word();
  begin_word();
  WordPart part{WordPart::Kind::arithmetic, true, std::string(inner), {}};
  if (has_substitution(inner, context_.bash))
    part.word = std::make_shared<ShellWord>(nested_word(at_ + 2, *end - 1, true));
  parts().push_back(std::move(part));
  finish_word();
  at_ = *end + 1;
}

// \xHH and \NNN; leaves the place at their last digit. False: it is none.
bool Tokenizer::numbered_sign() {
  const bool hex = peek(1) == 'x';
  const std::size_t begin = at_ + (hex ? 2 : 1);
  std::size_t end = begin;
  unsigned value = 0;
  const unsigned radix = hex ? 16 : 8;
  for (; end < text_.size() && end < begin + (hex ? 2 : 3); ++end) {
    const auto digit = base::number<unsigned>(text_.substr(end, 1), static_cast<int>(radix));
    if (!digit) break;
    value = value * radix + *digit;
  }
  if (end == begin) return false;
  if ((value & 0xff) == 0) fail(at_, next_two(), "a NUL byte", {});
  add(static_cast<char>(value), true);
  at_ = end - 1;
  return true;
}

// $'...' of bash.
void Tokenizer::escaped_quotes() {
  begin_quotes();
  const std::size_t start = at_;
  for (at_ += 2; at_ < text_.size() && peek() != '\''; ++at_) {
    if (peek() != '\\') {
      add(peek(), true);
      continue;
    }
    constexpr std::string_view kNames = "abeEfnrtv\\'\"?", kSigns = "\a\b\033\033\f\n\r\t\v\\'\"?";
    if (numbered_sign()) continue;
    const std::size_t found = kNames.find(peek(1));
    if (std::string_view("cuU").find(peek(1)) != std::string_view::npos)
      return fail(at_, next_two(), "this escape is not modelled", "\\a \\b \\e \\f \\n \\r \\t \\v \\xHH \\NNN");
    if (found == std::string_view::npos) add('\\', true);  // it stands for itself
    add(found == std::string_view::npos ? peek(1) : kSigns[found], true);
    ++at_;
  }
  if (at_ >= text_.size()) return fail_at_end(start, "$'", "unterminated");
  ++at_;
}

// $(< FILE) of bash is $(cat FILE).
void Tokenizer::read_alone(CommandList& commands) {
  if (commands.size() != 1 || commands.front().links.size() != 1) return;
  Pipeline& pipeline = commands.front().links.front().pipeline;
  if (pipeline.commands.size() != 1 || pipeline.commands.front().redirections.size() != 1) return;
  ShellCommand& only = pipeline.commands.front();
  const bool reads = only.redirections.front().kind == Redirection::Kind::input;
  if (only.compound || !only.simple.words.empty() || !only.simple.assignments.empty() || !reads) return;
  auto cat = parse_commands("cat", context_);
  if (cat) only.simple = cat->front().links.front().pipeline.commands.front().simple;
}

}  // namespace lvs::control
