// SPDX-License-Identifier: GPL-2.0-or-later
// What a line of iptables does (do_command4() and libiptc).
#include <fmt/format.h>

#include <algorithm>

#include "control/machine/machine.h"
#include "control/programs/iptables/iptables.h"

namespace lvs::control {
namespace {

using host::IpRule;
using host::IpTables;
using host::StandardVerdict;
using host::TableError;
using Table = host::RuleTable<IpRule>;
using Chain = host::RuleChain<IpRule>;

// As iptc_strerror() and the tool's main() put it.
std::string error_text(TableError error, char command) {
  constexpr std::string_view kMore = "iptables: {}. Run `dmesg' for more information.\n";
  constexpr std::string_view kPlain = "iptables: {}.\n";
  switch (error) {
    case TableError::none: break;
    case TableError::no_chain: return fmt::format(kPlain, "No chain/target/match by that name");
    case TableError::no_rule: return fmt::format(kPlain, "Bad rule (does a matching rule exist in that chain?)");
    case TableError::too_big:
      return fmt::format(kPlain, command == 'I'   ? "Index of insertion too big"
                                 : command == 'R' ? "Index of replacement too big"
                                 : command == 'z' ? "Index of counter too big"
                                                  : "Index of deletion too big");
    case TableError::exists: return fmt::format(kPlain, command == 'N' ? "Chain already exists" : "File exists");
    case TableError::not_empty: return fmt::format(kPlain, "Directory not empty");
    case TableError::referenced: return fmt::format(kPlain, "Too many links");
    case TableError::builtin:
    case TableError::invalid: return fmt::format(kMore, "Invalid argument");
    case TableError::no_builtin: return fmt::format(kPlain, "Bad built-in chain name");
    case TableError::bad_policy: return fmt::format(kMore, "Bad policy name");
    case TableError::loop: return fmt::format(kPlain, "Too many levels of symbolic links");
  }
  return {};
}

class Runner {
 public:
  Runner(Machine& machine, IpTables::Kind kind, Table& table, Io& io, const IpTablesLine& line)
      : machine_(machine), kind_(kind), table_(table), io_(io), line_(line) {}

  // What the tool says by itself is in `end`.
  TableError run(std::optional<IpTablesEnd>& end) {
    if (std::string_view("ACDIR").find(line_.command) != std::string_view::npos) {
      end = settle_target();
      if (end) return TableError::none;
    }
    return act();
  }

 private:
  // Is what stands behind -j a chain, an extension, or nothing at all?
  std::optional<IpTablesEnd> settle_target() {
    rule_ = line_.rule;
    if (line_.counters) rule_.counters = *line_.counters;
    const bool is_chain = !line_.target.empty() && table_.find(line_.target) != nullptr;
    if (is_chain && line_.named_target) {
      io_.complain(fmt::format("Warning: using chain {}, not extension\n", line_.target));
    }
    if (is_chain) {
      rule_.jump = line_.target;
      rule_.verdict = StandardVerdict::none;
      rule_.target = host::xt::Standard{};
      return std::nullopt;
    }
    if (line_.target.empty() || line_.named_target) return std::nullopt;
    if (rule_.go_to) return iptables_problem(fmt::format("goto '{}' is not a chain", line_.target));
    return iptables_problem(fmt::format("Couldn't load target `{}':No such file or directory\n", line_.target));
  }

  TableError act() {
    switch (line_.command) {
      case 'A':
      case 'C':
      case 'D':
      case 'I':
      case 'R': return edit();
      case 'd': return table_.erase(*line_.chain, line_.number - 1);
      case 'L':
      case 'S': {
        if (!(line_.command == 'L' ? list() : list_rules())) return TableError::no_chain;
        if (line_.zero == 'Z') return each_chain("Zeroing");
        return line_.zero == 'z' ? zero_one() : TableError::none;
      }
      case 'F': return each_chain("Flushing");
      case 'Z': return each_chain("Zeroing");
      case 'z': return zero_one();
      case 'N': return table_.create(*line_.chain);
      case 'X': return remove_chains();
      case 'E': return table_.rename(*line_.chain, line_.operand);
      default: return set_policy();
    }
  }

