// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/emu/options.h"

#include <array>

#include "base/numbers.h"
#include "common/command-line.h"

namespace lvs::scenarios {

const char* const kEmuUsage =
    "Usage: lvs-emu [LAB] --tap WHERE=TAP[,create][,user=U][,netns=NS]... [OPTION]...\n"
    "       lvs-emu exec [--control SOCKET] HOST COMMAND...\n"
    "Modelled hosts on TAP interfaces in real time, without ns-3: the hosts of a lab, or a director alone.\n"
    "  --tap SEGMENT=TAP...  joins a segment of the lab to TAP; without a lab IFACE=TAP: eth0, eth1, ... of the "
    "director\n"
    "      create            make the interface (it goes at the end) and set it up\n"
    "      user=U            who may attach to it besides root\n"
    "      netns=NS          it is in this network namespace (a name of ip netns, or a path)\n"
    "  --real HOST[,HOST]    hosts of the lab that are real machines behind a TAP: not modelled\n"
    "  --commands FILE       the director's commands, one a line; rules as ipvsadm -S prints them, too\n"
    "  --control SOCKET      take commands there (lvs-emu exec, lvs-lab exec)\n"
    "  --until S             end S seconds after the startup lines\n"
    "  --user USER           become USER once everything is open\n"
    "  --pidfile FILE        write the number of the process there while it runs\n"
    "  --trace FILE.pcapng   record the walk of every packet (-: standard output, with --quiet)\n"
    "      --trace-size N    begin the next file after N bytes (k, M, G)\n"
    "      --trace-files N   keep that many (8)\n"
    "  --no-offload          plain frames: no partial checksums, no large TCP segments\n"
    "  --check               say whether all of it can be done, and end\n"
    "  --quiet, -q           no terminal session; the summary at the end is shown\n"
    "Signals: INT and TERM end with a summary, USR1 shows one, HUP begins the next trace file.\n";

namespace {

// Digits with a factor of 1000 a letter.
std::optional<std::uint64_t> parse_size(const std::string& text) {
  std::string_view unit = text;
  const auto value = base::take_number<std::uint64_t>(unit);
  if (!value || *value == 0) return std::nullopt;
  std::uint64_t factor = 1;
  if (unit.size() == 1) {
    switch (unit.front()) {
      case 'k': factor = 1'000; break;
      case 'M': factor = 1'000'000; break;
      case 'G': factor = 1'000'000'000; break;
      default: return std::nullopt;
    }
  } else if (!unit.empty()) {
    return std::nullopt;
  }
  if (*value > UINT64_MAX / factor) return std::nullopt;
  return *value * factor;
}

std::optional<base::Time> parse_seconds(const std::string& text) {
  const auto value = base::number<double>(text);
  if (!value || !(*value >= 0 && *value <= 1e9)) return std::nullopt;
  return base::Time(static_cast<std::int64_t>(*value * 1e9));
}

}  // namespace

bool add_names(const std::string& text, std::set<std::string, std::less<>>& names) {
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    if (comma == from) return false;
    names.insert(text.substr(from, comma - from));
    from = comma + 1;
  }
  return true;
}

namespace {

constexpr std::uint64_t kSmallestTrace = 64'000;  // who the machines are takes a part of each file

// Empty, or what is wrong with the value.
using Apply = std::string (*)(EmuOptions& options, const std::string& value);

template <bool EmuOptions::*flag, bool to = true>
std::string set(EmuOptions& options, const std::string&) {
  options.*flag = to;
  return {};
}
template <std::string EmuOptions::*member>
std::string text(EmuOptions& options, const std::string& value) {
  options.*member = value;
  return {};
}
std::string add_tap(EmuOptions& options, const std::string& value) {
  auto plug = os::parse_tap_plug(value);
  if (!plug) return "--tap " + plug.error();
  options.taps.push_back(std::move(*plug));
  return {};
}
std::string add_real(EmuOptions& options, const std::string& value) {
  return add_names(value, options.real) ? "" : "--real: '" + value + "' is no list of hosts";
}
std::string set_trace_size(EmuOptions& options, const std::string& value) {
  const auto size = parse_size(value);
  if (!size) return "--trace-size: '" + value + "' is no number of bytes (100M)";
  if (*size < kSmallestTrace) return "--trace-size: '" + value + "': 64k at least, or no packet has room";
  options.trace_size = *size;
  return {};
}
std::string set_trace_files(EmuOptions& options, const std::string& value) {
  const auto count = parse_size(value);
  if (!count || *count > 100'000) return "--trace-files: '" + value + "' is no number of files";
  options.trace_files = static_cast<unsigned>(*count);
  return {};
}
std::string set_until(EmuOptions& options, const std::string& value) {
  options.until = parse_seconds(value);
  return options.until ? "" : "--until: '" + value + "' is no time in seconds";
}

struct Option {
  OptionSpelling spelling;
  Apply apply;
};
constexpr auto kOptions = std::to_array<Option>({
    {{"tap", true}, add_tap},
    {{"real", true}, add_real},
    {{"commands", true}, text<&EmuOptions::commands>},
    {{"control", true}, text<&EmuOptions::control>},
    {{"user", true}, text<&EmuOptions::user>},
    {{"pidfile", true}, text<&EmuOptions::pidfile>},
    {{"trace", true}, text<&EmuOptions::trace>},
    {{"trace-size", true}, set_trace_size},
    {{"trace-files", true}, set_trace_files},
    {{"until", true}, set_until},
    {{"no-offload"}, set<&EmuOptions::offload, false>},
    {{"check"}, set<&EmuOptions::check>},
    {{"quiet,q"}, set<&EmuOptions::quiet>},
});

// What does not go together, or nothing.
std::string contradiction(const EmuOptions& options) {
  if (options.lab.empty() && options.commands.empty()) return "a lab or --commands FILE (lvs-emu --help)";
  if (!options.lab.empty() && !options.commands.empty())
    return "--commands is for a director alone; a lab has its startup files";
  if (options.taps.empty()) return "no --tap: nobody could reach it (lvs-emu --help)";
  if (options.trace == "-" && (!options.quiet || options.trace_size != 0))
    return "--trace - goes with --quiet and without --trace-size";
  if (options.trace.empty() && options.trace_size != 0) return "--trace-size goes with --trace";
  return {};
}

}  // namespace

base::Result<EmuOptions, std::string> parse_emu_options(const std::vector<std::string>& words) {
  EmuOptions options;
  options.help = asks_for_help(words);
  if (options.help) return options;
  const auto given = read_command_line<kOptions.size()>(words, kOptions, "is no option of lvs-emu (--help)");
  if (!given) return base::Error{given.error()};
  for (const GivenOption& each : *given) {
    std::string wrong;
    if (each.name.empty()) {
      if (!options.lab.empty()) wrong = "'" + each.value + "': one lab is enough";
      options.lab = each.value;
    } else if (const Option& option = option_of(kOptions, each); option.spelling.takes_value && each.value.empty()) {
      wrong = each.name + " wants a value";  // "" of --user would keep root's rights
    } else {
      wrong = option.apply(options, each.value);
    }
    if (!wrong.empty()) return base::Error{wrong};
  }
  for (os::TapPlug& plug : options.taps) plug.tap.offload = options.offload;
  if (const std::string wrong = contradiction(options); !wrong.empty()) return base::Error{wrong};
  return options;
}

}  // namespace lvs::scenarios
