// SPDX-License-Identifier: GPL-2.0-or-later
// conntrack 1.4.7 (conntrack-tools): lists, counts and deletes tracked connections.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "control/machine/kept.h"
#include "control/machine/machine.h"
#include "control/machine/proc/conntrack-text.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/conntrack/asked.h"
#include "control/words/libc-numbers.h"
#include "control/words/long-getopt.h"

namespace lvs::control {
namespace {

using host::ConntrackEntry;
using host::CtDir;
using host::CtTuple;
namespace status = host::ct_status;

constexpr std::uint8_t kIcmp = 1, kTcp = 6;

constexpr auto kProtocols = std::to_array<std::pair<std::string_view, std::uint8_t>>(
    {{"tcp", kTcp}, {"udp", 17}, {"icmp", kIcmp}, {"sctp", 132}, {"dccp", 33}, {"udplite", 136}, {"gre", 47}});
}  // namespace

bool fits(const ConntrackEntry& entry, const Asked& asked) {
  const CtTuple& original = entry.tuple(CtDir::original);
  const CtTuple& reply = entry.tuple(CtDir::reply);
  if (asked.protocol && original.protocol != *asked.protocol) return false;
  const std::array<base::Ipv4Addr, 4> addresses{original.src, original.dst, reply.src, reply.dst};
  const std::array<std::uint16_t, 4> ports{original.sport, original.dport, reply.sport, reply.dport};
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (asked.addresses[i] && addresses[i] != *asked.addresses[i]) return false;
    if (asked.ports[i] && ports[i] != *asked.ports[i]) return false;
  }
  if (asked.mark && (entry.mark & asked.mark_mask.value_or(0xffffffffu)) != *asked.mark) return false;
  if (asked.state && kCtTcpStates[static_cast<std::size_t>(entry.tcp.state)] != *asked.state) return false;
  if ((entry.status & asked.status_set) != asked.status_set) return false;
  if (asked.unreplied && entry.has(status::seen_reply)) return false;
  const bool source = original.src != reply.dst, destination = original.dst != reply.src;
  if (asked.src_nat && !source) return false;
  if (asked.dst_nat && !destination) return false;
  return !asked.any_nat || source || destination;
}

namespace {

// Changes that a line makes are told with who has made them.
class ChangedBy {
 public:
  ChangedBy(Machine& machine, const Io& io) : machine_(machine) {
    keep(machine_, kConntrackBy, std::to_string(io.pid));
  }
  ~ChangedBy() { keep(machine_, kConntrackBy, {}); }
  ChangedBy(const ChangedBy&) = delete;
  ChangedBy& operator=(const ChangedBy&) = delete;

