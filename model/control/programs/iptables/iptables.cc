// SPDX-License-Identifier: GPL-2.0-or-later
// The words of iptables (legacy) 1.8.9, taken as its do_parse() takes them.
#include "control/programs/iptables/iptables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <climits>

#include "control/machine/usual/parsers.h"
#include "control/programs/iptables/values.h"
#include "control/words/libc-numbers.h"

namespace lvs::control {
namespace {

using Argument = LongOption::Argument;
using host::StandardVerdict;
using End = std::optional<IpTablesEnd>;

constexpr std::string_view kLetters = "A:C:D:R:I:L::S::M:F::Z::N:X::E:P:Vh::o:p:s:d:j:i:fbvw::W::nt:m:xc:g:46";
constexpr int kExtension = 1000;  // codes of the options of extensions, kPerExtension for each
constexpr int kPerExtension = 100;

class Parser {
 public:
  Parser(const std::vector<Word>& words, const std::string& table)
      : options_(iptables_options()), getopt_(words, kLetters, options_), restore_(!table.empty()) {
    if (restore_) line.table = table;
  }

  // What the tool says when it does not come to acting; `unmodelled` when the model has to stop.
  End parse(std::optional<SyntaxError>& unmodelled) {
    while (auto option = getopt_.next()) {
      if (option->code == LongGetopt::kWord && option->value == "!") {
        if (invert_) return iptables_problem("multiple consecutive ! not allowed");
        invert_ = true;
        continue;
      }
      if (option->code == LongGetopt::kWord) {
        return IpTablesEnd{fmt::format(
            "Bad argument `{}'\nTry `iptables -h' or 'iptables --help' for more information.\n", option->value)};
      }
      if (option->code == '?' && option->text.starts_with("--") && load_protocol()) {
        getopt_.again();
        continue;
      }
      if (option->code == '?' && option->text.starts_with("--") && is_unmodelled(*option, unmodelled))
        return std::nullopt;
      if (End end = take(*option, unmodelled)) return end;
      if (unmodelled) return std::nullopt;
      invert_ = false;
    }
    return finish();
  }
  IpTablesLine line;

 private:
  struct Extension {
    const ExtensionWords* words = nullptr;
    std::uint32_t seen = 0;
  };

  End command(char letter, const LongGetopt::Option& option, std::string_view beside = {}) {
    if (invert_) return iptables_problem("unexpected '!' flag");
    const char present = line.zero != 0 ? line.zero : line.command;
    if (line.command != 0 && beside.find(line.command) == std::string_view::npos) {
      return iptables_problem(fmt::format("Cannot use -{} with -{}", letter, present == 'd' ? 'D' : present));
    }
    if (line.command == 0) {
      line.command = letter;
    } else if (letter == 'Z') {
      line.zero = 'Z';
    } else {  // -Z came first
      line.zero = line.command;
      line.command = letter;
    }
    if (option.has_value) line.chain = option.value;
    return std::nullopt;
  }
  // -L, -S, -F, -Z, -X: the chain may stand behind.
  End command_for_any(char letter, const LongGetopt::Option& option, std::string_view beside = {}) {
    if (End end = command(letter, option, beside)) return end;
    if (!option.has_value && getopt_.operand_follows()) line.chain = getopt_.take();
    if (letter == 'F' || letter == 'X' || !getopt_.operand_follows()) return std::nullopt;
    if (letter == 'Z') (line.zero != 0 ? line.zero : line.command) = 'z';
    return rule_number(getopt_.take());
  }
  End rule_number(const std::string& text) {
    const auto number = parse_number(text, 1, INT_MAX);
    if (!number) return iptables_problem(fmt::format("Invalid rule number `{}'", text));
    line.number = *number;
    return std::nullopt;
  }
  End once(char shown, bool invertible) {
    if (seen_.find(shown) != std::string::npos) {
      return iptables_problem(fmt::format("multiple -{} flags not allowed", shown));
    }
    seen_ += shown;
    if (invert_ && !invertible) return iptables_problem(fmt::format("cannot have ! before -{}", shown));
    return std::nullopt;
  }

