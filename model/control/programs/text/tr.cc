// SPDX-License-Identifier: GPL-2.0-or-later
// tr of coreutils 9.1 (src/tr.c), over bytes, as in the C locale.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "base/numbers.h"
#include "base/result.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

constexpr std::size_t kBytes = 256;
constexpr std::size_t kMostRepeats = 1 << 20;

struct ByteClass {
  std::string_view name;
  int (*has)(int);
};
constexpr auto kClasses = std::to_array<ByteClass>({{"alnum", std::isalnum},
                                                    {"alpha", std::isalpha},
                                                    {"blank", std::isblank},
                                                    {"cntrl", std::iscntrl},
                                                    {"digit", std::isdigit},
                                                    {"graph", std::isgraph},
                                                    {"lower", std::islower},
                                                    {"print", std::isprint},
                                                    {"punct", std::ispunct},
                                                    {"space", std::isspace},
                                                    {"upper", std::isupper},
                                                    {"xdigit", std::isxdigit}});

struct ByteSet {
  std::string bytes;
  std::optional<std::size_t> fill;  // where [c*] stands, which fills up to the length of the first set
  bool classes = false;             // other than upper and lower
};

// One argument: its backslash sequences first, then ranges, classes and repeats of what was not behind a backslash.
class SetReader {
 public:
  explicit SetReader(std::string_view text) { unescape(text); }

  // An error is what tr says behind "tr: ".
  base::Result<ByteSet, std::string> run() {
    while (at_ < plain_.size() && error_.empty()) {
      if (special('[') && at_ + 1 < plain_.size() && bracket()) continue;
      const unsigned char from = bytes_[at_];
      if (at_ + 2 < plain_.size() && plain_[at_ + 1] && bytes_[at_ + 1] == '-')
        range(from, bytes_[at_ + 2]);
      else
        add(1, static_cast<char>(from)), ++at_;
    }
    if (!error_.empty()) return base::Error{std::move(error_)};
    return std::move(set_);
  }

 private:
  void unescape(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool plain = text[i] != '\\' || i + 1 == text.size();
      unsigned char c = static_cast<unsigned char>(text[i]);
      if (!plain) {
        constexpr std::string_view kLetters = "abfnrtv", kValues = "\a\b\f\n\r\t\v";
        c = static_cast<unsigned char>(text[++i]);
        if (const std::size_t at = kLetters.find(text[i]); at != std::string_view::npos) {
          c = static_cast<unsigned char>(kValues[at]);
        } else if (c >= '0' && c <= '7') {
          unsigned value = c - '0';
          for (int n = 0; n < 2 && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '7'; ++n) {
            if (value * 8 + static_cast<unsigned>(text[i + 1] - '0') >= kBytes) break;
            value = value * 8 + static_cast<unsigned>(text[++i] - '0');
          }
          c = static_cast<unsigned char>(value);
        }
      }
      bytes_ += static_cast<char>(c);
      plain_.push_back(plain);
    }
  }

  bool special(char c) const { return plain_[at_] && bytes_[at_] == c; }
  void add(std::size_t count, char c) { set_.bytes.append(count, c); }

  void range(unsigned char from, unsigned char to) {
    if (to < from) {
      error_ = fmt::format("range-endpoints of '{}-{}' are in reverse collating sequence order",
                           static_cast<char>(from), static_cast<char>(to));
      return;
    }
    for (unsigned c = from; c <= to; ++c) add(1, static_cast<char>(c));
    at_ += 3;
  }

  // [:CLASS:], [=C=], [C*], [C*N]; false: a bracket like any other byte.
  bool bracket() {
    const std::string_view rest = std::string_view(bytes_).substr(at_);
    const bool colon = rest[1] == ':', equals = rest[1] == '=';
    if (colon || equals) {
      const std::size_t end = rest.find(colon ? ":]" : "=]", 2);
      if (end != std::string_view::npos) {
        const std::string_view name = rest.substr(2, end - 2);
        if (colon)
          take_class(name);
        else if (name.size() == 1)
          add(1, name[0]);
        else
          error_ = name.empty() ? "missing equivalence class character '[==]'"
                                : fmt::format("{}: equivalence class operand must be a single character", name);
        at_ += end + 2;
        return true;
      }
    }
    return rest.size() > 3 && rest[2] == '*' && plain_[at_ + 2] && repeat(rest);
  }

  void take_class(std::string_view name) {
    const auto found = std::ranges::find(kClasses, name, &ByteClass::name);
    if (found == kClasses.end()) {
      error_ = name.empty() ? "missing character class name '[::]'" : fmt::format("invalid character class '{}'", name);
      return;
    }
    if (name != "lower" && name != "upper") set_.classes = true;
    for (unsigned c = 0; c < kBytes; ++c)
      if (c < 0x80 && found->has(static_cast<int>(c)) != 0) add(1, static_cast<char>(c));
  }

  bool repeat(std::string_view rest) {
    const std::size_t end = rest.find(']', 3);
    if (end == std::string_view::npos) return false;
    const std::string_view digits = rest.substr(3, end - 3);
    std::size_t count = 0;
    if (!digits.empty()) {
      const auto number = base::number<std::size_t>(digits, digits[0] == '0' ? 8 : 10);
      if (!number || *number > kMostRepeats) {
        error_ = fmt::format("invalid repeat count '{}' in [c*n] construct", digits);
        return true;
      }
      count = *number;
    }
    if (count == 0) set_.fill = set_.bytes.size();
    add(count == 0 ? 1 : count, rest[1]);
    at_ += end + 1;
    return true;
  }

  std::string bytes_;
  std::vector<bool> plain_;  // not behind a backslash
  std::size_t at_ = 0;
  ByteSet set_;
  std::string error_;
};

