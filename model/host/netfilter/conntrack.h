// SPDX-License-Identifier: GPL-2.0-or-later
// Connection tracking (kernel: net/netfilter/nf_conntrack_core.c and its protocols; Linux 6.1). At work only while a
// rule asks for it, as in the kernel.
//
//   PREROUTING, OUTPUT   -400 defragment   -200 find or begin the connection
//   POSTROUTING, INPUT   last              put a new connection into the table
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "host/hook/netfilter.h"
#include "host/netfilter/conntrack-entry.h"

namespace lvs::host {

class Stack;  // the host: ip/stack.h

// net.netfilter.KEY. X(name, default); times in seconds.
#define LVS_CONNTRACK_KEYS(X)                     \
  X(nf_conntrack_max, 65536)                      \
  X(nf_conntrack_checksum, 1)                     \
  X(nf_conntrack_log_invalid, 0)                  \
  X(nf_conntrack_acct, 0)                         \
  X(nf_conntrack_generic_timeout, 600)            \
  X(nf_conntrack_icmp_timeout, 30)                \
  X(nf_conntrack_udp_timeout, 30)                 \
  X(nf_conntrack_udp_timeout_stream, 120)         \
  X(nf_conntrack_tcp_be_liberal, 0)               \
  X(nf_conntrack_tcp_loose, 1)                    \
  X(nf_conntrack_tcp_max_retrans, 3)              \
  X(nf_conntrack_tcp_ignore_invalid_rst, 0)       \
  X(nf_conntrack_tcp_timeout_syn_sent, 120)       \
  X(nf_conntrack_tcp_timeout_syn_recv, 60)        \
  X(nf_conntrack_tcp_timeout_established, 432000) \
  X(nf_conntrack_tcp_timeout_fin_wait, 120)       \
  X(nf_conntrack_tcp_timeout_close_wait, 60)      \
  X(nf_conntrack_tcp_timeout_last_ack, 30)        \
  X(nf_conntrack_tcp_timeout_time_wait, 120)      \
  X(nf_conntrack_tcp_timeout_close, 10)           \
  X(nf_conntrack_tcp_timeout_max_retrans, 300)    \
  X(nf_conntrack_tcp_timeout_unacknowledged, 300)

enum class CtKey : std::uint8_t {
#define LVS_CT_NAME(name, value) name,
  LVS_CONNTRACK_KEYS(LVS_CT_NAME)
#undef LVS_CT_NAME
      count_
};
std::string_view name_of(CtKey key);
std::optional<CtKey> conntrack_key_of(std::string_view name);

enum class CtSegment : std::uint8_t;  // conntrack-tcp-window.h

class Conntrack {
 public:
  explicit Conntrack(Stack& host);
  ~Conntrack();
  Conntrack(const Conntrack&) = delete;
  Conntrack& operator=(const Conntrack&) = delete;

  // Somebody needs connections to be tracked, or no longer does (kernel: nf_ct_netns_get(), nf_ct_netns_put()).
  void get();
  void put();
  bool at_work() const { return users_ != 0; }

  int get(CtKey key) const { return sysctls_[static_cast<std::size_t>(key)]; }
  void set(CtKey key, int value) { sysctls_[static_cast<std::size_t>(key)] = value; }

  // --- who listens (kernel: nf_conntrack_ecache.c); `what`: bits of ct_event ---
  using Listener = void (*)(void* self, const ConntrackEntry& entry, std::uint32_t what);
  void listen(Listener listener, void* self) { listeners_.emplace_back(listener, self); }
  void unlisten(void* self) {
    std::erase_if(listeners_, [&](const auto& each) { return each.second == self; });
  }
  static void note_assured(ConntrackEntry& entry) {
    entry.status |= ct_status::assured;
    note(entry, ct_event::assured);
  }
  // To be told when the packet that changed it has passed.
  static void note(ConntrackEntry& entry, std::uint32_t what) {
    if (entry.watched) entry.untold |= what;
  }
  // What `conntrack -S` counts (kernel: struct ip_conntrack_stat).
  struct Statistics {
    std::uint64_t invalid = 0, insert = 0, insert_failed = 0, drop = 0, early_drop = 0, error = 0, clash_resolve = 0;
  };
  const Statistics& statistics() const { return statistics_; }
  // One made by hand, already in the table; nullptr: another has its place (kernel: ctnetlink_create_conntrack()).
  ConntrackEntry* insert(const CtTuple& original, const CtTuple& reply, int seconds);

