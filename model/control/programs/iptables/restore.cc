// SPDX-License-Identifier: GPL-2.0-or-later
// iptables-restore (legacy) 1.8.9: a table is edited aside, and takes effect as a whole at its COMMIT.
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/iptables/iptables.h"
#include "control/words/libc-numbers.h"
#include "control/words/long-getopt.h"

namespace lvs::control {
namespace {

using host::IpRule;
using host::IpTables;
using host::StandardVerdict;
using host::TableError;
using Table = host::RuleTable<IpRule>;
using Chain = host::RuleChain<IpRule>;

constexpr std::string_view kBlanks = " \t\n";

struct RestoreOptions {
  std::string warnings;
  bool counters = false, verbose = false, testing = false, keep = false;
  std::string only;  // this table alone
  std::string file;
};

std::vector<std::string> builtin_names(const Table& table) {
  std::vector<std::string> names;
  for (const auto& chain : table.chains())
    if (chain->builtin) names.push_back(chain->name);
  return names;
}

void copy_table(const Table& from, Table& to) {
  std::vector<std::string> old;
  for (const auto& chain : to.chains()) {
    Table::flush(*chain);
    if (!chain->builtin) old.push_back(chain->name);
  }
  for (const std::string& name : old) to.remove(name);
  for (const auto& chain : from.chains())
    if (!chain->builtin) to.create(chain->name);
  for (const auto& chain : from.chains()) {
    for (const IpRule& rule : chain->rules) to.append(chain->name, rule);
    Chain* const copy = to.find(chain->name);
    copy->policy = chain->policy;
    copy->counters = chain->counters;
  }
}

std::string_view take_word(std::string_view& text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  text.remove_prefix(begin == std::string_view::npos ? text.size() : begin);
  const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

// "[PACKETS:BYTES]" as two texts; nothing if it is not that.
std::optional<std::pair<std::string, std::string>> counters_of(std::string_view text) {
  const std::size_t colon = text.find(':'), end = text.find(']');
  if (!text.starts_with('[') || colon == text.npos || end == text.npos || end < colon) return std::nullopt;
  return std::pair(std::string(text.substr(1, colon - 1)), std::string(text.substr(colon + 1, end - colon - 1)));
}

// Words as the tool's add_param_to_argv() cuts them: a closing quote ends a word.
void add_words(std::string_view text, std::vector<Word>& words) {
  std::string word;
  bool quoted = false, escaped = false;
  const auto end_word = [&] { words.push_back({std::exchange(word, {}), 0}); };
  for (const char c : text) {
    if (quoted && (escaped || (c != '"' && c != '\\'))) {
      word += c;
      escaped = false;
    } else if (quoted && c == '\\') {
      escaped = true;
    } else if (c == '"') {
      quoted = !quoted;
      if (!quoted) end_word();
    } else if (kBlanks.find(c) == kBlanks.npos) {
      word += c;
    } else if (!word.empty()) {
      end_word();
    }
  }
  if (!word.empty()) end_word();
}

class Restore {
 public:
  Restore(const RestoreOptions& options, Machine& machine, Io& io)
      : options_(options), machine_(machine), tables_(machine.host().tables.iptables()), io_(io) {}

  int run(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::string_view row = text.substr(0, end == text.npos ? end : end + 1);
      text.remove_prefix(row.size());
      ++row_;
      good_ = false;
      if (row[0] == '\n') continue;
      if (row[0] == '#') {
        if (options_.verbose) io_.print(row);
        continue;
      }
      if (const auto status = take(row)) return *status;
      if (!options_.only.empty() && name_ != options_.only) continue;
      if (!good_) return failed();
    }
    if (!table_) return 0;
    io_.complain(fmt::format("iptables-restore: COMMIT expected at line {}\n", row_ + 1));
    return 1;
  }

 private:
  using Status = std::optional<int>;

  int failed() {
    io_.complain(fmt::format("iptables-restore: line {} failed\n", row_));
    return 1;
  }
  // What iptables would say, in this tool's name and with the line.
  int problem(const IpTablesEnd& end) {
    constexpr std::string_view kName = "iptables v", kHelp = "Try `iptables -h'";
    std::string text = end.err;
    if (text.starts_with(kName)) text.insert(std::string_view("iptables").size(), "-restore");
    if (const std::size_t at = text.find(kHelp); at != text.npos) {
      text = text.substr(0, at) +
             fmt::format(
                 "Error occurred at line: {}\nTry `iptables-restore -h' or 'iptables-restore --help' for more "
                 "information.\n",
                 row_);
    }
    io_.print(end.out);
    io_.complain(text);
    return end.status;
  }
  int problem(std::string_view text) { return problem(iptables_problem(text)); }

  Status take(std::string_view row) {
    if (row == "COMMIT\n" && table_) return commit();
    if (row[0] == '*' && !table_) return begin(row.substr(1));
    if (row[0] == ':' && table_) return chain(row.substr(1));
    if (table_) return rule(row);
    return std::nullopt;
  }

  Status begin(std::string_view rest) {
    const std::string_view name = take_word(rest);
    if (name.empty()) return problem(fmt::format("iptables-restore: line {} table name invalid", row_));
    name_ = name;
    if (!options_.only.empty() && name != options_.only) return std::nullopt;
    const auto kind = iptables_kind(name);
    if (!kind) return problem(fmt::format("iptables-restore: unable to initialize table '{}'", name));
    kind_ = *kind;
    const Table& real = tables_.table(kind_);
    table_ = std::make_unique<Table>(name_, builtin_names(real));
    copy_table(real, *table_);
    for (const auto& each : table_->chains()) each->counters = {};
    refused_ = false;
    if (!options_.keep) empty();
    good_ = true;
    return std::nullopt;
  }

  void empty() {
    std::vector<std::string> own;
    for (const auto& each : table_->chains()) {
      if (options_.verbose) io_.print(fmt::format("Flushing chain `{}'\n", each->name));
      Table::flush(*each);
      if (!each->builtin) own.push_back(each->name);
    }
    for (const std::string& each : own) {
      if (options_.verbose) io_.print(fmt::format("Deleting chain `{}'\n", each));
      table_->remove(each);
    }
  }

  // ":NAME POLICY [PACKETS:BYTES]"
  Status chain(std::string_view rest) {
    const std::string name(take_word(rest));
    if (name.empty()) return problem(fmt::format("iptables-restore: line {} chain name invalid", row_));
    constexpr std::size_t kLongest = 28;
    if (name.size() > kLongest) return problem(fmt::format("Invalid chain name `{}' ({} chars max)", name, kLongest));
    Chain* known = table_->find(name);
    if (known == nullptr || !known->builtin) {
      if (options_.keep && known != nullptr) {
        Table::flush(*known);
      } else if (table_->create(name) != TableError::none) {
        return problem(fmt::format("error creating chain '{}':File exists", name));
      }
    }
    const std::string policy(take_word(rest));
    if (policy.empty()) return problem(fmt::format("iptables-restore: line {} policy invalid", row_));
    good_ = true;
    if (policy == "-") return std::nullopt;
    host::RuleCounters counters;
    if (options_.counters) {
      const auto texts = counters_of(take_word(rest));
      const auto number = [](const std::string& text) {
        return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
      };
      if (!texts || !number(texts->first) || !number(texts->second))
        return problem(fmt::format("invalid policy counters for chain '{}'", name));
      counters = {strtoull_of(texts->first), strtoull_of(texts->second)};
    }
    const StandardVerdict verdict = policy == "ACCEPT" ? StandardVerdict::accept
                                    : policy == "DROP" ? StandardVerdict::drop
                                                       : StandardVerdict::none;
    if (const TableError error = table_->set_policy(name, verdict); error != TableError::none) {
      io_.complain(fmt::format("iptables-restore v1.8.9 (legacy): Can't set policy `{}' on `{}' line {}: {}\n", policy,
                               name, row_,
                               error == TableError::no_builtin ? "Bad built-in chain name" : "Bad policy name"));
      return 1;
    }
    table_->find(name)->counters = counters;
    return std::nullopt;
  }

  Status rule(std::string_view rest) {
    std::vector<Word> words{{"iptables-restore", 0}};
    if (rest.starts_with('[')) {
      const auto counters = counters_of(rest);
      if (!counters) return problem(fmt::format("Bad line {}: need ]", row_));
      rest.remove_prefix(rest.find(']') + 1);
      if (options_.counters) {
        for (const std::string& each : {std::string("--set-counters"), counters->first, counters->second})
          words.push_back({each, 0});
      }
    }
    add_words(rest, words);
    IpTablesParsed parsed = parse_iptables_words(words, name_);
    if (parsed.end) return problem(*parsed.end);
    if (parsed.unmodelled) {
      io_.complain(fmt::format("not modelled: line {} of the rules: '{}': {}\n", row_, parsed.unmodelled->word,
                               parsed.unmodelled->reason));
      return 2;
    }
    parsed.line.verbose = parsed.line.verbose || options_.verbose;
    io_.complain(parsed.line.warnings);
    std::optional<IpTablesEnd> end = prepare_rule(machine_, parsed.line.rule);
    if (end) return problem(*end);
    const TableError error = edit_iptables(machine_, kind_, *table_, io_, parsed.line, end);
    if (end) return problem(*end);
    if (error == TableError::invalid || error == TableError::loop) {
      refused_ = true;  // by the kernel, which sees the table at its end
    }
    good_ = refused_ || error == TableError::none;
    return std::nullopt;
  }

  Status commit() {
    if (refused_) return failed();
    if (!options_.testing) {
      copy_table(*table_, tables_.table(kind_));
      tables_.committed(kind_);
    }
    table_.reset();
    good_ = true;
    return std::nullopt;
  }

  const RestoreOptions& options_;
  Machine& machine_;
  IpTables& tables_;
  Io& io_;
  std::size_t row_ = 0;
  std::string name_;  // of the table that is or was open
  IpTables::Kind kind_{};
  std::unique_ptr<Table> table_;  // open: between its "*" and its COMMIT
  bool refused_ = false;
  bool good_ = false;  // as the tool's `ret`
};

}  // namespace

static const std::vector<LongOption>& restore_options() {
  using Argument = LongOption::Argument;
  static const std::vector<LongOption> kOptions{{"binary", Argument::none, 'b'},
                                                {"counters", Argument::none, 'c'},
                                                {"verbose", Argument::none, 'v'},
                                                {"version", Argument::none, 'V'},
                                                {"test", Argument::none, 't'},
                                                {"help", Argument::none, 'h'},
                                                {"noflush", Argument::none, 'n'},
                                                {"modprobe", Argument::required, 'M'},
                                                {"table", Argument::required, 'T'},
                                                {"wait", Argument::optional, 'w'},
                                                {"wait-interval", Argument::optional, 'W'},
                                                {"ipv4", Argument::none, '4'},
                                                {"ipv6", Argument::none, '6'}};
  return kOptions;
}

CommandResultOrError parse_iptables_restore(const std::vector<Word>& words) {
  RestoreOptions options;
  std::size_t operands = 0;
  LongGetopt getopt(words, "bcvVthnwWM:T:46", restore_options());
  while (const auto option = getopt.next()) {
    switch (option->code) {
      case LongGetopt::kWord:
        options.file = option->value;
        ++operands;
        break;
      case 'c': options.counters = true; break;
      case 'v': options.verbose = true; break;
      case 't': options.testing = true; break;
      case 'n': options.keep = true; break;
      case 'T': options.only = option->value; break;
      case 'w':
      case 'W':
        if (!option->has_value && getopt.operand_follows()) getopt.take();
        if (option->code == 'W') options.warnings += "Ignoring deprecated --wait-interval option.\n";
        break;
      case 'V': return refusal(0, {}, "iptables-restore v1.8.9 (legacy)\n");
      case 'h':
      case '6':
      case '?':
      case ':':
        return base::Error{
            SyntaxError{option->column, option->text, "unknown option of iptables-restore", "-c -n -t -T -v -V"}};
      default: break;
    }
  }
  if (operands > 1) return refusal(1, "Unknown arguments found on commandline\n");
  const bool reads = options.file.empty();
  auto body = [options](Machine& machine, Io& io) {
    io.complain(options.warnings);
    std::string text;
    if (options.file.empty()) {
      text = io.in->take_all();
    } else {
      auto file = machine.files().read(options.file);
      if (file.error != FileError::none) {
        io.complain(fmt::format("Can't open {}: {}\n", options.file, text_of(file.error)));
        return 1;
      }
      text = std::move(file.text);
    }
    return Restore(options, machine, io).run(text);
  };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace lvs::control
