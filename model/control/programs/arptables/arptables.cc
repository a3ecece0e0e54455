// SPDX-License-Identifier: GPL-2.0-or-later
// The words of arptables (legacy) 0.0.5, taken as its do_command() takes them.
#include "control/programs/arptables/arptables.h"
#include "control/words/small-letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>

#include "control/machine/usual/parsers.h"
#include "control/programs/arptables/options.h"
#include "control/words/addresses.h"
#include "control/words/libc-numbers.h"
#include "control/words/long-getopt.h"

namespace lvs::control {
namespace {

using host::ArpRule;
using host::StandardVerdict;
using namespace arptables;

constexpr std::string_view kLetters = "A:D:R:I:L::M:F::Z::N:X::E:P:Vh::o:p:s:d:j:l:i:vnt:m:c:";
constexpr std::string_view kKnown =
    "-A -D -R -I -L -F -Z -N -X -E -P -t -s -d -i -o -j -l -n -v -c --source-mac --destination-mac --h-length --opcode "
    "--h-type --proto-type --line-numbers --mangle-ip-s --mangle-ip-d --mangle-mac-s --mangle-mac-d --mangle-target";

// The tool ends here: what it prints on standard error (and output), and its status.
struct Ended {
  std::string err;
  int status = 2;
  std::string out = {};
};

Ended problem(std::string_view text) {
  return {fmt::format("arptables v0.0.5: {}\nTry `arptables -h' or 'arptables --help' for more information.\n", text)};
}

class Parser {
 public:
  explicit Parser(const std::vector<Word>& words) : getopt_(words, kLetters, options_) {}

  // What the tool says when it does not come to acting; `unmodelled` when the model has to stop.
  std::optional<Ended> parse(std::optional<SyntaxError>& unmodelled) {
    while (const auto option = getopt_.next()) {
      if (option->code == LongGetopt::kWord && option->value == "!") {
        if (invert_) return problem("multiple consecutive ! not allowed");
        invert_ = true;
        continue;
      }
      if (option->code == LongGetopt::kWord) {
        return Ended{"Try `arptables -h' or 'arptables --help' for more information.\n", 2,
                     fmt::format("Bad argument `{}'\n", option->value)};
      }
      if (auto ended = take(*option, unmodelled)) return ended;
      if (unmodelled) return std::nullopt;
      invert_ = false;
    }
    return finish();
  }
  ArpTablesLine line;

 private:
  std::optional<Ended> command(char letter, std::string chain, std::string_view beside = {}) {
    if (invert_) return problem("unexpected ! flag");
    if (line.command != 0 && beside.find(line.command) == std::string_view::npos) {
      return problem(fmt::format("Can't use -{} with -{}\n", letter == 'd' ? 'D' : letter, line.command));
    }
    line.command = line.command != 0 ? 'Q' : letter;
    line.chain = std::move(chain);
    return std::nullopt;
  }
  // -L, -F, -Z, -X: the chain may stand behind.
  std::optional<Ended> command_for_any(const LongGetopt::Option& option, std::string_view beside = {}) {
    const auto earlier = line.chain;
    if (auto ended = command(static_cast<char>(option.code), {}, beside)) return ended;
    line.chain = earlier;
    if (option.has_value) {
      line.chain = option.value;
    } else if (getopt_.operand_follows()) {
      line.chain = getopt_.take();
    }
    return std::nullopt;
  }
  std::optional<Ended> once(char shown, bool invertible) {
    if (seen_.find(shown) != std::string::npos) return problem(fmt::format("multiple -{} flags not allowed", shown));
    seen_ += shown;
    if (invert_ && !invertible) return problem(fmt::format("cannot have ! before -{}", shown));
    return std::nullopt;
  }
  // The value of an option that "!" may stand before, and behind ("-i ! eth0").
  std::string value_of(const LongGetopt::Option& option) {
    if (option.value != "!") return option.value;
    invert_ = true;
    return getopt_.peek() != nullptr ? getopt_.take() : std::string();
  }
  std::optional<Ended> rule_number(char letter) {
    if (!getopt_.operand_follows()) {
      line.number = 1;
      if (letter == 'R') return problem("-R requires a rule number");
      return std::nullopt;
    }
    const std::string text = getopt_.take();
    const auto number = strtol_between(text, 1, INT_MAX, 0);
    if (!number) return problem(fmt::format("Invalid rule number `{}'", text));
    line.number = *number;
    return std::nullopt;
  }

