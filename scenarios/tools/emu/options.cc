// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/emu/options.h"

#include <functional>
#include <map>

#include "base/numbers.h"

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

constexpr std::uint64_t kSmallestTrace = 64'000;  // who the machines are takes a part of each file

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

base::Result<EmuOptions, std::string> parse_emu_options(const std::vector<std::string>& words) {
  EmuOptions options;
  std::string wrong;  // the first thing that is
  const auto say = [&](const std::string& text) {
    if (wrong.empty()) wrong = text;
  };
  using Take = std::function<void(const std::string&)>;
  const auto text_into = [](std::string& target) { return [&target](const std::string& value) { target = value; }; };
  const std::map<std::string, Take> with_value = {
      {"--tap",
       [&](const std::string& value) {
         auto plug = os::parse_tap_plug(value);
         if (!plug) return say("--tap " + plug.error());
         options.taps.push_back(std::move(*plug));
       }},
      {"--real",
       [&](const std::string& value) {
         if (!add_names(value, options.real)) say("--real: '" + value + "' is no list of hosts");
       }},
      {"--commands", text_into(options.commands)},
      {"--control", text_into(options.control)},
      {"--user", text_into(options.user)},
      {"--pidfile", text_into(options.pidfile)},
      {"--trace", text_into(options.trace)},
      {"--trace-size",
       [&](const std::string& value) {
         const auto size = parse_size(value);
         if (!size) return say("--trace-size: '" + value + "' is no number of bytes (100M)");
         if (*size < kSmallestTrace) return say("--trace-size: '" + value + "': 64k at least, or no packet has room");
         options.trace_size = *size;
       }},
      {"--trace-files",
       [&](const std::string& value) {
         const auto count = parse_size(value);
         if (!count || *count > 100'000) return say("--trace-files: '" + value + "' is no number of files");
         options.trace_files = static_cast<unsigned>(*count);
       }},
      {"--until",
       [&](const std::string& value) {
         options.until = parse_seconds(value);
         if (!options.until) say("--until: '" + value + "' is no time in seconds");
       }},
  };
  const std::map<std::string, bool*> switches = {{"--check", &options.check},
                                                 {"--quiet", &options.quiet},
                                                 {"-q", &options.quiet},
                                                 {"--help", &options.help},
                                                 {"-h", &options.help}};
  for (std::size_t i = 0; i < words.size() && wrong.empty(); ++i) {
    const std::string& word = words[i];
    const std::size_t equal = word.starts_with("--") ? word.find('=') : std::string::npos;
    const std::string name = word.substr(0, equal);
    if (const auto found = switches.find(word); found != switches.end()) {
      *found->second = true;
    } else if (word == "--no-offload") {
      options.offload = false;
    } else if (const auto option = with_value.find(name); option != with_value.end()) {
      const bool behind = equal == std::string::npos;
      const std::string value = !behind ? word.substr(equal + 1) : i + 1 < words.size() ? words[++i] : std::string();
      if (value.empty()) {  // "" of --user would keep root's rights
        say(name + ": a value is missing");
      } else {
        option->second(value);
      }
    } else if (word.starts_with("-")) {
      say("'" + word + "' is no option of lvs-emu (--help)");
    } else if (!options.lab.empty()) {
      say("'" + word + "': one lab is enough");
    } else {
      options.lab = word;
    }
  }
  if (!wrong.empty()) return base::Error{wrong};
  for (os::TapPlug& plug : options.taps) plug.tap.offload = options.offload;
  if (options.help) return options;
  if (options.lab.empty() && options.commands.empty()) {
    return base::Error{std::string("a lab or --commands FILE (lvs-emu --help)")};
  }
  if (!options.lab.empty() && !options.commands.empty()) {
    return base::Error{std::string("--commands is for a director alone; a lab has its startup files")};
  }
  if (options.taps.empty()) return base::Error{std::string("no --tap: nobody could reach it (lvs-emu --help)")};
  if (options.trace == "-" && (!options.quiet || options.trace_size != 0)) {
    return base::Error{std::string("--trace - goes with --quiet and without --trace-size")};
  }
  if (options.trace.empty() && options.trace_size != 0)
    return base::Error{std::string("--trace-size goes with --trace")};
  return options;
}

}  // namespace lvs::scenarios
