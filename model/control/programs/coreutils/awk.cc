// SPDX-License-Identifier: GPL-2.0-or-later
// awk as scripts of servers use it: [PATTERN] [{ print [ITEMS] }] ..., with -F and -v; items are $N, $NF, NR, NF,
// texts, numbers and variables of -v; patterns /RE/, BEGIN, END and comparisons of two items, joined by && and ||.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "base/numbers.h"
#include "control/machine/registry.h"
#include "control/programs/coreutils/operands.h"
#include "control/words/regex.h"

namespace lvs::control {
namespace {

struct Item {
  enum class Kind : std::uint8_t { text, number, field, last_field, record_count, field_count };
  Kind kind = Kind::text;
  std::string text;
  std::size_t field = 0;
};

struct Condition {
  std::string how;  // == != < > <= >= ~ !~; "": the item is not empty or 0
  Item left, right;
  std::optional<Regex> expression;
  bool or_next = false;
};

struct Rule {
  enum class When : std::uint8_t { line, begin, end };
  When when = When::line;
  std::vector<Condition> conditions;
  bool bare = true;                                    // without an action: prints the line
  std::vector<std::vector<std::vector<Item>>> prints;  // of each print the arguments, of each the parts put together
};

class Parser {
 public:
  Parser(std::string_view text, const std::map<std::string, std::string>& variables)
      : text_(text), variables_(variables) {}

  std::string run(std::vector<Rule>& rules) {
    for (skip(true); !text_.empty() && error_.empty(); skip(true)) rules.push_back(rule());
    return error_;
  }

 private:
  void skip(bool newlines) {
    while (!text_.empty() &&
           (text_[0] == ' ' || text_[0] == '\t' || (newlines && (text_[0] == '\n' || text_[0] == ';'))))
      text_.remove_prefix(1);
  }
  bool take(std::string_view what) {
    skip(false);
    if (!text_.starts_with(what)) return false;
    text_.remove_prefix(what.size());
    return true;
  }
  void odd() {
    if (error_.empty()) error_ = fmt::format("not modelled here: {}", text_.substr(0, 20));
  }

  Rule rule() {
    Rule result;
    if (take("BEGIN"))
      result.when = Rule::When::begin;
    else if (take("END"))
      result.when = Rule::When::end;
    else if (!text_.starts_with('{'))
      conditions(result);
    if (error_.empty() && take("{")) {
      result.bare = false;
      for (skip(true); error_.empty() && !take("}"); skip(true)) print(result);
    }
    return result;
  }

  void conditions(Rule& rule) {
    do {
      Condition condition;
      const bool negated = take("!");
      if (take("/")) {
        condition.how = negated ? "!~" : "~";
        condition.left = {Item::Kind::field, {}, 0};
        condition.expression = expression();
      } else {
        if (negated) return odd();
        condition.left = item();
        for (const std::string_view how : {"==", "!=", "<=", ">=", "!~", "<", ">", "~"}) {
          if (!take(how)) continue;
          condition.how = how;
          break;
        }
        if (condition.how.ends_with('~')) {
          if (!take("/")) return odd();
          condition.expression = expression();
        } else if (!condition.how.empty()) {
          condition.right = item();
        }
      }
      condition.or_next = take("||");
      const bool more = condition.or_next || take("&&");
      rule.conditions.push_back(std::move(condition));
      if (!more) return;
    } while (error_.empty());
  }

  std::optional<Regex> expression() {
    std::string text;
    while (!text_.empty() && text_[0] != '/') {
      if (text_.starts_with("\\/"))
        text_.remove_prefix(1);
      else if (text_[0] == '\\' && text_.size() > 1) {
        text += text_[0];
        text_.remove_prefix(1);
      }
      text += text_[0];
      text_.remove_prefix(1);
    }
    if (!take("/")) error_ = "unterminated regular expression";
    auto compiled = Regex::compile(text, {Regex::Syntax::extended, false, false, false});
    if (compiled) return std::move(*compiled);
    error_ = compiled.error();
    return std::nullopt;
  }