  std::optional<Ended> take(const LongGetopt::Option& option, std::optional<SyntaxError>& unmodelled) {
    switch (option.code) {
      case 'A': return command('A', option.value);
      case 'D':
        if (auto ended = command('D', option.value)) return ended;
        if (!getopt_.operand_follows()) return std::nullopt;
        line.command = 'd';
        return rule_number('D');
      case 'R':
      case 'I':
        if (auto ended = command(static_cast<char>(option.code), option.value)) return ended;
        return rule_number(static_cast<char>(option.code));
      case 'L': return command_for_any(option, "Z");
      case 'Z': return command_for_any(option, "L");
      case 'F':
      case 'X': return command_for_any(option);
      case 'N':
        if (option.value.starts_with('-')) return problem("chain name not allowed to start with `-'\n");
        if (is_target(option.value)) return problem("chain name may not clash with target name\n");
        return command('N', option.value);
      case 'E':
      case 'P':
        if (auto ended = command(static_cast<char>(option.code), option.value)) return ended;
        if (!getopt_.operand_follows()) {
          return problem(option.code == 'E' ? "-E requires old-chain-name and new-chain-name"
                                            : "-P requires a chain and a policy");
        }
        line.operand = getopt_.take();
        return std::nullopt;
      case 'V': return Ended{{}, 0, invert_ ? "Not 0.0.5 ;-)\n" : "arptables v0.0.5\n"};
      case 'v': line.verbose = true; return std::nullopt;
      case 'n': line.numeric = true; return once('n', false);
      case '0': line.line_numbers = true; return once('0', false);
      case 't':  // the table has been opened before its name is read, so any name will do
        return invert_ ? std::optional(problem("unexpected ! flag before --table")) : std::nullopt;
      case 'M':
      case 'm': return std::nullopt;
      case 'c': return counters(option);
      case 'x':
      case '?':  // falls through all of the tool's cases, without a word
      case ':': return std::nullopt;
      case 'h':
        unmodelled = SyntaxError{option.column, option.text, "the help of arptables is not modelled", {}};
        return std::nullopt;
      default: return take_rule_word(option);
    }
  }

  std::optional<Ended> counters(const LongGetopt::Option& option) {
    if (auto ended = once('c', false)) return ended;
    if (!getopt_.operand_follows()) return problem("-c requires packet and byte counter");
    const auto packets = strtol_between(option.value, 0, LONG_MAX, 10);
    const auto bytes = strtol_between(getopt_.take(), 0, LONG_MAX, 10);
    if (!packets) return problem("-c packet counter not numeric");
    if (!bytes) return problem("-c byte counter not numeric");
    line.rule.counters = {static_cast<std::uint64_t>(*packets), static_cast<std::uint64_t>(*bytes)};
    return std::nullopt;
  }

  std::optional<Ended> take_rule_word(const LongGetopt::Option& option) {
    ArpRule& rule = line.rule;
    if (option.code >= kMangleSourceIp) return mangle(option);
    const std::string value = option.code == 'j' ? option.value : value_of(option);
    switch (option.code) {
      case 's':
      case 'd': {
        if (auto ended = once(static_cast<char>(option.code), true)) return ended;
        (option.code == 's' ? source_ : target_ip_) = value;
        (option.code == 's' ? rule.sender_ip : rule.target_ip).invert = invert_;
        return std::nullopt;
      }
      case kSourceMac:
      case kTargetMac: {
        const bool source = option.code == kSourceMac;
        if (auto ended = once(static_cast<char>(option.code), true)) return ended;
        if (!mac_field(value, source ? rule.sender_mac : rule.target_mac)) {
          return problem(source ? "Problem with specified source mac" : "Problem with specified destination mac");
        }
        return std::nullopt;
      }
      case 'l':
        rule.hardware_length.invert = invert_;
        if (auto ended = once('\7', true)) return ended;
        field_of(value, rule.hardware_length, 10, 255);
        return std::nullopt;
      case kOpcode: return named_field(rule.opcode, value, 10, kOpcodes, 1, "Problem with specified opcode");
      case kHardwareType: {
        static constexpr auto kNames = std::to_array<std::string_view>({"ethernet"});
        return named_field(rule.hardware_type, value, 16, kNames, 1, "Problem with specified hardware type");
      }
      case kProtocolType: {
        static constexpr auto kNames = std::to_array<std::string_view>({"ipv4"});
        return named_field(rule.protocol_type, value, 0, kNames, 0x800, "Problem with specified protocol type");
      }
      case kProtocolLength: return problem("not supported");
      case 'i':
      case 'o': {
        const bool in = option.code == 'i';
        if (auto ended = once(static_cast<char>(option.code), true)) return ended;
        if (value.size() > 15) {
          return problem(fmt::format("interface name `{}' must be shorter than IFNAMSIZ (15)", value));
        }
        (in ? rule.in : rule.out) = value;
        (in ? rule.in_invert : rule.out_invert) = invert_;
        const bool odd = !value.ends_with('+') && std::ranges::any_of(value, [](unsigned char c) {
          return std::isalnum(c) == 0 && c != '_' && c != '.';
        });
        if (odd)
          line.notes += fmt::format("Warning: wierd character in interface `{}' (No aliases, :, ! or *).\n", value);
        return std::nullopt;
      }
      case 'j': return jump(value);
      default: return std::nullopt;
    }
  }

