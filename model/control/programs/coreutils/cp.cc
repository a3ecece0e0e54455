// SPDX-License-Identifier: GPL-2.0-or-later
// cp and mv (coreutils).
#include <fmt/format.h>

#include <functional>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

std::string last_part(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

// A file, or with `deep` a folder with all that is in it, and links as links.
using Tell = std::function<void(const std::string& from, const std::string& to)>;
FileError copy(Files& files, const std::string& from, const std::string& to, bool deep, const Tell& tell) {
  if (const auto link = files.link(from); link && deep) {
    if (files.link(to) || files.status(to).kind == Files::Kind::file) files.remove(to);
    tell(from, to);
    return files.make_link(to, *link);
  }
  const auto status = files.status(from);
  if (status.kind == Files::Kind::folder && deep) {
    if ((files.absolute(to) + "/").starts_with(files.absolute(from) + "/")) return FileError::invalid;
    if (files.status(to).kind != Files::Kind::folder) {
      if (const FileError error = files.make_folder(to); error != FileError::none) return error;
      tell(from, to);
    }
    for (const std::string& name : files.list(from))
      if (const FileError error = copy(files, from + "/" + name, to + "/" + name, true, tell); error != FileError::none)
        return error;
    return FileError::none;
  }
  auto content = files.read(from);
  if (content.error != FileError::none) return content.error;
  const bool there = files.status(to).exists();
  auto opened = files.open(to, false);
  if (!opened.file) return opened.error;
  tell(from, to);
  opened.file->write(content.text);
  if (!there) files.set_mode(to, status.mode);
  return opened.file->close();
}

int run(bool move, const Operands& operands, Files& files, Io& io) {
  const std::string_view tool = move ? "mv" : "cp";
  const bool deep = operands.has('r') || operands.has('R') || operands.has('a');
  const std::string& target = operands.files.back();
  const bool into = files.status(target).kind == Files::Kind::folder;
  if (operands.files.size() > 2 && !into) {
    io.complain(fmt::format("{}: target '{}': {}\n", tool, target,
                            files.status(target).exists() ? "Not a directory" : "No such file or directory"));
    return 1;
  }
  const Tell tell = [&](const std::string& from, const std::string& to) {
    if (operands.has('v')) io.print(fmt::format("'{}' -> '{}'\n", from, to));
  };
  int status = 0;
  for (std::size_t i = 0; i + 1 < operands.files.size(); ++i) {
    const std::string& source = operands.files[i];
    const auto complain = [&](const std::string& text) {
      io.complain(fmt::format("{}: {}\n", tool, text));
      status = 1;
    };
    const auto there = files.status(source);
    const std::string from = files.absolute(source), name = into ? target + "/" + last_part(source) : target;
    const std::string to = files.absolute(name);
    const bool link = (move || deep) && files.link(source);
    if (there.exists() && operands.has('n') && files.status(to).exists()) continue;
    if (!there.exists() && !link) {
      complain(fmt::format("cannot stat '{}': No such file or directory", source));
    } else if (!move && there.kind == Files::Kind::folder && !deep) {
      complain(fmt::format("-r not specified; omitting directory '{}'", source));
    } else if (from == to) {
      complain(fmt::format("'{}' and '{}' are the same file", source, name));
    } else if (move) {
      const FileError error = files.rename(from, to);
      if (error != FileError::none)
        complain(fmt::format("cannot move '{}' to '{}': {}", source, name, text_of(error)));
      else if (operands.has('v'))
        io.print(fmt::format("renamed '{}' -> '{}'\n", source, name));
    } else if (const FileError error = copy(files, source, name, deep, tell); error != FileError::none) {
      complain(fmt::format("cannot create regular file '{}': {}", name, text_of(error)));
    }
  }
  return status;
}

constexpr std::string_view kMoveLongs =
    "force=f no-clobber=n verbose=v target-directory:t interactive=i update=u backup?b suffix:S no-target-directory=T";
constexpr std::string_view kCopyLongs =
    "archive=a force=f no-clobber=n recursive=r verbose=v target-directory:t preserve?p interactive=i link=l "
    "dereference=L no-dereference=P symbolic-link=s update=u backup?b suffix:S no-target-directory=T one-file-system=x";

CommandResultOrError parse(const std::vector<Word>& words, bool move) {
  const ToolWords tool = move ? ToolWords{"mv", "fnt:v", "biS:TuZ", kMoveLongs}
                              : ToolWords{"cp", "afnprRt:v", "bdHiLlPsS:TuxZ", kCopyLongs};
  ReadOperands read = read_operands(words, tool);
  if (read.instead) return std::move(*read.instead);
  if (read.operands.files.empty()) return missing_operand(tool.name, "missing file operand");
  if (read.operands.has('t')) read.operands.files.push_back(read.operands.value('t'));
  if (read.operands.files.size() == 1)
    return missing_operand(tool.name,
                           fmt::format("missing destination file operand after '{}'", read.operands.files.front()));
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  return instant([operands = std::move(read.operands), move](Machine& machine, Io& io) {
    return run(move, operands, machine.files(), io);
  });
}

}  // namespace

CommandResultOrError parse_cp(const std::vector<Word>& words) { return parse(words, false); }
CommandResultOrError parse_mv(const std::vector<Word>& words) { return parse(words, true); }

}  // namespace lvs::control