 private:
  Machine& machine_;
};

// Into a pipe or a file the C library writes whole blocks; the rest comes when the program ends, behind what it says on
// standard error.
void print_with_summary(Io& io, const std::string& text, const std::string& summary) {
  constexpr std::size_t kBlock = 4096;
  const std::size_t whole = text.size() / kBlock * kBlock;
  io.print(text.substr(0, whole));
  io.complain(summary);
  io.print(text.substr(whole));
}

int run(Machine& machine, Io& io, const ConntrackLine& line) {
  const ChangedBy by(machine, io);
  host::Host& host = machine.host();
  host::Conntrack& tracker = host.tables.conntrack();
  constexpr std::string_view kName = "conntrack v1.4.7 (conntrack-tools): ";
  std::size_t count = 0;
  std::string text;
  switch (line.command) {
    case 'C':
      tracker.each([&](const ConntrackEntry&) { ++count; });
      io.print(fmt::format("{}\n", count));
      return 0;
    case 'S': {
      // One processor (kernel: ct_cpu_seq_show()); what is looked up by packets has not been counted for long.
      const host::Conntrack::Statistics& s = tracker.statistics();
      io.print(
          fmt::format("cpu=0   \tfound=0 invalid={} insert={} insert_failed={} drop={} early_drop={} error={} "
                      "search_restart=0 clash_resolve={} chaintoolong=0 \n",
                      s.invalid, s.insert, s.insert_failed, s.drop, s.early_drop, s.error, s.clash_resolve));
      return 0;
    }
    case 'e':  // expectations: no helper of the tracker's makes any
      io.complain(fmt::format("{}0 expectations have been shown.\n", kName));
      return 0;
    case 'F':
      tracker.kill_if([](const ConntrackEntry&) { return true; });
      io.complain(fmt::format("{}connection tracking table has been emptied.\n", kName));
      return 0;
    case 'L':
      tracker.each([&](const ConntrackEntry& entry) {
        if (!fits(entry, line.asked)) return;
        ++count;
        text += conntrack_text(host, entry, line.extended) + " use=1\n";
      });
      print_with_summary(io, text, fmt::format("{}{} flow entries have been shown.\n", kName, count));
      return 0;
    default: break;
  }
  tracker.kill_if([&](const ConntrackEntry& entry) {
    if (entry.expires <= host.now() || !fits(entry, line.asked)) return false;
    ++count;
    text += conntrack_text(host, entry, line.extended) + " use=1\n";
    return true;
  });
  print_with_summary(io, text, fmt::format("{}{} flow entries have been deleted.\n", kName, count));
  return count == 0 ? 1 : 0;
}

// --- words ---

using Argument = LongOption::Argument;

// Codes of long options without a letter; the ends in the order of Asked.
enum Code : int { kPort = 300, kState = 310, kOther = 320 };

const std::vector<LongOption>& options() {
  static const std::vector<LongOption> all{{"dump", Argument::optional, 'L'},
                                           {"delete", Argument::optional, 'D'},
                                           {"flush", Argument::optional, 'F'},
                                           {"count", Argument::optional, 'C'},
                                           {"version", Argument::none, 'V'},
                                           {"create", Argument::optional, kOther},
                                           {"get", Argument::optional, kOther},
                                           {"update", Argument::optional, kOther},
                                           {"event", Argument::optional, 'E'},
                                           {"stats", Argument::none, 'S'},
                                           {"help", Argument::none, kOther},
                                           {"orig-src", Argument::required, 's'},
                                           {"src", Argument::required, 's'},
                                           {"orig-dst", Argument::required, 'd'},
                                           {"dst", Argument::required, 'd'},
                                           {"reply-src", Argument::required, 'r'},
                                           {"reply-dst", Argument::required, 'q'},
                                           {"protonum", Argument::required, 'p'},
                                           {"family", Argument::required, 'f'},
                                           {"mark", Argument::required, 'm'},
                                           {"status", Argument::required, 'u'},
                                           {"output", Argument::required, 'o'},
                                           {"src-nat", Argument::optional, 'n'},
                                           {"dst-nat", Argument::optional, 'g'},
                                           {"any-nat", Argument::optional, 'j'},
                                           {"sport", Argument::required, kPort},
                                           {"orig-port-src", Argument::required, kPort},
                                           {"dport", Argument::required, kPort + 1},
                                           {"orig-port-dst", Argument::required, kPort + 1},
                                           {"reply-port-src", Argument::required, kPort + 2},
                                           {"reply-port-dst", Argument::required, kPort + 3},
                                           {"state", Argument::required, kState},
                                           {"zero", Argument::none, kOther},
                                           {"timeout", Argument::required, kOther},
                                           {"zone", Argument::required, kOther},
                                           {"orig-zone", Argument::required, kOther},
                                           {"reply-zone", Argument::required, kOther},
                                           {"label", Argument::required, kOther},
                                           {"label-add", Argument::required, kOther},
                                           {"label-del", Argument::optional, kOther},
                                           {"secmark", Argument::required, kOther},
                                           {"event-mask", Argument::required, 'e'},
                                           {"buffer-size", Argument::required, kOther},
                                           {"mask-src", Argument::required, kOther},
                                           {"mask-dst", Argument::required, kOther},
                                           {"tuple-src", Argument::required, kOther},
                                           {"tuple-dst", Argument::required, kOther}};
  return all;
}

class Parser {
 public:
  explicit Parser(const std::vector<Word>& words)
      : getopt_(words, "LDFCVIGUESs:d:r:q:p:f:m:u:o:n::g::j::t:zw:c:e:b:l:h", options()) {}

  CommandResultOrError parse() {
    while (auto option = getopt_.next()) {
      if (auto ended = take(*option)) return std::move(*ended);
    }
    if (line_.command == 0)
      return base::Error{SyntaxError{0, "conntrack", "a command is needed", "-L -C -D -E -F -S -V"}};
    if (line_.command == 'E') return watch_conntrack(line_);
    return instant([line = line_](Machine& machine, Io& io) { return run(machine, io, line); });
  }

 private:
  using Ended = std::optional<CommandResultOrError>;

  static CommandResultOrError problem(std::string_view text) {
    return refusal(2, fmt::format("conntrack v1.4.7 (conntrack-tools): {}\nTry `conntrack -h' or 'conntrack --help' "
                                  "for more information.\n",
                                  text));
  }
  static CommandResultOrError unmodelled(const LongGetopt::Option& option, std::string_view why,
                                         std::string known = {}) {
    return base::Error{SyntaxError{option.column, option.text, std::string(why), std::move(known)}};
  }

  Ended command(char letter, const LongGetopt::Option& option) {
    if (line_.command != 0) return problem("Can't use both commands");
    line_.command = letter;
    if (!getopt_.operand_follows()) return std::nullopt;
    const std::string table = getopt_.take();
    if (table == "expect" && letter == 'L') {
      line_.command = 'e';
      return std::nullopt;
    }
    if (table != "conntrack") return unmodelled(option, "this table of conntrack is not modelled", "conntrack");
    return std::nullopt;
  }

  Ended address(const std::string& text, std::size_t end) {
    const auto addr = base::Ipv4Addr::parse(text);
    if (!addr) return problem(fmt::format("Invalid IP address `{}'", text));
    line_.asked.addresses[end] = *addr;
    return std::nullopt;
  }