  bool mac_field(const std::string& value, ArpRule::Mac& mac) const {
    const std::string name = in_small_letters(value);
    const base::MacAddr group{{1, 0, 0, 0, 0, 0}};
    mac.invert = invert_;
    mac.mask = base::MacAddr::broadcast();
    if (name == "unicast" || name == "multicast") {
      mac.value = name == "unicast" ? base::MacAddr{} : group;
      mac.mask = group;
      return true;
    }
    if (name == "broadcast") {
      mac.value = base::MacAddr::broadcast();
      return true;
    }
    const std::size_t slash = value.rfind('/');
    const auto addr = ether_aton_of(std::string_view(value).substr(0, slash));
    const auto mask = slash == std::string::npos ? base::MacAddr::broadcast()
                                                 : ether_aton_of(std::string_view(value).substr(slash + 1));
    if (!addr || !mask) return false;
    mac.mask = *mask;
    for (std::size_t i = 0; i < 6; ++i) mac.value.bytes[i] = addr->bytes[i] & mask->bytes[i];
    return true;
  }

  template <std::size_t N>
  std::optional<Ended> named_field(ArpRule::Field<std::uint16_t>& field, const std::string& value, int base,
                                   const std::array<std::string_view, N>& names, std::uint16_t first,
                                   std::string_view complaint) const {
    field.invert = invert_;
    if (field_of(value, field, base, 65535)) return std::nullopt;
    const auto name = std::ranges::find(names, in_small_letters(value));
    if (name == names.end()) return problem(complaint);
    field.value = static_cast<std::uint16_t>(first + (name - names.begin()));
    return std::nullopt;
  }

  static bool is_target(std::string_view name) {
    return name == "ACCEPT" || name == "DROP" || name == "QUEUE" || name == "RETURN" || name == "mangle" ||
           name == "standard" || name == "MARK" || name == "CLASSIFY" || name.empty();
  }

  std::optional<Ended> jump(const std::string& value) {
    if (auto ended = once('j', false)) return ended;
    if (value.empty()) return problem("Invalid target name (too short)");
    if (value.size() > 29) return problem(fmt::format("Invalid target name `{}' (29 chars max)", value));
    line.target = value;
    line.named_target = is_target(value);
    if (value == "ACCEPT") line.rule.verdict = StandardVerdict::accept;
    if (value == "DROP") line.rule.verdict = StandardVerdict::drop;
    if (value == "QUEUE") line.rule.verdict = StandardVerdict::queue;
    if (value == "RETURN") line.rule.verdict = StandardVerdict::return_;
    if (value == "mangle") {
      line.rule.mangle = host::ArpRule::Mangle{};
      const auto more = mangle_options();
      options_.insert(options_.end(), more.begin(), more.end());
    }
    return std::nullopt;
  }

