// SPDX-License-Identifier: GPL-2.0-or-later
// dd (coreutils): from a file, /dev/zero or /dev/urandom to a file or standard output. What it copies takes no time.
#include <fmt/format.h>

#include <cmath>

#include "control/programs/coreutils/bytes.h"
#include "control/programs/coreutils/operands.h"
#include "control/programs/files/files.h"

namespace lvs::control {
namespace {

constexpr std::uint64_t kMostCopied = Files::kMostBytes;

struct Copy {
  std::string from, to;
  std::uint64_t block = 512, seek = 0, skip = 0;
  std::optional<std::uint64_t> count;
  bool keeps_rest = false;  // conv=notrunc
  std::string status;
};

// gnulib: human_readable() with a blank before the unit, rounded to the nearest.
std::string amount_text(std::uint64_t bytes, unsigned base) {
  constexpr std::string_view kUnits = "kMGT";
  if (bytes < base) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (value /= base; value >= base && unit + 1 < kUnits.size(); value /= base) ++unit;
  const std::string number = value < 9.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
  const char letter = base == 1024 && unit == 0 ? 'K' : kUnits[unit];
  return fmt::format("{} {}{}B", number, letter, base == 1024 ? "i" : "");
}

// print_xfer_stats(), of a copy that took no time.
std::string summary(const Copy& copy, std::uint64_t bytes) {
  if (copy.status == "none") return {};
  const std::string records = fmt::format("{}+{} records", bytes / copy.block, bytes % copy.block == 0 ? 0 : 1);
  std::string text = fmt::format("{0} in\n{0} out\n", records);
  if (copy.status == "noxfer") return text;
  text += fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
  if (bytes >= 1024)
    text += fmt::format(" ({}, {})", amount_text(bytes, 1000), amount_text(bytes, 1024));
  else if (bytes >= 1000)
    text += fmt::format(" ({})", amount_text(bytes, 1000));
  return text + " copied, 0 s, Infinity B/s\n";
}

int write_copy(Files& files, const Copy& copy, const std::string& data, Io& io) {
  const std::uint64_t at = copy.seek * copy.block;
  std::string text = files.read(copy.to).text;
  std::string rest = copy.keeps_rest && text.size() > at + data.size() ? text.substr(at + data.size()) : std::string();
  text.resize(at);
  text += data + rest;
  files.truncate(copy.to);
  const FileError error = files.append(copy.to, text);
  if (error == FileError::none) return 0;
  io.complain(fmt::format("dd: error writing '{}': {}\n", copy.to, text_of(error)));
  return 1;
}

int run_copy(Machine& machine, Io& io, const Copy& copy) {
  Files& files = machine.files();
  std::string data;
  if (is_endless(copy.from)) {
    data = endless_bytes(copy.from, *copy.count * copy.block, machine.host().rng);
  } else {
    Files::Content content = files.read(copy.from);
    if (content.error != FileError::none) {
      const bool folder = content.error == FileError::is_directory;
      io.complain(folder ? fmt::format("dd: error reading '{}': Is a directory\n", copy.from)
                         : fmt::format("dd: failed to open '{}': {}\n", copy.from, text_of(content.error)));
      if (folder) io.complain(summary(copy, 0));
      return 1;
    }
    data = std::move(content.text);
    data.erase(0, std::min<std::uint64_t>(data.size(), copy.skip * copy.block));
    if (copy.count && *copy.count * copy.block < data.size()) data.resize(*copy.count * copy.block);
  }
  if (copy.to.empty()) {
    io.print(data);
  } else if (const FileError error = files.can_write(copy.to); error != FileError::none) {
    io.complain(fmt::format("dd: failed to open '{}': {}\n", copy.to, text_of(error)));
    return 1;
  } else if (const int status = write_copy(files, copy, data, io); status != 0) {
    return status;
  }
  io.complain(summary(copy, data.size()));
  return 0;
}

// A number with a suffix, or several with x between them: 2x512.
std::optional<std::uint64_t> dd_number(std::string_view text) {
  std::uint64_t result = 1;
  for (;;) {
    const std::size_t end = std::min(text.find('x'), text.size());
    std::string_view part = text.substr(0, end);
    const std::uint64_t factor = part.ends_with('b') ? 512 : part.ends_with('w') ? 2 : 1;
    if (part.ends_with('b') || part.ends_with('w') || part.ends_with('c')) part.remove_suffix(1);
    const auto number = size_with_suffix(part);
    if (!number || *number > kMostCopied * 1024) return std::nullopt;
    if (result > (std::uint64_t{1} << 40)) return std::nullopt;
    result *= std::min(*number, kMostCopied + 1) * factor;
    if (end == text.size()) return result;
    text.remove_prefix(end + 1);
  }
}

std::optional<CommandResultOrError> take_operand(const Word& word, Copy& copy) {
  constexpr std::string_view kKnown = "if of bs count seek skip status conv=notrunc,fsync,fdatasync";
  constexpr std::string_view kOthers[] = {"cbs", "ibs", "iflag", "iseek", "obs", "oflag", "oseek"};
  const std::size_t equals = word.text.find('=');
  const std::string name = word.text.substr(0, equals);
  const std::string value = equals == std::string::npos ? std::string() : word.text.substr(equals + 1);
  const auto odd = [&](std::string_view why) {
    return CommandResultOrError(
        base::Error{SyntaxError{word.column, word.text, std::string(why), std::string(kKnown)}});
  };
  if (name == "if" || name == "of") {
    (name == "if" ? copy.from : copy.to) = value;
  } else if (name == "status") {
    if (value != "none" && value != "noxfer") return odd("not modelled here");
    copy.status = value;
  } else if (name == "conv") {
    if (value != "notrunc" && value != "fsync" && value != "fdatasync") return odd("not modelled here");
    copy.keeps_rest = copy.keeps_rest || value == "notrunc";
  } else if (name == "bs" || name == "count" || name == "seek" || name == "skip") {
    const auto number = dd_number(value);
    const bool digits = !value.empty() && value.find_first_not_of("0123456789kKMGTPEBcbwix") == std::string::npos;
    if (!number && digits && value.find_first_of("0123456789") == 0) return odd("this number is not modelled");
    if (!number || (name == "bs" && *number == 0))
      return CommandResultOrError(refusal(1, fmt::format("dd: invalid number: '{}'\n", value)));
    if (name == "count")
      copy.count = *number;
    else
      (name == "bs" ? copy.block : name == "seek" ? copy.seek : copy.skip) = *number;
  } else if (std::ranges::find(kOthers, name) != std::end(kOthers) || name.starts_with('-')) {
    return odd("not modelled here");
  } else {
    return CommandResultOrError(
        refusal(1, fmt::format("dd: unrecognized operand '{}'\n{}", word.text, try_help("dd"))));
  }
  return std::nullopt;
}

}  // namespace

CommandResultOrError parse_dd(const std::vector<Word>& words) {
  Copy copy;
  for (std::size_t i = 1; i < words.size(); ++i)
    if (auto ended = take_operand(words[i], copy)) return std::move(*ended);
  const auto odd = [&](const std::string& what, const std::string& why) {
    return base::Error{SyntaxError{words[0].column, what, why, "if=FILE, if=/dev/zero count=N"}};
  };
  if (copy.from.empty()) return odd("dd", "dd of standard input is not modelled");
  if (is_endless(copy.from) && !copy.count) return odd("dd", "dd of " + copy.from + " without an end is not modelled");
  const std::uint64_t most = std::max({copy.count.value_or(0), copy.seek, copy.skip});
  if (copy.block > kMostCopied || (most != 0 && most > kMostCopied / copy.block))
    return odd("dd", "more than the 64 MiB that a machine's files have is not modelled");
  for (const std::string& name : {copy.from, copy.to}) {
    if (name.empty() || is_endless(name)) continue;
    if (auto error = unmodelled_file(words, {{}, {name}})) return base::Error{std::move(*error)};
  }
  if (is_endless(copy.to)) return odd(copy.to, "this file is not modelled");
  return instant([copy](Machine& machine, Io& io) { return run_copy(machine, io, copy); });
}

}  // namespace lvs::control
