// SPDX-License-Identifier: GPL-2.0-or-later
// find (findutils): tests of names, kinds and sizes; -print, -print0, -delete, -exec. What is found is found when it
// starts; names of a folder come in their order, where Linux has that of the file system.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/shell/pattern.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/files/files.h"
#include "control/programs/system/plan-task.h"
#include "control/words/small-letters.h"

namespace lvs::control {
namespace {

constexpr std::size_t kMostFound = 10'000;
constexpr std::string_view kKnownOfFind =
    "-name -iname -path -type f|d|l -maxdepth -mindepth -size -perm -empty -print -print0 -delete -exec ... ; -exec "
    "... "
    "{} + ! -a -o ( )";

struct Found {
  std::string path, name;
  std::size_t depth = 0;
  Files::Status status;
  bool link = false, empty = false;
};

// What a file that passes the tests before it comes to, as text of sh.
struct Action {
  std::string script;
  bool runs = false;  // a command, whose status says whether what follows happens
};

struct Find {
  std::vector<std::string> places;
  // A list of lists: any of which, all of whose members.
  struct Term {
    std::function<bool(const Found&)> test;      // or
    std::function<Action(const Found&)> action;  // or
    std::vector<std::vector<Term>> inner;        // in ( )
    bool invert = false;
  };
  std::vector<std::vector<Term>> expression;
  std::size_t least = 0, most = 64;
  bool acts = false, folders_last = false;
  std::vector<std::vector<std::string>> gathered;  // of -exec ... +: the words before {}
};

using Alternatives = std::vector<std::vector<Find::Term>>;

std::string replaced(std::string word, const std::string& path) {
  for (std::size_t at = word.find("{}"); at != std::string::npos; at = word.find("{}", at + path.size()))
    word.replace(at, 2, path);
  return word;
}

// Reads the expression; complains as the tool, or as the model.
class Expression {
 public:
  Expression(const std::vector<Word>& words, std::size_t at, Find& find) : words_(words), at_(at), find_(find) {}

  Alternatives read(bool inner = false) {
    Alternatives any(1);
    for (; at_ < words_.size() && !failed(); ++at_) {
      const std::string& word = words_[at_].text;
      if (word == ")" && inner) return any;
      if (word == "-o" || word == "-or") {
        if (at_ + 1 == words_.size()) complaint = fmt::format("find: expected an expression after '{}'\n", word);
        any.emplace_back();
      } else if (word != "-a" && word != "-and") {
        take_term(any.back());
      }
    }
    if (inner && !failed())
      complaint = "find: invalid expression; I was expecting to find a ')' somewhere but did not see one.\n";
    return any;
  }
  bool failed() const { return !complaint.empty() || refused; }
  std::string complaint;
  std::optional<SyntaxError> refused;

