// SPDX-License-Identifier: GPL-2.0-or-later
// readlink, realpath and mktemp (coreutils).
#include <fmt/format.h>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

// All folders on the way have to be there; with `whole` the last name, too.
bool leads_there(Files& files, const std::string& path, bool whole) {
  if (files.status(path).exists()) return true;
  return !whole && files.status(path.substr(0, std::max<std::size_t>(path.rfind('/'), 1))).kind == Files::Kind::folder;
}

// readlink -n: of one file alone.
std::string_view end_of_line(const Operands& operands, Io& io) {
  if (!operands.has('n')) return "\n";
  if (operands.files.size() == 1) return {};
  io.complain("readlink: ignoring --no-newline with multiple arguments\n");
  return "\n";
}

int show_paths(const Operands& operands, bool realpath, Machine& machine, Io& io) {
  const std::string_view end = realpath ? "\n" : end_of_line(operands, io);
  int status = 0;
  for (const std::string& file : operands.files) {
    const std::string path = operands.has('s') ? machine.files().absolute(file) : machine.files().real(file);
    const bool missing_allowed = operands.has('m') || leads_there(machine.files(), path, operands.has('e'));
    if (!file.empty() && missing_allowed) {
      io.print(fmt::format("{}{}", path, end));
      continue;
    }
    status = 1;
    if (realpath && !operands.has('q'))
      io.complain(fmt::format("realpath: {}: No such file or directory\n", file.empty() ? "''" : file));
  }
  return status;
}

}  // namespace

CommandResultOrError parse_readlink(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"readlink", "efmnqs", "vz",
                                            "canonicalize=f canonicalize-existing=e canonicalize-missing=m "
                                            "no-newline=n quiet=q silent=s"});
  if (read.instead) return std::move(*read.instead);
  if (read.operands.files.empty()) return missing_operand("readlink");
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  const bool follows = read.operands.has('f') || read.operands.has('e') || read.operands.has('m');
  if (!follows) {
    // Of what is no link it says nothing.
    return instant([operands = std::move(read.operands)](Machine& machine, Io& io) {
      int status = 0;
      const std::string_view end = end_of_line(operands, io);
      for (const std::string& file : operands.files) {
        const auto link = machine.files().link(file);
        if (link) io.print(fmt::format("{}{}", *link, end));
        if (!link) status = 1;
      }
      return status;
    });
  }
  return instant([operands = std::move(read.operands)](Machine& machine, Io& io) {
    return show_paths(operands, false, machine, io);
  });
}

CommandResultOrError parse_realpath(const std::vector<Word>& words) {
  ReadOperands read = read_operands(
      words, {"realpath", "emqs", "LPz",
              "canonicalize-existing=e canonicalize-missing=m quiet=q no-symlinks=s strip=s relative-to:-"});
  if (read.instead) return std::move(*read.instead);
  if (read.operands.files.empty()) return missing_operand("realpath");
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  return instant([operands = std::move(read.operands)](Machine& machine, Io& io) {
    return show_paths(operands, true, machine, io);
  });
}

CommandResultOrError parse_mktemp(const std::vector<Word>& words) {
  ReadOperands read =
      read_operands(words, {"mktemp", "dp:qtu", "V", "directory=d dry-run=u quiet=q tmpdir:p suffix:-"});
  if (read.instead) return std::move(*read.instead);
  const Operands& operands = read.operands;
  if (operands.files.size() > 1) return missing_operand("mktemp", "too many templates");
  std::string name = operands.files.empty() ? "tmp.XXXXXXXXXX" : operands.files.front();
  const std::size_t last = name.find_last_not_of('X');
  const std::size_t length = name.size() - (last == std::string::npos ? 0 : last + 1);
  if (length < 3) return refusal(1, fmt::format("mktemp: too few X's in template '{}'\n", name));
  if (operands.has('p') && !operands.value('p').empty())
    name.insert(0, operands.value('p') + "/");
  else if (operands.files.empty() || operands.has('t') || operands.has('p'))
    name.insert(0, "/tmp/");
  return instant([name, length, folder = operands.has('d'), dry = operands.has('u'), quiet = operands.has('q')](
                     Machine& machine, Io& io) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string path = name;
    for (std::size_t i = path.size() - length; i < path.size(); ++i)
      path[i] = kLetters[machine.host().rng.below(static_cast<std::uint32_t>(kLetters.size()))];
    FileError error = FileError::none;
    if (folder && !dry) error = machine.files().make_folder(path);
    if (!folder && !dry) error = machine.files().open(path, false).error;
    if (error == FileError::none && !dry) machine.files().set_mode(path, folder ? 0700 : 0600);
    if (error == FileError::none) {
      io.print(path + "\n");
      return 0;
    }
    if (!quiet)
      io.complain(fmt::format("mktemp: failed to create {} via template '{}': {}\n", folder ? "directory" : "file",
                              name, text_of(error)));
    return 1;
  });
}

}  // namespace lvs::control
