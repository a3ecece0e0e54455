// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/text/over-text.h"

#include <fmt/format.h>

#include <algorithm>

namespace lvs::control {

CommandResultOrError over_text(std::string_view tool, const std::vector<Word>& words, Operands operands,
                               TextFailure failure, TextBody body) {
  if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
  if (operands.files.empty()) operands.files.emplace_back("-");
  const bool reads = std::ranges::find(operands.files, "-") != operands.files.end();
  auto run = [tool, operands = std::move(operands), failure, body = std::move(body)](Machine& machine, Io& io) {
    std::string text;
    for (const std::string& path : operands.files) {
      const auto file = path == "-" ? Files::Content{FileError::none, io.in->take_all()} : machine.files().read(path);
      if (file.error != FileError::none) {
        io.complain(fmt::format("{}: {}{}: {}\n", tool, failure.complaint, quoted_name(path), text_of(file.error)));
        return failure.status;
      }
      // The last line of a file ends, where another follows.
      text += file.text;
      if (!text.empty() && text.back() != '\n' && &path != &operands.files.back()) text += '\n';
    }
    return body(operands, text, machine, io);
  };
  return reads ? instant_reader(std::move(run)) : instant(std::move(run));
}

int write_text(std::string_view complaint, const std::string& path, std::string_view text, int failed, Machine& machine,
               Io& io) {
  auto opened = machine.files().open(path, false);
  FileError error = opened.error;
  if (opened.file) {
    opened.file->write(std::string(text));
    error = opened.file->close();
  }
  if (error == FileError::none) return 0;
  io.complain(fmt::format("{}{}: {}\n", complaint, quoted_name(path), text_of(error)));
  return failed;
}

}  // namespace lvs::control
