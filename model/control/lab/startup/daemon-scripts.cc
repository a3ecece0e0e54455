// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/startup/daemon-scripts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "control/machine/shell/shell.h"

namespace lvs::control {
namespace {

constexpr std::string_view kBlanks = " \t\r";

bool takes_command(std::string_view keyword) {
  constexpr std::string_view kKeywords[] = {"script",
                                            "misc_path",
                                            "notify",
                                            "notify_master",
                                            "notify_backup",
                                            "notify_fault",
                                            "notify_stop",
                                            "notify_deleted",
                                            "notify_up",
                                            "notify_down",
                                            "quorum_up",
                                            "quorum_down",
                                            "notify_master_rx_lower_pri"};
  return std::ranges::find(kKeywords, keyword) != std::end(kKeywords);
}

// A piece of a line, and where it begins.
struct Piece {
  std::string_view text;
  std::size_t at = 0;
};

Piece next_word(std::string_view line, std::size_t from) {
  const std::size_t begin = std::min(line.find_first_not_of(kBlanks, from), line.size());
  const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
  return {line.substr(begin, end - begin), begin};
}

// The command of a line: what stands in quotes, or all up to a comment.
std::optional<Piece> command_of(std::string_view line) {
  Piece word = next_word(line, 0);
  if (word.text.starts_with('@')) word = next_word(line, word.at + word.text.size());  // for one of several machines
  if (!takes_command(word.text)) return std::nullopt;
  const std::size_t begin = line.find_first_not_of(kBlanks, word.at + word.text.size());
  if (begin == std::string_view::npos) return std::nullopt;
  if (line[begin] == '"') {
    const std::size_t end = line.find('"', begin + 1);
    if (end == std::string_view::npos) return std::nullopt;
    return Piece{line.substr(begin + 1, end - begin - 1), begin + 1};
  }
  const std::size_t end = std::min(line.find_first_of("#!", begin), line.size());
  return Piece{line.substr(begin, end - begin), begin};
}

// A program of the system, and a line that a shell reads as keepalived does.
bool can_be_read(std::string_view command, const Lab& lab) {
  if (command.find_first_of("$~`;|&<>(){}*?[]\\'\"%") != std::string_view::npos) return false;
  const std::string_view program = next_word(command, 0).text;
  const std::size_t slash = program.rfind('/');
  if (slash == std::string_view::npos) return !program.empty();
  constexpr std::string_view kFolders[] = {"/bin", "/sbin", "/usr/bin", "/usr/sbin"};
  if (std::ranges::find(kFolders, program.substr(0, slash)) == std::end(kFolders)) return false;
  return std::ranges::none_of(*lab.files, [&](const LabFile& file) { return file.path.ends_with(program); });
}

}  // namespace

bool is_keepalived_conf(const LabFile& file) {
  return file.path.find("/etc/keepalived/") != std::string::npos && file.path.ends_with(".conf");
}

std::vector<LabMessage> check_daemon_commands(const Lab& lab, const ScriptNames& scripts) {
  std::vector<LabMessage> errors;
  if (lab.files == nullptr) return errors;
  for (const LabFile& file : *lab.files) {
    if (!is_keepalived_conf(file)) continue;
    std::string_view rest = file.text;
    for (int number = 1; !rest.empty(); ++number) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const auto command = command_of(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!command || !can_be_read(command->text, lab)) continue;
      const auto parsed = parse_line(command->text, scripts);
      if (parsed) continue;
      SyntaxError error = parsed.error();
      error.column += command->at;
      errors.push_back({{file.path, number}, error.text()});
    }
  }
  return errors;
}

}  // namespace lvs::control