  End take(const LongGetopt::Option& option, std::optional<SyntaxError>& unmodelled) {
    if (option.code >= kExtension) {
      unmodelled = unmodelled_value(option);
      return unmodelled ? std::nullopt : take_extension(option);
    }
    switch (option.code) {
      case 'A':
      case 'C': return command(static_cast<char>(option.code), option);
      case 'D':
        if (End end = command('D', option)) return end;
        if (!getopt_.operand_follows()) return std::nullopt;
        line.command = 'd';
        return rule_number(getopt_.take());
      case 'R':
      case 'I':
        if (End end = command(static_cast<char>(option.code), option)) return end;
        line.number = 1;
        if (getopt_.operand_follows()) return rule_number(getopt_.take());
        return option.code == 'R' ? End(iptables_problem("-R requires a rule number")) : std::nullopt;
      case 'L':
      case 'S': return command_for_any(static_cast<char>(option.code), option, "Zz");
      case 'Z': return command_for_any('Z', option, "LS");
      case 'F':
      case 'X': return command_for_any(static_cast<char>(option.code), option);
      case 'N':
        if (End end = iptables_chain_name(option.value)) return end;
        return command('N', option);
      case 'E':
      case 'P':
        if (End end = command(static_cast<char>(option.code), option)) return end;
        if (!getopt_.operand_follows()) {
          return iptables_problem(option.code == 'E' ? "-E requires old-chain-name and new-chain-name"
                                                     : "-P requires a chain and a policy");
        }
        line.operand = getopt_.take();
        return std::nullopt;
      case 'V': return IpTablesEnd{{}, 0, invert_ ? "Not 1.8.9 (legacy) ;-)\n" : "iptables v1.8.9 (legacy)\n"};
      case 'h':
      case '6': unmodelled = SyntaxError{option.column, option.text, "not modelled", {}}; return std::nullopt;
      case ':': return iptables_problem(fmt::format("option \"{}\" requires an argument", option.text));
      case '?': return iptables_problem(fmt::format("unknown option \"{}\"", option.text));
      default: return take_rule_word(option, unmodelled);
    }
  }

  End take_rule_word(const LongGetopt::Option& option, std::optional<SyntaxError>& unmodelled) {
    host::IpRule& rule = line.rule;
    switch (option.code) {
      case 'p': return protocol(option.value);
      case 's':
      case 'd': {
        const bool source = option.code == 's';
        if (End end = once(source ? 's' : 'd', true)) return end;
        if (looks_like_ipv6(option.value)) {
          unmodelled = ipv6_error({option.value, option.column});
          return std::nullopt;
        }
        (source ? source_ : destination_) = option.value;
        (source ? rule.src_invert : rule.dst_invert) = invert_;
        return std::nullopt;
      }
      case 'i':
      case 'o': {
        const bool in = option.code == 'i';
        if (option.value.empty()) return iptables_problem("Empty interface is likely to be undesired");
        if (End end = once(in ? 'i' : 'o', true)) return end;
        if (option.value.size() > 15) {
          return iptables_problem(fmt::format("interface name `{}' must be shorter than IFNAMSIZ (15)", option.value));
        }
        (in ? rule.in : rule.out) = option.value;
        (in ? rule.in_invert : rule.out_invert) = invert_;
        return std::nullopt;
      }
      case 'f':
        rule.fragment = true;
        rule.fragment_invert = invert_;
        return once('f', true);
      case 'j':
      case 'g': return jump(option, unmodelled);
      case 'm': return match(option, unmodelled);
      case 'v':
        if (line.verbose) return std::nullopt;
        line.verbose = true;
        return once('v', false);
      case 'n': line.numeric = true; return once('n', false);
      case 'x': line.exact = true; return once('x', false);
      case '0': line.line_numbers = true; return once('0', false);
      case 't':
        if (invert_) return iptables_problem("unexpected ! flag before --table");
        if (restore_) return iptables_problem("The -t option cannot be used in iptables-restore.\n");
        line.table = option.value;
        return std::nullopt;
      case 'c': return counters(option);
      case 'w':
        if (!option.has_value && getopt_.operand_follows()) getopt_.take();
        return std::nullopt;
      default: return std::nullopt;  // -4, -M, -W
    }
  }

  End protocol(const std::string& value) {
    if (End end = once('p', true)) return end;
    std::string name = value;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (const auto number = parse_number(name, 0, 255)) {
      line.rule.protocol = static_cast<std::uint8_t>(*number);
    } else if (const auto named = protocol_number(name)) {
      line.rule.protocol = *named;
    } else {
      return iptables_problem(fmt::format("unknown protocol \"{}\" specified", name));
    }
    line.rule.protocol_invert = invert_;
    if (line.rule.protocol == 0 && invert_) return iptables_problem("rule would never match protocol");
    return std::nullopt;
  }

