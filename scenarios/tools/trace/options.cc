// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/numbers.h"

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

// One option with its value, or none.
struct Option {
  std::string_view name;
  bool takes_value;
  // Empty, or what is wrong with the value.
  std::string (*apply)(WalkOptions& options, std::string_view value);
};

std::string set_what(WalkOptions& options, What what) {
  if (options.what != What::list && options.what != what) return "only one thing to show at a time";
  options.what = what;
  return {};
}

constexpr auto kOptions = std::to_array<Option>({
    {"--all", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::walks); }},
    {"--json", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::json); }},
    {"--pcapng", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::pcapng); }},
    {"--pcap", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::pcap); }},
    {"--tables", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::tables); }},
    {"--journal", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::journal); }},
    {"--connections", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::connections); }},
    {"--info", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::info); }},
    {"--reasons", false, [](WalkOptions& o, std::string_view) { return set_what(o, What::reasons); }},
    {"--follow", false, [](WalkOptions& o, std::string_view) { return o.follow = true, std::string(); }},
    {"--arp", false, [](WalkOptions& o, std::string_view) { return o.arp = true, std::string(); }},
    {"--rewritten", false, [](WalkOptions& o, std::string_view) { return o.rewritten = true, std::string(); }},
    {"--drops", false, [](WalkOptions& o, std::string_view) { return o.verdict = Verdict::drop, std::string(); }},
    {"--output", true, [](WalkOptions& o, std::string_view v) { return o.output = v, std::string(); }},
    {"--host", true, [](WalkOptions& o, std::string_view v) { return o.hosts.emplace_back(v), std::string(); }},
    {"--hook", true, [](WalkOptions& o, std::string_view v) { return o.hooks.emplace_back(v), std::string(); }},
    {"--walk", true,
     [](WalkOptions& o, std::string_view v) -> std::
                                                string {
                                                  const auto walk = base::number<std::uint32_t>(v);
                                                  if (!walk || *walk == 0)
                                                    return "is no number of a walk (they count from 1)";
                                                  o.walks.push_back(*walk);
                                                  return {};
                                                }},
    {"--connection", true,
     [](WalkOptions& o,
        std::string_view v) -> std::
                                string {
                                  o.connection = base::number<std::uint32_t>(v);
                                  return o.connection && *o.connection != 0
                                             ? ""
                                             : "is no number of a connection (--connections lists them)";
                                }},
    {"--verdict", true,
     [](WalkOptions& o, std::string_view v) -> std::
                                                string {
                                                  o.verdict = verdict_of(v);
                                                  return o.verdict ? ""
                                                                   : "is no verdict; known: ACCEPT DROP STOLEN QUEUE";
                                                }},
    {"--address", true,
     [](WalkOptions& o, std::string_view v) -> std::
                                                string {
                                                  o.address = base::Ipv4Prefix::parse(v);
                                                  return o.address ? "" : "is no IPv4 address or prefix";
                                                }},
    {"--port", true,
     [](WalkOptions& o, std::string_view v) -> std::
                                                string {
                                                  o.port = base::number<std::uint16_t>(v);
                                                  return o.port ? "" : "is no port";
                                                }},
    {"--at", true,
     [](WalkOptions& o, std::string_view v) -> std::
                                                string {
                                                  const auto seconds = base::number<double>(v);
                                                  if (!seconds || *seconds < -1e9 || *seconds > 1e9)
                                                    return "is no time in seconds";
                                                  o.at = base::Time(static_cast<std::int64_t>(*seconds * 1e9));
                                                  return {};
                                                }},
    {"--colour", true,
     [](WalkOptions& o, std::string_view v) -> std::
                                                string {
                                                  if (v == "always") o.colours = true;
                                                  if (v == "never") o.colours = false;
                                                  return v == "always" || v == "never" || v == "auto"
                                                             ? ""
                                                             : "is none of auto, always, never";
                                                }},
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
         "      --follow              go on while the file grows (walks, --json)\n"
         "      --colour WHEN         auto, always or never\n"
         "Only what matches all of these:\n"
         "      --walk N              (as listed) the same as WALK\n"
         "      --host NAME           on this host\n"
         "      --connection N        of this connection\n"
         "      --hook NAME           at this hook, stage or function: INPUT, ip_vs_in, ...\n"
         "      --verdict VERDICT     ACCEPT, DROP, STOLEN, QUEUE\n"
         "      --drops               the same as --verdict DROP\n"
         "      --address A[/LEN]     from or to this address or subnet\n"
         "      --port N              from or to this port\n"
         "      --arp                 ARP only\n"
         "      --rewritten           where addresses, ports or headers have changed\n"
         "A list shows the walks that have such a record. Status: 0, 1 if nothing matches, 2 if something is wrong.\n";
}

std::string parse_walk_options(const std::vector<std::string>& words, WalkOptions& options, bool& help) {
  help = false;
  bool plain_only = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (!plain_only && (word == "--help" || word == "-h")) {
      help = true;
      return {};
    }
    if (!plain_only && word == "--") {
      plain_only = true;
      continue;
    }
    if (plain_only || word == "-" || !word.starts_with('-')) {
      if (options.file.empty()) {
        options.file = word;
        continue;
      }
      const auto walk = base::number<std::uint32_t>(word);
      if (!walk || *walk == 0) return fmt::format("'{}' is no number of a walk (they count from 1)", word);
      options.walks.push_back(*walk);
      continue;
    }
    if (word == "-o") word = "--output";
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto known = std::ranges::find(kOptions, name, &Option::name);
    if (known == kOptions.end()) return fmt::format("'{}' is no option (lvs-trace --help)", word);
    std::string_view value;
    if (known->takes_value) {
      if (equals != std::string_view::npos) {
        value = word.substr(equals + 1);
      } else if (i + 1 < words.size()) {
        value = words[++i];
      } else {
        return fmt::format("{} wants a value", name);
      }
    } else if (equals != std::string_view::npos) {
      return fmt::format("{} takes no value", name);
    }
    if (const std::string wrong = known->apply(options, value); !wrong.empty()) {
      return known->takes_value ? fmt::format("{}: '{}' {}", name, value, wrong) : fmt::format("{}: {}", name, wrong);
    }
  }
  if (options.file.empty() && options.what != What::reasons) return "which file? (lvs-trace --help)";
  if (options.what == What::list && !options.walks.empty()) options.what = What::walks;
  if (options.follow && options.what == What::list) options.what = What::walks;
  if (options.follow && options.what != What::walks && options.what != What::json) {
    return "--follow goes with walks and --json only";
  }
  if (options.at && options.what != What::tables) return "--at goes with --tables only";
  return {};
}

}  // namespace lvs::scenarios
