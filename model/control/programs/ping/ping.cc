// SPDX-License-Identifier: GPL-2.0-or-later
// ping of iputils 20221126: its command line.
#include "control/programs/ping/ping.h"

#include <fmt/format.h>

#include <cctype>
#include <climits>
#include <optional>

#include "control/machine/registry.h"
#include "control/programs/ping/iputils.h"
#include "control/words/addresses.h"
#include "control/words/getopt.h"
#include "control/words/libc-numbers.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown = "-4 -b -c -D -I -i -m -M -n -O -q -Q -s -t -w -W -V";

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

}  // namespace

CommandResultOrError parse_ping(const std::vector<Word>& words) {
  PingOptions options;
  bool pmtu_given = false;
  CommandPtr refused;
  const auto integer = [&](const std::string& text, long least, long most) {
    return iputils_number("ping", text, least, most, refused);
  };
  Getopt getopt(words, "46aABbc:CdDe:fF:hI:i:l:Lm:M:nN:OqQ:rRs:S:t:T:UvVw:W:p:");
  const auto fail = [&](const Getopt::Option& option, std::string reason, std::string known = std::string(kKnown)) {
    return base::Error{
        SyntaxError{words[option.word].column, words[option.word].text, std::move(reason), std::move(known)}};
  };
  while (const auto option = getopt.next()) {
    if (!option->known) return fail(*option, "unknown option of ping");
    if (option->missing) return fail(*option, "the argument of this option is missing");
    const std::string& value = option->value;
    std::optional<long> number;
    switch (option->letter) {
      case '4': break;
      case '6': return fail(*option, "IPv6 is not modelled", "-4");
      case 'b': options.broadcast = true; break;
      case 'c':
        if ((number = integer(value, 1, LONG_MAX))) options.count = static_cast<std::uint64_t>(*number);
        break;
      case 'D': options.timestamps = true; break;
      case 'I': options.source = value; break;
      case 'i': {
        const auto interval = decimal(value);
        if (!interval) return fail(*option, "a number of seconds is needed", {});
        if (*interval < 0.001) return fail(*option, "flooding is not modelled", "an interval of at least 0.001 s");
        options.interval = seconds(*interval);
        break;
      }
      case 'm':
        if ((number = integer(value, 0, UINT_MAX))) options.mark = static_cast<std::uint32_t>(*number);
        break;
      case 'M':
        pmtu_given = true;
        if (value == "do")
          options.pmtu = PingOptions::Pmtu::do_;
        else if (value == "dont")
          options.pmtu = PingOptions::Pmtu::dont;
        else if (value == "want")
          options.pmtu = PingOptions::Pmtu::want;
        else if (!refused)
          refused = refusal(2, fmt::format("ping: invalid -M argument: {}\n", value));
        break;
      case 'n': break;  // names are never looked up
      case 'O': options.outstanding = true; break;
      case 'q': options.quiet = true; break;
      case 'Q':
        if ((number = integer(value, 0, 255))) options.tos = static_cast<std::uint8_t>(*number);
        break;
      case 's':
        if ((number = integer(value, 0, INT_MAX))) options.size = static_cast<std::uint32_t>(*number);
        if (options.size > 65507) return fail(*option, "more than an IP packet holds", "65507 at most");
        break;
      case 't':
        if ((number = integer(value, 0, 255))) options.ttl = static_cast<int>(*number);
        break;
      case 'V':
        if (refused) break;
        return refusal(0, {},
                       "ping from iputils 20221126\n"
                       "libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n");
      case 'w':
        if ((number = integer(value, 0, INT_MAX))) options.deadline = std::chrono::seconds(*number);
        break;
      case 'W': {
        const auto linger = decimal(value);
        if (!linger) return fail(*option, "a number of seconds is needed", {});
        options.linger = seconds(*linger);
        break;
      }
      default: return fail(*option, "this option of ping is not modelled");
    }
    if (refused) return refused;
  }
  if (getopt.operands().empty()) return refusal(1, "ping: usage error: Destination address required\n");
  const Word& target = words[getopt.operands().back()];
  if (getopt.operands().size() > 1) {
    return base::Error{SyntaxError{target.column, target.text, "source routes are not modelled", "one destination"}};
  }
  if (looks_like_ipv6(target.text) || looks_like_ipv6(options.source)) return base::Error{ipv6_error(target)};
  options.host = target.text;
  auto address = host_address(target.text);
  if (!address) return refusal(2, fmt::format("ping: {}: Temporary failure in name resolution\n", target.text));
  options.target = *address;
  if (options.target.is_any()) options.target = base::Ipv4Addr::of(127, 0, 0, 1);
  // What goes to many is never cut on the way (ping4_run()).
  if (options.to_many() && !pmtu_given) options.pmtu = PingOptions::Pmtu::do_;
  if (options.ttl == 0) return refusal(2, "ping: cannot set unicast time-to-live: Invalid argument\n");
  return CommandPtr(std::make_shared<PingCommand>(std::move(options)));
}

}  // namespace lvs::control
