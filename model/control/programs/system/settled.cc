// SPDX-License-Identifier: GPL-2.0-or-later
// Words that set-ups have for what is settled here already: SELinux is off, services start by themselves or not at all,
// file systems are in memory.
#include <fmt/format.h>

#include <sstream>

#include "control/machine/machine.h"
#include "control/machine/usual/own-service.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/system/services.h"

namespace lvs::control {

// libselinux: of a kernel without it.
CommandResultOrError parse_setenforce(const std::vector<Word>& words) {
  if (words.size() != 2) return refusal(1, "usage:  setenforce [ Enforcing | Permissive | 1 | 0 ]\n");
  return refusal(1, "setenforce: SELinux is disabled\n");
}
CommandResultOrError parse_getenforce(const std::vector<Word>&) { return refusal(0, {}, "Disabled\n"); }
CommandResultOrError parse_getsebool(const std::vector<Word>&) {
  return refusal(1, "getsebool:  SELinux is disabled\n");
}
CommandResultOrError parse_setsebool(const std::vector<Word>&) {
  return refusal(1, "setsebool:  SELinux is disabled.\n");
}
// firewalld and ufw are off: their tools say so to whatever they are asked.
CommandResultOrError parse_firewall_cmd(const std::vector<Word>& words) {
  constexpr int kNotRunning = 252;
  for (std::size_t i = 1; i < words.size(); ++i)
    if (words[i].text == "--state") return refusal(kNotRunning, "not running\n");
  return refusal(kNotRunning, "FirewallD is not running\n");
}
CommandResultOrError parse_ufw(const std::vector<Word>& words) {
  const std::string action = words.size() > 1 ? words[words[1].text == "--force" && words.size() > 2 ? 2 : 1].text : "";
  if (action == "status") return refusal(0, {}, "Status: inactive\n");
  if (action == "disable") return refusal(0, {}, "Firewall stopped and disabled on system startup\n");
  return base::Error{SyntaxError{words.back().column, words.back().text, "not modelled here", "status disable"}};
}
CommandResultOrError parse_restorecon(const std::vector<Word>&) { return refusal(0, {}); }

// hostnamectl set-hostname NAME: of the name that the machine has.
CommandResultOrError parse_hostnamectl(const std::vector<Word>& words) {
  std::vector<Word> rest;
  for (const Word& word : words)
    if (word.text != "--static" && word.text != "--transient") rest.push_back(word);
  if (rest.size() != 3 || (rest[1].text != "set-hostname" && rest[1].text != "hostname"))
    return base::Error{SyntaxError{words.back().column, words.back().text, "not modelled here", "set-hostname NAME"}};
  return instant([name = rest[2].text](Machine& machine, Io& io) {
    if (name == machine.host().name()) return 0;
    io.complain(fmt::format("not modelled: a machine's name is that of lab.conf, {}\n", machine.host().name()));
    return 2;
  });
}

namespace {

class OwnScript final : public OwnServiceCommand {
 public:
  using OwnServiceCommand::OwnServiceCommand;
  std::unique_ptr<Task> start(Machine&, Io&, Done done) const override {
    done(0);
    return nullptr;
  }
};

}  // namespace

// chkconfig [--level LEVELS] [--add|--del] NAME [on|off|reset]
CommandResultOrError parse_chkconfig(const std::vector<Word>& words) {
  std::vector<Word> own;  // a script that the lab brings
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word == "--level" || word == "--levels") {
      ++i;
      continue;
    }
    if (word == "--add" || word == "--del" || word == "on" || word == "off" || word == "reset") continue;
    if (!word.starts_with('-') && (find_service(word) != nullptr || is_absent_service(word))) continue;
    if (!word.starts_with('-') && own.empty()) {
      own.push_back(words[i]);
      continue;
    }
    return base::Error{SyntaxError{words[i].column, word, "not modelled here",
                                   "--level --add --del on off and the services of `service`"}};
  }
  if (!own.empty()) return CommandPtr(std::make_shared<OwnScript>(own));
  return refusal(0, {});
}

// update-alternatives --set NAME PATH: iptables and arptables are the legacy ones anyway.
CommandResultOrError parse_update_alternatives(const std::vector<Word>& words) {
  if (words.size() != 4 || words[1].text != "--set")
    return base::Error{SyntaxError{words.back().column, words.back().text, "not modelled here", "--set NAME PATH"}};
  const std::string &name = words[2].text, &path = words[3].text;
  const bool tables = name.starts_with("iptables") || name.starts_with("arptables") || name.starts_with("ip6tables") ||
                      name.starts_with("ebtables");
  if (!tables || !path.ends_with(name + "-legacy"))
    return base::Error{SyntaxError{words[3].column, path, "this alternative is not modelled",
                                   "iptables, arptables, ip6tables and ebtables: NAME-legacy"}};
  return refusal(
      0, {},
      fmt::format("update-alternatives: using {} to provide /usr/sbin/{} ({}) in manual mode\n", path, name, name));
}

// update-rc.d NAME defaults|enable|disable
CommandResultOrError parse_update_rc(const std::vector<Word>& words) { return parse_chkconfig({words[0]}); }

// A line of the system's log.
CommandResultOrError parse_logger(const std::vector<Word>& words) {
  std::string tag = "root", text;
  bool shows = false, numbered = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (text.empty() && (word == "-t" || word == "-p") && i + 1 < words.size()) {
      if (word == "-t") tag = words[i + 1].text;
      ++i;
    } else if (text.empty() && (word == "-i" || word == "-s" || word == "--")) {
      shows = shows || word == "-s";
      numbered = numbered || word == "-i";
    } else if (text.empty() && word.starts_with('-')) {
      return base::Error{SyntaxError{words[i].column, word, "this option of logger is not modelled", "-t -p -i TEXT"}};
    } else {
      text.append(text.empty() ? "" : " ").append(word);
    }
  }
  if (shows)
    return base::Error{SyntaxError{words[0].column, "-s", "this option of logger is not modelled", "-t -p -i TEXT"}};
  // Without a text each line of its input is one.
  if (text.empty())
    return instant_reader([tag, numbered](Machine& machine, Io& io) {
      std::istringstream lines(io.in->take_all());
      for (std::string line; std::getline(lines, line);) machine.log(tag, numbered ? io.pid : 0, line);
      return 0;
    });
  return instant([tag, text, numbered](Machine& machine, Io& io) {
    machine.log(tag, numbered ? io.pid : 0, text);
    return 0;
  });
}

// Nothing waits to be written.
CommandResultOrError parse_sync(const std::vector<Word>&) { return refusal(0, {}); }

}  // namespace lvs::control
