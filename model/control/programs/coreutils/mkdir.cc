// SPDX-License-Identifier: GPL-2.0-or-later
// mkdir, rmdir, rm, touch and chmod (coreutils).
#include <fmt/format.h>

#include <functional>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

using Body = int (*)(const Operands& operands, Files& files, Io& io);

CommandResultOrError over_files(const std::vector<Word>& words, const ToolWords& tool, std::string_view missing,
                                Body body) {
  ReadOperands read = read_operands(words, tool);
  if (read.instead) return std::move(*read.instead);
  if (read.operands.files.empty() && !(tool.name == "rm" && read.operands.has('f')))
    return missing_operand(tool.name, missing);
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  return instant([operands = std::move(read.operands), body](Machine& machine, Io& io) {
    return body(operands, machine.files(), io);
  });
}

int make(const Operands& operands, Files& files, Io& io) {
  int status = 0;
  for (const std::string& path : operands.files) {
    FileError error = FileError::none;
    if (operands.has('p')) {
      const std::string whole = files.absolute(path);
      const auto shown = [&](const std::string& part) {
        return path.substr(0, path.size() - (whole.size() - part.size()));
      };
      for (std::size_t at = whole.find('/', 1); error == FileError::none; at = whole.find('/', at + 1)) {
        const std::string part = whole.substr(0, at);
        if (files.status(part).kind != Files::Kind::folder) {
          error = files.make_folder(part);
          if (error == FileError::none && operands.has('v'))
            io.print(fmt::format("mkdir: created directory '{}'\n", path.starts_with('/') ? part : shown(part)));
        }
        if (at == std::string::npos) break;
      }
    } else {
      error = files.make_folder(path);
      if (error == FileError::none && operands.has('v')) io.print(fmt::format("mkdir: created directory '{}'\n", path));
    }
    if (error == FileError::none) continue;
    io.complain(fmt::format("mkdir: cannot create directory '{}': {}\n", path, text_of(error)));
    status = 1;
  }
  return status;
}

int remove_folders(const Operands& operands, Files& files, Io& io) {
  int status = 0;
  for (const std::string& path : operands.files) {
    if (operands.has('v')) io.print(fmt::format("rmdir: removing directory, '{}'\n", path));
    const FileError error = files.remove_folder(path);
    if (error == FileError::none) continue;
    io.complain(fmt::format("rmdir: failed to remove '{}': {}\n", path, text_of(error)));
    status = 1;
  }
  return status;
}

// A folder with all that is in it; the tree is at most as deep as Files allows. What goes is told (-v).
FileError remove_all(Files& files, const std::string& path, const std::function<void(const std::string&, bool)>& tell) {
  const bool folder = !files.link(path) && files.status(path).kind == Files::Kind::folder;
  if (folder)
    for (const std::string& name : files.list(path))
      if (const FileError error = remove_all(files, path + "/" + name, tell); error != FileError::none) return error;
  const FileError error = folder ? files.remove_folder(path) : files.remove(path);
  if (error == FileError::none) tell(path, folder);
  return error;
}

int remove(const Operands& operands, Files& files, Io& io) {
  const bool folders = operands.has('r') || operands.has('R');
  int status = 0;
  for (const std::string& path : operands.files) {
    const std::string whole = files.absolute(path);
    const auto kind = files.link(whole) ? Files::Kind::file : files.status(whole).kind;
    if (kind == Files::Kind::none && operands.has('f')) continue;
    FileError error = FileError::no_entry;
    if (kind == Files::Kind::folder && !folders)
      error = FileError::is_directory;
    else if (kind != Files::Kind::none)
      error = remove_all(files, path, [&](const std::string& gone, bool folder) {
        if (operands.has('v')) io.print(fmt::format("removed {}'{}'\n", folder ? "directory " : "", gone));
      });
    if (error == FileError::none) continue;
    io.complain(fmt::format("rm: cannot remove '{}': {}\n", path, text_of(error)));
    status = 1;
  }
  return status;
}

int touch(const Operands& operands, Files& files, Io& io) {
  int status = 0;
  for (const std::string& path : operands.files) {
    if (operands.has('c') && !files.status(path).exists()) continue;
    const FileError error = files.touch(path);
    if (error == FileError::none) continue;
    io.complain(fmt::format("touch: cannot touch '{}': {}\n", path, text_of(error)));
    status = 1;
  }
  return status;
}

