// SPDX-License-Identifier: GPL-2.0-or-later
// truncate (coreutils).
#include <fmt/format.h>

#include "control/programs/coreutils/operands.h"
#include "control/programs/files/files.h"

namespace lvs::control {
namespace {

struct NewSize {
  char mode = '=';  // + - < > / % in front of the number
  std::uint64_t number = 0;
};

std::uint64_t size_after(const NewSize& wanted, std::uint64_t size) {
  const std::uint64_t number = wanted.number;
  switch (wanted.mode) {
    case '+': return size + number;
    case '-': return size > number ? size - number : 0;
    case '<': return std::min(size, number);
    case '>': return std::max(size, number);
    case '/': return size / number * number;
    case '%': return (size + number - 1) / number * number;
    default: return number;
  }
}

int truncate_file(Files& files, Io& io, const std::string& name, const Operands& operands, const NewSize& wanted,
                  std::uint64_t reference) {
  if (operands.has('c') && !files.status(name).exists()) return 0;
  if (const FileError error = name.empty() ? FileError::no_entry : files.can_write(name); error != FileError::none) {
    io.complain(fmt::format("truncate: cannot open '{}' for writing: {}\n", name, text_of(error)));
    return 1;
  }
  std::string text = files.read(name).text;
  const std::uint64_t size = size_after(wanted, operands.has('r') ? reference : text.size());
  if (size > Files::kMostBytes) {  // the real one makes a file with holes
    io.complain(fmt::format("not modelled: a file of {} bytes\n", size));
    return 2;
  }
  text.resize(size);
  files.truncate(name);
  return files.append(name, text) == FileError::none ? 0 : 1;
}

int truncate_files(Machine& machine, Io& io, const Operands& operands, const NewSize& wanted) {
  Files& files = machine.files();
  std::uint64_t reference = 0;
  if (operands.has('r')) {
    const Files::Status status = files.status(operands.value('r'));
    if (!status.exists()) {
      io.complain(fmt::format("truncate: cannot stat '{}': No such file or directory\n", operands.value('r')));
      return 1;
    }
    reference = status.size;
  }
  int result = 0;
  for (const std::string& name : operands.files)
    if (const int status = truncate_file(files, io, name, operands, wanted, reference); status != 0) result = status;
  return result;
}

}  // namespace

CommandResultOrError parse_truncate(const std::vector<Word>& words) {
  ReadOperands read = read_operands(words, {"truncate", "cr:s:", "o", "no-create=c reference:r size:s io-blocks=o"});
  if (read.instead) return std::move(*read.instead);
  const Operands& operands = read.operands;
  NewSize wanted{operands.has('r') ? '+' : '=', 0};
  if (operands.has('s')) {
    const std::string value = operands.value('s');
    std::string_view text = value;
    const auto skip_blanks = [&] { text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size())); };
    skip_blanks();
    wanted.mode = '=';
    if (!text.empty() && std::string_view("+-<>/%").find(text.front()) != std::string_view::npos) {
      wanted.mode = text.front();
      text.remove_prefix(1);
      skip_blanks();
    }
    const auto number = size_with_suffix(text);
    const bool large = text.size() > 15 && text.find_first_not_of("0123456789") == text.npos;
    if (!number && large)
      return base::Error{SyntaxError{words[0].column, value, "files of this size are not modelled", {}}};
    if (!number) {
      const std::string shown(wanted.mode == '+' || wanted.mode == '-' ? value : std::string(text));
      return refusal(1, fmt::format("truncate: Invalid number: '{}'\n", shown));
    }
    wanted.number = *number;
    if ((wanted.mode == '/' || wanted.mode == '%') && wanted.number == 0)
      return refusal(1, "truncate: division by zero\n");
  }
  if (operands.has('r') && operands.has('s') && wanted.mode == '=')
    return missing_operand("truncate", "you must specify a relative '--size' with '--reference'");
  if (!operands.has('s') && !operands.has('r'))
    return missing_operand("truncate", "you must specify either '--size' or '--reference'");
  if (operands.files.empty()) return missing_operand("truncate", "missing file operand");
  if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
  return instant([operands = std::move(read.operands), wanted](Machine& machine, Io& io) {
    return truncate_files(machine, io, operands, wanted);
  });
}

}  // namespace lvs::control
