// SPDX-License-Identifier: GPL-2.0-or-later
// Regular expressions read.
#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "control/words/regex.h"

namespace lvs::control {

// Builds the steps of an expression piece by piece; jumps are relative, so pieces can be put anywhere and repeated.
class RegexParser {
 public:
  RegexParser(std::string_view text, Regex::Options options, Regex& regex)
      : text_(text), options_(options), regex_(regex), extended_(options.syntax == Regex::Syntax::extended) {}

  std::string run() {
    Piece all;
    if (options_.syntax == Regex::Syntax::fixed) {
      for (const char c : text_) append(all, literal(c));
    } else {
      all = alternatives();
      if (error_.empty() && at_ < text_.size()) error_ = "Unmatched ) or \\)";
    }
    if (all.size() > kMostSteps) error_ = "Regular expression too big";
    if (!error_.empty()) return error_;
    Piece whole;
    if (options_.whole_line) whole.push_back({Kind::line_begin});
    append(whole, save(0));
    append(whole, std::move(all));
    append(whole, save(1));
    if (options_.whole_line) whole.push_back({Kind::line_end});
    whole.push_back({Kind::match});
    regex_.steps_ = std::move(whole);
    regex_.groups_ = groups_;
    return {};
  }

 private:
  using Step = Regex::Step;
  using Kind = Step::Kind;
  using Piece = std::vector<Step>;
  static constexpr std::size_t kMostSteps = 4000;
  static constexpr unsigned kDeepest = 30;
  static constexpr unsigned kMostRepeats = 255;

  bool is(std::string_view operator_text) const { return text_.substr(at_).starts_with(operator_text); }
  // An operator that basic expressions write with a backslash.
  bool at_operator(char c) const {
    return extended_ ? at_ < text_.size() && text_[at_] == c : is(std::string{'\\', c});
  }
  void skip_operator() { at_ += extended_ ? 1 : 2; }

  static void append(Piece& to, Piece from) { to.insert(to.end(), from.begin(), from.end()); }
  static Piece save(std::int32_t which) { return {Step{Kind::save, which, 0}}; }
  static std::int32_t size_of(const Piece& piece) { return static_cast<std::int32_t>(piece.size()); }

  Piece set(Regex::Set characters) {
    if (options_.ignore_case) {
      for (int c = 'a'; c <= 'z'; ++c) {
        const auto lower = static_cast<std::size_t>(c), upper = static_cast<std::size_t>(c - 'a' + 'A');
        if (characters[lower] || characters[upper]) characters.set(lower).set(upper);
      }
    }
    regex_.sets_.push_back(characters);
    return {Step{Kind::set, static_cast<std::int32_t>(regex_.sets_.size() - 1), 0}};
  }
  Piece literal(char c) { return set(Regex::Set().set(static_cast<unsigned char>(c))); }

  Piece alternatives() {
    Piece left = sequence();
    while (error_.empty() && at_operator('|')) {
      skip_operator();
      Piece right = sequence();
      Piece both{Step{Kind::split, 1, size_of(left) + 2}};
      append(both, std::move(left));
      both.push_back({Kind::jump, size_of(right) + 1, 0});
      append(both, std::move(right));
      left = std::move(both);
    }
    return left;
  }

  Piece sequence() {
    Piece result;
    bool first = true;
    while (error_.empty() && at_ < text_.size() && !at_operator('|') && !at_operator(')')) {
      if (result.size() > kMostSteps) {
        error_ = "Regular expression too big";
        break;
      }
      Piece one = atom(first);
      first = false;
      append(result, repeated(std::move(one)));
    }
    return result;
  }

  Piece atom(bool first) {
    if (at_operator('(')) return group();
    const char c = text_[at_++];
    if (c == '.') return set(~Regex::Set().set('\n'));
    if (c == '[') return bracket();
    if (c == '^' && (extended_ || first)) return {Step{Kind::line_begin}};
    if (c == '$' && (extended_ || at_ == text_.size() || at_operator('|') || at_operator(')')))
      return {Step{Kind::line_end}};
    if (c == '*' && first) return literal(c);
    if (c != '\\') return literal(c);
    if (at_ == text_.size()) {
      error_ = "Trailing backslash";
      return {};
    }
    return escaped(text_[at_++]);
  }

  Piece escaped(char c) {
    Regex::Set words;
    for (int each = 0; each < 256; ++each)
      if (std::isalnum(each) != 0 || each == '_') words.set(static_cast<std::size_t>(each));
    Regex::Set blanks;
    for (const char each : std::string_view(" \t\n\r\f\v")) blanks.set(static_cast<unsigned char>(each));
    switch (c) {
      case '<': return {Step{Kind::word_begin}};
      case '>': return {Step{Kind::word_end}};
      case 'b': return {Step{Kind::boundary}};
      case 'w': return set(words);
      case 'W': return set(~words);
      case 's': return set(blanks);
      case 'S': return set(~blanks);
      case 'n': return literal('\n');
      case 't': return literal('\t');
      default: break;
    }
    if (c >= '1' && c <= '9') {
      error_ = "back-references are not modelled";
      return {};
    }
    return literal(c);
  }

  Piece group() {
    skip_operator();
    if (++depth_ > kDeepest) {
      error_ = "Regular expression too big";
      return {};
    }
    const auto number = static_cast<std::int32_t>(++groups_);
    Piece inner = alternatives();
    --depth_;
    if (!error_.empty()) return {};
    if (!at_operator(')')) {
      error_ = "Unmatched ( or \\(";
      return {};
    }
    skip_operator();
    if (number >= static_cast<std::int32_t>(Regex::kGroups)) return inner;
    Piece result = save(2 * number);
    append(result, std::move(inner));
    append(result, save(2 * number + 1));
    return result;
  }

