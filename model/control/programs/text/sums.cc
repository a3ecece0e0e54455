// SPDX-License-Identifier: GPL-2.0-or-later
// md5sum, sha1sum, sha256sum and their like (coreutils 9.1: src/digest.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/digest.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/text/over-text.h"
#include "control/programs/text/text-lines.h"

namespace lvs::control {
namespace {

struct Kind {
  std::string_view tool, label;
  const char* digest;
  std::size_t digits;
};
constexpr auto kKinds = std::to_array<Kind>({{"md5sum", "MD5", "md5", 32},
                                             {"sha1sum", "SHA1", "sha1", 40},
                                             {"sha224sum", "SHA224", "sha224", 56},
                                             {"sha256sum", "SHA256", "sha256", 64},
                                             {"sha384sum", "SHA384", "sha384", 96},
                                             {"sha512sum", "SHA512", "sha512", 128}});

// Of long options without a letter.
constexpr char kTag = '\1', kQuiet = '\2', kStatus = '\3', kStrict = '\4', kIgnoreMissing = '\5';
constexpr std::string_view kSumLongs =
    "binary=b check=c text=t warn=w zero=z tag=\1 quiet=\2 status=\3 strict=\4 ignore-missing=\5";

struct Line {
  std::string digits, file;
};

// "d41d8cd9...  FILE", "d41d8cd9... *FILE" or "MD5 (FILE) = d41d8cd9...".
std::optional<Line> parse_line(std::string_view line, const Kind& kind) {
  const auto digits = [&](std::string_view text) {
    return text.size() == kind.digits &&
           std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
  };
  const std::string tagged = fmt::format("{} (", kind.label);
  if (line.starts_with(tagged)) {
    line.remove_prefix(tagged.size());
    const std::size_t end = line.rfind(") = ");
    if (end == std::string_view::npos || !digits(line.substr(end + 4))) return std::nullopt;
    return Line{std::string(line.substr(end + 4)), std::string(line.substr(0, end))};
  }
  if (line.size() < kind.digits + 3 || !digits(line.substr(0, kind.digits)) || line[kind.digits] != ' ')
    return std::nullopt;
  if (line[kind.digits + 1] != ' ' && line[kind.digits + 1] != '*') return std::nullopt;
  return Line{std::string(line.substr(0, kind.digits)), std::string(line.substr(kind.digits + 2))};
}

class Sums {
 public:
  Sums(const Kind& kind, const Operands& operands, Machine& machine, Io& io)
      : kind_(kind), operands_(operands), machine_(machine), io_(io) {}

  int run() {
    for (const std::string& path : operands_.files) operands_.has('c') ? check(path) : print(path);
    return status_;
  }

 private:
  void complain(const std::string& text) { io_.complain(fmt::format("{}: {}\n", kind_.tool, text)); }
  void fail(const std::string& text) {
    complain(text);
    status_ = 1;
  }

  std::string digits_of(std::string_view text) const {
    base::Digest digest(kind_.digest);
    digest.add(text);
    return digest.digits();
  }
  Files::Content read(const std::string& path) {
    return path == "-" ? Files::Content{FileError::none, io_.in->take_all()} : machine_.files().read(path);
  }

  void print(const std::string& path) {
    const auto file = read(path);
    if (file.error != FileError::none) return fail(fmt::format("{}: {}", quoted_name(path), text_of(file.error)));
    const std::string digits = digits_of(file.text);
    if (operands_.has(kTag)) return io_.print(fmt::format("{} ({}) = {}\n", kind_.label, path, digits));
    // A name with a backslash or the end of a line is written with backslashes, and said so in front.
    std::string name;
    for (const char c : path) c == '\\' ? name += "\\\\" : c == '\n' ? name += "\\n" : name += c;
    io_.print(fmt::format("{}{} {}{}\n", name == path ? "" : "\\", digits, operands_.has('b') ? '*' : ' ', name));
  }

