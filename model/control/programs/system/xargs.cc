// SPDX-License-Identifier: GPL-2.0-or-later
// xargs (findutils): words of its input behind a command. -0 -d -I -L -n -r -t; the commands are run by sh, one after
// the other.
#include <fmt/format.h>

#include <optional>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/system/plan-task.h"

namespace lvs::control {
namespace {

constexpr std::size_t kMostCommands = 10'000;

struct Xargs {
  std::vector<std::string> command{"echo"};
  std::optional<char> delimiter;
  std::string place;  // -I
  std::size_t words = 0, lines = 0;
  bool unless_empty = false, shows = false;
  std::string warnings{};
};

// One word of the input and the line that it stood in.
struct Item {
  std::string text;
  std::size_t line = 0;
};

// Blanks part words, quotes and backslashes keep them together. Nothing: a quote is open.
std::optional<std::vector<Item>> quoted_items(std::string_view text, bool by_line, char& quote) {
  std::vector<Item> items;
  std::string word;
  bool inside = false;
  std::size_t line = 0;
  const auto finish = [&] {
    if (inside) items.push_back({std::exchange(word, {}), line});
    inside = false;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == '\n') return std::nullopt;
      if (c == quote)
        quote = '\0';
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      inside = true;
    } else if (c == '\n' || ((c == ' ' || c == '\t') && !by_line)) {
      finish();
      line += c == '\n' ? 1 : 0;
    } else if (inside || (c != ' ' && c != '\t')) {
      word += c;
      inside = true;
    }
  }
  if (quote != '\0') return std::nullopt;
  finish();
  return items;
}

std::vector<Item> delimited_items(std::string_view text, char delimiter) {
  std::vector<Item> items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(delimiter), text.size());
    items.push_back({std::string(text.substr(0, end)), items.size()});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

std::string with_text(std::string word, const std::string& place, const std::string& text) {
  for (std::size_t at = word.find(place); at != std::string::npos; at = word.find(place, at + text.size()))
    word.replace(at, place.size(), text);
  return word;
}

std::vector<std::vector<std::string>> commands_of(const Xargs& xargs, const std::vector<Item>& items) {
  std::vector<std::vector<std::string>> all;
  if (!xargs.place.empty()) {
    for (const Item& item : items) {
      auto& command = all.emplace_back();
      for (const std::string& word : xargs.command) command.push_back(with_text(word, xargs.place, item.text));
    }
    return all;
  }
  std::size_t first = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool full = xargs.words != 0 && i - first == xargs.words;
    const bool beyond = xargs.lines != 0 && items[i].line - items[first].line >= xargs.lines;
    if (all.empty() || full || beyond) {
      all.push_back(xargs.command);
      first = i;
    }
    all.back().push_back(items[i].text);
  }
  if (all.empty() && !xargs.unless_empty) all.push_back(xargs.command);
  return all;
}

std::string script_of(const Xargs& xargs, const std::vector<std::vector<std::string>>& commands,
                      const std::string& folder) {
  std::string text = "cd " + shell_quoted(folder) + "\ns=0\n";
  for (const auto& command : commands) {
    std::string line, plain;
    for (const std::string& word : command) {
      line += (line.empty() ? "" : " ") + shell_quoted(word);
      plain += (plain.empty() ? "" : " ") + word;
    }
    if (xargs.shows) text += fmt::format("echo {} >&2\n", shell_quoted(plain));
    text += fmt::format(
        "{} </dev/null || case $? in\n  126 | 127) exit $? ;;\n"
        "  255) echo {} >&2; exit 124 ;;\n  *) s=123 ;;\nesac\n",
        line, shell_quoted(fmt::format("xargs: {}: exited with status 255; aborting", command.front())));
  }
  return text + "exit $s\n";
}