 private:
  void take_term(std::vector<Find::Term>& all) {
    Find::Term term;
    while (at_ + 1 < words_.size() && (words_[at_].text == "!" || words_[at_].text == "-not")) {
      term.invert = !term.invert;
      ++at_;
    }
    const std::string word = words_[at_].text;
    if (word == "(") {
      ++at_;
      if (++depth_ > 32) {
        complaint = "find: too many parentheses\n";
        return;
      }
      term.inner = read(true);
      --depth_;
    } else if (!take_action(word, term) && !take_test(word, term)) {
      if (word == "-depth") {
        find_.folders_last = true;
        return;
      }
      if (word == "-maxdepth" || word == "-mindepth") return take_depth(word);
      refuse(word);
    }
    if (!failed()) all.push_back(std::move(term));
  }
  void refuse(const std::string& word) {
    // Words of the real one, each between blanks.
    static constexpr std::string_view kOthers =
        " -amin -anewer -atime -cmin -cnewer -ctime -daystart -execdir -executable -false -fls -follow -fprint "
        "-fprintf "
        "-fstype -gid -group -ilname -inum -ipath -iregex -iwholename -links -lname -ls -mmin -mount -mtime -nogroup "
        "-nouser -ok -okdir -printf -prune -quit -readable -regex -regextype -samefile -true -uid -used -user -warn "
        "-wholename -writable -xdev -xtype ";
    if (!word.starts_with('-')) {
      complaint = fmt::format("find: paths must precede expression: `{}'\n", word);
    } else if (kOthers.find(" " + word + " ") == std::string_view::npos && !word.starts_with("-newer")) {
      complaint = fmt::format("find: unknown predicate `{}'\n", word);
    } else {
      refused = SyntaxError{words_[at_].column, word, "this of find is not modelled", std::string(kKnownOfFind)};
    }
  }
  // The word behind an option; nothing: it is missing, which has been said.
  std::optional<std::string> value(const std::string& option) {
    if (at_ + 1 < words_.size()) return words_[++at_].text;
    complaint = fmt::format("find: missing argument to `{}'\n", option);
    return std::nullopt;
  }
  void take_depth(const std::string& word) {
    const auto text = value(word);
    if (!text) return;
    const auto number = base::number_up_to<std::uint32_t>(*text, 1000);
    if (number) (word == "-maxdepth" ? find_.most : find_.least) = *number;
    if (!number)
      complaint = fmt::format("find: Expected a positive decimal integer argument to {}, but got '{}'\n", word, *text);
  }

  bool take_test(const std::string& word, Find::Term& term) {
    if (word == "-empty") {
      term.test = [](const Found& f) { return f.empty; };
      return true;
    }
    if (word != "-name" && word != "-iname" && word != "-path" && word != "-type" && word != "-size" && word != "-perm")
      return false;
    const auto text = value(word);
    if (!text) return true;
    if (word == "-type") return take_type(*text, term);
    if (word == "-size") return take_size(*text, term);
    if (word == "-perm") {
      const auto mode = base::c_number("0" + *text, 07777);
      if (!mode) refused = SyntaxError{words_[at_].column, *text, "this mode of -perm is not modelled", "644"};
      if (mode) term.test = [mode](const Found& f) { return f.status.mode == *mode; };
      return true;
    }
    const bool path = word == "-path", any_case = word == "-iname";
    term.test = [pattern = any_case ? in_small_letters(*text) : *text, path, any_case](const Found& f) {
      return matches(pattern, any_case ? in_small_letters(f.name) : path ? f.path : f.name);
    };
    return true;
  }
  bool take_type(const std::string& text, Find::Term& term) {
    if (text != "f" && text != "d" && text != "l") {
      term.test = [](const Found&) { return false; };  // devices, pipes and sockets
      if (text.size() != 1 || std::string_view("bcps").find(text) == std::string_view::npos)
        complaint = fmt::format("find: Unknown argument to -type: {}\n", text);
      return true;
    }
    term.test = [kind = text[0]](const Found& f) {
      const bool folder = f.status.kind == Files::Kind::folder && !f.link;
      return kind == 'l' ? f.link : kind == 'd' ? folder : !folder && !f.link;
    };
    return true;
  }
  // "+10k": units are rounded up.
  bool take_size(std::string text, Find::Term& term) {
    const char sign = text[0] == '+' || text[0] == '-' ? text[0] : '=';
    if (sign != '=') text.erase(0, 1);
    std::size_t unit = 512;
    const std::size_t letter = text.empty() ? std::string::npos : std::string_view("cwbkMG").find(text.back());
    if (letter != std::string::npos) {
      constexpr std::size_t kUnits[] = {1, 2, 512, 1 << 10, 1 << 20, 1 << 30};
      unit = kUnits[letter];
      text.pop_back();
    }
    const auto number = base::number<std::size_t>(text);
    if (!number) complaint = fmt::format("find: Invalid argument `{}' to -size\n", words_[at_].text);
    if (number)
      term.test = [number, unit, sign](const Found& f) {
        const std::size_t size = (f.status.size + unit - 1) / unit;
        return sign == '+' ? size > *number : sign == '-' ? size < *number : size == *number;
      };
    return true;
  }

