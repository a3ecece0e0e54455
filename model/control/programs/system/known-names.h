// SPDX-License-Identifier: GPL-2.0-or-later
// More packages and modules that set-ups name, and that are here already; between blanks.
#pragma once

#include <string>
#include <string_view>

namespace lvs::control {

inline constexpr std::string_view kMorePackages =
    " apache2 arptables_jf autoconf automake bash-completion bind bind9utils bind-utils bridge-utils conntrack "
    "conntrack-tools chrony cmake dnsmasq epel-release "
    "ethtool gcc gcc-c++ git glibc-devel haproxy httpd-tools ipset iptables-services kernel-devel kernel-headers less "
    "libnfnetlink libnfnetlink-devel libnl libnl3 libnl3-devel libnl-devel libpopt-dev libssl-dev lrzsz make man-db "
    "nano "
    "ntpdate openssl openssl-devel pcre pcre-devel popt popt-devel popt-static python3 sudo telnet traceroute "
    "util-linux vim vim-enhanced wget zlib zlib-devel ";

inline constexpr std::string_view kMoreModules =
    " 8021q arptable_filter ip_conntrack ip_conntrack_ftp ip_nat_ftp ip_set ip_set_bitmap_port ip_set_hash_ip "
    "ip_set_hash_ipport ip_set_hash_ipportip ip_set_hash_net ip_set_hash_netport ipt_MASQUERADE ipt_REJECT "
    "nf_conntrack_ftp nf_conntrack_netlink nf_nat_ftp overlay xt_CT xt_LOG xt_MASQUERADE xt_addrtype xt_comment "
    "xt_connmark xt_conntrack xt_ipvs xt_iprange xt_limit xt_mark xt_multiport xt_nat xt_set xt_state xt_statistic "
    "xt_tcpudp ";

inline bool is_among(std::string_view names, const std::string& name) {
  return name.find(' ') == std::string::npos && names.find(" " + name + " ") != std::string_view::npos;
}

}  // namespace lvs::control
