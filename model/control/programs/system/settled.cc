// SPDX-License-Identifier: GPL-2.0-or-later
// Words that set-ups have for what is settled here already: SELinux is off, services start by themselves or not at all,
// file systems are in memory.
#include <fmt/format.h>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/programs/system/services.h"

namespace lvs::control {

// libselinux: of a kernel without it.
CommandResultOrError parse_setenforce(const std::vector<Word>& words) {
  if (words.size() != 2) return refusal(1, "usage:  setenforce [ Enforcing | Permissive | 1 | 0 ]\n");
  return refusal(1, "setenforce: SELinux is disabled\n");
}
CommandResultOrError parse_getenforce(const std::vector<Word>&) { return refusal(0, {}, "Disabled\n"); }

// chkconfig [--level LEVELS] [--add|--del] NAME [on|off|reset]
CommandResultOrError parse_chkconfig(const std::vector<Word>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word == "--level" || word == "--levels") {
      ++i;
      continue;
    }
    if (word == "--add" || word == "--del" || word == "on" || word == "off" || word == "reset") continue;
    if (!word.starts_with('-') && (find_service(word) != nullptr || is_absent_service(word))) continue;
    return base::Error{SyntaxError{words[i].column, word, "not modelled here",
                                   "--level --add --del on off and the services of `service`"}};
  }
  return refusal(0, {});
}

// update-rc.d NAME defaults|enable|disable
CommandResultOrError parse_update_rc(const std::vector<Word>& words) { return parse_chkconfig({words[0]}); }

// A line of the system's log.
CommandResultOrError parse_logger(const std::vector<Word>& words) {
  std::string tag = "root", text;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (text.empty() && (word == "-t" || word == "-p") && i + 1 < words.size()) {
      if (word == "-t") tag = words[i + 1].text;
      ++i;
    } else if (text.empty() && word == "-i") {
      continue;
    } else if (text.empty() && word.starts_with('-')) {
      return base::Error{SyntaxError{words[i].column, word, "this option of logger is not modelled", "-t -p -i TEXT"}};
    } else {
      text.append(text.empty() ? "" : " ").append(word);
    }
  }
  if (text.empty())
    return base::Error{SyntaxError{words[0].column, words[0].text, "a text is missing behind this", "-t -p -i TEXT"}};
  return instant([tag, text](Machine& machine, Io& io) {
    machine.log(tag, io.pid, text);
    return 0;
  });
}

// Nothing waits to be written.
CommandResultOrError parse_sync(const std::vector<Word>&) { return refusal(0, {}); }

}  // namespace lvs::control
