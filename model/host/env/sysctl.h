// SPDX-License-Identifier: GPL-2.0-or-later
// net.ipv4 sysctls: conf/{all,default,<dev>} with the kernel's combining rules, and the host-wide ones.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lvs::host {

// net.ipv4.conf.*.KEY. X(name, default)
#define LVS_CONF_KEYS(X)                       \
  X(forwarding, 0)                             \
  X(accept_redirects, 1)                       \
  X(secure_redirects, 1)                       \
  X(shared_media, 1)                           \
  X(rp_filter, 0)                              \
  X(send_redirects, 1)                         \
  X(accept_source_route, 0)                    \
  X(accept_local, 0)                           \
  X(src_valid_mark, 0)                         \
  X(proxy_arp, 0)                              \
  X(proxy_arp_pvlan, 0)                        \
  X(medium_id, 0)                              \
  X(log_martians, 0)                           \
  X(arp_filter, 0)                             \
  X(arp_announce, 0)                           \
  X(arp_ignore, 0)                             \
  X(arp_accept, 0)                             \
  X(arp_notify, 0)                             \
  X(arp_evict_nocarrier, 1)                    \
  X(drop_gratuitous_arp, 0)                    \
  X(drop_unicast_in_l2_multicast, 0)           \
  X(route_localnet, 0)                         \
  X(promote_secondaries, 0)                    \
  X(force_igmp_version, 0)                     \
  X(igmpv2_unsolicited_report_interval, 10000) \
  X(igmpv3_unsolicited_report_interval, 1000)  \
  X(ignore_routes_with_linkdown, 0)            \
  X(bc_forwarding, 0)                          \
  X(bootp_relay, 0)                            \
  X(disable_policy, 0)                         \
  X(disable_xfrm, 0)                           \
  X(tag, 0)

enum class Conf : std::uint8_t {
#define LVS_CONF_NAME(name, value) name,
  LVS_CONF_KEYS(LVS_CONF_NAME)
#undef LVS_CONF_NAME
      count_
};

// One conf/ folder.
using ConfSet = std::array<int, static_cast<std::size_t>(Conf::count_)>;
ConfSet conf_defaults();
std::string_view name_of(Conf key);
std::optional<Conf> conf_of(std::string_view name);

// Host-wide net.ipv4.KEY. X(name, default)
#define LVS_IPV4_KEYS(X)                  \
  X(ip_forward, 0)                        \
  X(ip_default_ttl, 64)                   \
  X(ip_no_pmtu_disc, 0)                   \
  X(ip_forward_use_pmtu, 0)               \
  X(ip_nonlocal_bind, 0)                  \
  X(ip_unprivileged_port_start, 1024)     \
  X(icmp_echo_ignore_all, 0)              \
  X(icmp_echo_ignore_broadcasts, 1)       \
  X(icmp_errors_use_inbound_ifaddr, 0)    \
  X(icmp_ignore_bogus_error_responses, 1) \
  X(icmp_ratelimit, 1000)                 \
  X(icmp_ratemask, 6168)                  \
  X(icmp_msgs_per_sec, 1000)              \
  X(icmp_msgs_burst, 50)                  \
  X(ipfrag_high_thresh, 4194304)          \
  X(ipfrag_low_thresh, 3145728)           \
  X(ipfrag_time, 30)                      \
  X(ipfrag_max_dist, 64)                  \
  X(min_pmtu, 552)                        \
  X(mtu_expires, 600)                     \
  X(tcp_syn_retries, 6)                   \
  X(tcp_synack_retries, 5)                \
  X(tcp_retries2, 15)                     \
  X(tcp_fin_timeout, 60)                  \
  X(tcp_keepalive_time, 7200)             \
  X(tcp_keepalive_probes, 9)              \
  X(tcp_keepalive_intvl, 75)              \
  X(tcp_tw_reuse, 2)                      \
  X(tcp_timestamps, 1)                    \
  X(tcp_sack, 1)                          \
  X(tcp_window_scaling, 1)                \
  X(tcp_syncookies, 1)                    \
  X(tcp_max_syn_backlog, 128)             \
  X(tcp_abort_on_overflow, 0)             \
  X(tcp_fwmark_accept, 0)                 \
  X(fwmark_reflect, 0)                    \
  X(fib_multipath_hash_policy, 0)

enum class Ipv4Key : std::uint8_t {
#define LVS_IPV4_NAME(name, value) name,
  LVS_IPV4_KEYS(LVS_IPV4_NAME)
#undef LVS_IPV4_NAME
      count_
};
std::string_view name_of(Ipv4Key key);
std::optional<Ipv4Key> ipv4_key_of(std::string_view name);

class Sysctls {
 public:
  Sysctls();

  int get(Ipv4Key key) const { return ipv4_[static_cast<std::size_t>(key)]; }
  // Plain write, without the side effects that Host::set_sysctl() adds (ip_forward copies to every interface).
  void set(Ipv4Key key, int value) { ipv4_[static_cast<std::size_t>(key)] = value; }

  // ip_local_port_range: the first and the last.
  std::array<int, 2> local_ports{32768, 60999};
  // ip_local_reserved_ports: sorted, not chosen for those who ask for any.
  std::vector<std::pair<std::uint16_t, std::uint16_t>> reserved_ports;
  bool reserved(std::uint16_t port) const;
  int somaxconn = 4096;                   // net.core.somaxconn
  std::uint32_t multipath_hash_seed = 0;  // fib_multipath_hash_seed (Linux 6.11); 0: drawn
  ConfSet all;
  ConfSet defaults;  // conf/default: seeds interfaces made later

  // Combining rules (kernel: include/linux/inetdevice.h IN_DEV_*).
  static int max_of(const ConfSet& all, const ConfSet& dev, Conf key) {
    const auto i = static_cast<std::size_t>(key);
    return all[i] > dev[i] ? all[i] : dev[i];
  }
  static bool either(const ConfSet& all, const ConfSet& dev, Conf key) {
    const auto i = static_cast<std::size_t>(key);
    return all[i] != 0 || dev[i] != 0;
  }
  static bool both(const ConfSet& all, const ConfSet& dev, Conf key) {
    const auto i = static_cast<std::size_t>(key);
    return all[i] != 0 && dev[i] != 0;
  }

 private:
  std::array<int, static_cast<std::size_t>(Ipv4Key::count_)> ipv4_{};
};

}  // namespace lvs::host
