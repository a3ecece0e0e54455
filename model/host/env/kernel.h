// SPDX-License-Identifier: GPL-2.0-or-later
// What differs between the kernels that a host can be: Linux 6.1 (Debian 12) and 6.12 (Debian 13). One switch for each
// difference, named by what the later kernel does; the commit stands beside the code that it concerns.
#pragma once

#include <optional>
#include <string_view>

namespace lvs::host {

struct Kernel {
  std::string_view version;
  // TCP
  bool linear_syn_timeouts = false;      // the first SYNs are sent again after equal times
  bool challenges_resets_early = false;  // RST within the window of a half-open connection: an ACK, and it stays
  bool announces_mss_of_device = false;  // a path MTU that was learned does not shorten the MSS that is announced
  bool holds_last_fin = false;           // the last FIN waits for the congestion window as others do: tcp_cwnd_test()
  // UDP
  bool learns_mtu_without_socket = false;  // ICMP "fragmentation needed" and redirects count though no socket has sent
  // IPVS
  bool leaves_quotes_of_fragments = false;  // ICMP errors that quote a later fragment are nobody's
  bool decides_overload_anew = false;       // a server is full, or not, by its thresholds as they are now
  bool holds_table_bits_in_range = false;   // conn_tab_bits: 8 to what memory allows, in place of the default
  // routing
  bool seeds_multipath_hash = false;  // sysctl fib_multipath_hash_seed (commit 4ee2a8cace3f, Linux 6.11)
  // timers
  bool runs_pinned_timers_first = false;  // of one tick, run_timer_softirq(): a wheel of their own (TIMER_PINNED)
  // netlink
  bool explains_addresses = false;  // `ip addr` is told why
};

inline constexpr Kernel kLinux6_1{.version = "6.1"};
inline constexpr Kernel kLinux6_12{.version = "6.12",
                                   .linear_syn_timeouts = true,
                                   .challenges_resets_early = true,
                                   .announces_mss_of_device = true,
                                   .holds_last_fin = true,
                                   .learns_mtu_without_socket = true,
                                   .leaves_quotes_of_fragments = true,
                                   .decides_overload_anew = true,
                                   .holds_table_bits_in_range = true,
                                   .seeds_multipath_hash = true,
                                   .runs_pinned_timers_first = true,
                                   .explains_addresses = true};

// "6.1", "6.12", or the release of such a kernel ("6.1.192"), which may have been given a change of later ones;
// nullopt: none of these.
std::optional<Kernel> find_kernel(std::string_view release);

}  // namespace lvs::host
