// SPDX-License-Identifier: GPL-2.0-or-later
// sed (GNU) as scripts of servers use it: s///, p, d, q and = with addresses N, $, /RE/ and ranges; -e -E -i -n -r.
#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "control/machine/registry.h"
#include "control/programs/coreutils/operands.h"
#include "control/words/regex.h"

namespace lvs::control {
namespace {

struct Address {
  std::size_t line = 0;  // 0: not by number
  bool last = false;
  std::optional<Regex> expression;
};

struct Edit {
  std::optional<Address> from, to;
  bool negated = false;
  char verb = 0;
  std::optional<Regex> expression;  // of s
  std::string replacement;
  bool global = false, prints = false;
  std::size_t which = 1;
  mutable bool inside = false;  // of a range
};

class Parser {
 public:
  Parser(std::string_view script, Regex::Syntax syntax) : text_(script), syntax_(syntax) {}

  // The reason why the script is not modelled, or nothing.
  std::string run(std::vector<Edit>& edits) {
    for (;;) {
      while (!text_.empty() && (text_[0] == ';' || text_[0] == '\n' || text_[0] == ' ')) text_.remove_prefix(1);
      if (text_.empty() || !error_.empty()) return error_;
      edits.push_back(edit());
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
      edit.to = address();
    }
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
    } else if (std::string_view("pdq=").find(edit.verb) == std::string_view::npos) {
      error_ = fmt::format("the command {} of sed is not modelled", edit.verb);
    }
    skip_blanks();
    if (error_.empty() && !text_.empty() && text_[0] != ';' && text_[0] != '\n')
      error_ = "what is behind this command of sed is not modelled";
    return edit;
  }

  std::optional<Address> address() {
    Address result;
    if (text_.starts_with('$')) {
      text_.remove_prefix(1);
      result.last = true;
      return result;
    }
    if (text_.starts_with('/')) {
      text_.remove_prefix(1);
      result.expression = compile(delimited('/'), false);
      return result;
    }
    const auto line = base::take_number<std::size_t>(text_);
    if (!line) return std::nullopt;
    result.line = *line;
    return result;
  }