  void print(Rule& rule) {
    constexpr std::string_view kPrint = "print";
    const char behind = text_.size() > kPrint.size() ? text_[kPrint.size()] : ' ';
    if (!text_.starts_with(kPrint) || std::isalnum(static_cast<unsigned char>(behind)) != 0 || behind == '(')
      return odd();
    text_.remove_prefix(kPrint.size());
    auto& arguments = rule.prints.emplace_back();
    for (skip(false); error_.empty() && !text_.empty() && text_[0] != '}' && text_[0] != ';' && text_[0] != '\n';
         skip(false)) {
      if (text_[0] == '>' || text_[0] == '|') return odd();
      if (take(",")) {
        arguments.emplace_back();
        continue;
      }
      if (arguments.empty()) arguments.emplace_back();
      arguments.back().push_back(item());
    }
  }

  Item item() {
    skip(false);
    if (take("$")) {
      if (take("NF")) return {Item::Kind::last_field, {}, 0};
      Item field{Item::Kind::field, {}, 0};
      const auto number = base::take_number<std::size_t>(text_);
      if (!number) odd();
      field.field = number.value_or(0);
      return field;
    }
    if (take("\"")) return text_item();
    std::size_t length = 0;
    while (length < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[length])) != 0 ||
                                     text_[length] == '_' || text_[length] == '.'))
      ++length;
    const std::string word(text_.substr(0, length));
    if (word.empty()) {
      odd();
      return {};
    }
    if (word == "NR" || word == "NF") {
      text_.remove_prefix(length);
      return {word == "NR" ? Item::Kind::record_count : Item::Kind::field_count, {}, 0};
    }
    if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) {
      text_.remove_prefix(length);
      return {Item::Kind::number, word, 0};
    }
    const auto variable = variables_.find(word);
    if (variable == variables_.end()) {
      odd();
      return {};
    }
    text_.remove_prefix(length);
    return {Item::Kind::text, variable->second, 0};
  }

  Item text_item() {
    Item item;
    while (!text_.empty() && text_[0] != '"') {
      if (text_[0] == '\\' && text_.size() > 1) {
        text_.remove_prefix(1);
        item.text += text_[0] == 'n' ? '\n' : text_[0] == 't' ? '\t' : text_[0];
      } else {
        item.text += text_[0];
      }
      text_.remove_prefix(1);
    }
    if (!take("\"")) error_ = "unterminated string";
    return item;
  }

  std::string_view text_;
  const std::map<std::string, std::string>& variables_;
  std::string error_;
};

class Program {
 public:
  Program(const std::vector<Rule>& rules, std::string separator, const std::optional<Regex>& by)
      : rules_(rules), separator_(std::move(separator)), by_(by) {}

  std::string run(std::string_view text) {
    all(Rule::When::begin);
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      line_ = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++record_;
      split();
      all(Rule::When::line);
    }
    all(Rule::When::end);
    return std::move(out_);
  }

 private:
  void split() {
    fields_.clear();
    if (separator_ == " ") {
      std::string_view rest = line_;
      for (;;) {
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        if (rest.empty()) return;
        const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
        fields_.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end);
      }
    }
    if (line_.empty()) return;
    std::size_t at = 0;
    for (;;) {
      const auto match = by_->search(line_, at);
      if (!match || match->end == match->begin) break;
      fields_.push_back(line_.substr(at, match->begin - at));
      at = match->end;
    }
    fields_.push_back(line_.substr(at));
  }

  std::string value(const Item& item) const {
    switch (item.kind) {
      case Item::Kind::text:
      case Item::Kind::number: return item.text;
      case Item::Kind::field:
        if (item.field == 0) return line_;
        return item.field <= fields_.size() ? fields_[item.field - 1] : std::string();
      case Item::Kind::last_field: return fields_.empty() ? line_ : fields_.back();
      case Item::Kind::record_count: return std::to_string(record_);
      case Item::Kind::field_count: return std::to_string(fields_.size());
    }
    return {};
  }

  static std::optional<double> number(const Item& item, const std::string& text) {
    if (item.kind == Item::Kind::text) return std::nullopt;
    std::string_view digits = text;
    while (digits.starts_with(' ')) digits.remove_prefix(1);
    return base::number<double>(digits);
  }

  bool holds(const Condition& condition) const {
    const std::string left = value(condition.left);
    if (condition.expression) return condition.expression->found_in(left) == (condition.how == "~");
    const auto x = number(condition.left, left);
    if (condition.how.empty()) return x ? *x != 0 : !left.empty();
    const std::string right = value(condition.right);
    const auto y = number(condition.right, right);
    const auto compare = [&](auto a, auto b) {
      if (condition.how == "==") return a == b;
      if (condition.how == "!=") return a != b;
      if (condition.how == "<") return a < b;
      if (condition.how == ">") return a > b;
      return condition.how == "<=" ? a <= b : a >= b;
    };
    return x && y ? compare(*x, *y) : compare(left, right);
  }

  bool chosen(const Rule& rule) const {
    bool result = true, open = true;  // && binds closer than ||
    for (const Condition& condition : rule.conditions) {
      open = open && holds(condition);
      if (!condition.or_next) continue;
      if (open) return true;
      open = true;
    }
    result = open;
    return result;
  }

  void all(Rule::When when) {
    for (const Rule& rule : rules_) {
      if (rule.when != when || (when == Rule::When::line && !chosen(rule))) continue;
      if (rule.bare) out_ += line_ + "\n";
      for (const auto& arguments : rule.prints) {
        if (arguments.empty()) out_ += line_;
        for (const auto& parts : arguments) {
          if (&parts != &arguments.front()) out_ += ' ';
          for (const Item& part : parts) out_ += value(part);
        }
        out_ += '\n';
      }
    }
  }

  const std::vector<Rule>& rules_;
  std::string separator_;
  const std::optional<Regex>& by_;
  std::string line_, out_;
  std::vector<std::string> fields_;
  std::size_t record_ = 0;
};