  // The connection that one of whose directions is `tuple`.
  struct Found {
    ConntrackEntry* entry = nullptr;
    CtDir dir = CtDir::original;
  };
  Found find(const CtTuple& tuple);
  // Is a reply like this expected by another connection (kernel: nf_conntrack_tuple_taken())?
  bool taken(const CtTuple& reply, const ConntrackEntry& but);
  // Another connection of the same source that NAT has already given an address (kernel: find_appropriate_src()).
  template <class Use>
  void each_of_source(const CtTuple& original, Use use) {
    const auto [first, last] = by_source_.equal_range(source_of(original));
    for (auto at = first; at != last; ++at) {
      if (use(*at->second)) return;
    }
  }
  void note_source(ConntrackEntry& entry);  // its source has been dealt with by NAT
  // Puts a new connection into the table; a drop when another one has its place (kernel: __nf_conntrack_confirm()).
  HookResult confirm(Packet& packet);
  // Ends a connection at once (kernel: nf_ct_kill()). False: it was not in the table.
  bool kill(ConntrackEntry& entry);
  // Calls `dead` for every connection and ends those for which it says true.
  template <class Dead>
  void kill_if(Dead dead) {
    for (ConntrackEntry* each = newest_; each != nullptr;) {
      ConntrackEntry* const next = each->next_;
      if (each->has(ct_status::confirmed) && dead(*each)) kill(*each);
      each = next;
    }
  }
  std::size_t size() const { return table_.size() / 2; }
  template <class Use>
  void each(Use use) const {
    for (const ConntrackEntry* each = newest_; each != nullptr; each = each->next_) {
      if (each->has(ct_status::confirmed) && each->expires > now()) use(*each);
    }
  }
  base::Time now() const;

  // The tuple of the packet whose IP header is at `offset` from data(); nothing for a later fragment or a packet that
  // is too short (kernel: nf_ct_get_tuple()).
  static std::optional<CtTuple> tuple_of(const Packet& packet, std::uint32_t offset);
  // Nothing for ICMP messages that have no answer (kernel: nf_ct_invert_tuple()).
  static std::optional<CtTuple> inverse(const CtTuple& tuple);
  // Checks the transport checksum as the hook would (kernel: nf_ip_checksum()): true when it is right or needs no look.
  static bool checksum_ok(const Packet& packet, Hook hook);

  void refresh(ConntrackEntry& entry, int seconds) const;
  // A TCP connection that REJECT has answered (kernel: nf_conntrack_tcp_set_closing()).
  void set_closing(ConntrackEntry& entry) const;

 private:
  friend void release(ConntrackEntry& entry);
  enum class Says : std::uint8_t { accept, invalid, repeat, drop };

  static HookResult defragment(void* self, Hook hook, PacketPtr& packet);
  static HookResult in(void* self, Hook hook, PacketPtr& packet);
  static HookResult confirm_hook(void* self, Hook hook, PacketPtr& packet);

  HookResult track(Hook hook, Packet& packet);
  // Accept with a connection set: an error about it. Invalid: none of ours. Repeat: no error, treat it like any packet.
  Says icmp_error(Hook hook, Packet& packet);
  Says resolve(Packet& packet);
  ConntrackEntry* create(const CtTuple& tuple, const CtTuple& reply);
  Says handle(Hook hook, ConntrackEntry& entry, Packet& packet, CtInfo info);
  Says handle_icmp(ConntrackEntry& entry);
  Says handle_udp(Hook hook, ConntrackEntry& entry, const Packet& packet);
  Says handle_tcp(Hook hook, ConntrackEntry& entry, const Packet& packet, CtInfo info);  // conntrack-tcp.cc
  void shorten_for_invalid(ConntrackEntry& entry, CtDir dir, CtSegment kind) const;
  bool make_room();
  void tell(ConntrackEntry& entry, std::uint32_t what);
  void tell_changes(ConntrackEntry& entry);
  void forget(ConntrackEntry& entry);
  void freed(ConntrackEntry& entry);
  int tcp_timeout(CtTcp state) const;

  static CtTuple source_of(const CtTuple& original) { return {original.src, {}, original.sport, 0, original.protocol}; }

  Stack& host_;
  std::array<int, static_cast<std::size_t>(CtKey::count_)> sysctls_;
  unsigned users_ = 0;
  std::vector<std::pair<Listener, void*>> listeners_;
  Statistics statistics_;
  std::size_t alive_ = 0;  // in the table or on their way
  std::size_t sweep_at_ = 1024;
  ConntrackEntry* newest_ = nullptr;
  std::unordered_map<CtTuple, Found, CtTupleHash> table_;
  std::unordered_multimap<CtTuple, ConntrackEntry*, CtTupleHash> by_source_;
};

}  // namespace lvs::host
