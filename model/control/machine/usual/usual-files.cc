// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/usual/usual-files.h"

#include "control/machine/usual/nginx-files.h"
#include "control/machine/usual/sysctl-conf.h"

#include <algorithm>
#include <array>
#include <string>

namespace lvs::control {
namespace {

// Written anew for any sh; what they print and answer is that of initscripts 10 (BOOTUP=serial: standard output is no
// terminal).
constexpr std::string_view kRedHat =
    R"(# Functions of init scripts, as /etc/rc.d/init.d/functions of initscripts has them
PATH="/sbin:/usr/sbin:/bin:/usr/bin"
export PATH
: "${COLUMNS:=80}"
BOOTUP=serial
RES_COL=60
LOGLEVEL=1
MOVE_TO_COL=
SETCOLOR_SUCCESS=
SETCOLOR_FAILURE=
SETCOLOR_WARNING=
SETCOLOR_NORMAL=

echo_success() { printf '[  OK  ]\r'; return 0; }
echo_failure() { printf '[FAILED]\r'; return 1; }
echo_passed() { printf '[PASSED]\r'; return 1; }
echo_warning() { printf '[WARNING]\r'; return 1; }
success() { [ -n "${LSB:-}" ] || echo_success; return 0; }
failure() {
  local rc=$?
  [ -n "${LSB:-}" ] || echo_failure
  return $rc
}
passed() {
  local rc=$?
  [ -n "${LSB:-}" ] || echo_passed
  return $rc
}
warning() {
  local rc=$?
  [ -n "${LSB:-}" ] || echo_warning
  return $rc
}
update_boot_stage() { return 0; }

action() {
  printf '%s ' "$1"
  shift
  "$@" && success || failure
  local rc=$?
  echo
  return $rc
}

strstr() {
  case "$1" in
    *"$2"*) return 0 ;;
  esac
  return 1
}
is_true() {
  case "$1" in
    [tT] | [yY] | [yY][eE][sS] | [oO][nN] | [tT][rR][uU][eE] | 1) return 0 ;;
  esac
  return 1
}
is_false() {
  case "$1" in
    [fF] | [nN] | [nN][oO] | [oO][fF][fF] | [fF][aA][lL][sS][eE] | 0) return 0 ;;
  esac
  return 1
}

checkpid() {
  for lvs_pid in $*; do
    kill -0 "$lvs_pid" 2>/dev/null && return 0
  done
  return 1
}

# lvs_pids PROGRAM PIDFILE: the living of those that the file names
lvs_pids() {
  lvs_file=${2:-/var/run/${1##*/}.pid}
  pid=
  [ -f "$lvs_file" ] || return 3
  for lvs_pid in $(cat "$lvs_file"); do
    kill -0 "$lvs_pid" 2>/dev/null && pid="$pid $lvs_pid"
  done
  [ -n "$pid" ]
}
lvs_pidof() {
  pidof -o $$ -o $PPID -o %PPID -x "$1" || pidof -o $$ -o $PPID -o %PPID -x "${1##*/}"
}

daemon() {
  lvs_base= lvs_force= lvs_pidfile=
  while [ "$1" != "${1##[-+]}" ]; do
    case $1 in
      --check) lvs_base=$2; shift 2 ;;
      --check=?*) lvs_base=${1#--check=}; shift ;;
      --user) shift 2 ;;
      --user=?*) shift ;;
      --pidfile) lvs_pidfile=$2; shift 2 ;;
      --pidfile=?*) lvs_pidfile=${1#--pidfile=}; shift ;;
      --force) lvs_force=force; shift ;;
      [-+][0-9]*) shift ;;
      *)
        echo "$0: Usage: daemon [+/-nicelevel] {program}" "[arg1]..."
        return 1
        ;;
    esac
  done
  [ -n "$lvs_base" ] || lvs_base=${1##*/}
  lvs_pids "$lvs_base" "$lvs_pidfile"
  [ -n "$pid" ] && [ -z "$lvs_force" ] && return 0
  /bin/bash -c "$*"
  [ "$?" -eq 0 ] && success || failure
}

killproc() {
  lvs_pidfile= lvs_delay=3
  if [ "$#" -eq 0 ]; then
    echo "Usage: killproc [-p {pidfile} [-b {binary}]] [-d {delay}] {program} [-signal]"
    return 1
  fi
  if [ "$1" = -p ]; then lvs_pidfile=$2; shift 2; fi
  if [ "$1" = -b ]; then shift 2; fi
  if [ "$1" = -d ]; then lvs_delay=${2%s}; shift 2; fi
  lvs_level=${2:-}
  lvs_pids "$1" "$lvs_pidfile"
  [ -n "$pid" ] || [ -n "$lvs_pidfile" ] || pid=$(lvs_pidof "$1")
  local rc=0
  if [ -z "$pid" ]; then
    if [ -n "${LSB:-}" ] && [ -n "$lvs_level" ]; then rc=7; else failure; fi
  elif [ -n "$lvs_level" ]; then
    kill $lvs_level $pid >/dev/null 2>&1
    rc=$?
    [ $rc -eq 0 ] && success || failure
  else
    kill -TERM $pid >/dev/null 2>&1
    sleep 0.1
    lvs_try=0
    while checkpid $pid && [ $lvs_try -lt $lvs_delay ]; do
      sleep 1
      lvs_try=$((lvs_try + 1))
    done
    if checkpid $pid; then
      kill -KILL $pid >/dev/null 2>&1
      sleep 0.1
    fi
    if checkpid $pid; then rc=1; fi
    [ $rc -eq 0 ] && success || failure
  fi
  [ -n "$lvs_level" ] || rm -f "${lvs_pidfile:-/var/run/${1##*/}.pid}"
  return $rc
}

