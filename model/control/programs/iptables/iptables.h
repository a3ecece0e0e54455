// SPDX-License-Identifier: GPL-2.0-or-later
// iptables (legacy) 1.8.9, parsed. Files: iptables.cc the line, iptables-extensions.cc the words of matches and
// targets, iptables-run.cc what it does, iptables-list.cc and iptables-text.cc what it prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/command.h"
#include "control/names/host-names.h"
#include "control/words/long-getopt.h"
#include "host/netfilter/iptables.h"

namespace lvs::control {

// The tool ends before it acts: what it prints, and its status.
struct IpTablesEnd {
  std::string err;
  int status = 2;
  std::string out = {};
};
// "iptables v1.8.9 (legacy): TEXT" and where help is.
IpTablesEnd iptables_problem(std::string_view text);

struct IpTablesLine {
  struct Address {
    std::uint32_t addr = 0, mask = 0;
  };

  char command = 0;  // the letter; 'd' for -D with a number, 'z' for -Z with one
  char zero = 0;     // -L or -S with -Z: 'Z' or 'z'
  std::string table = "filter";
  std::optional<std::string> chain;
  std::string operand;     // of -E and -P
  std::size_t number = 0;  // of -I, -R, -D, -L, -S, -Z, from 1
  host::IpRule rule;       // without addresses
  std::vector<Address> sources, destinations;
  std::string target;
  bool named_target = false;  // `target` is an extension or a verdict
  std::optional<host::RuleCounters> counters;
  std::string warnings;
  bool verbose = false, numeric = false, exact = false, line_numbers = false;
};

// A line's words, the program's name first: what it says; or what the tool says, or what is not modelled.
struct IpTablesParsed {
  IpTablesLine line;
  std::optional<IpTablesEnd> end;
  std::optional<SyntaxError> unmodelled;
};
// `table`: of iptables-restore, which names it elsewhere.
IpTablesParsed parse_iptables_words(const std::vector<Word>& words, const std::string& table = {});

const std::vector<LongOption>& iptables_options();
// The letter of an option that does not go with the command; 0: there is none.
char iptables_illegal_option(char command, std::string_view seen);
// -i where packets leave, -o where they come in; `seen`: letters of the options.
std::optional<IpTablesEnd> iptables_misplaced(const std::string& chain, std::string_view seen);
std::optional<IpTablesEnd> iptables_chain_name(const std::string& name);  // of -N
// A verdict or an extension, which no chain may be called.
bool is_iptables_target(std::string_view name);
// "ADDRESS[/MASK],..."
std::optional<IpTablesEnd> iptables_addresses(const std::string& text, std::vector<IpTablesLine::Address>& list);

// A rule of its own that can be put into a table: the sets that it asks, by their names, and what its matches keep.
// An error if a set is not there, or the kernel does not know an algorithm.
std::optional<IpTablesEnd> prepare_rule(Machine& machine, host::IpRule& rule);
int run_iptables(Machine& machine, Io& io, const IpTablesLine& line);
std::optional<host::IpTables::Kind> iptables_kind(std::string_view name);
// What a line does to a table that no packet has passed yet. An error of the tool's own is in `end`.
host::TableError edit_iptables(Machine& machine, host::IpTables::Kind kind, host::RuleTable<host::IpRule>& table,
                               Io& io, const IpTablesLine& line, std::optional<IpTablesEnd>& end);
// Why the kernel takes the rule in no such chain (kernel: xt_check_match(), xt_check_target()); false: it does not.
bool iptables_allowed(host::IpTables::Kind kind, const host::RuleTable<host::IpRule>& table, std::string_view chain,
                      const host::IpRule& rule);

// --- words of extensions ---------------------------------------------------------------------------------------------

// What an option of a match or target is and may be.
struct ExtensionOption {
  std::string_view name;
  int id = 0;
  LongOption::Argument argument = LongOption::Argument::required;
  bool invertible = false;
  bool mandatory = false;
  std::uint32_t excludes = 0;  // bit by id
  std::uint32_t needs = 0;     // the same: these must be there too
  bool two_words = false;      // takes the word behind its value as well

