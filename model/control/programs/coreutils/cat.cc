// SPDX-License-Identifier: GPL-2.0-or-later
// cat of files of the machine (coreutils).
#include <fmt/format.h>

#include <algorithm>

#include "control/machine/machine.h"
#include "control/machine/registry.h"

namespace lvs::control {

CommandResultOrError parse_cat(const std::vector<Word>& words) {
  Args args(words);
  std::vector<std::string> paths;
  while (!args.empty()) {
    const std::string& path = args.take();
    if (path.starts_with('-') && path != "-") return base::Error{args.unknown("no option of cat is modelled")};
    if (path != "-") {
      if (auto reason = Files::unmodelled(path)) return base::Error{args.unknown(std::move(*reason))};
    }
    paths.push_back(path);
  }
  if (paths.empty()) paths.emplace_back("-");
  const bool reads = std::ranges::find(paths, "-") != paths.end();
  auto body = [paths = std::move(paths)](Machine& machine, Io& io) {
    int status = 0;
    for (const std::string& path : paths) {
      if (path == "-") {
        io.print(io.in->take_all());
        continue;
      }
      const auto file = machine.files().read(path);
      io.print(file.text);
      if (file.error == FileError::none) continue;
      io.complain(fmt::format("cat: {}: {}\n", path, text_of(file.error)));
      status = 1;
    }
    return status;
  };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