  bool take_action(const std::string& word, Find::Term& term) {
    if (word == "-exec") return take_exec(term);
    if (word == "-print" || word == "-print0") {
      const std::string end = word == "-print" ? "\\n" : "\\0";
      term.action = [end](const Found& f) { return Action{"printf '%s" + end + "' " + shell_quoted(f.path), false}; };
    } else if (word == "-delete") {
      find_.folders_last = true;
      term.action = [](const Found& f) {
        const bool folder = f.status.kind == Files::Kind::folder && !f.link;
        return Action{(folder ? "rmdir " : "rm -f ") + shell_quoted(f.path), false};
      };
    } else {
      return false;
    }
    find_.acts = true;
    return true;
  }
  bool take_exec(Find::Term& term) {
    std::vector<std::string> command;
    const std::size_t from = at_ + 1;
    for (++at_; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_].text;
      const bool gathers = word == "+" && !command.empty() && command.back() == "{}";
      if (word != ";" && !gathers) {
        command.push_back(word);
        continue;
      }
      if (command.empty()) break;
      check_command(from);
      find_.acts = true;
      if (gathers) {
        command.pop_back();
        const std::size_t number = find_.gathered.size();
        find_.gathered.push_back(std::move(command));
        term.action = [number](const Found&) { return Action{"+" + std::to_string(number), false}; };
        return true;
      }
      term.action = [command](const Found& f) {
        std::string line;
        for (const std::string& each : command)
          line += (line.empty() ? "" : " ") + shell_quoted(replaced(each, f.path));
        return Action{line + " </dev/null", true};
      };
      return true;
    }
    complaint = "find: missing argument to `-exec'\n";
    return true;
  }
  // A command that is not modelled is named before anything runs.
  void check_command(std::size_t from) {
    const std::string& name = words_[from].text;
    const bool shell = name == "sh" || name == "bash" || name == "dash" || name == "env" || name == "sudo";
    if (shell || name.find('/') != std::string::npos || is_modelled_command(name)) return;
    auto parsed = parse_command({words_[from]});
    if (!parsed.ok()) refused = parsed.error();
  }

  const std::vector<Word>& words_;
  std::size_t at_;
  Find& find_;
  unsigned depth_ = 0;
};

class Walk {
 public:
  Walk(const Find& find, Files& files) : find_(find), files_(files) {}

  // The script that does it all; nothing: there is too much.
  std::optional<std::string> script(const std::string& folder) {
    text_ = "cd " + shell_quoted(folder) + "\ns=0\n";
    gathered_.resize(find_.gathered.size());
    for (const std::string& place : find_.places) {
      if (!files_.link(place) && !files_.status(place).exists()) {
        text_ += fmt::format("echo {} >&2; s=1\n",
                             shell_quoted(fmt::format("find: '{}': No such file or directory", place)));
        continue;
      }
      visit(place, place.substr(place.rfind('/') + 1), 0);
    }
    for (std::size_t i = 0; i < gathered_.size(); ++i) {
      if (gathered_[i].empty()) continue;
      std::string line;
      for (const std::string& word : find_.gathered[i]) line += shell_quoted(word) + " ";
      text_ += line + gathered_[i] + " </dev/null || s=1\n";
    }
    if (found_ > kMostFound) return std::nullopt;
    return text_ + "exit $s\n";
  }

