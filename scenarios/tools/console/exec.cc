// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/console/exec.h"

#include <stdexcept>

#include "os/control-socket.h"

namespace lvs::scenarios {

std::string shell_line(const std::vector<std::string>& words) {
  if (words.size() == 1) return words.front();
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    const bool plain = !word.empty() && word.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789-_./:=,+@%") == std::string::npos;
    if (plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

int exec_in_lab(const std::vector<std::string>& words) {
  std::string path = os::default_control_path();
  std::size_t at = 0;
  if (at < words.size() && words[at].starts_with("--control")) {
    if (words[at] == "--control") {
      if (++at == words.size()) throw std::invalid_argument("--control: which socket?");
      path = words[at++];
    } else if (words[at].starts_with("--control=")) {
      path = words[at++].substr(10);
    }
  }
  if (at < words.size() && words[at].starts_with("-")) {
    throw std::invalid_argument("exec: '" + words[at] + "' is no option (exec [--control SOCKET] HOST COMMAND...)");
  }
  if (words.size() < at + 2)
    throw std::invalid_argument("exec: which host and command? (exec [--control SOCKET] HOST COMMAND...)");
  const auto command = words.begin() + static_cast<std::ptrdiff_t>(at);
  return os::control_command(path, *command, shell_line({command + 1, words.end()}));
}

}  // namespace lvs::scenarios