  Ended take(const LongGetopt::Option& option) {
    Asked& asked = line_.asked;
    switch (option.code) {
      case 'L':
      case 'D':
      case 'F':
      case 'E':
      case 'C': return command(static_cast<char>(option.code), option);
      case 'S': line_.command = 'S'; return std::nullopt;
      case 'V': return CommandResultOrError(refusal(0, {}, "conntrack v1.4.7 (conntrack-tools)\n"));
      case 's': return address(option.value, 0);
      case 'd': return address(option.value, 1);
      case 'r': return address(option.value, 2);
      case 'q': return address(option.value, 3);
      case 'p': return protocol(option);
      case 'm': return mark(option);
      case 'u': return statuses(option);
      case 'f':
        if (option.value == "ipv4") return std::nullopt;
        return unmodelled(option, "this family is not modelled", "ipv4");
      case 'o': return outputs(option);
      case 'e': return events(option);
      case 'n':
      case 'g':
      case 'j':
        if (option.has_value || getopt_.operand_follows()) return unmodelled(option, "an address here is not modelled");
        (option.code == 'n' ? asked.src_nat : option.code == 'g' ? asked.dst_nat : asked.any_nat) = true;
        return std::nullopt;
      case kState: asked.state = option.value; return std::nullopt;
      case '?':
        return problem(
            fmt::format("unknown option `{}'", option.text.starts_with("--") ? option.text : "-" + option.value));
      case ':': return problem(fmt::format("option `{}' requires an argument", option.text));
      case LongGetopt::kWord: return problem(fmt::format("Bad argument `{}'", option.value));
      default: break;
    }
    if (option.code < kPort || option.code > kPort + 3)
      return unmodelled(option, "this option of conntrack is not modelled");
    const auto port = strtol_between(option.value, 0, 65535, 10);
    if (!port) return problem(fmt::format("Invalid port `{}'", option.value));
    asked.ports[static_cast<std::size_t>(option.code - kPort)] = static_cast<std::uint16_t>(*port);
    return std::nullopt;
  }

  Ended outputs(const LongGetopt::Option& option) {
    for (std::string_view rest = option.value; !rest.empty();) {
      const std::string_view part = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
      if (part == "extended")
        line_.extended = true;
      else if (part == "timestamp")
        line_.timestamp = true;
      else
        return unmodelled(option, "this output is not modelled", "extended timestamp");
    }
    return std::nullopt;
  }
  Ended events(const LongGetopt::Option& option) {
    line_.news = line_.updates = line_.ends = false;
    for (std::string_view rest = option.value; !rest.empty();) {
      const std::string_view part = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
      const bool all = part == "ALL";
      if (!all && part != "NEW" && part != "UPDATES" && part != "DESTROY")
        return unmodelled(option, "no event", "NEW UPDATES DESTROY ALL");
      line_.news |= all || part == "NEW";
      line_.updates |= all || part == "UPDATES";
      line_.ends |= all || part == "DESTROY";
    }
    return std::nullopt;
  }
  Ended protocol(const LongGetopt::Option& option) {
    const auto named = std::ranges::find(kProtocols, option.value, &std::pair<std::string_view, std::uint8_t>::first);
    if (named != kProtocols.end()) {
      line_.asked.protocol = named->second;
      return std::nullopt;
    }
    const auto number = strtol_between(option.value, 0, 255, 10);
    if (!number) return problem(fmt::format("`{}' unsupported protocol", option.value));
    line_.asked.protocol = static_cast<std::uint8_t>(*number);
    return std::nullopt;
  }
  Ended mark(const LongGetopt::Option& option) {
    const std::size_t slash = option.value.find('/');
    const auto value = strtol_between(option.value.substr(0, slash), 0, 0xffffffffl, 0);
    const auto mask = slash == std::string::npos ? std::optional<long>(0xffffffffl)
                                                 : strtol_between(option.value.substr(slash + 1), 0, 0xffffffffl, 0);
    if (!value || !mask) return unmodelled(option, "no mark");
    line_.asked.mark = static_cast<std::uint32_t>(*value);
    line_.asked.mark_mask = static_cast<std::uint32_t>(*mask);
    return std::nullopt;
  }
  Ended statuses(const LongGetopt::Option& option) {
    for (std::string_view rest = option.value;;) {
      const std::size_t comma = rest.find(',');
      const std::string_view part = rest.substr(0, comma);
      if (part == "ASSURED") {
        line_.asked.status_set |= status::assured;
      } else if (part == "SEEN_REPLY") {
        line_.asked.status_set |= status::seen_reply;
      } else if (part == "UNREPLIED" || part == "UNSET") {
        line_.asked.unreplied = true;
      } else {
        return unmodelled(option, "this status is not modelled", "ASSURED SEEN_REPLY UNREPLIED");
      }
      if (comma == std::string_view::npos) return std::nullopt;
      rest.remove_prefix(comma + 1);
    }
  }

  LongGetopt getopt_;
  ConntrackLine line_;
};

}  // namespace

CommandResultOrError parse_conntrack(const std::vector<Word>& words) { return Parser(words).parse(); }

}  // namespace lvs::control