  // One line of a list.
  enum class Found : std::uint8_t { good, bad, unreadable, missing };
  Found look(const Line& line) {
    const auto file = read(line.file);
    const bool says = !operands_.has(kStatus);
    if (file.error == FileError::no_entry && operands_.has(kIgnoreMissing)) return Found::missing;
    if (file.error != FileError::none) {
      complain(fmt::format("{}: {}", quoted_name(line.file), text_of(file.error)));
      if (says) io_.print(fmt::format("{}: FAILED open or read\n", line.file));
      return Found::unreadable;
    }
    std::string wanted = line.digits;
    std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) { return std::tolower(c); });
    const bool good = digits_of(file.text) == wanted;
    if (says && (!good || !operands_.has(kQuiet)))
      io_.print(fmt::format("{}: {}\n", line.file, good ? "OK" : "FAILED"));
    return good ? Found::good : Found::bad;
  }

  void check(const std::string& list) {
    const auto file = read(list);
    const std::string name = list == "-" ? "'standard input'" : quoted_name(list);
    if (file.error != FileError::none) return fail(fmt::format("{}: {}", name, text_of(file.error)));
    std::array<std::size_t, 4> found{};
    std::size_t number = 0, improper = 0, proper = 0;
    for (const std::string_view text : lines_of(file.text)) {
      ++number;
      if (text.empty() || text[0] == '#') continue;
      const auto line = parse_line(text, kind_);
      if (!line) {
        ++improper;
        if (operands_.has('w'))
          complain(fmt::format("{}: {}: improperly formatted {} checksum line", name, number, kind_.label));
        continue;
      }
      ++proper;
      ++found[static_cast<std::size_t>(look(*line))];
    }
    if (proper == 0) return fail(fmt::format("{}: no properly formatted checksum lines found", name));
    conclude(name, improper, found);
  }

  void conclude(const std::string& name, std::size_t improper, const std::array<std::size_t, 4>& found) {
    const auto [good, bad, unreadable, missing] = found;
    const auto warn = [&](std::size_t count, std::string_view one, std::string_view many) {
      if (count != 0 && !operands_.has(kStatus))
        complain(fmt::format("WARNING: {} {}", count, count == 1 ? one : many));
    };
    warn(improper, "line is improperly formatted", "lines are improperly formatted");
    warn(unreadable, "listed file could not be read", "listed files could not be read");
    warn(bad, "computed checksum did NOT match", "computed checksums did NOT match");
    if (good + bad == 0 && operands_.has(kIgnoreMissing)) {
      if (!operands_.has(kStatus)) complain(fmt::format("{}: no file was verified", name));
      status_ = 1;
    }
    if (bad != 0 || unreadable != 0 || (improper != 0 && operands_.has(kStrict))) status_ = 1;
  }

  const Kind& kind_;
  const Operands& operands_;
  Machine& machine_;
  Io& io_;
  int status_ = 0;
};

}  // namespace

CommandResultOrError parse_digest_sum(const std::vector<Word>& words) {
  const std::string name = words[0].text.substr(words[0].text.rfind('/') + 1);
  const Kind& kind = *std::ranges::find(kKinds, name, &Kind::tool);
  ReadOperands read = read_operands(words, {kind.tool, "bctw\1\2\3\4\5", "z", kSumLongs});
  if (read.instead) return std::move(*read.instead);
  Operands& operands = read.operands;
  if (!operands.has('c'))
    for (const auto& [letter, option] :
         {std::pair(kIgnoreMissing, "--ignore-missing"), std::pair(kStatus, "--status"), std::pair('w', "--warn"),
          std::pair(kQuiet, "--quiet"), std::pair(kStrict, "--strict")})
      if (operands.has(letter))
        return missing_operand(kind.tool,
                               fmt::format("the {} option is meaningful only when verifying checksums", option));
  if (operands.has('c') && operands.has(kTag))
    return missing_operand(kind.tool, "the --tag option is meaningless when verifying checksums");
  if (auto error = unmodelled_file(words, operands)) return base::Error{std::move(*error)};
  if (operands.files.empty()) operands.files.emplace_back("-");
  const bool reads = std::ranges::find(operands.files, "-") != operands.files.end();
  auto body = [&kind, operands = std::move(operands)](Machine& machine, Io& io) {
    return Sums(kind, operands, machine, io).run();
  };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
