// SPDX-License-Identifier: GPL-2.0-or-later
// The commands that are modelled, by name.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

// Turns words (the program's name first, as typed) into a command.
using CommandParser = CommandResultOrError (*)(const std::vector<Word>& words);

struct CommandEntry {
  std::string_view name;
  CommandParser parse;
  std::string_view summary;  // one line: what of it is modelled
};

// What the shell finds outside itself. Members but `commands` may be null: then there is no such thing.
struct LinkedCommands {
  std::span<const CommandEntry> commands;      // in the order of names
  std::span<const CommandEntry> of_bash = {};  // built into bash otherwise than into dash
  CommandParser init_script = nullptr;         // /etc/init.d/NAME
  bool (*is_service)(std::string_view name) = nullptr;
};

// All commands of this layer (registry.cc). A program that needs few of them, and is not to be compiled with all, links
// a definition of its own in place of that file: scenarios/few-commands.
const LinkedCommands& linked_commands();

// In the order of names.
std::span<const CommandEntry> modelled_commands();

// Adds the commands of a layer above this one (daemons): once, when a program starts, before it parses anything. Names,
// summaries and parsers must outlive the program's use of them; a name that is there already is left as it is.
void add_commands(std::span<const CommandEntry> more);

bool is_modelled_command(std::string_view name);
// Does /etc/init.d/NAME stand for a service that is modelled?
bool is_service(std::string_view name);
// Is it a part of sh (dash), and no process of its own?
bool is_builtin(std::string_view name);

// What messages of parts of the shell begin with where they are made; the shell at work puts its own place there.
inline constexpr std::string_view kShellPlace = "/bin/sh: 1: ";

// Looks up the name, with or without one of the usual folders in front. `words` is not empty. `bash`: it is bash that
// asks.
CommandResultOrError parse_command(const std::vector<Word>& words, bool bash = false);

// Built into bash.
CommandResultOrError parse_bash_echo(const std::vector<Word>& words);
CommandResultOrError parse_bash_printf(const std::vector<Word>& words);
CommandResultOrError parse_bash_test(const std::vector<Word>& words);

