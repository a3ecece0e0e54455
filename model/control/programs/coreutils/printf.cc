// SPDX-License-Identifier: GPL-2.0-or-later
// printf as built into dash (src/bltin/printf.c) and into bash (builtins/printf.def): flags, widths and precisions, the
// format again for more arguments.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "control/machine/registry.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/escapes.h"

namespace lvs::control {
namespace {

enum class Shell : std::uint8_t { dash, bash };

constexpr int kWidest = 1 << 24;
constexpr std::size_t kLongest = std::size_t{64} << 20;  // what a line may print at all

// As bash's %q and lib/sh/shquote.c: sh_backslash_quote(), ansic_quote().
std::string quoted_for_shell(const std::string& text) {
  if (text.empty()) return "''";
  const bool control = std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
  std::string out = control ? "$'" : "";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    constexpr std::string_view kNamed = "\a\b\t\n\v\f\r\033", kNames = "abtnvfrE";
    if (control) {
      if (const std::size_t at = kNamed.find(c); at != std::string_view::npos)
        (out += '\\') += kNames[at];
      else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
        out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
      else
        out += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
      continue;
    }
    const bool special = std::string_view(" '\"\\|&;()<>!{}*[?]^$`,").find(c) != std::string_view::npos ||
                         (i == 0 && (c == '#' || c == '~'));
    if (special) out += '\\';
    out += c;
  }
  return control ? out + "'" : out;
}

class Printer {
 public:
  Printer(Shell shell, const std::vector<std::string>& arguments) : shell_(shell), arguments_(arguments) {}

  void run(std::string_view format) {
    do {
      const std::size_t before = next_;
      once(format);
      if (next_ == before || ended_) break;
    } while (next_ < arguments_.size());
  }

  // In the order that it leaves the shell: whole lines of bash's at once, all else at the end.
  struct Said {
    bool complaint = false;
    std::string text;
  };
  std::vector<Said> said() {
    said_.push_back({false, std::move(out_)});
    return std::move(said_);
  }
  int status = 0;

 private:
  // What stands behind a '%', up to its letter.
  struct Directive {
    std::string flags;
    std::optional<int> width, precision;
    char letter = '\0';
    std::string_view text;  // all of it
  };

  bool bash() const { return shell_ == Shell::bash; }
  std::string take() { return next_ < arguments_.size() ? arguments_[next_++] : (++next_, std::string()); }
  void complain(std::string_view text) {
    const std::size_t lines = bash() ? out_.rfind('\n') + 1 : 0;
    said_.push_back({false, out_.substr(0, lines)});
    out_.erase(0, lines);
    said_.push_back({true, fmt::format("{}printf: {}\n", kShellPlace, text)});
  }
  void give_up(std::string_view text, int with) {
    complain(text);
    status = with;
    ended_ = true;
  }

  void once(std::string_view format) {
    while (!format.empty() && !ended_) {
      if (out_.size() > kLongest) return give_up("not modelled: more than 64 MiB of one printf", 2);
      if (format[0] == '\\') {
        take_escape(format, bash() ? kBashFormat : kDashFormat, out_);
      } else if (format.starts_with("%%")) {
        out_ += '%';
        format.remove_prefix(2);
      } else if (format[0] == '%') {
        if (const auto directive = take_directive(format)) print(*directive);
      } else {
        out_ += format[0];
        format.remove_prefix(1);
      }
    }
  }

  // Nothing, with a complaint, for one that is too wide to be printed.
  std::optional<int> take_number(std::string_view& format) {
    std::int64_t value = 0;
    if (format.starts_with('*')) {
      format.remove_prefix(1);
      value = whole(take());
    } else {
      for (; !format.empty() && format[0] >= '0' && format[0] <= '9'; format.remove_prefix(1))
        value = std::min<std::int64_t>(value * 10 + (format[0] - '0'), kWidest + 1);
    }
    if (value >= -kWidest && value <= kWidest) return static_cast<int>(value);
    give_up(fmt::format("not modelled: a width of more than {}", kWidest), 2);
    return std::nullopt;
  }

  std::optional<Directive> take_directive(std::string_view& format) {
    const std::string_view whole = format;
    format.remove_prefix(1);
    Directive result;
    for (; !format.empty() && std::string_view("-+ #0").find(format[0]) != std::string_view::npos;
         format.remove_prefix(1))
      result.flags += format[0];
    const bool has_width = !format.empty() && (format[0] == '*' || (format[0] >= '1' && format[0] <= '9'));
    if (has_width && !(result.width = take_number(format))) return std::nullopt;
    if (format.starts_with('.')) {
      format.remove_prefix(1);
      if (!(result.precision = take_number(format))) return std::nullopt;
    }
    if (bash())
      while (!format.empty() && std::string_view("hlLjtz").find(format[0]) != std::string_view::npos)
        format.remove_prefix(1);
    if (format.empty()) {
      if (bash())
        give_up(fmt::format("`{}': missing format character", whole), 1);
      else
        give_up("missing format character", 2);
      return std::nullopt;
    }
    result.letter = format[0];
    format.remove_prefix(1);
    result.text = whole.substr(0, whole.size() - format.size());
    return result;
  }