pidfileofproc() {
  if [ "$#" = 0 ]; then echo "Usage: pidfileofproc {program}"; return 1; fi
  lvs_pids "$1"
  [ -n "$pid" ] && echo $pid
  return 0
}
pidofproc() {
  lvs_pidfile=
  if [ "$#" = 0 ]; then echo "Usage: pidofproc [-p {pidfile}] {program}"; return 1; fi
  if [ "$1" = -p ]; then lvs_pidfile=$2; shift 2; fi
  lvs_pids "$1" "$lvs_pidfile"
  lvs_rc=$?
  if [ -n "$pid" ]; then echo $pid; return 0; fi
  [ -n "$lvs_pidfile" ] && return $lvs_rc
  lvs_pidof "$1" || return $lvs_rc
}
status() {
  lvs_pidfile= lvs_lock=
  if [ "$#" = 0 ]; then
    echo "Usage: status [-p {pidfile}] [-l {lockfile}] [-b {binary}] {program}"
    return 1
  fi
  if [ "$1" = -p ]; then lvs_pidfile=$2; shift 2; fi
  if [ "$1" = -l ]; then lvs_lock=$2; shift 2; fi
  if [ "$1" = -b ]; then shift 2; fi
  lvs_base=${1##*/}
  lvs_pids "$1" "$lvs_pidfile"
  lvs_rc=$?
  [ -n "$pid" ] || [ -n "$lvs_pidfile" ] || pid=$(lvs_pidof "$1")
  if [ -n "$pid" ]; then echo "$lvs_base (pid $pid) is running..."; return 0; fi
  if [ $lvs_rc = 1 ]; then echo "$lvs_base dead but pid file exists"; return 1; fi
  if [ -f "/var/lock/subsys/${lvs_lock:-$lvs_base}" ]; then
    echo "$lvs_base dead but subsys locked"
    return 2
  fi
  echo "$lvs_base is stopped"
  return 3
}
)";

// As lsb-base 11.6 of Debian 12 where standard output is no terminal.
constexpr std::string_view kDebian = R"(# Functions of init scripts, as /lib/lsb/init-functions of lsb-base has them
log_use_fancy_output() { return 1; }
log_begin_msg() { [ -n "${1:-}" ] || return 1; echo -n "$@"; }
log_daemon_msg() {
  [ -n "${1:-}" ] || return 1
  if [ -z "${2:-}" ]; then echo -n "$1:"; else echo -n "$1: $2"; fi
}
log_progress_msg() { [ -n "${1:-}" ] || return 1; echo -n " $@"; }
log_end_msg() {
  [ -n "${1:-}" ] || return 1
  if [ $1 -eq 0 ]; then
    echo "."
  elif [ $1 -eq 255 ]; then
    echo " (warning)."
  else
    echo " failed!"
  fi
  return $1
}
log_success_msg() { [ -z "${1:-}" ] || log_begin_msg "$@"; log_end_msg 0; }
log_failure_msg() { [ -z "${1:-}" ] || log_begin_msg "$@" "..."; log_end_msg 1 || true; }
log_warning_msg() { [ -z "${1:-}" ] || log_begin_msg "$@" "..."; log_end_msg 255 || true; }
log_action_msg() { echo "$@."; }
log_action_begin_msg() { echo -n "$@..."; }
log_action_cont_msg() { echo -n "$@..."; }
log_action_end_msg() {
  lvs_end=.
  [ -z "${2:-}" ] || lvs_end=" ($2)."
  if [ $1 -eq 0 ]; then echo "done$lvs_end"; else echo "failed$lvs_end"; fi
}
init_is_upstart() { return 1; }
get_lsb_header_val() {
  [ -f "$1" ] && [ -n "${2:-}" ] || return 1
  sed -n "/### BEGIN INIT INFO/,/### END INIT INFO/ s/# $2: \+\(.*\)/\1/p" "$1"
}