 private:
  void visit(const std::string& path, const std::string& name, std::size_t depth) {
    if (++found_ > kMostFound) return;
    Found found{path, name, depth, files_.status(path), files_.link(path).has_value(), false};
    const bool folder = found.status.kind == Files::Kind::folder && !found.link;
    const auto names = folder ? files_.list(path) : std::vector<std::string>{};
    found.empty = folder ? names.empty() : !found.link && found.status.size == 0;
    if (!find_.folders_last) act(found);
    if (folder && depth < find_.most) {
      const std::string before = path.ends_with('/') ? path : path + "/";
      for (const std::string& each : names) visit(before + each, each, depth + 1);
    }
    if (find_.folders_last) act(found);
  }
  void act(const Found& found) {
    if (found.depth < find_.least || found.depth > find_.most) return;
    std::string line;
    if (!passes(find_.expression, found, line)) return;
    if (!find_.acts) line = "printf '%s\\n' " + shell_quoted(found.path);
    if (!line.empty()) text_ += line + "\n";
  }
  // Tests are answered now, actions become part of the line.
  bool passes(const Alternatives& any, const Found& found, std::string& line) {
    return std::ranges::any_of(any, [&](const std::vector<Find::Term>& all) {
      return std::ranges::all_of(all, [&](const Find::Term& term) {
        if (term.test) return term.test(found) != term.invert;
        if (term.action == nullptr) return passes(term.inner, found, line) != term.invert;
        const Action action = term.action(found);
        if (action.script.starts_with('+')) {
          gathered_[static_cast<std::size_t>(std::stoul(action.script.substr(1)))] += shell_quoted(found.path) + " ";
        } else {
          line += (line.empty() ? "" : " && ") + action.script;
        }
        return !term.invert;
      });
    });
  }

  const Find& find_;
  Files& files_;
  std::string text_;
  std::vector<std::string> gathered_;
  std::size_t found_ = 0;
};

class FindCommand final : public Command {
 public:
  explicit FindCommand(Find find) : find_(std::move(find)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    const auto script = Walk(find_, machine.files()).script(machine.files().absolute("."));
    if (!script) {
      io.complain(fmt::format("not modelled: more than {} files\n", kMostFound));
      done(2);
      return nullptr;
    }
    return run_plan([script](const NetworkFiles&) { return NetworkPlan{*script}; }, machine, io, std::move(done));
  }

 private:
  Find find_;
};

// A command's status decides what is behind it in its list; not what is behind -o or around it.
bool decides_more(const Alternatives& any, bool within) {
  for (const auto& all : any)
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool runs = all[i].action != nullptr && all[i].action(Found{}).runs;
      const bool alone = any.size() == 1 && !within && !all[i].invert;
      const bool last = i + 1 == all.size() && &all == &any.back();
      const bool tests_behind = std::any_of(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(),
                                            [](const Find::Term& term) { return term.test != nullptr; });
      if (runs && ((!alone && !last) || all[i].invert || (within && !last) || tests_behind)) return true;
      if (!all[i].inner.empty() && decides_more(all[i].inner, true)) return true;
    }
  return false;
}

}  // namespace

CommandResultOrError parse_find(const std::vector<Word>& words) {
  Find find;
  std::size_t at = 1;
  for (; at < words.size(); ++at) {
    const std::string& word = words[at].text;
    if (word == "-P") continue;
    if (word == "-L" || word == "-H")
      return base::Error{SyntaxError{words[at].column, word, "this option of find is not modelled", "-P"}};
    if (word.starts_with('-') || word == "(" || word == "!") break;
    if (auto reason = Files::unmodelled(word)) return base::Error{SyntaxError{words[at].column, word, *reason, {}}};
    find.places.push_back(word);
  }
  if (find.places.empty()) find.places.emplace_back(".");
  Expression expression(words, at, find);
  auto read = expression.read();
  if (expression.refused) return base::Error{std::move(*expression.refused)};
  if (!expression.complaint.empty()) return refusal(1, expression.complaint);
  if (decides_more(read, false))
    return base::Error{SyntaxError{words[0].column, "-exec",
                                   "a command whose status decides about -o or ! is not modelled",
                                   std::string(kKnownOfFind)}};
  find.expression = std::move(read);
  return CommandPtr(std::make_shared<FindCommand>(std::move(find)));
}

}  // namespace lvs::control
