// SPDX-License-Identifier: GPL-2.0-or-later
// Tables of the kernel as services, as far as they are words of sh: the status of Red Hat's scripts, and arptables,
// whose save and restore are scripts themselves (arptables 0.0.5, there in Perl). The same text on both engines.
#pragma once

#include <string>
#include <string_view>

namespace lvs::control {

inline constexpr std::string_view kIpvsadmStatus = "ipvsadm -L -n\n";
inline constexpr std::string_view kIptablesStatus =
    "T=$(iptables-save | sed -n 's/^\\*//p')\n"
    "[ -n \"$T\" ] || { echo 'iptables: Firewall is not running.'; exit 3; }\n"
    "for t in $T; do echo \"Table: $t\"; iptables -t $t -L -n --line-numbers; echo; done\n";

inline constexpr std::string_view kArptablesSave =
    "T=$(arptables -t filter -L -n) || exit 255\n"
    "echo \"$T\" | awk '/^Chain .* \\(policy / { p = $4; sub(/\\)$/, \"\", p); c = $2; b = b \":\" c \" \" p \"\\n\"; "
    "next }\n"
    "/^Chain / { c = $2; u = u \":\" c \" -\\n\"; next }\n"
    "/^$/ { next }\n"
    "{ r = r \"-A \" c \" \" $0 \"\\n\" }\n"
    "END { printf \"*filter\\n%s%s%s\\n\", b, u, r }'\n";

inline constexpr std::string_view kArptablesClear =
    "for c in INPUT OUTPUT FORWARD; do arptables -P $c ACCEPT; done\narptables -F\n"
    "for c in $(arptables -L -n | awk '/^Chain .*references/ { print $2 }'); do arptables -X $c; done\n";

// Of standard input.
inline constexpr std::string_view kArptablesLoad =
    "while IFS= read -r l; do case \"$l\" in\n"
    "'#'* | '' | '*'* | COMMIT) ;;\n"
    "':'*' -') l=${l#:}; arptables -N ${l% -} || exit 255 ;;\n"
    "':'*) arptables -P ${l#:} || exit 255 ;;\n"
    "*) eval \"arptables $l\" || exit 255 ;;\n"
    "esac; done";

inline constexpr std::string_view kArptablesFile = "/etc/sysconfig/arptables";

// What `service arptables ACTION` does; empty: nothing.
inline std::string arptables_script(std::string_view action) {
  const std::string file(kArptablesFile);
  if (action == "save") return "mkdir -p /etc/sysconfig; arptables-save > " + file + "\n";
  if (action == "status") return "arptables -L -n\n";
  if (action == "stop") return std::string(kArptablesClear);
  if (action == "start" || action == "restart" || action == "reload" || action == "force-reload")
    return std::string(kArptablesClear) + "[ ! -f " + file + " ] || arptables-restore < " + file + "\n";
  return {};
}

}  // namespace lvs::control