  End counters(const LongGetopt::Option& option) {
    if (End end = once('c', false)) return end;
    const std::size_t comma = option.value.find(',', 1);
    std::string bytes;
    if (comma != std::string::npos) {
      bytes = option.value.substr(comma + 1);
    } else if (getopt_.operand_follows()) {
      bytes = getopt_.take();
    } else {
      return iptables_problem("-c requires packet and byte counter");
    }
    const auto digit = [](const std::string& text) {
      return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0;
    };
    if (!digit(option.value)) return iptables_problem("-c packet counter not numeric");
    if (!digit(bytes)) return iptables_problem("-c byte counter not numeric");
    line.counters = {strtoull_of(option.value), strtoull_of(bytes)};
    return std::nullopt;
  }

  End jump(const LongGetopt::Option& option, std::optional<SyntaxError>& unmodelled) {
    if (End end = once('j', false)) return end;
    const std::string& name = option.value;
    if (name.empty()) return iptables_problem("Invalid target name (too short)");
    if (name.size() >= 29) return iptables_problem(fmt::format("Invalid target name `{}' (28 chars max)", name));
    line.target = name;
    if (option.code == 'g') {
      line.rule.go_to = true;
      return std::nullopt;
    }
    if (is_unmodelled_target(name)) {
      unmodelled = SyntaxError{option.column, name, "this target of iptables is not modelled", known_targets()};
      return std::nullopt;
    }
    line.named_target = is_iptables_target(name);
    if (name == "ACCEPT") line.rule.verdict = StandardVerdict::accept;
    if (name == "DROP") line.rule.verdict = StandardVerdict::drop;
    if (name == "QUEUE") line.rule.verdict = StandardVerdict::queue;
    if (name == "RETURN") line.rule.verdict = StandardVerdict::return_;
    if (const ExtensionWords* words = target_words(name)) {
      line.rule.target = make_target(name);
      target_.words = words;
      list_options();
    }
    return std::nullopt;
  }

  End match(const LongGetopt::Option& option, std::optional<SyntaxError>& unmodelled) {
    if (invert_) return iptables_problem("unexpected ! flag before --match");
    const ExtensionWords* words = match_words(option.value);
    if (words == nullptr && is_unmodelled_match(option.value)) {
      unmodelled = SyntaxError{option.column, option.value, "this match of iptables is not modelled", known_matches()};
      return std::nullopt;
    }
    if (words == nullptr) {
      return iptables_problem(fmt::format("Couldn't load match `{}':No such file or directory\n", option.value));
    }
    add_match(*words);
    return std::nullopt;
  }
  void add_match(const ExtensionWords& words) {
    matches_.push_back({&words, 0});
    line.rule.matches.push_back(make_match(words.name));
    list_options();
  }
  // "-p tcp --dport" means "-p tcp -m tcp --dport".
  bool load_protocol() {
    const std::string name = line.rule.protocol == 0 ? std::string() : protocol_text(line.rule.protocol);
    const ExtensionWords* words =
        name == "tcp" || name == "udp" || name == "icmp" || name == "sctp" ? match_words(name) : nullptr;
    if (words == nullptr) return false;
    if (std::ranges::find(matches_, words, &Extension::words) != matches_.end()) return false;
    add_match(*words);
    return true;
  }
  // An option that the real tool has, of what is loaded or of the protocol's match.
  bool is_unmodelled(const LongGetopt::Option& option, std::optional<SyntaxError>& unmodelled) const {
    const std::string_view name = std::string_view(option.text).substr(2, option.text.find('=') - 2);
    const auto has = [&](const Extension& each) { return each.words != nullptr && each.words->lacks(name); };
    const bool protocol =
        line.rule.protocol != 0 && !unmodelled_protocol_match(protocol_text(line.rule.protocol)).empty();
    if (!protocol && !has(target_) && std::ranges::none_of(matches_, has)) return false;
    unmodelled = SyntaxError{option.column, option.text, "this option of iptables is not modelled", {}};
    return true;
  }
  // What was loaded last is asked first.
  void list_options() {
    options_ = iptables_options();
    const auto add = [&](const Extension& extension, std::size_t number) {
      int code = kExtension + static_cast<int>(number) * kPerExtension;
      for (const ExtensionOption& each : extension.words->options)
        options_.push_back({each.name, each.argument, code++});
    };
    if (target_.words != nullptr) add(target_, 0);
    for (std::size_t i = matches_.size(); i > 0; --i) add(matches_[i - 1], i);
  }