# What an option -p of $@ names, and how many words that were
lvs_take_pidfile() {
  lvs_pidfile= lvs_words=0
  while [ $# -gt 1 ]; do
    case "$1" in
      -p) lvs_pidfile=$2; lvs_words=$((lvs_words + 2)); shift 2 ;;
      -n) lvs_words=$((lvs_words + 2)); shift 2 ;;
      -f) lvs_words=$((lvs_words + 1)); shift ;;
      --) lvs_words=$((lvs_words + 1)); return ;;
      *) return ;;
    esac
  done
}
pidofproc() {
  lvs_take_pidfile "$@"
  shift $lvs_words
  if [ $# -ne 1 ]; then echo "$0: invalid arguments" >&2; return 4; fi
  lvs_file=${lvs_pidfile:-/var/run/${1##*/}.pid}
  if [ -e "$lvs_file" ]; then
    read lvs_pid < "$lvs_file"
    [ -n "$lvs_pid" ] || return 4
    if kill -0 "$lvs_pid" 2>/dev/null; then echo "$lvs_pid"; return 0; fi
    return 1
  fi
  [ -z "$lvs_pidfile" ] || return 3
  pidof -o %PPID -x "$1" || return 3
}
start_daemon() {
  lvs_take_pidfile "$@"
  shift $lvs_words
  pidofproc "$1" >/dev/null || "$@"
}
killproc() {
  lvs_take_pidfile "$@"
  shift $lvs_words
  lvs_signal=${2:-} lvs_signal=${lvs_signal#-} lvs_signal=${lvs_signal#SIG}
  lvs_own=$lvs_pidfile
  if [ -n "$lvs_own" ]; then
    lvs_found=$(pidofproc -p "$lvs_own" "$1")
  else
    lvs_found=$(pidofproc "$1")
  fi || { [ -z "$lvs_signal" ] || [ "$lvs_signal" = TERM ] || [ "$lvs_signal" = 15 ] || return 3; return 0; }
  kill -s "${lvs_signal:-TERM}" $lvs_found
  if [ "$lvs_signal" = TERM ] || [ "$lvs_signal" = 15 ]; then
    [ -z "$lvs_own" ] || pidofproc -p "$lvs_own" "$1" >/dev/null || rm -f "$lvs_own"
  fi
  if [ -z "$lvs_signal" ]; then
    for lvs_try in 1 2 3 4 5; do
      kill -0 $lvs_found 2>/dev/null || break
      sleep 1
    done
  fi
  return 0
}
status_of_proc() {
  lvs_take_pidfile "$@"
  shift $lvs_words
  lvs_status=0
  if [ -n "$lvs_pidfile" ]; then
    pidofproc -p "$lvs_pidfile" "$1" >/dev/null || lvs_status=$?
  else
    pidofproc "$1" >/dev/null || lvs_status=$?
  fi
  if [ $lvs_status = 0 ]; then
    log_success_msg "$2 is running"
  elif [ $lvs_status = 4 ]; then
    log_failure_msg "could not access PID file for $2"
  else
    log_failure_msg "$2 is not running"
  fi
  return $lvs_status
}
)";

// That of initscripts, which notes copy for the VIP's alias: cp ifcfg-lo ifcfg-lo:0.
constexpr std::string_view kLoopback = R"(DEVICE=lo
IPADDR=127.0.0.1
NETMASK=255.0.0.0
NETWORK=127.0.0.0
# If you're having problems with gated making 127.0.0.0/8 a martian,
# you can change this to something else (255.255.255.255, for example)
BROADCAST=127.255.255.255
ONBOOT=yes
NAME=loopback
)";

// By these scripts tell Debian from Red Hat.
constexpr std::string_view kRelease = R"END(PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
)END";

constexpr auto kFiles = std::to_array<UsualFile>({
    {"/etc/debian_version", "12.11\n"},
    {"/etc/init.d/functions", kRedHat},
    {"/etc/nginx/mime.types", kMimeTypes},
    {"/etc/nginx/modules-enabled/50-mod-stream.conf", kNginxStream},
    {"/etc/nginx/nginx.conf", kNginx},
    {"/etc/nginx/proxy_params", kNginxProxy},
    {"/etc/nginx/sites-available/default", kNginxSite},
    {"/etc/nginx/sites-enabled/default", kNginxSite},
    {"/etc/os-release", kRelease},
    {"/etc/sysconfig/network-scripts/ifcfg-lo", kLoopback},
    {"/etc/sysctl.conf", kDebianSysctl},
    {"/var/www/html/index.nginx-debian.html", kNginxPage},
    {kLsbFunctions, kDebian},
});

}  // namespace

std::span<const UsualFile> usual_files() { return kFiles; }

bool is_usual_function(std::string_view name) {
  const std::string head = "\n" + std::string(name) + "() {";
  return std::ranges::any_of(kFiles, [&](const UsualFile& file) { return file.text.find(head) != file.text.npos; });
}

void ReadFunctions::read(std::string_view path) {
  if (path.ends_with("/init.d/functions") || path == kLsbFunctions)
    usual_ = true;
  else
    others_ = true;
}
bool ReadFunctions::may_be(std::string_view name) const {
  return others_ ? name.find('/') == std::string_view::npos : usual_ && is_usual_function(name);
}

}  // namespace lvs::control
