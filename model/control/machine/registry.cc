// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/registry.h"
#include "control/machine/network-words.h"

#include <array>

namespace lvs::control {

// Not in the header yet, whose change compiles every command anew.
CommandResultOrError parse_telnet(const std::vector<Word>& words);
CommandResultOrError parse_wget(const std::vector<Word>& words);

namespace {

constexpr auto kCommands = std::to_array<CommandEntry>({
    {":", parse_true, "does nothing"},
    {"[", parse_test, "= != < > -eq -ne -lt -le -gt -ge -n -z -d -e -f -r -s -w -x ! -a -o ( )"},
    {"ab", parse_ab, "ApacheBench: -c -H -l -n -q -r -s"},
    {"apt", parse_apt_get, "install and update: what is modelled is there already"},
    {"apt-get", parse_apt_get, "install and update: what is modelled is there already"},
    {"arp", parse_arp, "-n -a -i -s -d"},
    {"arping", parse_arping, "-A -b -c -D -f -I -i -q -s -U -V -w"},
    {"arptables", parse_arptables, "-A -D -I -R -L -F -Z -N -X -E -P, all matches, ACCEPT DROP RETURN mangle"},
    {"awk", parse_awk, "-F -v; the language of mawk without functions of its own, getline and system"},
    {"basename", parse_basename, "names, suffixes"},
    {"brctl", parse_brctl, "addbr delbr addif delif show showmacs setageing stp off"},
    {"break", parse_true, "out of the loop around"},
    {"bridge", parse_bridge, "link, fdb: show"},
    {"cat", parse_cat, "-n; files of the machine, /proc/sys, /proc/net, standard input"},
    {"chkconfig", parse_chkconfig, "NAME on, off: services start by lines of the lab"},
    {"chmod", parse_chmod, "octal and symbolic modes"},
    {"conntrack", parse_conntrack, "-L -C -D -F of the table conntrack"},
    {"continue", parse_true, "the next round of the loop around"},
    {"cp", parse_cp, "-a -f -p -r"},
    {"curl", parse_curl,
     "-A -d -f -H -I -i -k -L -m -o -O -s -S -u -v -w -X --connect-timeout --interface --resolve and more"},
    {"cut", parse_cut, "-c -d -f -s"},
    {"date", parse_date, "the run's time: -u, +FORMAT"},
    {"dig", parse_dig, "@SERVER -p -q -t -x +short +noall +answer and more, over UDP; docs/names.md"},
    {"dirname", parse_dirname, "names"},
    {"dnf", parse_yum, "install and update: what is modelled is there already"},
    {"echo", parse_echo, "dash's: -n and backslash sequences"},
    {"egrep", parse_egrep, "as grep -E"},
    {"ethtool", parse_ethtool, "IF, -i, -k, -K FEATURE on|off"},
    {"exit", parse_exit, "at the end of a line"},
    {"false", parse_false, "status 1"},
    {"fgrep", parse_fgrep, "as grep -F"},
    {"getenforce", parse_getenforce, "SELinux is off"},
    {"getent", parse_getent, "hosts, ahosts and ahostsv4, of names"},
    {"grep", parse_grep, "-c -e -E -F -h -H -i -l -m -n -o -q -s -v -w -x"},
    {"head", parse_head, "-n, -N"},
    {"host", parse_host, "NAME [SERVER], -p -R -t -W, over UDP"},
    {"hostname", parse_hostname, "the name of the machine"},
    {"httpd", parse_httpd, "the small web server of labs: -a -p -t -f -s"},
    {"id", parse_id, "-u -g -un: root"},
    {"ifconfig", parse_ifconfig, "-a, addresses, aliases, netmask, broadcast, mtu, hw ether, arp, promisc, up, down"},
    {"ifdown", parse_ifdown, "interfaces of /etc/sysconfig/network-scripts and /etc/network/interfaces"},
    {"ifup", parse_ifup, "interfaces of /etc/sysconfig/network-scripts and /etc/network/interfaces"},
    {"ip", parse_ip, "addr, link, route, neigh, rule, tunnel"},
    {"ipset", parse_ipset, "sets of IPv4 addresses, networks and ports, for -m set"},
    {"iptables", parse_iptables, "raw, mangle, nat, filter: -A -C -D -I -R -L -S -F -Z -N -X -E -P"},
    {"iptables-legacy", parse_iptables, "as iptables"},
    {"iptables-legacy-restore", parse_iptables_restore, "as iptables-restore"},
    {"iptables-legacy-save", parse_iptables_save, "as iptables-save"},
    {"iptables-restore", parse_iptables_restore, "-c -n -t -T -v, from standard input or a file"},
    {"iptables-save", parse_iptables_save, "-c -t"},
    {"ipvsadm", parse_ipvsadm, "all of it for IPv4"},
    {"ipvsadm-restore", parse_ipvsadm_restore, "from standard input"},
    {"ipvsadm-save", parse_ipvsadm_save, "-n"},
    {"kill", parse_kill, "-l -s -SIGNAL PID"},
    {"killall", parse_killall, "-e -q -s -SIGNAL -v -w NAME"},
    {"logger", parse_logger, "-t -p -i TEXT, into /var/log/messages"},
    {"ls", parse_ls, "-1 -a -A -d -l"},
    {"lsmod", parse_lsmod, "modules of what is in use"},
    {"mkdir", parse_mkdir, "-p"},
    {"modprobe", parse_modprobe, "modules of what is modelled: they are there"},
    {"mv", parse_mv, "-f"},
    {"nc", parse_nc, "netcat-openbsd: -4 -C -d -k -l -n -N -p -q -s -u -v -w -W -z"},
    {"netstat", parse_netstat, "TCP and UDP sockets: -a -l -n -p -t -u -4"},
    {"pgrep", parse_pgrep, "-a -c -f -l -n -o -P -x PATTERN"},
    {"pidof", parse_pidof, "-s -x NAME"},
    {"ping", parse_ping, "-4 -b -c -D -I -i -m -M -n -O -q -Q -s -t -w -W -V"},
    {"pkill", parse_pkill, "-e -f -n -o -P -x -SIGNAL PATTERN"},
    {"printf", parse_printf, "dash's: %s %b %c %d %i %u %x %X %o %%"},
    {"ps", parse_ps, "-A -e -f -C -o -p, a u x"},
    {"rm", parse_rm, "-f -r"},
    {"rmdir", parse_rmdir, "empty folders"},
    {"route", parse_route, "-n, add, del: -net -host netmask gw metric reject dev"},
    {"sed", parse_sed, "-e -E -i -n -r; s y p d q = a i c n N { } behind N $ /RE/ and ranges"},
    {"seq", parse_seq, "whole numbers, -s"},
    {"service", parse_service, "NAME start, stop, restart, reload, status, save"},
    {"setenforce", parse_setenforce, "SELinux is off"},
    {"sleep", parse_sleep, "seconds, with s, m, h or d behind"},
    {"sort", parse_sort, "-b -f -h -k -n -r -s -t -u -V"},
    {"ss", parse_ss, "TCP and UDP sockets: -4 -a -H -l -n -p -t -u"},
    {"sync", parse_sync, "nothing to do"},
    {"sysctl", parse_sysctl, "-w -n -q -e -N -b -p FILE, keys of net.ipv4"},
    {"systemctl", parse_systemctl, "start stop restart reload enable disable status is-active is-enabled"},
    {"tail", parse_tail, "-n, -N"},
    {"tc", parse_tc, "qdisc: netem (delay, loss, rate, limit) and tbf at the root of an interface with a cable"},
    {"tcpdump", parse_tcpdump, "-i -n -e -c -w -r -t -q -v -S -A -x -X, filters of hosts, ports, protocols and bytes"},
    {"tcpreplay", parse_tcpreplay, "-i -t -q, one file"},
    {"tee", parse_tee, "-a"},
    {"telnet", parse_telnet, "HOST PORT, of services that speak no TELNET"},
    {"test", parse_test, "as ["},
    {"touch", parse_touch, "files"},
    {"tr", parse_tr, "-d -s, ranges, classes"},
    {"true", parse_true, "status 0"},
    {"uname", parse_uname, "-n -s"},
    {"uniq", parse_uniq, "-c -d -u"},
    {"update-rc.d", parse_update_rc, "services start by lines of the lab"},
    {"vconfig", parse_vconfig, "add IF ID, rem IF"},
    {"wc", parse_wc, "-c -l -w"},
    {"wget", parse_wget, "-q -nv -O -S -T -t -U --spider --header and more, http only"},
    {"which", parse_which, "paths of commands"},
    {"whoami", parse_whoami, "root"},
    {"yum", parse_yum, "install and update: what is modelled is there already"},
});

}  // namespace

const LinkedCommands& linked_commands() {
  static constexpr LinkedCommands kAll = {
      .commands = kCommands, .bash_echo = parse_bash_echo, .init_script = parse_init_script, .is_service = is_service};
  return kAll;
}

}  // namespace lvs::control