  End take_extension(const LongGetopt::Option& option) {
    const auto number = static_cast<std::size_t>((option.code - kExtension) / kPerExtension);
    Extension& extension = number == 0 ? target_ : matches_[number - 1];
    const ExtensionOption& asked = extension.words->options[static_cast<std::size_t>(option.code % kPerExtension)];
    const std::string_view name = extension.words->name;
    const bool old_style = name == "tcp" || name == "udp" || name == "sctp" || name == "set";
    const auto bad = [&](std::string_view what) {
      return iptables_problem(fmt::format("{}: option \"--{}\" {}\n", extension.words->name, asked.name, what));
    };
    if (!old_style && (extension.seen >> asked.id & 1) != 0) return bad("can only be used once.");
    if (invert_ && !asked.invertible) return bad("cannot be inverted.");
    ExtensionValue value{&asked,         option.value,   invert_,       line.rule.protocol, line.rule.protocol_invert,
                         extension.seen, getopt_.peek(), &line.warnings};
    const auto complaint = number == 0 ? take_target_value(line.rule.target, value)
                                       : take_match_value(line.rule.matches[number - 1], value);
    if (complaint) return iptables_problem(*complaint);
    extension.seen |= 1u << asked.id;
    if (asked.two_words) getopt_.take();
    return std::nullopt;
  }

  End finish() {
    if (line.table == "nat" && (line.operand == "DROP" || line.target == "DROP")) {
      return iptables_problem(
          "\nThe \"nat\" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n");
    }
    for (std::size_t i = 0; i < matches_.size(); ++i) {
      if (const auto bad = check_match(line.rule.matches[i], matches_[i].seen)) return iptables_problem(*bad);
      if (End end = check_options(*matches_[i].words, matches_[i].seen)) return end;
    }
    if (target_.words != nullptr) {
      if (const auto bad = check_target(line.rule.target, target_.seen)) return iptables_problem(*bad);
      if (End end = check_options(*target_.words, target_.seen)) return end;
    }
    if (line.command == 0) return iptables_problem("no command specified");
    if (invert_) return iptables_problem("nothing appropriate following !");
    if (End end = iptables_addresses(source_.value_or("0.0.0.0/0"), line.sources)) return end;
    if (End end = iptables_addresses(destination_.value_or("0.0.0.0/0"), line.destinations)) return end;
    const bool several = line.sources.size() > 1 || line.destinations.size() > 1;
    if (several && (line.rule.src_invert || line.rule.dst_invert)) {
      return iptables_problem("! not allowed with multiple source or destination IP addresses");
    }
    if (line.command == 'R' && several) {
      return iptables_problem("Replacement rule does not specify a unique address");
    }
    if (const char bad = iptables_illegal_option(line.command, seen_); bad != 0) {
      return iptables_problem(fmt::format("Illegal option `-{}' with this command", bad));
    }
    if (line.chain && line.chain->size() >= 29) {
      return iptables_problem(fmt::format("chain name `{}' too long (must be under 29 chars)", *line.chain));
    }
    if (std::string_view("ADdCIR").find(line.command) == std::string_view::npos) return std::nullopt;
    return iptables_misplaced(*line.chain, seen_);
  }

  std::vector<LongOption> options_;
  LongGetopt getopt_;
  bool restore_;
  std::string seen_;  // letters of options that may stand once
  bool invert_ = false;
  std::optional<std::string> source_, destination_;
  std::vector<Extension> matches_;
  Extension target_;
};

}  // namespace

IpTablesParsed parse_iptables_words(const std::vector<Word>& words, const std::string& table) {
  Parser parser(words, table);
  IpTablesParsed parsed;
  parsed.end = parser.parse(parsed.unmodelled);
  parsed.line = std::move(parser.line);
  return parsed;
}

CommandResultOrError parse_iptables_of_addresses(const std::vector<Word>& words) {
  IpTablesParsed parsed = parse_iptables_words(words);
  if (parsed.end) return refusal(parsed.end->status, parsed.end->err, parsed.end->out);
  if (parsed.unmodelled) return base::Error{std::move(*parsed.unmodelled)};
  return instant([line = std::move(parsed.line)](Machine& machine, Io& io) { return run_iptables(machine, io, line); });
}

}  // namespace lvs::control