  std::optional<Ended> mangle(const LongGetopt::Option& option) {
    ArpRule::Mangle& mangle = *line.rule.mangle;
    if (option.code == kMangleTarget) {
      if (option.value == "DROP") {
        mangle.then = StandardVerdict::drop;
      } else if (option.value == "ACCEPT") {
        mangle.then = StandardVerdict::accept;
      } else if (option.value == "CONTINUE") {
        mangle.then = StandardVerdict::none;
      } else {
        return problem("bad target for --mangle-target");
      }
      return std::nullopt;
    }
    if (option.code == kMangleSourceIp || option.code == kMangleTargetIp) {
      const auto addr = base::Ipv4Addr::parse(option.value);
      if (!addr) return problem(fmt::format("host/network `{}' not found", option.value));
      (option.code == kMangleSourceIp ? mangle.sender_ip : mangle.target_ip) = *addr;
      return std::nullopt;
    }
    const bool source = option.code == kMangleSourceMac;
    const auto& length = line.rule.hardware_length;
    if (length.mask == 0) return problem("no --h-length defined");
    if (length.invert) {
      return problem(source ? "! --h-length not allowed for --mangle-mac-s" : "! hln not allowed for --mangle-mac-d");
    }
    if (length.value != 6) return problem("only --h-length 6 supported");
    const auto mac = ether_aton_of(option.value);
    if (!mac) return problem(source ? "invalid source MAC" : "invalid target MAC");
    (source ? mangle.sender_mac : mangle.target_mac) = *mac;
    return std::nullopt;
  }

  // Kernel tools take "ADDRESS", "ADDRESS/LENGTH" and "ADDRESS/MASK".
  static std::optional<Ended> address(const std::string& text, ArpRule::Field<std::uint32_t>& field) {
    const std::size_t slash = text.rfind('/');
    field.mask = 0xffffffffu;
    if (slash != std::string::npos) {
      const std::string mask = text.substr(slash + 1);
      if (const auto dotted = base::Ipv4Addr::parse(mask)) {
        field.mask = dotted->value;
      } else if (const auto length = strtol_between(mask, 0, 32, 0)) {
        field.mask = base::Ipv4Prefix::mask_of(*length);
      } else {
        return problem(fmt::format("invalid mask `{}' specified", mask));
      }
    }
    if (field.mask == 0) return std::nullopt;  // the name is not even looked at
    const std::string name = text.substr(0, slash);
    const auto addr = base::Ipv4Addr::parse(name);
    if (!addr) return problem(fmt::format("host/network `{}' not found", name));
    field.value = addr->value & field.mask;
    return std::nullopt;
  }

  std::optional<Ended> finish() {
    if (line.command == 0) return problem("no command specified");
    if (invert_) return problem("nothing appropriate following !");
    ArpRule& rule = line.rule;
    if (source_) {
      if (auto ended = address(*source_, rule.sender_ip)) return ended;
    }
    if (target_ip_) {
      if (auto ended = address(*target_ip_, rule.target_ip)) return ended;
    }
    if (line.chain && line.chain->size() > 30) {
      return problem(fmt::format("chain name `{}' too long (must be under 30 chars)", *line.chain));
    }
    if (std::string_view("ADIR").find(line.command) == std::string_view::npos) return std::nullopt;
    if (*line.chain == "INPUT" && seen_.find('o') != std::string::npos) return problem("Can't use -o with INPUT\n");
    if (*line.chain == "OUTPUT" && seen_.find('i') != std::string::npos) return problem("Can't use -i with OUTPUT\n");
    return std::nullopt;
  }

  std::vector<LongOption> options_ = base_options();
  LongGetopt getopt_;
  std::string seen_;  // letters of options that may stand once
  bool invert_ = false;
  std::optional<std::string> source_, target_ip_;
};

}  // namespace

CommandResultOrError parse_arptables(const std::vector<Word>& words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& target = words[i].text;
    if ((words[i - 1].text == "-j" || words[i - 1].text == "--jump") && (target == "MARK" || target == "CLASSIFY")) {
      return base::Error{SyntaxError{words[i].column, target, "this target of arptables is not modelled",
                                     "ACCEPT DROP QUEUE RETURN mangle, " + std::string(kKnown)}};
    }
  }
  Parser parser(words);
  std::optional<SyntaxError> unmodelled;
  if (const auto ended = parser.parse(unmodelled)) return refusal(ended->status, ended->err, ended->out);
  if (unmodelled) return base::Error{std::move(*unmodelled)};
  return instant(
      [line = std::move(parser.line)](Machine& machine, Io& io) { return run_arptables(machine, io, line); });
}

}  // namespace lvs::control