// One a command.
CommandResultOrError parse_ab(const std::vector<Word>& words);
CommandResultOrError parse_apt_get(const std::vector<Word>& words);
CommandResultOrError parse_arp(const std::vector<Word>& words);
CommandResultOrError parse_arping(const std::vector<Word>& words);
CommandResultOrError parse_arptables(const std::vector<Word>& words);
CommandResultOrError parse_awk(const std::vector<Word>& words);
CommandResultOrError parse_basename(const std::vector<Word>& words);
CommandResultOrError parse_brctl(const std::vector<Word>& words);
CommandResultOrError parse_bridge(const std::vector<Word>& words);
CommandResultOrError parse_cat(const std::vector<Word>& words);
CommandResultOrError parse_chkconfig(const std::vector<Word>& words);
CommandResultOrError parse_chmod(const std::vector<Word>& words);
CommandResultOrError parse_conntrack(const std::vector<Word>& words);
CommandResultOrError parse_cp(const std::vector<Word>& words);
CommandResultOrError parse_curl(const std::vector<Word>& words);
CommandResultOrError parse_cut(const std::vector<Word>& words);
CommandResultOrError parse_date(const std::vector<Word>& words);
CommandResultOrError parse_dig(const std::vector<Word>& words);
CommandResultOrError parse_dirname(const std::vector<Word>& words);
CommandResultOrError parse_echo(const std::vector<Word>& words);
CommandResultOrError parse_egrep(const std::vector<Word>& words);
CommandResultOrError parse_ethtool(const std::vector<Word>& words);
CommandResultOrError parse_exit(const std::vector<Word>& words);
CommandResultOrError parse_false(const std::vector<Word>& words);
CommandResultOrError parse_fgrep(const std::vector<Word>& words);
CommandResultOrError parse_getenforce(const std::vector<Word>& words);
CommandResultOrError parse_getent(const std::vector<Word>& words);
CommandResultOrError parse_grep(const std::vector<Word>& words);
CommandResultOrError parse_head(const std::vector<Word>& words);
CommandResultOrError parse_host(const std::vector<Word>& words);
CommandResultOrError parse_hostname(const std::vector<Word>& words);
CommandResultOrError parse_httpd(const std::vector<Word>& words);
CommandResultOrError parse_id(const std::vector<Word>& words);
CommandResultOrError parse_ifconfig(const std::vector<Word>& words);
CommandResultOrError parse_ifdown(const std::vector<Word>& words);
CommandResultOrError parse_ifup(const std::vector<Word>& words);
CommandResultOrError parse_init_script(const std::vector<Word>& words);
CommandResultOrError parse_ip(const std::vector<Word>& words);
CommandResultOrError parse_ipset(const std::vector<Word>& words);
CommandResultOrError parse_iptables(const std::vector<Word>& words);
CommandResultOrError parse_iptables_restore(const std::vector<Word>& words);
CommandResultOrError parse_iptables_save(const std::vector<Word>& words);
CommandResultOrError parse_ipvsadm(const std::vector<Word>& words);
CommandResultOrError parse_ipvsadm_restore(const std::vector<Word>& words);
CommandResultOrError parse_ipvsadm_save(const std::vector<Word>& words);
CommandResultOrError parse_kill(const std::vector<Word>& words);
CommandResultOrError parse_killall(const std::vector<Word>& words);
CommandResultOrError parse_logger(const std::vector<Word>& words);
CommandResultOrError parse_ls(const std::vector<Word>& words);
CommandResultOrError parse_lsmod(const std::vector<Word>& words);
CommandResultOrError parse_mkdir(const std::vector<Word>& words);
CommandResultOrError parse_modprobe(const std::vector<Word>& words);
CommandResultOrError parse_mv(const std::vector<Word>& words);
CommandResultOrError parse_nc(const std::vector<Word>& words);
CommandResultOrError parse_netstat(const std::vector<Word>& words);
CommandResultOrError parse_pgrep(const std::vector<Word>& words);
CommandResultOrError parse_pidof(const std::vector<Word>& words);
CommandResultOrError parse_ping(const std::vector<Word>& words);
CommandResultOrError parse_pkill(const std::vector<Word>& words);
CommandResultOrError parse_printf(const std::vector<Word>& words);
CommandResultOrError parse_ps(const std::vector<Word>& words);
CommandResultOrError parse_rm(const std::vector<Word>& words);
CommandResultOrError parse_rmdir(const std::vector<Word>& words);
CommandResultOrError parse_route(const std::vector<Word>& words);
CommandResultOrError parse_sed(const std::vector<Word>& words);
CommandResultOrError parse_seq(const std::vector<Word>& words);
CommandResultOrError parse_service(const std::vector<Word>& words);
CommandResultOrError parse_setenforce(const std::vector<Word>& words);
CommandResultOrError parse_sleep(const std::vector<Word>& words);
CommandResultOrError parse_sort(const std::vector<Word>& words);
CommandResultOrError parse_ss(const std::vector<Word>& words);
CommandResultOrError parse_sync(const std::vector<Word>& words);
CommandResultOrError parse_sysctl(const std::vector<Word>& words);
CommandResultOrError parse_systemctl(const std::vector<Word>& words);
CommandResultOrError parse_tail(const std::vector<Word>& words);
CommandResultOrError parse_tc(const std::vector<Word>& words);
CommandResultOrError parse_tcpdump(const std::vector<Word>& words);
CommandResultOrError parse_tcpreplay(const std::vector<Word>& words);
CommandResultOrError parse_tee(const std::vector<Word>& words);
CommandResultOrError parse_telnet(const std::vector<Word>& words);
CommandResultOrError parse_test(const std::vector<Word>& words);
CommandResultOrError parse_touch(const std::vector<Word>& words);
CommandResultOrError parse_tr(const std::vector<Word>& words);
CommandResultOrError parse_true(const std::vector<Word>& words);
CommandResultOrError parse_uname(const std::vector<Word>& words);
CommandResultOrError parse_uniq(const std::vector<Word>& words);
CommandResultOrError parse_update_rc(const std::vector<Word>& words);
CommandResultOrError parse_vconfig(const std::vector<Word>& words);
CommandResultOrError parse_wc(const std::vector<Word>& words);
CommandResultOrError parse_wget(const std::vector<Word>& words);
CommandResultOrError parse_which(const std::vector<Word>& words);
CommandResultOrError parse_whoami(const std::vector<Word>& words);
CommandResultOrError parse_yum(const std::vector<Word>& words);

}  // namespace lvs::control
