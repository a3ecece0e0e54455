// SPDX-License-Identifier: GPL-2.0-or-later
// sed (GNU 4.9) as scripts of servers use it: s y p P d D q Q = a i c n N h H g G x b t : { } with addresses N, N~S, $,
// /RE/I and ranges, also to +N and ~N; -e -E -i -n -r.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/long-options.h"
#include "control/programs/coreutils/operands.h"
#include "control/programs/text/sed-script.h"
#include "control/words/getopt.h"

namespace lvs::control {
namespace {

using sed::Address;
using sed::Edit;

// What takes the place of a match: \U and \L hold until \E, \u and \l for one character.
class Replacement {
 public:
  explicit Replacement(std::string& out) : out_(out) {}

  void add(const std::string& replacement, const std::string& line, const Regex::Match& match) {
    for (std::size_t i = 0; i < replacement.size(); ++i) {
      const char c = replacement[i];
      const bool escaped = c == '\\' && i + 1 < replacement.size();
      if (!escaped && c != '&') {
        put(c);
        continue;
      }
      const char next = escaped ? replacement[++i] : '0';
      if (next >= '0' && next <= '9')
        put_group(line, match.groups[static_cast<std::size_t>(next - '0')]);
      else if (next == 'U' || next == 'L' || next == 'E')
        case_ = next;
      else if (next == 'u' || next == 'l')
        one_ = next;
      else
        put(next == 'n' ? '\n' : next == 't' ? '\t' : next);
    }
  }

 private:
  void put_group(const std::string& line, std::pair<std::size_t, std::size_t> group) {
    if (group.second == std::string::npos) return;
    for (std::size_t i = group.first; i < group.second; ++i) put(line[i]);
  }
  void put(char c) {
    const auto byte = static_cast<unsigned char>(c);
    const char how = one_ != 0 ? std::exchange(one_, '\0') : case_;
    if (how == 'U' || how == 'u') c = static_cast<char>(std::toupper(byte));
    if (how == 'L' || how == 'l') c = static_cast<char>(std::tolower(byte));
    out_ += c;
  }