  // Up to the delimiter, which is taken; a backslash before it goes.
  std::string delimited(char delimiter) {
    std::string part;
    while (!text_.empty() && text_[0] != delimiter) {
      if (text_[0] == '\\' && text_.size() > 1) {
        if (text_[1] != delimiter) part += '\\';
        text_.remove_prefix(1);
      }
      part += text_[0];
      text_.remove_prefix(1);
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
    const std::string expression = delimited(delimiter);
    edit.replacement = delimited(delimiter);
    bool ignore_case = false;
    for (; !text_.empty() && text_[0] != ';' && text_[0] != '\n' && text_[0] != ' '; text_.remove_prefix(1)) {
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
    if (error_.empty()) edit.expression = compile(expression, ignore_case);
  }

  std::string_view text_;
  Regex::Syntax syntax_;
  std::string error_;
};

std::string replaced(const Edit& edit, const std::string& line, bool& any) {
  std::string result;
  std::size_t at = 0, count = 0;
  while (at <= line.size()) {
    const auto match = edit.expression->search(line, at);
    if (!match) break;
    result.append(line, at, match->begin - at);
    if (++count < edit.which) {
      result.append(line, match->begin, match->end - match->begin);
    } else {
      any = true;
      for (std::size_t i = 0; i < edit.replacement.size(); ++i) {
        const char c = edit.replacement[i];
        std::size_t group = Regex::kGroups;
        if (c == '&') {
          group = 0;
        } else if (c == '\\' && i + 1 < edit.replacement.size()) {
          const char next = edit.replacement[++i];
          if (next >= '0' && next <= '9')
            group = static_cast<std::size_t>(next - '0');
          else
            result += next == 'n' ? '\n' : next == 't' ? '\t' : next;
        } else {
          result += c;
        }
        if (group == Regex::kGroups || match->groups[group].second == std::string::npos) continue;
        result.append(line, match->groups[group].first, match->groups[group].second - match->groups[group].first);
      }
    }
    at = match->end;
    if (match->end == match->begin) {
      if (at < line.size()) result += line[at];
      ++at;
    }
    if (count >= edit.which && !edit.global) break;
  }
  if (at < line.size()) result.append(line, at);
  return result;
}

class Stream {
 public:
  Stream(const std::vector<Edit>& edits, bool silent) : edits_(edits), silent_(silent) {
    for (const Edit& each : edits) each.inside = false;
  }

  std::string run(std::string_view text) {
    std::string out;
    bool quit = false;
    for (std::size_t number = 1; !text.empty() && !quit; ++number) {
      const std::size_t end = text.find('\n');
      std::string line(text.substr(0, end));
      const bool newline = end != std::string_view::npos;
      text.remove_prefix(newline ? end + 1 : text.size());
      bool deleted = false;
      for (const Edit& edit : edits_) {
        if (chosen(edit, line, number, text.empty()) == edit.negated) continue;
        if (edit.verb == 'd') deleted = true;
        if (edit.verb == 'p') out += line + "\n";
        if (edit.verb == '=') out += fmt::format("{}\n", number);
        if (edit.verb == 'q') quit = true;
        if (edit.verb == 's') {
          bool any = false;
          line = replaced(edit, line, any);
          if (any && edit.prints) out += line + "\n";
        }
        if (deleted || quit) break;
      }
      if (!deleted && !silent_) out += line + (newline ? "\n" : "");
    }
    return out;
  }

 private:
  static bool fits(const Address& address, const std::string& line, std::size_t number, bool last) {
    if (address.expression) return address.expression->found_in(line);
    return address.last ? last : address.line == number;
  }
  static bool chosen(const Edit& edit, const std::string& line, std::size_t number, bool last) {
    if (!edit.from) return true;
    if (!edit.to) return fits(*edit.from, line, number, last);
    if (edit.inside) {
      const bool beyond = edit.to->line != 0 && number >= edit.to->line;
      if (beyond || (edit.to->line == 0 && fits(*edit.to, line, number, last))) edit.inside = false;
      return edit.to->line == 0 || number <= edit.to->line;
    }
    if (!fits(*edit.from, line, number, last)) return false;
    edit.inside = !(edit.to->line != 0 && edit.to->line <= number);
    return true;
  }

  const std::vector<Edit>& edits_;
  bool silent_;
};

struct Sed {
  std::vector<Edit> edits;
  std::vector<std::string> files;
  bool silent = false, in_place = false;
};

int run(const Sed& sed, Machine& machine, Io& io) {
  int status = 0;
  std::string all;
  for (const std::string& path : sed.files) {
    const auto file = machine.files().read(path);
    if (file.error != FileError::none) {
      io.complain(file.error == FileError::is_directory
                      ? fmt::format("sed: couldn't edit {}: not a regular file\n", path)
                      : fmt::format("sed: can't read {}: {}\n", path, text_of(file.error)));
      status = 2;
    } else if (sed.in_place) {
      const std::string text = Stream(sed.edits, sed.silent).run(file.text);
      machine.files().truncate(path);
      machine.files().append(path, text);
    } else {
      all += file.text;
    }
  }
  if (sed.files.empty()) all = io.in->take_all();
  if (!sed.in_place) io.print(Stream(sed.edits, sed.silent).run(all));
  return status;
}

}  // namespace

CommandResultOrError parse_sed(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"sed", "Ee:inr", "f:l:suz"});
  if (read.instead) return std::move(*read.instead);
  Operands& operands = read.operands;
  if (std::ranges::count(words, std::string("-e"), &Word::text) > 1)
    return base::Error{SyntaxError{words[0].column, "-e", "more than one -e is not modelled", "; between commands"}};
  std::string script = operands.value('e');
  if (!operands.has('e')) {
    if (operands.files.empty())
      return base::Error{SyntaxError{words[0].column, words[0].text, "a script is missing", {}}};
    script = operands.files.front();
    operands.files.erase(operands.files.begin());
  }
  if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
  Sed sed;
  const bool extended = operands.has('E') || operands.has('r');
  const std::string error = Parser(script, extended ? Regex::Syntax::extended : Regex::Syntax::basic).run(sed.edits);
  if (!error.empty())
    return base::Error{
        SyntaxError{words[0].column, script, error, "s/RE/TEXT/gipN, p, d, q, = behind N, $, /RE/, A,B"}};
  sed.files = operands.files;
  sed.silent = operands.has('n');
  sed.in_place = operands.has('i');
  if (sed.in_place && sed.files.empty()) return refusal(1, "sed: no input files\n");
  const bool reads = sed.files.empty();
  auto body = [sed = std::move(sed)](Machine& machine, Io& io) { return run(sed, machine, io); };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