  // For tables of them: takes("sport", 0).inverts().
  ExtensionOption& inverts() { return invertible = true, *this; }
  ExtensionOption& is_needed() { return mandatory = true, *this; }
  ExtensionOption& without(std::uint32_t ids) { return excludes = ids, *this; }
  ExtensionOption& stands_alone() { return without(0xffffffff); }
  ExtensionOption& with(std::uint32_t ids) { return needs = ids, *this; }
  ExtensionOption& of_two_words() { return two_words = true, *this; }
};
inline ExtensionOption takes(std::string_view name, int id) { return {name, id}; }
inline ExtensionOption flag(std::string_view name, int id) { return {name, id, LongOption::Argument::none}; }
struct ExtensionWords {
  std::string_view name;
  std::vector<ExtensionOption> options;
  std::vector<std::string_view> unmodelled = {};  // options that the real one has besides
  bool lacks(std::string_view option) const;      // one of these, or the begin of one
};
// Options of a match or target by its name; nullptr when there is none, `known` when it is one of the real tool's that
// is not modelled.
const ExtensionWords* match_words(std::string_view name);
const ExtensionWords* target_words(std::string_view name);
std::string known_matches();
std::string known_targets();
bool is_unmodelled_match(std::string_view name);
bool is_unmodelled_target(std::string_view name);
// A value of an extension's option that the real tool takes: bytes of hashlimit.
std::optional<SyntaxError> unmodelled_value(const LongGetopt::Option& option);
// The match that the real tool loads for -p where the model has none: "dccp"; empty: none.
std::string_view unmodelled_protocol_match(std::string_view protocol);
// The same for the matches of rare-matches.cc.
const std::vector<ExtensionWords>& rare_matches();
host::xt::Match make_match(std::string_view name);
host::xt::Target make_target(std::string_view name);

// One option of an extension as it was found.
struct ExtensionValue {
  const ExtensionOption* option = nullptr;
  std::string value;
  bool invert = false;
  std::uint8_t protocol = 0;  // of the rule
  bool protocol_invert = false;
  std::uint32_t seen = 0;                  // ids of options before this one
  const std::string* following = nullptr;  // the next word; --tcp-flags takes it
  std::string* warnings = nullptr;         // what the tool says and goes on
};
// Options that must be there, and those that exclude each other; `seen`: bits by id.
std::optional<IpTablesEnd> check_options(const ExtensionWords& words, std::uint32_t seen);
// The complaint, or nothing.
std::optional<std::string> take_match_value(host::xt::Match& match, const ExtensionValue& value);
std::optional<std::string> take_target_value(host::xt::Target& target, const ExtensionValue& value);
std::optional<std::string> check_match(const host::xt::Match& match, std::uint32_t seen);
std::optional<std::string> check_target(const host::xt::Target& target, std::uint32_t seen);

// --- text ------------------------------------------------------------------------------------------------------------

std::string protocol_text(std::uint8_t protocol);  // "tcp", or the number
std::optional<std::uint8_t> protocol_number(std::string_view name);
// A word as iptables-save writes it, in quotes if it has to be (xtables_save_string()).
std::string saved_string(const std::string& text);
// In -L, with a blank in front; `numeric`: without names.
std::string match_text(const host::xt::Match& match, bool numeric, std::uint8_t protocol);
std::string target_text(const host::xt::Target& target, bool numeric);
// In -S and iptables-save: " -m tcp --dport 80".
std::string match_words_text(const host::xt::Match& match);
std::string target_words_text(const host::xt::Target& target);
// The name behind -j; the name of a chain, a verdict, an extension.
std::string target_name(const host::IpRule& rule, bool save);

// "-A CHAIN ..." without the newline; `counters`: how -S -v (behind) and iptables-save -c (in front) show them.
enum class SavedCounters : std::uint8_t { none, behind, in_front };
std::string rule_words_text(const host::IpRule& rule, std::string_view chain, SavedCounters counters);
// print_firewall(): a line of -L, or what -v says of a rule that is edited.
struct ListFormat {
  bool numeric = false, counters = false, exact = false, line_numbers = false, interfaces = false;
  bool table = true;  // columns; else one line for people
  const HostNames* names = nullptr;
};
std::string rule_text(const host::IpRule& rule, std::size_t number, const ListFormat& format);
std::string chain_header(const host::RuleTable<host::IpRule>& table, const host::RuleChain<host::IpRule>& chain,
                         const ListFormat& format);

// iptables with addresses in place of names of hosts.
CommandResultOrError parse_iptables_of_addresses(const std::vector<Word>& words);

}  // namespace lvs::control
