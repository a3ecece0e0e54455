// SPDX-License-Identifier: GPL-2.0-or-later
// awk as mawk 1.3.4 of Debian: its command line.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "control/machine/usual/parsers.h"
#include "control/programs/awk/parse.h"
#include "control/programs/awk/run.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown =
    "-F -v; rules, variables, arrays, print, printf, if, while, for, length substr index split sub gsub match "
    "sprintf tolower toupper int";

struct Setting {
  int slot = 0;
  std::string value;
};
// A file, or a variable that is set when its turn comes.
struct Operand {
  std::string file;
  std::optional<Setting> setting;
};
struct Awk {
  awk::Program program;
  std::vector<Setting> before;  // -v and -F
  std::vector<Operand> operands;
};

// "\t" and the like in values of -v and -F.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    constexpr std::string_view kLetters = "\"\\/nrt", kValues = "\"\\/\n\r\t";
    const std::size_t at = text[i] == '\\' && i + 1 < text.size() ? kLetters.find(text[i + 1]) : std::string_view::npos;
    result += at == std::string_view::npos ? text[i] : kValues[at];
    if (at != std::string_view::npos) ++i;
  }
  return result;
}

// NAME=VALUE
std::optional<Setting> setting_of(std::string_view word, awk::Program& program) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string_view::npos || std::isdigit(static_cast<unsigned char>(word[0])) != 0)
    return std::nullopt;
  const std::string name(word.substr(0, equals));
  const bool plain = std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (!plain) return std::nullopt;
  return Setting{program.variable(name), unescaped(word.substr(equals + 1))};
}

int run(const Awk& awk, Machine& machine, Io& io) {
  awk::Run run(awk.program, machine, io);
  for (const Setting& setting : awk.before) run.set(setting.slot, setting.value);
  bool go_on = run.begin();
  bool read = false;
  int failed = 0;
  for (const Operand& operand : awk.operands) {
    if (!go_on || !awk.program.reads()) break;
    if (operand.setting) {
      run.set(operand.setting->slot, operand.setting->value);
      continue;
    }
    read = true;
    if (operand.file == "-") {
      go_on = run.input("", io.in->take_all());
      continue;
    }
    const auto file = machine.files().read(operand.file);
    if (file.error == FileError::none) {
      go_on = run.input(operand.file, file.text);
    } else {
      io.complain(fmt::format("awk: cannot open {} ({})\n", operand.file, text_of(file.error)));
      failed = 2;
      go_on = false;
    }
  }
  if (go_on && !read && awk.program.reads()) run.input("", io.in->take_all());
  if (failed != 0) return failed;
  return run.end();
}

base::Error<SyntaxError> refused(const Word& word, std::string reason) {
  return base::Error{SyntaxError{word.column, word.text, std::move(reason), std::string(kKnown)}};
}

}  // namespace

CommandResultOrError parse_awk(const std::vector<Word>& words) {
  auto awk = std::make_shared<Awk>();
  awk->program.variable("NR");
  std::vector<std::pair<std::size_t, std::string>> settings;
  std::size_t at = 1;
  for (; at < words.size() && words[at].text.size() > 1 && words[at].text[0] == '-'; ++at) {
    const Word& word = words[at];
    if (word.text == "--" && ++at != 0) break;
    const char letter = word.text[1];
    if (letter != 'F' && letter != 'v') return refused(word, "this option of awk is not modelled");
    if (word.text.size() == 2 && at + 1 == words.size()) return refused(word, "an argument is missing behind this");
    std::string value = word.text.size() > 2 ? word.text.substr(2) : words[++at].text;
    if (letter == 'F') value = "FS=" + (value == "t" ? std::string("\\t") : value);
    settings.emplace_back(at, std::move(value));
  }
  std::vector<std::size_t> operands;
  for (; at < words.size(); ++at) operands.push_back(at);
  if (operands.empty()) return refused(words[0], "a program is missing");
  const Word& program = words[operands.front()];
  if (const std::string error = awk::parse_program(program.text, awk->program); !error.empty())
    return refused(program, error);
  for (const auto& [word, text] : settings) {
    const auto setting = setting_of(text, awk->program);
    if (!setting) return refused(words[word], "NAME=VALUE is needed");
    awk->before.push_back(*setting);
  }
  bool reads = true;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    const Word& word = words[operands[i]];
    Operand operand{word.text, setting_of(word.text, awk->program)};
    if (!operand.setting) {
      if (auto reason = Files::unmodelled(word.text); reason && word.text != "-")
        return base::Error{SyntaxError{word.column, word.text, std::move(*reason), {}}};
      reads = reads && word.text == "-";
    }
    awk->operands.push_back(std::move(operand));
  }
  reads = reads && awk->program.reads();
  auto body = [awk](Machine& machine, Io& io) { return run(*awk, machine, io); };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