  void print(const Directive& directive) {
    switch (directive.letter) {
      case 's': return text(directive, take());
      case 'c': {
        const std::string argument = take();
        return text(directive, argument.empty() ? std::string(1, '\0') : argument.substr(0, 1));
      }
      case 'b': {
        std::string result;
        const bool goes_on = append_unescaped(take(), bash() ? kBashArgument : kDashArgument, result);
        text(directive, std::move(result));
        ended_ = !goes_on;
        return;
      }
      case 'd':
      case 'i': return number(directive, PRIdMAX, whole(take()));
      case 'u': return number(directive, PRIuMAX, natural(take()));
      case 'o': return number(directive, PRIoMAX, natural(take()));
      case 'x': return number(directive, PRIxMAX, natural(take()));
      case 'X': return number(directive, PRIXMAX, natural(take()));
      case 'a':
      case 'A':
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G': return number(directive, std::string(1, directive.letter), fraction(take()));
      default: break;
    }
    if (bash() && directive.letter == 'q') return text(directive, quoted_for_shell(take()));
    if (bash() && directive.letter == '(') return give_up("not modelled: %(...)T", 2);
    if (bash())
      give_up(fmt::format("`{}': invalid format character", directive.letter), 1);
    else
      give_up(fmt::format("{}: invalid directive", directive.text), 2);
  }

  void text(const Directive& directive, std::string value) {
    const int width = directive.width.value_or(0);
    if (directive.precision && *directive.precision >= 0 && directive.letter != 'c')
      value.resize(std::min(value.size(), static_cast<std::size_t>(*directive.precision)));
    const auto wide = static_cast<std::size_t>(std::abs(width));
    const std::string blanks(wide > value.size() ? wide - value.size() : 0, ' ');
    const bool left = width < 0 || directive.flags.find('-') != std::string::npos;
    out_ += left ? value + blanks : blanks + value;
  }

  // By the C library, as the shells do it.
  template <class T>
  void number(const Directive& directive, std::string_view conversion, T value) {
    const std::string format = fmt::format("%{}*.*{}", directive.flags, conversion);
    const int width = directive.width.value_or(0), precision = directive.precision.value_or(-1);
    const int length = std::snprintf(nullptr, 0, format.c_str(), width, precision, value);
    if (length < 0) return;
    const std::size_t before = out_.size();
    out_.resize(before + static_cast<std::size_t>(length) + 1);
    std::snprintf(&out_[before], static_cast<std::size_t>(length) + 1, format.c_str(), width, precision, value);
    out_.pop_back();
  }

  // The number of a character behind a quote. Nothing: it is none.
  static std::optional<unsigned char> character(const std::string& text) {
    if (text.empty() || (text[0] != '\'' && text[0] != '"')) return std::nullopt;
    return text.size() > 1 ? static_cast<unsigned char>(text[1]) : static_cast<unsigned char>(0);
  }

  template <class T, class Read>
  T value_of(const std::string& text, Read read) {
    if (const auto c = character(text)) return static_cast<T>(*c);
    if (text.empty()) return {};
    errno = 0;
    char* end = nullptr;
    const T value = read(text.c_str(), &end);
    const bool out_of_range = errno == ERANGE;
    if (*end != '\0') {
      status = std::max(status, 1);
      const bool none = end == text.c_str();
      const bool hex = text.starts_with("0x") || text.starts_with("0X");
      const bool octal = text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
      complain(fmt::format("{}: {}", text,
                           !bash() ? (none ? "expected numeric value" : "not completely converted")
                           : hex   ? "invalid hex number"
                           : octal ? "invalid octal number"
                                   : "invalid number"));
    } else if (out_of_range) {
      if (!bash()) status = std::max(status, 1);
      complain(fmt::format("{}{}: Numerical result out of range", bash() ? "warning: " : "", text));
    }
    return value;
  }
  std::intmax_t whole(const std::string& text) {
    return value_of<std::intmax_t>(text, [](const char* from, char** end) { return std::strtoimax(from, end, 0); });
  }
  std::uintmax_t natural(const std::string& text) {
    return value_of<std::uintmax_t>(text, [](const char* from, char** end) { return std::strtoumax(from, end, 0); });
  }
  double fraction(const std::string& text) {
    return value_of<double>(text, [](const char* from, char** end) { return std::strtod(from, end); });
  }

  Shell shell_;
  const std::vector<std::string>& arguments_;
  std::vector<Said> said_;
  std::string out_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

CommandResultOrError print(Shell shell, const std::vector<Word>& words, std::size_t first) {
  std::vector<std::string> arguments;
  for (std::size_t i = first + 1; i < words.size(); ++i) arguments.push_back(words[i].text);
  Printer printer(shell, arguments);
  printer.run(words[first].text);
  return instant([said = printer.said(), status = printer.status](Machine&, Io& io) {
    for (const auto& [complaint, text] : said) {
      if (complaint)
        io.complain(text);
      else if (!text.empty())
        io.print(text);
    }
    return status;
  });
}

}  // namespace

CommandResultOrError parse_printf(const std::vector<Word>& words) {
  const std::size_t first = words.size() > 1 && words[1].text == "--" ? 2 : 1;
  if (words.size() <= first) return refusal(2, fmt::format("{}printf: usage: printf format [arg ...]\n", kShellPlace));
  if (const std::string& text = words[first].text; first == 1 && text.size() > 1 && text[0] == '-')
    return refusal(2, fmt::format("{}printf: Illegal option {}\n", kShellPlace, text.substr(0, 2)));
  return print(Shell::dash, words, first);
}

CommandResultOrError parse_bash_printf(const std::vector<Word>& words) {
  constexpr std::string_view kUsage = "printf: usage: printf [-v var] format [arguments]\n";
  const std::size_t first = words.size() > 1 && words[1].text == "--" ? 2 : 1;
  if (words.size() <= first) return refusal(2, std::string(kUsage));
  const std::string& text = words[first].text;
  if (first == 1 && text == "-v")
    return refusal(2, fmt::format("{}printf: -v: option requires an argument\n{}", kShellPlace, kUsage));
  if (first == 1 && text.size() > 1 && text[0] == '-')
    return refusal(2, fmt::format("{}printf: {}: invalid option\n{}", kShellPlace, text.substr(0, 2), kUsage));
  return print(Shell::bash, words, first);
}

}  // namespace lvs::control