struct Translation {
  bool deletes = false, squeezes = false;
  std::array<bool, kBytes> first{};
  std::array<char, kBytes> to{};
  std::array<bool, kBytes> squeezed{};

  std::string run(const std::string& text) const {
    std::string out;
    std::optional<char> before;
    for (char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (deletes && first[byte]) continue;
      c = to[byte];
      if (squeezes && before == c && squeezed[static_cast<unsigned char>(c)]) continue;
      before = c;
      out += c;
    }
    return out;
  }
};

std::string complement(const std::string& bytes) {
  std::string result;
  for (unsigned c = 0; c < kBytes; ++c)
    if (bytes.find(static_cast<char>(c)) == std::string::npos) result += static_cast<char>(c);
  return result;
}

// What the two sets come to; an error is what tr says.
base::Result<Translation, std::string> plan(const Operands& operands) {
  auto first = SetReader(operands.files[0]).run();
  if (!first) return base::Error{std::move(first.error())};
  const bool complements = operands.has('c') || operands.has('C'), deletes = operands.has('d');
  std::string from = complements ? complement(first->bytes) : first->bytes;
  Translation result{.deletes = deletes, .squeezes = operands.has('s')};
  for (unsigned c = 0; c < kBytes; ++c) result.to[c] = static_cast<char>(c);
  std::string squeezed = from;
  if (operands.files.size() > 1) {
    auto second = SetReader(operands.files[1]).run();
    if (!second) return base::Error{std::move(second.error())};
    std::string to = std::move(second->bytes);
    if (!deletes) {
      if (second->classes)
        return base::Error{
            std::string("when translating, the only character classes that may appear in\nstring2 are 'upper' and "
                        "'lower'")};
      if (second->fill && from.size() + 1 > to.size())
        to.insert(*second->fill, from.size() - to.size(), to[*second->fill]);
      if (to.empty() && !operands.has('t'))
        return base::Error{std::string("when not truncating set1, string2 must be non-empty")};
      if (operands.has('t')) from.resize(std::min(from.size(), to.size()));
      // The first of two wins nothing: the last one stands, as in tr's loop.
      for (std::size_t i = 0; i < from.size(); ++i)
        result.to[static_cast<unsigned char>(from[i])] = to[std::min(i, to.size() - 1)];
    }
    squeezed = to;
  }
  for (const char c : from) result.first[static_cast<unsigned char>(c)] = true;
  for (const char c : squeezed) result.squeezed[static_cast<unsigned char>(c)] = true;
  return result;
}

// Too few or too many sets; empty: neither.
std::string wrong_number(const Operands& operands) {
  const bool deletes = operands.has('d'), squeezes = operands.has('s');
  const std::size_t least = deletes == squeezes ? 2 : 1, most = deletes && !squeezes ? 1 : 2;
  const auto& sets = operands.files;
  if (sets.size() < least) {
    if (sets.empty()) return "missing operand\n";
    return fmt::format("missing operand after '{}'\nTwo strings must be given when {}.\n", sets.back(),
                       squeezes ? "both deleting and squeezing repeats" : "translating");
  }
  if (sets.size() <= most) return {};
  return fmt::format("extra operand '{}'\n{}", sets[most],
                     sets.size() == 2 ? "Only one string may be given when deleting without squeezing repeats.\n" : "");
}

}  // namespace

CommandResultOrError parse_tr(const std::vector<Word>& words) {
  ReadOperands read =
      read_operands(words, {"tr", "cCdst", "", "complement=c delete=d squeeze-repeats=s truncate-set1=t"});
  if (read.instead) return std::move(*read.instead);
  if (const std::string wrong = wrong_number(read.operands); !wrong.empty())
    return refusal(1, fmt::format("tr: {}{}", wrong, try_help("tr")));
  auto translation = plan(read.operands);
  if (!translation) return refusal(1, fmt::format("tr: {}\n", translation.error()));
  return instant_reader([translation = *translation](Machine&, Io& io) {
    io.print(translation.run(io.in->take_all()));
    return 0;
  });
}

}  // namespace lvs::control