  std::string& out_;
  char case_ = 'E', one_ = '\0';
};

std::string replaced(const Edit& edit, const Regex& expression, const std::string& line, bool& any) {
  std::string result;
  std::size_t at = 0, count = 0;
  while (at <= line.size()) {
    const auto match = expression.search(line, at);
    if (!match) break;
    result.append(line, at, match->begin - at);
    if (++count < edit.which) {
      result.append(line, match->begin, match->end - match->begin);
    } else {
      any = true;
      Replacement(result).add(edit.replacement, line, *match);
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
    for (const Edit& each : edits)
      each.inside = each.from && each.from->kind == Address::Kind::line && each.from->line == 0;
  }
  // Of q, or of what went wrong; `complaint` says what.
  int status = 0;
  std::string complaint;

  std::string run(std::string_view text) {
    rest_ = text;
    while (!quit_ && (kept_ ? std::exchange(kept_, false) : next_line(false))) {
      replaced_ = false;
      const bool whole = cycle();
      if (whole && !silent_) put_line();
      out_ += std::exchange(behind_, {});
    }
    return std::move(out_);
  }

 private:
  // The next line into the pattern space, or behind what is in it.
  bool next_line(bool append) {
    if (rest_.empty()) return false;
    const std::size_t end = rest_.find('\n');
    if (append) line_ += '\n';
    if (!append) line_.clear();
    line_ += rest_.substr(0, end);
    newline_ = end != std::string_view::npos;
    rest_.remove_prefix(newline_ ? end + 1 : rest_.size());
    ++number_;
    return true;
  }
  void put_line() { out_ += line_ + (newline_ ? "\n" : ""); }

  // False: the line was deleted.
  bool cycle() {
    std::size_t steps = 0;
    for (std::size_t i = 0; i < edits_.size() && ++steps < kMostSteps; ++i) {
      const Edit& edit = edits_[i];
      if (chosen(edit) == edit.negated) {
        if (edit.verb == '{') i = edit.end;
        continue;
      }
      switch (edit.verb) {
        case 'd': return false;
        case 'D':
          if (line_.find('\n') == std::string::npos) return false;
          line_.erase(0, line_.find('\n') + 1);
          kept_ = true;
          return false;
        case 'P': out_ += line_.substr(0, line_.find('\n')) + "\n"; break;
        case 'h': hold_ = line_; break;
        case 'H': hold_ += "\n" + line_; break;
        case 'g': line_ = hold_; break;
        case 'G': line_ += "\n" + hold_; break;
        case 'x': std::swap(line_, hold_); break;
        case 't':
          if (!std::exchange(replaced_, false)) break;
          i = edit.end;
          break;
        case 'b': i = edit.end; break;
        case 'q':
        case 'Q':
          status = edit.status;
          quit_ = true;
          return edit.verb == 'q';
        case 'p': out_ += line_ + "\n"; break;
        case '=': out_ += fmt::format("{}\n", number_); break;
        case 'i': out_ += edit.text + "\n"; break;
        case 'a': behind_ += edit.text + "\n"; break;
        case 'c':
          if (!edit.to || !edit.inside) out_ += edit.text + "\n";
          return false;
        case 'n':
          if (rest_.empty()) return quit_ = true;
          if (!silent_) put_line();
          out_ += std::exchange(behind_, {});
          next_line(false);
          break;
        case 'N':
          if (!next_line(true)) return quit_ = true;
          break;
        case 'y':
          for (char& c : line_)
            if (const std::size_t at = edit.text.find(c); at != std::string::npos) c = edit.replacement[at];
          break;
        case 's':
          if (!substitute(edit)) return false;
          break;
        default: break;  // braces
      }
    }
    return true;
  }

  // False: there is no expression yet that an empty one could mean.
  bool substitute(const Edit& edit) {
    const Regex* const expression = used(edit.expression);
    if (expression == nullptr) return false;
    bool any = false;
    line_ = replaced(edit, *expression, line_, any);
    replaced_ = replaced_ || any;
    if (any && edit.prints) out_ += line_ + "\n";
    return true;
  }

  // The expression, or the one used last.
  const Regex* used(const std::optional<Regex>& expression) {
    if (expression) last_ = &*expression;
    if (last_ == nullptr) {
      complaint = "sed: no previous regular expression\n";
      status = 1;
      quit_ = true;
    }
    return last_;
  }

  bool fits(const Address& address) {
    switch (address.kind) {
      case Address::Kind::expression: {
        const Regex* const expression = used(address.expression);
        return expression != nullptr && expression->found_in(line_);
      }
      case Address::Kind::last: return rest_.empty();
      case Address::Kind::step:
        return address.step == 0 ? number_ == address.line
                                 : number_ >= address.line && (number_ - address.line) % address.step == 0;
      default: return address.line == number_;
    }
  }
  // Where a range ends that begins here; nothing: not by number.
  std::optional<std::size_t> end_of(const Address& to) const {
    switch (to.kind) {
      case Address::Kind::line: return to.line;
      case Address::Kind::after: return number_ + to.line;
      case Address::Kind::multiple: return to.line == 0 ? number_ : (number_ + to.line - 1) / to.line * to.line;
      default: return std::nullopt;
    }
  }
  bool chosen(const Edit& edit) {
    if (!edit.from) return true;
    if (!edit.to) return fits(*edit.from);
    const auto to = end_of(*edit.to);
    if (edit.inside) {
      if (!to) {
        edit.inside = !fits(*edit.to);
        return true;
      }
      edit.inside = number_ < edit.until;
      return number_ <= edit.until;
    }
    if (!fits(*edit.from)) return false;
    edit.until = to.value_or(0);
    edit.inside = !to || *to > number_;
    return true;
  }

  const std::vector<Edit>& edits_;
  bool silent_;
  std::string_view rest_;
  static constexpr std::size_t kMostSteps = 1'000'000;  // of a cycle: loops end somewhere
  const Regex* last_ = nullptr;                         // used last
  std::string line_, out_, behind_, hold_;
  bool kept_ = false;      // the next cycle begins with what is in the pattern space
  bool replaced_ = false;  // of t
  std::size_t number_ = 0;
  bool newline_ = false, quit_ = false;
};

struct SedCommand {
  std::vector<Edit> edits;
  std::vector<std::string> files;
  bool silent = false, in_place = false;
  std::string suffix{};  // of -i: what is behind the name of the copy
};

int run(const SedCommand& sed, Machine& machine, Io& io) {
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
      Stream stream(sed.edits, sed.silent);
      const std::string text = stream.run(file.text);
      if (!stream.complaint.empty()) {
        io.complain(stream.complaint);
        return stream.status;
      }
      if (stream.status != 0) status = stream.status;
      if (!sed.suffix.empty()) {
        machine.files().truncate(path + sed.suffix);
        machine.files().append(path + sed.suffix, file.text);
      }
      machine.files().truncate(path);
      machine.files().append(path, text);
    } else {
      all += file.text;
    }
  }
  if (sed.files.empty()) all = io.in->take_all();
  if (sed.in_place) return status;
  Stream stream(sed.edits, sed.silent);
  io.print(stream.run(all));
  if (!stream.complaint.empty()) io.complain(stream.complaint);
  return stream.status != 0 ? stream.status : status;
}

}  // namespace

