// SPDX-License-Identifier: GPL-2.0-or-later
// ping of iputils 20221126: its command line.
#include "control/programs/ping/ping.h"

#include <fmt/format.h>

#include <cctype>
#include <climits>
#include <optional>

#include "control/machine/usual/parsers.h"
#include "control/programs/ping/iputils.h"
#include "control/words/addresses.h"
#include "control/words/getopt.h"
#include "control/words/libc-numbers.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown = "-4 -b -c -D -I -i -m -M -n -O -q -Q -s -t -w -W -V";

constexpr std::uint32_t kMostData = 65507;  // that an IP packet holds
constexpr std::string_view kVersion =
    "ping from iputils 20221126\n"
    "libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n";

class PingCommand final : public Command {
 public:
  explicit PingCommand(PingOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    return start_ping(machine, io, std::move(done), options_);
  }

 private:
  PingOptions options_;
};

std::optional<double> decimal(const std::string& text) {
  std::string rest = text;
  const auto value = take_strtod(rest);
  if (!value || !rest.empty() || !(*value >= 0 && *value < 1e9)) return std::nullopt;
  if (std::isspace(static_cast<unsigned char>(text[0])) != 0) return std::nullopt;
  return value;
}

base::Time seconds(double value) {
  return std::chrono::duration_cast<base::Time>(std::chrono::duration<double>(value));
}

class Parser {
 public:
  explicit Parser(const std::vector<Word>& words) : words_(words) {}

  CommandResultOrError run() {
    Getopt getopt(words_, "46aABbc:CdDe:fF:hI:i:l:Lm:M:nN:OqQ:rRs:S:t:T:UvVw:W:p:");
    while (const auto option = getopt.next()) {
      if (auto ended = take(*option)) return std::move(*ended);
      if (refused_) return refused_;
    }
    return finish(getopt.operands());
  }

 private:
  // What ends the command at once.
  using Ended = std::optional<CommandResultOrError>;

  Ended fail(const Getopt::Option& option, std::string reason, std::string known = std::string(kKnown)) const {
    const Word& word = words_[option.word];
    return CommandResultOrError(base::Error{SyntaxError{word.column, word.text, std::move(reason), std::move(known)}});
  }
  // A number between bounds into an option, or refused_ is set.
  template <class T>
  void number(const std::string& text, long least, long most, T& to) {
    if (const auto value = iputils_number("ping", text, least, most, refused_)) to = static_cast<T>(*value);
  }

  Ended take(const Getopt::Option& option) {
    if (!option.known) return fail(option, "unknown option of ping");
    if (option.missing) return fail(option, "the argument of this option is missing");
    const std::string& value = option.value;
    switch (option.letter) {
      case '4': break;
      case 'n': options_.numeric = true; break;
      case '6': return fail(option, "IPv6 is not modelled", "-4");
      case 'b': options_.broadcast = true; break;
      case 'c': number(value, 1, LONG_MAX, options_.count); break;
      case 'D': options_.timestamps = true; break;
      case 'I':
        options_.source = value;
        // With a colon it can only be an address of IPv6 to it.
        if (value.find(':') != std::string::npos && !looks_like_ipv6(value))
          refused_ = refusal(2, fmt::format("ping: invalid source address: {}\n", value));
        break;
      case 'i':
      case 'W': return take_seconds(option);
      case 'm': number(value, 0, UINT_MAX, options_.mark); break;
      case 'M': take_pmtu(value); break;
      case 'O': options_.outstanding = true; break;
      case 'q': options_.quiet = true; break;
      case 'Q': number(value, 0, 255, options_.tos); break;
      case 's':
        number(value, 0, INT_MAX, options_.size);
        if (options_.size > kMostData) return fail(option, "more than an IP packet holds", "65507 at most");
        break;
      case 't': number(value, 0, 255, options_.ttl); break;
      case 'V': refused_ = refusal(0, {}, std::string(kVersion)); break;
      case 'w': {
        long most = 0;
        number(value, 0, INT_MAX, most);
        options_.deadline = std::chrono::seconds(most);
        break;
      }
      default: return fail(option, "this option of ping is not modelled");
    }
    return std::nullopt;
  }

  Ended take_seconds(const Getopt::Option& option) {
    const auto value = decimal(option.value);
    if (!value) return fail(option, "a number of seconds is needed", {});
    const bool interval = option.letter == 'i';
    if (interval && *value < 0.001) return fail(option, "flooding is not modelled", "an interval of at least 0.001 s");
    (interval ? options_.interval : options_.linger) = seconds(*value);
    return std::nullopt;
  }

  void take_pmtu(const std::string& value) {
    using Pmtu = PingOptions::Pmtu;
    options_.pmtu_given = true;
    if (value == "do")
      options_.pmtu = Pmtu::do_;
    else if (value == "dont")
      options_.pmtu = Pmtu::dont;
    else if (value == "want")
      options_.pmtu = Pmtu::want;
    else
      refused_ = refusal(2, fmt::format("ping: invalid -M argument: {}\n", value));
  }

  CommandResultOrError finish(const std::vector<std::size_t>& operands) {
    if (operands.empty()) return refusal(1, "ping: usage error: Destination address required\n");
    const Word& target = words_[operands.back()];
    if (operands.size() > 1)
      return base::Error{SyntaxError{target.column, target.text, "source routes are not modelled", "one destination"}};
    if (looks_like_ipv6(target.text) || looks_like_ipv6(options_.source)) return base::Error{ipv6_error(target)};
    options_.host = target.text;
    const auto address = host_address(target.text);
    options_.named = !address;
    if (address) options_.target = address->is_any() ? base::Ipv4Addr::of(127, 0, 0, 1) : *address;
    if (inet_aton_of(target.text)) options_.numeric = true;
    return CommandPtr(std::make_shared<PingCommand>(std::move(options_)));
  }

  const std::vector<Word>& words_;
  PingOptions options_;
  CommandPtr refused_;
};

}  // namespace

CommandResultOrError parse_ping(const std::vector<Word>& words) { return Parser(words).run(); }

}  // namespace lvs::control
