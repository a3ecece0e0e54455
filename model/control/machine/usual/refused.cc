// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/usual/refused.h"

#include <algorithm>
#include <array>

namespace lvs::control {
namespace {

struct Refused {
  std::string_view command, instead;
};
constexpr std::string_view kCosts = "it is not modelled what a machine's programs cost in time and memory";
constexpr std::string_view kEditor =
    "write files with cat > FILE <<EOF, or put them into the lab's folder as HOST/PATH";
constexpr std::string_view kContainers = "each machine of a lab is one; type what is done inside";
constexpr std::string_view kSchedule = "no line runs by the clock; lines of lab.timeline have their times";
constexpr std::string_view kJournal = "what daemons say stands where they write it: /var/log/messages, their own files";
constexpr std::string_view kProbes = "ping, arping, nc -z, tcpdump and the walks of lvs-trace show the same";
constexpr std::string_view kUsers = "there is no user but root";
constexpr std::string_view kSockets = "ss -lntp or netstat -lntp";
constexpr std::string_view kServer =
    "httpd -p PORT, python3 -m http.server PORT, or systemctl start nginx, for a web server";
constexpr std::string_view kBrowser = "curl or wget";
constexpr std::string_view kLoad = "ab, or lvs-nat, lvs-dr and lvs-tun for load";

constexpr auto kRefused = std::to_array<Refused>({
    {"adduser", kUsers},
    {"at", kSchedule},
    {"cron", kSchedule},
    {"crond", kSchedule},
    {"crontab", kSchedule},
    {"dmesg", kJournal},
    {"docker", kContainers},
    {"elinks", kBrowser},
    {"free", kCosts},
    {"fuser", kSockets},
    {"groupadd", kUsers},
    {"hping3", kProbes},
    {"htop", kCosts},
    {"iostat", kCosts},
    {"iperf", kLoad},
    {"iperf3", kLoad},
    {"journalctl", kJournal},
    {"kubectl", kContainers},
    {"links", kBrowser},
    {"lsof", kSockets},
    {"lynx", kBrowser},
    {"mtr", kProbes},
    {"nano", kEditor},
    {"ncat", "nc"},
    {"nft", "iptables"},
    {"nmap", kProbes},
    {"passwd", kUsers},
    {"podman", kContainers},
    {"python", kServer},
    {"sar", kCosts},
    {"select", "case and read"},
    {"socat", "nc"},
    {"su", kUsers},
    {"top", kCosts},
    {"tracepath", "traceroute"},
    {"uptime", kCosts},
    {"useradd", kUsers},
    {"vi", kEditor},
    {"vim", kEditor},
    {"vmstat", kCosts},
    {"w", kCosts},
    {"watch", "it needs a terminal; while sleep 2; do COMMAND; done, or the prompt of lvs-lab shell"},
    {"wrk", kLoad},
});

}  // namespace

std::string_view instead_of(std::string_view command) {
  const auto found = std::ranges::find(kRefused, command, &Refused::command);
  return found == kRefused.end() ? std::string_view() : found->instead;
}

}  // namespace lvs::control
