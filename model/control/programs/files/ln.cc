// SPDX-License-Identifier: GPL-2.0-or-later
// ln -s (coreutils).
#include <fmt/format.h>

#include "control/programs/coreutils/operands.h"
#include "control/programs/files/files.h"

namespace lvs::control {
namespace {

std::string last_name(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

int make_links(const Operands& operands, Machine& machine, Io& io) {
  Files& files = machine.files();
  const std::vector<std::string>& names = operands.files;
  std::string target = operands.has('t') ? operands.value('t') : names.size() == 1 ? "." : names.back();
  const std::size_t links = operands.has('t') || names.size() == 1 ? names.size() : names.size() - 1;
  const bool kept = operands.has('T') || (operands.has('n') && files.link(target));
  const bool into = !kept && files.status(target).kind == Files::Kind::folder;
  if (!into && (links > 1 || operands.has('t'))) {
    io.complain(fmt::format("ln: target '{}': {}\n", target,
                            files.status(target).exists() ? "Not a directory" : "No such file or directory"));
    return 1;
  }
  int status = 0;
  for (std::size_t i = 0; i < links; ++i) {
    std::string name = into ? (target.ends_with('/') ? target : target + "/") + last_name(names[i]) : target;
    if (name.starts_with("./") && target == ".") name.erase(0, 2);
    const bool there = files.link(name) || files.status(name).exists();
    if (there && operands.has('f') && (files.link(name) || files.status(name).kind == Files::Kind::file)) {
      files.remove(name);
    }
    FileError error = names[i].empty() ? FileError::no_entry : files.make_link(name, names[i]);
    if (error == FileError::none) {
      if (operands.has('v')) io.print(fmt::format("'{}' -> '{}'\n", name, names[i]));
      continue;
    }
    io.complain(fmt::format("ln: failed to create symbolic link '{}'{}: {}\n", name, names[i].empty() ? " -> ''" : "",
                            text_of(error)));
    status = 1;
  }
  return status;
}

}  // namespace

CommandResultOrError parse_ln(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"ln", "sfnvt:T", "bdFiLPrS:",
                                            "symbolic=s force=f no-dereference=n verbose=v target-directory:t "
                                            "no-target-directory=T relative=r interactive=i backup?b"});
  if (read.instead) return std::move(*read.instead);
  if (read.operands.files.empty()) return missing_operand("ln", "missing file operand");
  if (!read.operands.has('s'))
    return base::Error{SyntaxError{words[0].column, "ln", "hard links are not modelled", "ln -s, or cp"}};
  if (auto error = unmodelled_file({words[0], words.back()}, {{}, {words.back().text}})) {
    return base::Error{std::move(*error)};
  }
  return instant(
      [operands = std::move(read.operands)](Machine& machine, Io& io) { return make_links(operands, machine, io); });
}

}  // namespace lvs::control