struct Awk {
  std::vector<Rule> rules;
  std::string separator = " ";
  std::optional<Regex> by;
  std::vector<std::string> files;
};

int run(const Awk& awk, Machine& machine, Io& io) {
  std::string text;
  int status = 0;
  for (const std::string& path : awk.files) {
    const auto file = machine.files().read(path);
    if (file.error == FileError::none) {
      text += file.text;
    } else {
      io.complain(fmt::format("awk: cannot open \"{}\" ({})\n", path, text_of(file.error)));
      status = 2;
    }
  }
  if (awk.files.empty()) text = io.in->take_all();
  io.print(Program(awk.rules, awk.separator, awk.by).run(text));
  return status;
}

}  // namespace

CommandResultOrError parse_awk(const std::vector<Word>& words) {
  constexpr std::string_view kKnown = "-F -v; /RE/ $N NR NF == != ~ && || { print $1, \"TEXT\", $NF } BEGIN END";
  ReadOperands read = read_operands(words, {"awk", "F:v:", "f:W:"});
  if (read.instead) return std::move(*read.instead);
  Operands& operands = read.operands;
  if (operands.files.empty())
    return base::Error{SyntaxError{words[0].column, words[0].text, "a program is missing", std::string(kKnown)}};
  std::map<std::string, std::string> variables;
  if (operands.has('v')) {
    const std::string set = operands.value('v');
    variables[set.substr(0, set.find('='))] =
        set.substr(set.find('=') == std::string::npos ? set.size() : set.find('=') + 1);
  }
  const std::string program = operands.files.front();
  operands.files.erase(operands.files.begin());
  if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
  Awk awk;
  if (const std::string error = Parser(program, variables).run(awk.rules); !error.empty())
    return base::Error{SyntaxError{words[0].column, program, error, std::string(kKnown)}};
  if (operands.has('F')) {
    awk.separator = operands.value('F') == "t" ? "\t" : operands.value('F');
    const bool plain = awk.separator.size() == 1;
    auto by =
        Regex::compile(awk.separator, {plain ? Regex::Syntax::fixed : Regex::Syntax::extended, false, false, false});
    if (!by) return base::Error{SyntaxError{words[0].column, awk.separator, by.error(), {}}};
    awk.by = std::move(*by);
  }
  awk.files = operands.files;
  const bool only_begin =
      std::ranges::all_of(awk.rules, [](const Rule& rule) { return rule.when == Rule::When::begin; });
  const bool reads = awk.files.empty() && !only_begin;
  auto body = [awk = std::move(awk)](Machine& machine, Io& io) { return run(awk, machine, io); };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
