// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/numbers.h"
#include "common/command-line.h"

namespace lvs::scenarios {
namespace {

using What = WalkOptions::What;
using trace::Verdict;

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::optional<Verdict> verdict_of(std::string_view text) {
  for (const Verdict verdict : {Verdict::accept, Verdict::drop, Verdict::stolen, Verdict::queue}) {
    if (upper(text) == trace::name_of(verdict)) return verdict;
  }
  return std::nullopt;
}

// Empty, or what is wrong with the value.
using Apply = std::string (*)(WalkOptions& options, std::string_view value);

std::string set_what(WalkOptions& options, What what) {
  if (options.what != What::list && options.what != what) return "only one thing to show at a time";
  options.what = what;
  return {};
}
template <What what>
std::string show(WalkOptions& options, std::string_view) {
  return set_what(options, what);
}
template <bool WalkOptions::*flag>
std::string set(WalkOptions& options, std::string_view) {
  options.*flag = true;
  return {};
}

std::string set_walk(WalkOptions& options, std::string_view value) {
  if (const std::size_t colon = value.rfind(':'); colon != std::string_view::npos && colon != 0) {
    const auto number = base::number<std::uint64_t>(value.substr(colon + 1));
    if (!number || *number == 0) return "is no walk of a host (HOST:N, they count from 1)";
    options.own_walks.push_back({std::string(value.substr(0, colon)), *number});
    return {};
  }
  const auto walk = base::number<std::uint32_t>(value);
  if (!walk || *walk == 0) return "is no number of a walk (they count from 1)";
  options.walks.push_back(*walk);
  return {};
}
std::string set_connection(WalkOptions& options, std::string_view value) {
  options.connection = base::number<std::uint32_t>(value);
  const bool good = options.connection && *options.connection != 0;
  return good ? "" : "is no number of a connection (--connections lists them)";
}
std::string set_verdict(WalkOptions& options, std::string_view value) {
  options.verdict = verdict_of(value);
  return options.verdict ? "" : "is no verdict; known: ACCEPT DROP STOLEN QUEUE";
}
std::string set_address(WalkOptions& options, std::string_view value) {
  options.address = base::Ipv4Prefix::parse(value);
  return options.address ? "" : "is no IPv4 address or prefix";
}
std::string set_port(WalkOptions& options, std::string_view value) {
  options.port = base::number<std::uint16_t>(value);
  return options.port ? "" : "is no port";
}
std::string set_at(WalkOptions& options, std::string_view value) {
  const auto seconds = base::number<double>(value);
  if (!seconds || *seconds < -1e9 || *seconds > 1e9) return "is no time in seconds";
  options.at = base::Time(static_cast<std::int64_t>(*seconds * 1e9));
  return {};
}
std::string set_colour(WalkOptions& options, std::string_view value) {
  if (value == "always") options.colours = true;
  if (value == "never") options.colours = false;
  return value == "always" || value == "never" || value == "auto" ? "" : "is none of auto, always, never";
}

std::string set_html(WalkOptions& options, std::string_view value) {
  options.output = value;
  return set_what(options, What::html);
}
std::string set_lab(WalkOptions& options, std::string_view value) {
  options.output = value;
  return set_what(options, What::lab);
}
std::string set_language(WalkOptions& options, std::string_view value) {
  options.language = value;
  return value == "en" || value == "zh" ? "" : "is no language of the page; known: en, zh";
}

struct Option {
  OptionSpelling spelling;
  Apply apply;
};
constexpr auto kOptions = std::to_array<Option>({
    {{"all"}, show<What::walks>},
    {{"json"}, show<What::json>},
    {{"pcapng"}, show<What::pcapng>},
    {{"pcap"}, show<What::pcap>},
    {{"tables"}, show<What::tables>},
    {{"journal"}, show<What::journal>},
    {{"connections"}, show<What::connections>},
    {{"info"}, show<What::info>},
    {{"reasons"}, show<What::reasons>},
    {{"html", true}, set_html},
    {{"lab", true}, set_lab},
    {{"spoiler"}, set<&WalkOptions::spoiler>},
    {{"language", true}, set_language},
    {{"follow"}, set<&WalkOptions::follow>},
    {{"arp"}, set<&WalkOptions::arp>},
    {{"rewritten"}, set<&WalkOptions::rewritten>},
    {{"drops"}, [](WalkOptions& o, std::string_view) { return o.verdict = Verdict::drop, std::string(); }},
    {{"output,o", true}, [](WalkOptions& o, std::string_view v) { return o.output = v, std::string(); }},
    {{"host", true}, [](WalkOptions& o, std::string_view v) { return o.hosts.emplace_back(v), std::string(); }},
    {{"hook", true}, [](WalkOptions& o, std::string_view v) { return o.hooks.emplace_back(v), std::string(); }},
    {{"filter", true}, [](WalkOptions& o, std::string_view v) { return o.filter = v, std::string(); }},
    {{"walk", true}, set_walk},
    {{"connection", true}, set_connection},
    {{"verdict", true}, set_verdict},
    {{"address", true}, set_address},
    {{"port", true}, set_port},
    {{"at", true}, set_at},
    {{"colour", true}, set_colour},
});

}  // namespace

std::string walk_usage() {
  return "Usage: lvs-trace FILE [WALK]... [OPTION]...\n"
         "Shows a trace that a scenario or lab has written (--trace FILE.pcapng): the walk of every packet through "
         "the\n"
         "hosts. FILE may be - for standard input.\n"
         "\n"
         "  lvs-trace FILE            list the walks\n"
         "  lvs-trace FILE 3 4        walks 3 and 4, one line a stage\n"
         "      --all                 all walks\n"
         "      --json                records as JSON, one a line\n"
         "      --pcapng, --pcap      the frames on the wires, for other programs: each once, as sent; with --host "
         "what\n"
         "                            the interfaces of these hosts sent and received\n"
         "      --journal             commands, connections, decisions of schedulers, ARP entries\n"
         "      --tables              the tables of the hosts (ipvsadm, ip, sysctl) at the end, or at --at S seconds\n"
         "      --connections         the connections, with their numbers\n"
         "      --info                what was run: hosts, interfaces, addresses, roles\n"
         "      --reasons             every reason that a trace can give (FILE is not needed)\n"
         "      --output FILE         there instead of standard output\n"
         "      --html FILE           the walks as one page for browsers (-: standard output): no network, 1 MB at "
         "most\n"
         "      --spoiler             what comes behind the step shown is hidden (with --html)\n"
         "      --language L          of the page: en, zh; without, the browser's\n"
         "      --lab DIR             take the lab that the trace carries out of it, into a new folder\n"
         "      --follow              go on while the file grows (walks, --json)\n"
         "      --colour WHEN         auto, always or never\n"
         "Only what matches all of these:\n"
         "      --walk N              (as listed) the same as WALK; HOST:N is the Nth that began at HOST\n"
         "      --host NAME           on this host\n"
         "      --connection N        of this connection\n"
         "      --hook NAME           at this hook, stage or function: INPUT, ip_vs_in, ...\n"
         "      --verdict VERDICT     ACCEPT, DROP, STOLEN, QUEUE\n"
         "      --drops               the same as --verdict DROP\n"
         "      --address A[/LEN]     from or to this address or subnet\n"
         "      --port N              from or to this port\n"
         "      --arp                 ARP only\n"
         "      --rewritten           where addresses, ports or headers have changed\n"
         "      --filter TERMS        the viewer's filter: \"host:rs1 addr:VIP port:80 drop:arp_ignored conn:3 arp\"\n"
         "A list shows the walks that have such a record. Status: 0, 1 if nothing matches, 2 if something is wrong.\n";
}

std::string parse_walk_options(const std::vector<std::string>& words, WalkOptions& options, bool& help) {
  help = asks_for_help(words);
  if (help) return {};
  const auto given = read_command_line<kOptions.size()>(words, kOptions, "is no option (lvs-trace --help)");
  if (!given) return given.error();
  for (const GivenOption& each : *given) {
    if (each.name.empty()) {
      if (options.file.empty())
        options.file = each.value;
      else if (const std::string wrong = set_walk(options, each.value); !wrong.empty())
        return fmt::format("'{}' {}", each.value, wrong);
      continue;
    }
    const Option& option = option_of(kOptions, each);
    const std::string wrong = option.apply(options, each.value);
    if (!wrong.empty())
      return option.spelling.takes_value ? fmt::format("{}: '{}' {}", each.name, each.value, wrong)
                                         : fmt::format("{}: {}", each.name, wrong);
  }
  if (options.file.empty() && options.what != What::reasons) return "which file? (lvs-trace --help)";
  if (options.what == What::list && !(options.walks.empty() && options.own_walks.empty())) options.what = What::walks;
  if (options.follow && options.what == What::list) options.what = What::walks;
  if (options.follow && options.what != What::walks && options.what != What::json) {
    return "--follow goes with walks and --json only";
  }
  if ((options.spoiler || !options.language.empty()) && options.what != What::html)
    return "--spoiler and --language go with --html only";
  if (options.at && options.what != What::tables) return "--at goes with --tables only";
  return {};
}

}  // namespace lvs::scenarios
