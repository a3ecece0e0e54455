// SPDX-License-Identifier: GPL-2.0-or-later
// The words of ipset (libipset/ipset.c).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/usual/parsers.h"
#include "control/programs/ipset/ipset.h"

namespace lvs::control {
namespace ipset {

namespace {

struct Command {
  Verb verb;
  std::array<std::string_view, 3> names;  // the letter first
  int operands;                           // that must be there; -1: one may be
};

constexpr auto kCommands = std::to_array<Command>({
    {Verb::create, {"-N", "create", "n"}, 2},
    {Verb::add, {"-A", "add", ""}, 2},
    {Verb::del, {"-D", "del", ""}, 2},
    {Verb::test, {"-T", "test", ""}, 2},
    {Verb::list, {"-L", "list", ""}, -1},
    {Verb::save, {"-S", "save", ""}, -1},
    {Verb::flush, {"-F", "flush", ""}, -1},
    {Verb::destroy, {"-X", "destroy", "x"}, -1},
    {Verb::rename, {"-E", "rename", "e"}, 2},
    {Verb::swap, {"-W", "swap", "w"}, 2},
    {Verb::restore, {"-R", "restore", ""}, 0},
    {Verb::version, {"-V", "version", "-v"}, 0},
});

const Command* command_of(std::string_view word) {
  const auto at = std::ranges::find_if(kCommands, [&](const Command& each) {
    const std::string_view dashed = word.starts_with("--") ? word.substr(2) : word;
    return word == each.names[0] || dashed == each.names[1] || (!each.names[2].empty() && word == each.names[2]);
  });
  return at == kCommands.end() ? nullptr : &*at;
}

// Old names of types.
std::string_view type_name(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kOld[] = {{"iphash", "hash:ip"},
                                                                    {"nethash", "hash:net"},
                                                                    {"ipporthash", "hash:ip,port"},
                                                                    {"portmap", "bitmap:port"},
                                                                    {"ipportiphash", "hash:ip,port,ip"},
                                                                    {"ipportnethash", "hash:ip,port,net"}};
  for (const auto& [old, now] : kOld)
    if (name == old) return now;
  return name;
}

bool is_other_type(std::string_view name) {
  constexpr std::string_view kTypes[] = {
      "bitmap:ip",      "bitmap:ip,mac", "hash:mac", "hash:ip,mac", "hash:net,net", "hash:ip,mark", "hash:net,port,net",
      "hash:net,iface", "list:set",      "ipmap",    "macipmap",    "setlist",      "iptree",       "iptreemap"};
  return std::ranges::find(kTypes, name) != std::end(kTypes);
}

// Options that may stand anywhere. True: it was one.
bool take_flag(const Word& word, Line& line, std::optional<SyntaxError>& unmodelled) {
  const std::string& text = word.text;
  const auto is = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, text) != names.end();
  };
  if (is({"-!", "-exist", "--exist"})) return line.exist = true;
  if (is({"-q", "-quiet", "--quiet"})) return line.quiet = true;
  if (is({"-n", "-name", "--name"})) return line.names_only = true;
  if (is({"-t", "-terse", "--terse"})) return line.terse = true;
  if (is({"-s", "-sorted", "--sorted"})) return true;  // they are
  if (is({"-o", "-output", "--output", "-r", "-resolve", "--resolve", "-f", "-file", "--file"})) {
    unmodelled = SyntaxError{word.column, text, "this option of ipset is not modelled", "-exist -quiet -name -terse"};
    return true;
  }
  return false;
}

Parsed wrong(std::string text) {
  Parsed parsed;
  parsed.problem = std::move(text) + "\nTry `ipset help' for more information.";
  parsed.status = 2;
  return parsed;
}

}  // namespace

Parsed parse(const std::vector<Word>& words) {
  Parsed parsed;
  Line& line = parsed.line;
  std::vector<Word> rest;
  for (std::size_t i = 0; i < words.size(); ++i) {
    // "comment" may be followed by anything; that of a new set stands alone.
    const bool creates = words[0].text == "create" || words[0].text == "n" || words[0].text == "-N";
    const bool behind_comment = i > 0 && words[i - 1].text == "comment" && !creates;
    if (behind_comment || !take_flag(words[i], line, parsed.unmodelled)) rest.push_back(words[i]);
    if (parsed.unmodelled) return parsed;
  }
  if (rest.empty()) return wrong("No command specified.");
  const Command* const command = command_of(rest[0].text);
  if (command == nullptr) {
    if (rest[0].text == "help" || rest[0].text == "-h" || rest[0].text == "-H") {
      parsed.unmodelled = SyntaxError{rest[0].column, rest[0].text, "not modelled", {}};
      return parsed;
    }
    return wrong(fmt::format("No command specified: unknown argument {}", rest[0].text));
  }
  line.verb = command->verb;
  if (command->operands > 0 && rest.size() < 2)
    return wrong(fmt::format("Missing mandatory argument to command {}", command->names[1]));
  if (command->operands == 2 && rest.size() < 3)
    return wrong(fmt::format("Missing second mandatory argument to command {}", command->names[1]));
  if (rest.size() > 1) line.name = rest[1].text;
  const bool takes_options =
      line.verb == Verb::create || line.verb == Verb::add || line.verb == Verb::del || line.verb == Verb::test;
  const std::size_t most = takes_options             ? rest.size()
                           : command->operands == -1 ? 2
                                                     : static_cast<std::size_t>(command->operands) + 1;
  if (rest.size() > most) return wrong(fmt::format("Unknown argument {}", rest[most].text));
  if (rest.size() > 2) line.second = rest[2].text;
  if (!takes_options) return parsed;
  line.options.assign(rest.begin() + 3, rest.end());
  line.element = line.second;
  if (line.verb != Verb::create) return parsed;
  const std::string_view type = type_name(line.second);
  line.type = host::IpSet::type_of(type);
  if (line.type != nullptr) return parsed;
  if (is_other_type(type)) {
    parsed.unmodelled =
        SyntaxError{rest[2].column, line.second, "this type of set is not modelled",
                    "hash:ip hash:net hash:ip,port hash:net,port hash:ip,port,ip hash:ip,port,net bitmap:port"};
  } else {
    parsed.problem = fmt::format("Syntax error: typename '{}' is unknown", line.second);
  }
  return parsed;
}

}  // namespace ipset

CommandResultOrError parse_ipset(const std::vector<Word>& words) {
  auto parsed = ipset::parse({words.begin() + 1, words.end()});
  if (parsed.unmodelled) return base::Error{std::move(*parsed.unmodelled)};
  if (parsed.problem) return refusal(parsed.status, "ipset v7.17: " + *parsed.problem + "\n");
  const auto body = [line = std::move(parsed.line)](Machine& machine, Io& io) { return ipset::run(machine, io, line); };
  return parsed.line.verb == ipset::Verb::restore ? instant_reader(body) : instant(body);
}

}  // namespace lvs::control
