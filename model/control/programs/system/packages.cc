// SPDX-License-Identifier: GPL-2.0-or-later
// apt-get, yum and modprobe: everything that is modelled is there already.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/machine/registry.h"
#include "control/programs/system/known-names.h"

namespace lvs::control {
namespace {

constexpr auto kPackages = std::to_array<std::string_view>(
    {"apache2-utils",  "arping",         "arptables", "bash",       "bind9",    "coreutils", "curl",
     "dnsutils",       "grep",           "httpd",     "iproute",    "iproute2", "iptables",  "iputils",
     "iputils-arping", "iputils-ping",   "ipvsadm",   "keepalived", "kmod",     "nc",        "net-tools",
     "netcat",         "netcat-openbsd", "nginx",     "procps",     "psmisc",   "tcpdump",   "tcpreplay"});

constexpr auto kModules = std::to_array<std::string_view>({"arp_tables",     "br_netfilter",   "bridge",
                                                           "dummy",          "ktcpvs",         "ktcpvs_hhttp",
                                                           "ktcpvs_http",    "ktcpvs_phttp",   "ktcpvs_wlc",
                                                           "ip_tables",      "ip_vs",          "ip_vs_dh",
                                                           "ip_vs_fo",       "ip_vs_ftp",      "ip_vs_lblc",
                                                           "ip_vs_lblcr",    "ip_vs_lc",       "ip_vs_mh",
                                                           "ip_vs_nq",       "ip_vs_ovf",      "ip_vs_pe_sip",
                                                           "ip_vs_rr",       "ip_vs_sed",      "ip_vs_sh",
                                                           "ip_vs_wlc",      "ip_vs_wrr",      "ipip",
                                                           "iptable_filter", "iptable_mangle", "iptable_nat",
                                                           "iptable_raw",    "nf_conntrack",   "nf_conntrack_ipv4",
                                                           "nf_nat",         "veth",           "xt_TRACE"});

CommandResultOrError parse_packages(const std::vector<Word>& words, std::string_view tool) {
  std::string action, out;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.starts_with('-')) continue;  // -y and its like change nothing
    if (action.empty()) {
      action = word;
      if (action != "install" && action != "update" && action != "makecache")
        return base::Error{
            SyntaxError{words[i].column, word, fmt::format("this of {} is not modelled", tool), "install update"}};
      continue;
    }
    if (std::ranges::find(kPackages, word) == kPackages.end() && !is_among(kMorePackages, word))
      return base::Error{SyntaxError{words[i].column, word, "nothing of this package is modelled", {}}};
    out += fmt::format("{} is there already.\n", word);
  }
  if (action.empty())
    return base::Error{
        SyntaxError{words[0].column, words[0].text, "an action is missing behind this", "install update"}};
  return refusal(0, {}, std::move(out));
}

}  // namespace

CommandResultOrError parse_apt_get(const std::vector<Word>& words) { return parse_packages(words, "apt-get"); }
CommandResultOrError parse_yum(const std::vector<Word>& words) { return parse_packages(words, "yum"); }

// kmod's modprobe says nothing of a module that is there.
CommandResultOrError parse_modprobe(const std::vector<Word>& words) {
  std::string unknown;
  bool quiet = false, any = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string name = words[i].text;
    if (name == "-a" || name == "-v") continue;
    if (name == "-q") {
      quiet = true;
      continue;
    }
    if (name.starts_with('-'))
      return base::Error{SyntaxError{words[i].column, name, "this option of modprobe is not modelled", "-a -q -v"}};
    if (name.find('=') != std::string::npos)
      return base::Error{SyntaxError{words[i].column, name, "parameters of modules are not modelled", {}}};
    any = true;
    std::ranges::replace(name, '-', '_');
    if (std::ranges::find(kModules, name) == kModules.end() && !is_among(kMoreModules, name) && unknown.empty())
      unknown = words[i].text;
  }
  if (!any) return refusal(1, "modprobe: ERROR: missing parameters. See -h.\n");
  if (unknown.empty()) return refusal(0, {});
  if (quiet) return refusal(1, {});
  return base::Error{SyntaxError{words[0].column, unknown, "nothing of this module is modelled", {}}};
}

}  // namespace lvs::control