  Piece bracket() {
    Regex::Set characters;
    const bool negated = is("^");
    if (negated) ++at_;
    const std::size_t begin = at_;
    while (at_ < text_.size() && (text_[at_] != ']' || at_ == begin)) {
      if (is("[:")) {
        const std::size_t end = text_.find(":]", at_ + 2);
        if (end == std::string_view::npos || !add_class(text_.substr(at_ + 2, end - at_ - 2), characters)) {
          error_ = end == std::string_view::npos ? "Unmatched [, [^, [:, [., or [=" : "Invalid character class name";
          return {};
        }
        at_ = end + 2;
        continue;
      }
      const auto from = static_cast<unsigned char>(text_[at_++]);
      auto to = from;
      if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        to = static_cast<unsigned char>(text_[at_ + 1]);
        at_ += 2;
      }
      if (to < from) {
        error_ = "Invalid range end";
        return {};
      }
      for (unsigned c = from; c <= to; ++c) characters.set(c);
    }
    if (at_ >= text_.size()) {
      error_ = "Unmatched [, [^, [:, [., or [=";
      return {};
    }
    ++at_;
    return set(negated ? ~characters : characters);
  }

  static bool add_class(std::string_view name, Regex::Set& characters) {
    using Test = int (*)(int);
    constexpr std::pair<std::string_view, Test> kClasses[] = {
        {"alnum", [](int c) { return std::isalnum(c); }}, {"alpha", [](int c) { return std::isalpha(c); }},
        {"blank", [](int c) { return std::isblank(c); }}, {"cntrl", [](int c) { return std::iscntrl(c); }},
        {"digit", [](int c) { return std::isdigit(c); }}, {"graph", [](int c) { return std::isgraph(c); }},
        {"lower", [](int c) { return std::islower(c); }}, {"print", [](int c) { return std::isprint(c); }},
        {"punct", [](int c) { return std::ispunct(c); }}, {"space", [](int c) { return std::isspace(c); }},
        {"upper", [](int c) { return std::isupper(c); }}, {"xdigit", [](int c) { return std::isxdigit(c); }},
    };
    for (const auto& [known, test] : kClasses) {
      if (known != name) continue;
      for (int c = 0; c < 128; ++c)
        if (test(c) != 0) characters.set(static_cast<std::size_t>(c));
      return true;
    }
    return false;
  }

  // * + ? {m,n} behind an atom, any number of them.
  Piece repeated(Piece one) {
    while (error_.empty() && at_ < text_.size()) {
      if (text_[at_] == '*') {
        ++at_;
        one = loop(std::move(one));
      } else if (at_operator('+')) {
        skip_operator();
        Piece more = one;
        append(more, loop(std::move(one)));
        one = std::move(more);
      } else if (at_operator('?')) {
        skip_operator();
        one = optional(std::move(one));
      } else if (at_operator('{') && is_interval()) {
        one = interval(one);
      } else {
        break;
      }
      if (one.size() > kMostSteps) error_ = "Regular expression too big";
    }
    return one;
  }

  static Piece loop(Piece one) {
    Piece result{Step{Kind::split, 1, size_of(one) + 2}};
    const std::int32_t back = -(size_of(one) + 1);
    append(result, std::move(one));
    result.push_back({Kind::jump, back, 0});
    return result;
  }
  static Piece optional(Piece one) {
    Piece result{Step{Kind::split, 1, size_of(one) + 1}};
    append(result, std::move(one));
    return result;
  }

  bool is_interval() const {
    const std::size_t at = at_ + (extended_ ? 1 : 2);
    return at < text_.size() && (std::isdigit(static_cast<unsigned char>(text_[at])) != 0 || text_[at] == ',');
  }
  unsigned take_number(unsigned otherwise) {
    if (at_ >= text_.size() || std::isdigit(static_cast<unsigned char>(text_[at_])) == 0) return otherwise;
    unsigned value = 0;
    for (; at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0; ++at_)
      value = std::min(value * 10 + static_cast<unsigned>(text_[at_] - '0'), kMostRepeats + 1);
    return value;
  }
  Piece interval(const Piece& one) {
    skip_operator();
    const unsigned least = take_number(0);
    bool open = false;
    unsigned most = least;
    if (is(",")) {
      ++at_;
      open = at_ >= text_.size() || std::isdigit(static_cast<unsigned char>(text_[at_])) == 0;
      most = take_number(least);
    }
    if (!at_operator('}') || most < least || most > kMostRepeats) {
      error_ = most > kMostRepeats ? "Regular expression too big" : "Invalid content of \\{\\}";
      return {};
    }
    skip_operator();
    if (one.size() * (std::max(most, 1u) + 1) > kMostSteps) {
      error_ = "Regular expression too big";
      return {};
    }
    Piece result;
    for (unsigned i = 0; i < least; ++i) append(result, one);
    if (open) append(result, loop(one));
    for (unsigned i = least; i < most; ++i) append(result, optional(one));
    return result;
  }

  std::string_view text_;
  Regex::Options options_;
  Regex& regex_;
  bool extended_;
  std::size_t at_ = 0, groups_ = 0;
  unsigned depth_ = 0;
  std::string error_;
};

base::Result<Regex, std::string> Regex::compile(std::string_view expression, Options options) {
  Regex regex;
  std::string error = RegexParser(expression, options, regex).run();
  if (!error.empty()) return base::Error{std::move(error)};
  if (options.whole_word) {
    // \< and \> around it, as grep -w means them.
    regex.steps_.insert(regex.steps_.begin(), Step{Step::Kind::word_begin, 0, 1});
    regex.steps_.insert(regex.steps_.end() - 1, Step{Step::Kind::word_end, 0, 1});
  }
  return regex;
}

}  // namespace lvs::control