  // A rule for each pair of addresses.
  TableError edit() {
    TableError result = TableError::none;
    std::size_t at = line_.number - 1;
    for (const IpTablesLine::Address& source : line_.sources) {
      for (const IpTablesLine::Address& destination : line_.destinations) {
        IpRule rule = rule_;
        rule.src = source.addr;
        rule.src_mask = source.mask;
        rule.dst = destination.addr;
        rule.dst_mask = destination.mask;
        if (line_.verbose) io_.print(rule_text(rule, 1, {.numeric = true, .interfaces = true, .table = false}));
        const TableError error = edit_one(rule, at);
        if (error != TableError::none) result = error;
      }
    }
    return told(result);
  }

  // libiptc says for which of its functions ENOENT stands by the one called last; looking for a chain of the target's
  // name is one (iptcc_map_target()).
  TableError told(TableError error) const {
    if (line_.command != 'C' && line_.command != 'D') return error;
    if (error == TableError::no_chain) return TableError::no_rule;
    const bool looked = !rule_.jump.empty() || !std::holds_alternative<host::xt::Standard>(rule_.target);
    return error == TableError::no_rule && looked ? TableError::no_chain : error;
  }
  TableError edit_one(const IpRule& rule, std::size_t at) {
    const std::string& chain = *line_.chain;
    if (line_.command == 'D') return table_.erase_like(chain, rule);
    if (line_.command == 'C') return table_.erase_like(chain, rule, true);
    const Chain* const to = table_.find(chain);
    if (to == nullptr) return TableError::no_chain;
    const bool fits = line_.command == 'A' || at < to->rules.size() || (line_.command == 'I' && at == to->rules.size());
    if (fits && !iptables_allowed(kind_, table_, chain, rule)) return TableError::invalid;
    if (line_.command == 'A') return table_.append(chain, rule);
    return line_.command == 'I' ? table_.insert(chain, at, rule) : table_.replace(chain, at, rule);
  }

  bool list() {
    const HostNames names(machine_, line_.numeric);
    const ListFormat format{line_.numeric, line_.verbose, line_.exact, line_.line_numbers, line_.verbose, true, &names};
    bool found = false;
    for (const auto& chain : table_.chains()) {
      if (line_.chain && chain->name != *line_.chain) continue;
      if (found) io_.print("\n");
      found = true;
      if (line_.number == 0) io_.print(chain_header(table_, *chain, format));
      std::size_t number = 0;
      for (const IpRule& rule : chain->rules) {
        ++number;
        if (line_.number == 0 || line_.number == number) io_.print(rule_text(rule, number, format));
      }
    }
    return found;
  }

  bool list_rules() {
    bool found = false;
    const auto named = [&](const Chain& chain) { return !line_.chain || chain.name == *line_.chain; };
    for (const auto& chain : table_.chains()) {
      if (line_.number != 0 || !named(*chain)) continue;
      if (!chain->builtin) {
        io_.print(fmt::format("-N {}\n", chain->name));
        continue;
      }
      io_.print(fmt::format("-P {} {}", chain->name, name_of(chain->policy)));
      if (line_.verbose) io_.print(fmt::format(" -c {} {}", chain->counters.packets, chain->counters.bytes));
      io_.print("\n");
    }
    const SavedCounters counters = line_.verbose ? SavedCounters::behind : SavedCounters::none;
    for (const auto& chain : table_.chains()) {
      if (!named(*chain)) continue;
      found = true;
      std::size_t number = 0;
      for (const IpRule& rule : chain->rules) {
        ++number;
        if (line_.number == 0 || line_.number == number) {
          io_.print(rule_words_text(rule, chain->name, counters) + "\n");
        }
      }
    }
    return found;
  }

  TableError each_chain(std::string_view what) {
    bool found = false;
    for (const auto& chain : table_.chains()) {
      if (line_.chain && chain->name != *line_.chain) continue;
      found = true;
      if (line_.verbose) io_.print(fmt::format("{} chain `{}'\n", what, chain->name));
      what == "Flushing" ? Table::flush(*chain) : Table::zero(*chain);
    }
    return found ? TableError::none : TableError::no_chain;
  }