// Two of -I, -n and -L do not go together.
void warn(Xargs& xargs, std::string_view one, std::string_view other, std::string_view ignored) {
  xargs.warnings += fmt::format(
      "xargs: warning: options {} and {} are mutually exclusive, ignoring previous {} value\n", one, other, ignored);
}
void replaces(Xargs& xargs, const std::string& place) {
  if (xargs.words != 0) warn(xargs, "--max-args", "--replace/-I/-i", "--max-args");
  if (xargs.lines != 0) warn(xargs, "--max-lines", "--replace/-I/-i", "--max-lines");
  xargs.words = xargs.lines = 0;
  xargs.place = place;
}
void takes_words(Xargs& xargs, std::size_t words) {
  if (!xargs.place.empty() && words == 1) return;
  if (!xargs.place.empty()) warn(xargs, "--replace", "--max-args/-n", "--replace");
  xargs.place.clear();
  xargs.words = words;
}

class XargsCommand final : public Command {
 public:
  explicit XargsCommand(Xargs xargs) : xargs_(std::move(xargs)) {}
  bool awaits_input() const override { return true; }

  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    if (!xargs_.warnings.empty()) io.complain(xargs_.warnings);
    const std::string text = io.in->take_all();
    char quote = '\0';
    auto items =
        xargs_.delimiter ? delimited_items(text, *xargs_.delimiter) : quoted_items(text, !xargs_.place.empty(), quote);
    const auto fail = [&](std::string_view why) {
      io.complain(fmt::format("xargs: {}\n", why));
      done(1);
      return nullptr;
    };
    if (!items)
      return fail(fmt::format("unmatched {} quote; by default quotes are special to xargs unless you use the -0 option",
                              quote == '"' ? "double" : "single"));
    const auto commands = commands_of(xargs_, *items);
    if (commands.size() > kMostCommands) return fail(fmt::format("not modelled: more than {} commands", kMostCommands));
    const std::string script = script_of(xargs_, commands, machine.files().absolute("."));
    return run_plan([script](const NetworkFiles&) { return NetworkPlan{script}; }, machine, io, std::move(done));
  }

 private:
  Xargs xargs_;
};

}  // namespace

CommandResultOrError parse_xargs(const std::vector<Word>& words) {
  Xargs xargs;
  std::size_t at = 1;
  for (; at < words.size() && words[at].text.size() > 1 && words[at].text[0] == '-'; ++at) {
    const std::string& word = words[at].text;
    const auto odd = [&] {
      return base::Error{SyntaxError{words[at].column, word, "this option of xargs is not modelled",
                                     "-0 -d C -I WORD -L N -n N -r -t -P N"}};
    };
    if (word == "--null") {
      xargs.delimiter = '\0';
      continue;
    }
    if (word == "--no-run-if-empty") {
      xargs.unless_empty = true;
      continue;
    }
    for (std::size_t i = 1; i < word.size(); ++i) {
      const char letter = word[i];
      if (letter == '0') xargs.delimiter = '\0';
      if (letter == 'r') xargs.unless_empty = true;
      if (letter == 't') xargs.shows = true;
      if (letter == '0' || letter == 'r' || letter == 't') continue;
      if (std::string_view("dILnP").find(letter) == std::string_view::npos) return odd();
      const std::string value = i + 1 < word.size()     ? word.substr(i + 1)
                                : at + 1 < words.size() ? words[++at].text
                                                        : "";
      const auto number = base::number<std::size_t>(value);
      if (letter == 'd' && (value == "\\n" || value.size() == 1))
        xargs.delimiter = value == "\\n" ? '\n' : value[0];
      else if (letter == 'I' && !value.empty())
        replaces(xargs, value);
      else if (letter == 'L' && number && *number > 0)
        xargs.lines = *number;
      else if (letter == 'n' && number && *number > 0)
        takes_words(xargs, *number);
      else if (letter != 'P' || !number)
        return odd();
      break;
    }
  }
  if (at < words.size()) {
    xargs.command.clear();
    const std::string name = words[at].text.substr(words[at].text.rfind('/') + 1);
    const bool shell = name == "sh" || name == "bash" || name == "dash" || name == "env" || name == "sudo";
    if (!shell && words[at].text.find('/') == std::string::npos && !is_modelled_command(name))
      return parse_command({words.begin() + static_cast<std::ptrdiff_t>(at), words.end()});
    for (; at < words.size(); ++at) xargs.command.push_back(words[at].text);
  }
  return CommandPtr(std::make_shared<XargsCommand>(std::move(xargs)));
}

}  // namespace lvs::control
