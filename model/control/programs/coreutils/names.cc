// SPDX-License-Identifier: GPL-2.0-or-later
// basename, dirname, uname, whoami, id, which: names that scripts ask for.
#include <fmt/format.h>

#include "control/machine/machine.h"
#include "control/machine/shell/statements/script-names.h"
#include "control/machine/usual/parsers.h"
#include "control/machine/usual/program-path.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

std::string without_slashes(std::string text) {
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

CommandResultOrError parse_basename(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"basename", "as:", "z", "multiple=a suffix:s zero=z"});
  if (read.instead) return std::move(*read.instead);
  const auto& names = read.operands.files;
  if (names.empty()) return missing_operand("basename");
  const bool each = read.operands.has('a') || read.operands.has('s');
  if (!each && names.size() > 2) return missing_operand("basename", fmt::format("extra operand '{}'", names[2]));
  const std::string suffix = each ? read.operands.value('s') : names.size() == 2 ? names[1] : std::string();
  std::string out;
  for (std::size_t i = 0; i < (each ? names.size() : 1); ++i) {
    std::string name = without_slashes(names[i]);
    if (name.size() > 1) name.erase(0, name.rfind('/') + 1);
    if (name != suffix && name.ends_with(suffix)) name.resize(name.size() - suffix.size());
    (out += name) += '\n';
  }
  return refusal(0, {}, std::move(out));
}

CommandResultOrError parse_dirname(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"dirname", "", "z", "zero=z"});
  if (read.instead) return std::move(*read.instead);
  if (read.operands.files.empty()) return missing_operand("dirname");
  std::string out;
  for (const std::string& each : read.operands.files) {
    const std::string path = without_slashes(each);
    const std::size_t slash = path.rfind('/');
    out += slash == std::string::npos ? "." : slash == 0 ? "/" : without_slashes(path.substr(0, slash));
    out += '\n';
  }
  return refusal(0, {}, std::move(out));
}

CommandResultOrError parse_uname(const std::vector<Word>& words) {
  // In the order in which they are printed. The version is that of the kernel that the model follows; when it was
  // built, nobody knows.
  static constexpr std::string_view kLetters = "snrvmpio";
  std::string asked;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (!word.starts_with('-')) return missing_operand("uname", fmt::format("extra operand '{}'", word));
    if (word.starts_with("--"))
      return base::Error{
          SyntaxError{words[i].column, word, "long options are not modelled", "-a -s -n -r -v -m -p -i -o"}};
    for (const char letter : word.substr(1)) {
      // -a leaves out what is unknown: processor and platform.
      if (letter == 'a')
        asked += "snrvmo";
      else if (kLetters.find(letter) != std::string_view::npos)
        asked += letter;
      else
        return refusal(1, fmt::format("uname: invalid option -- '{}'\n{}", letter, try_help("uname")));
    }
  }
  if (asked.empty()) asked = "s";
  return instant([asked](Machine& machine, Io& io) {
    const auto value = [&](char letter) -> std::string {
      switch (letter) {
        case 's': return "Linux";
        case 'n': return machine.host().name();
        case 'r': return machine.host().kernel().version == "6.12" ? "6.12.117" : "6.1.192";
        case 'v': return "#1 SMP PREEMPT_DYNAMIC";
        case 'm': return "x86_64";
        case 'o': return "GNU/Linux";
        default: return "unknown";
      }
    };
    std::string text;
    for (const char letter : kLetters)
      if (asked.find(letter) != std::string::npos) text += (text.empty() ? "" : " ") + value(letter);
    io.print(text + "\n");
    return 0;
  });
}

// A modelled machine has one processor.
CommandResultOrError parse_nproc(const std::vector<Word>& words) {
  if (words.size() > 1 && words[1].text != "--all")
    return base::Error{SyntaxError{words[1].column, words[1].text, "not modelled here", "--all"}};
  return refusal(0, {}, "1\n");
}

CommandResultOrError parse_whoami(const std::vector<Word>&) { return refusal(0, {}, "root\n"); }

CommandResultOrError parse_id(const std::vector<Word>& words) {
  if (words.size() == 2 && (words[1].text == "-u" || words[1].text == "-g")) return refusal(0, {}, "0\n");
  if (words.size() == 2 && words[1].text == "-un") return refusal(0, {}, "root\n");
  if (words.size() == 1) return refusal(0, {}, "uid=0(root) gid=0(root) groups=0(root)\n");
  return base::Error{SyntaxError{words[1].column, words[1].text, "not modelled here", "-u -g -un"}};
}

CommandResultOrError parse_which(const std::vector<Word>& words) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i < words.size(); ++i) {
    names.push_back(words[i].text);
    if (names.back().starts_with('-'))
      return base::Error{SyntaxError{words[i].column, names.back(), "not modelled here", {}}};
  }
  return instant([names = std::move(names)](Machine& machine, Io& io) {
    int status = names.empty() ? 1 : 0;
    for (const std::string& name : names) {
      const FoundScript script = find_script(name, ShellScope::kUsualPath, machine.files());
      if (!script.path.empty() && !script.denied)
        io.print(script.path + "\n");
      else if (is_program_path(program_path(name)))
        io.print(program_path(name) + "\n");
      else
        status = 1;
    }
    return status;
  });
}

}  // namespace lvs::control