CommandResultOrError parse_sed(const std::vector<Word>& words) {
  constexpr std::string_view kSedLongs =
      "quiet=n silent=n regexp-extended=E expression:e in-place?i file:f line-length:l separate=s unbuffered=u "
      "null-data=z posix=- debug=- sandbox=- follow-symlinks=-";
  ShortWords shorts = shorten_options(words, "Ee:f:il:nrsuz", kSedLongs);
  if (shorts.unmodelled || !shorts.misuse.empty())
    return base::Error{
        SyntaxError{words[shorts.unmodelled.value_or(0)].column, words[shorts.unmodelled.value_or(0)].text,
                    shorts.misuse.empty() ? "this option of sed is not modelled" : shorts.misuse, "-e -E -i -n -r"}};
  // -i has its value in the same word, or none.
  std::vector<Word>& usual = shorts.words;
  std::string suffix;
  for (Word& word : usual)
    if (word.text.size() > 2 && word.text.starts_with("-i") && word.text[2] != 'n' && word.text[2] != 'E' &&
        word.text[2] != 'r')
      suffix = std::exchange(word.text, "-i").substr(2);
  ReadOperands read = read_operands(usual, {"sed", "Ee:inr", "f:l:suz"});
  if (read.instead) return std::move(*read.instead);
  Operands& operands = read.operands;
  std::string script;
  for (const std::string& each : operands.values('e')) script += (script.empty() ? "" : "\n") + each;
  if (!operands.has('e')) {
    if (operands.files.empty())
      return base::Error{SyntaxError{words[0].column, words[0].text, "a script is missing", {}}};
    script = operands.files.front();
    operands.files.erase(operands.files.begin());
  }
  if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
  SedCommand command;
  const bool extended = operands.has('E') || operands.has('r');
  const std::string error =
      sed::parse_script(script, extended ? Regex::Syntax::extended : Regex::Syntax::basic, command.edits);
  if (!error.empty())
    return base::Error{SyntaxError{words[0].column, script, error,
                                   "s/RE/TEXT/gipN, y, p, P, d, D, q, Q, =, a, i, c, n, N, h, H, g, G, x, b, t, :, { } "
                                   "behind N, N~S, $, /RE/I, A,B"}};
  command.files = operands.files;
  command.silent = operands.has('n');
  command.in_place = operands.has('i');
  command.suffix = suffix;
  if (command.in_place && command.files.empty()) return refusal(1, "sed: no input files\n");
  const bool reads = command.files.empty();
  auto body = [command = std::move(command)](Machine& machine, Io& io) { return run(command, machine, io); };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