// A mode as chmod takes it: 755, +x, u+rw, a-x; nothing: no mode.
std::optional<unsigned> changed_mode(std::string_view text, unsigned mode) {
  if (text.find_first_not_of("01234567") == std::string_view::npos && !text.empty() && text.size() <= 4) {
    unsigned value = 0;
    for (const char c : text) value = value * 8 + static_cast<unsigned>(c - '0');
    return value;
  }
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    unsigned who = 0;
    std::size_t at = 0;
    for (; at < part.size() && std::string_view("ugoa").find(part[at]) != std::string_view::npos; ++at)
      who |= part[at] == 'u' ? 0700u : part[at] == 'g' ? 070u : part[at] == 'o' ? 07u : 0777u;
    if (at >= part.size() || std::string_view("+-=").find(part[at]) == std::string_view::npos) return std::nullopt;
    // Without letters the umask counts: 022.
    if (who == 0) who = part.find('w') == std::string_view::npos ? 0777u : 0755u;
    const char sign = part[at++];
    unsigned bits = 0;
    for (; at < part.size(); ++at) {
      if (part[at] == 'r')
        bits |= 0444;
      else if (part[at] == 'w')
        bits |= 0222;
      else if (part[at] == 'x')
        bits |= 0111;
      else
        return std::nullopt;
    }
    if (sign == '+')
      mode |= bits & who;
    else if (sign == '-')
      mode &= ~(bits & who);
    else
      mode = (mode & ~who) | (bits & who);
  }
  return mode;
}

int change_modes(const Operands& operands, Files& files, Io& io) {
  int status = 0;
  for (std::size_t i = 1; i < operands.files.size(); ++i) {
    const std::string& path = operands.files[i];
    const auto there = files.status(path);
    FileError error = FileError::no_entry;
    if (there.exists()) error = files.set_mode(path, *changed_mode(operands.files[0], there.mode));
    if (error == FileError::none) continue;
    io.complain(there.exists() ? fmt::format("chmod: changing permissions of '{}': {}\n", path, text_of(error))
                               : fmt::format("chmod: cannot access '{}': {}\n", path, text_of(error)));
    status = 1;
  }
  return status;
}

}  // namespace

CommandResultOrError parse_mkdir(const std::vector<Word>& words) {
  return over_files(words, {"mkdir", "pv", "m:Z", "parents=p verbose=v mode:m"}, "missing operand", make);
}
CommandResultOrError parse_rmdir(const std::vector<Word>& words) {
  return over_files(words, {"rmdir", "v", "p", "verbose=v parents=p ignore-fail-on-non-empty=-"}, "missing operand",
                    remove_folders);
}
CommandResultOrError parse_rm(const std::vector<Word>& words) {
  return over_files(words, {"rm", "frRv", "dIi", "force=f recursive=r verbose=v dir=d interactive?i"},
                    "missing operand", remove);
}
CommandResultOrError parse_touch(const std::vector<Word>& words) {
  return over_files(words, {"touch", "c", "ad:fhmr:t:", "no-create=c date:d reference:r no-dereference=h time:-"},
                    "missing file operand", touch);
}

CommandResultOrError parse_chmod(const std::vector<Word>& words) {
  // A mode may begin with a minus.
  Operands operands;
  for (std::size_t i = 1; i < words.size(); ++i) operands.files.push_back(words[i].text);
  if (operands.files.empty()) return missing_operand("chmod");
  const std::string& mode = operands.files[0];
  if (mode == "-R" || mode == "-v" || mode == "-c" || mode == "-f" || mode.starts_with("--"))
    return base::Error{SyntaxError{words[1].column, mode, "this option of chmod is not modelled", {}}};
  if (operands.files.size() == 1) return missing_operand("chmod", fmt::format("missing operand after '{}'", mode));
  if (!changed_mode(mode, 0)) return refusal(1, fmt::format("chmod: invalid mode: '{}'\n{}", mode, try_help("chmod")));
  for (std::size_t i = 2; i < words.size(); ++i)
    if (auto reason = Files::unmodelled(words[i].text))
      return base::Error{SyntaxError{words[i].column, words[i].text, std::move(*reason), {}}};
  return instant([operands](Machine& machine, Io& io) { return change_modes(operands, machine.files(), io); });
}

}  // namespace lvs::control
