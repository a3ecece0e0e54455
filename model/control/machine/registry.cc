// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/registry.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace lvs::control {
namespace {

constexpr auto kCommands = std::to_array<CommandEntry>({
    {":", parse_true, "does nothing"},
    {"[", parse_test, "= != -eq -ne -lt -le -gt -ge -n -z !"},
    {"ab", parse_ab, "ApacheBench: -c -H -l -n -q -r -s"},
    {"arp", parse_arp, "-n -a -i -s -d"},
    {"arping", parse_arping, "-A -b -c -D -f -I -i -q -s -U -V -w"},
    {"arptables", parse_arptables, "-A -D -I -R -L -F -Z -N -X -E -P, all matches, ACCEPT DROP RETURN mangle"},
    {"break", parse_true, "out of the loop around"},
    {"cat", parse_cat, "files of the machine, /proc/sys, /proc/net"},
    {"continue", parse_true, "the next round of the loop around"},
    {"curl", parse_curl, "-4 -A -f -H -I -i -m -o -O -s -S -v -w -X -0 --connect-timeout --interface --local-port"},
    {"date", parse_date, "the run's time, as seconds since 1970"},
    {"echo", parse_echo, "dash's: -n and backslash sequences"},
    {"exit", parse_exit, "at the end of a line"},
    {"false", parse_false, "status 1"},
    {"httpd", parse_httpd, "the small web server of labs: -a -p -t -f -s"},
    {"ifconfig", parse_ifconfig, "-a, addresses, aliases, netmask, broadcast, mtu, hw ether, arp, promisc, up, down"},
    {"ip", parse_ip, "addr, link, route, neigh, rule, tunnel"},
    {"iptables", parse_iptables, "raw, mangle, nat, filter: -A -C -D -I -R -L -S -F -Z -N -X -E -P"},
    {"iptables-restore", parse_iptables_restore, "-c -n -t -T -v, from standard input or a file"},
    {"iptables-save", parse_iptables_save, "-c -t"},
    {"ipvsadm", parse_ipvsadm, "all of it for IPv4, without the synchronisation daemon"},
    {"ipvsadm-restore", parse_ipvsadm_restore, "from standard input"},
    {"ipvsadm-save", parse_ipvsadm_save, "-n"},
    {"kill", parse_kill, "-l -s -SIGNAL PID"},
    {"killall", parse_killall, "-e -q -s -SIGNAL -v -w NAME"},
    {"nc", parse_nc, "netcat-openbsd: -4 -C -d -k -l -n -N -p -q -s -u -v -w -W -z"},
    {"netstat", parse_netstat, "TCP and UDP sockets: -a -l -n -p -t -u -4"},
    {"pgrep", parse_pgrep, "-a -c -f -l -n -o -P -x PATTERN"},
    {"pidof", parse_pidof, "-s -x NAME"},
    {"ping", parse_ping, "-4 -b -c -D -I -i -m -M -n -O -q -Q -s -t -w -W -V"},
    {"pkill", parse_pkill, "-e -f -n -o -P -x -SIGNAL PATTERN"},
    {"ps", parse_ps, "-A -e -f -C -o -p, a u x"},
    {"route", parse_route, "-n, add, del: -net -host netmask gw metric reject dev"},
    {"seq", parse_seq, "whole numbers, -s"},
    {"service", parse_service, "httpd start, stop, restart, status"},
    {"sleep", parse_sleep, "seconds, with s, m, h or d behind"},
    {"ss", parse_ss, "TCP and UDP sockets: -4 -a -H -l -n -p -t -u"},
    {"sysctl", parse_sysctl, "-w -n -q -e -N -b -p FILE, keys of net.ipv4"},
    {"tcpdump", parse_tcpdump, "-i -n -e -c -w -r -t -tt -q -v -S, filters of hosts, ports and protocols"},
    {"tcpreplay", parse_tcpreplay, "-i -t -q, one file"},
    {"test", parse_test, "as ["},
    {"true", parse_true, "status 0"},
});

constexpr auto kFolders =
    std::to_array<std::string_view>({"/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"});

// These and those of the layers above, in the order of names.
std::vector<CommandEntry>& all_commands() {
  static std::vector<CommandEntry> all(kCommands.begin(), kCommands.end());
  return all;
}

}  // namespace

void add_commands(std::span<const CommandEntry> more) {
  auto& all = all_commands();
  for (const CommandEntry& each : more) {
    const auto at = std::ranges::lower_bound(all, each.name, {}, &CommandEntry::name);
    if (at == all.end() || at->name != each.name) all.insert(at, each);
  }
}

std::span<const CommandEntry> modelled_commands() { return all_commands(); }

bool is_builtin(std::string_view name) {
  static constexpr auto kBuiltins = std::to_array<std::string_view>(
      {":",      ".",     "[",       "break", "cd",    "command", "continue", "echo",  "eval",     "exec",   "exit",
       "export", "false", "getopts", "kill",  "local", "printf",  "pwd",      "read",  "readonly", "return", "set",
       "shift",  "test",  "times",   "trap",  "true",  "type",    "ulimit",   "umask", "unset",    "wait"});
  return std::ranges::find(kBuiltins, name) != kBuiltins.end();
}

CommandResultOrError parse_command(const std::vector<Word>& words) {
  std::string_view name = words.front().text;
  for (const std::string_view folder : kFolders) {
    if (name.starts_with(folder)) {
      name.remove_prefix(folder.size());
      break;
    }
  }
  const auto commands = modelled_commands();
  const auto entry = std::ranges::find(commands, name, &CommandEntry::name);
  if (entry != commands.end()) return entry->parse(words);
  std::string known;
  for (const CommandEntry& each : commands) {
    if (!known.empty()) known += ' ';
    known += each.name;
  }
  return base::Error{SyntaxError{words.front().column, words.front().text, "this command is not modelled", known}};
}

}  // namespace lvs::control