  TableError zero_one() {
    Chain* const chain = table_.find(*line_.chain);
    if (chain == nullptr) return TableError::no_chain;
    if (line_.number > chain->rules.size()) return TableError::too_big;
    chain->rules[line_.number - 1].counters = {};
    return TableError::none;
  }

  TableError remove_chains() {
    if (line_.chain) {
      const TableError error = remove(*line_.chain);
      return error;
    }
    std::vector<std::string> names;
    for (const auto& chain : table_.chains()) {
      if (!chain->builtin) names.push_back(chain->name);
    }
    TableError result = TableError::none;
    for (const std::string& name : names) {
      if (const TableError error = remove(name); error != TableError::none) result = error;
    }
    return result;
  }
  TableError remove(const std::string& name) {
    if (line_.verbose) io_.print(fmt::format("Deleting chain `{}'\n", name));
    return table_.remove(name);
  }

  TableError set_policy() {
    const StandardVerdict policy = line_.operand == "ACCEPT" ? StandardVerdict::accept
                                   : line_.operand == "DROP" ? StandardVerdict::drop
                                                             : StandardVerdict::none;
    const TableError error = table_.set_policy(*line_.chain, policy);
    if (error == TableError::none && line_.counters) table_.find(*line_.chain)->counters = *line_.counters;
    return error;
  }

  Machine& machine_;
  IpTables::Kind kind_;
  Table& table_;
  Io& io_;
  const IpTablesLine& line_;
  IpRule rule_;
};

// Whatever has changed, the counters of policies begin anew (libiptc: __iptcc_p_del_policy()).
void forget_policy_counters(Table& table, const IpTablesLine& line) {
  for (const auto& chain : table.chains()) {
    const bool named = line.command == 'P' && line.counters && chain->name == *line.chain;
    if (chain->builtin && !named) chain->counters = {};
  }
}

}  // namespace

std::optional<IpTables::Kind> iptables_kind(std::string_view name) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(IpTables::Kind::count_); ++i) {
    if (IpTables::name_of(static_cast<IpTables::Kind>(i)) == name) return static_cast<IpTables::Kind>(i);
  }
  return std::nullopt;
}

TableError edit_iptables(Machine& machine, IpTables::Kind kind, Table& table, Io& io, const IpTablesLine& line,
                         std::optional<IpTablesEnd>& end) {
  return Runner(machine, kind, table, io, line).run(end);
}

int run_iptables(Machine& machine, Io& io, const IpTablesLine& asked) {
  const auto kind = iptables_kind(asked.table);
  if (!kind) {
    io.complain(
        fmt::format("iptables v1.8.9 (legacy): can't initialize iptables table `{}': Table does not exist (do you "
                    "need to insmod?)\nPerhaps iptables or your kernel needs to be upgraded.\n",
                    asked.table));
    return 3;
  }
  io.complain(asked.warnings);
  IpTables& tables = machine.host().tables.iptables();
  IpTablesLine line = asked;
  std::optional<IpTablesEnd> end = prepare_rule(machine, line.rule);
  const TableError error = end ? TableError::none : edit_iptables(machine, *kind, tables.table(*kind), io, line, end);
  if (end) {
    io.complain(end->err);
    return end->status;
  }
  if (error != TableError::none) {
    io.complain(error_text(error, line.command == 'd' ? 'D' : line.command));
    return 1;
  }
  if (std::string_view("LSC").find(line.command) == std::string_view::npos || line.zero != 0) {
    forget_policy_counters(tables.table(*kind), line);
    tables.committed(*kind);
  }
  return 0;
}

CommandResultOrError parse_iptables(const std::vector<Word>& words) {
  constexpr std::string_view kBefore[] = {"-s", "--source", "--src", "-d", "--destination", "--dst"};
  std::vector<std::size_t> operands;
  for (std::size_t i = 2; i < words.size(); ++i)
    if (std::ranges::find(kBefore, words[i - 1].text) != std::end(kBefore)) operands.push_back(i);
  return with_host_names(words, operands, parse_iptables_of_addresses);
}

}  // namespace lvs::control
