// SPDX-License-Identifier: GPL-2.0-or-later
// Network address translation over the connection tracker (kernel: nf_nat_core.c, nf_nat_proto.c, nf_nat_masquerade.c,
// nf_nat_redirect.c; Linux 6.1).
#pragma once

#include <cstdint>

#include "host/hook/netfilter.h"
#include "host/netfilter/conntrack.h"
#include "host/netfilter/xtables-rule.h"

namespace lvs::host {

class Stack;  // the host: ip/stack.h

class IpTables;

enum class NatEnd : std::uint8_t { source, destination };
inline NatEnd end_at(Hook hook) {
  return hook == Hook::NF_INET_POST_ROUTING || hook == Hook::NF_INET_LOCAL_IN ? NatEnd::source : NatEnd::destination;
}

class Nat {
 public:
  Nat(Stack& host, Conntrack& conntrack, IpTables& tables) : host_(host), conntrack_(conntrack), tables_(tables) {}
  ~Nat();

  // The nat table has come.
  void register_hooks();

  // The target of a rule; says what the packet's connection becomes (kernel: xt_nat, xt_MASQUERADE, xt_REDIRECT).
  HookResult apply(const xt::Nat& target, Hook hook, Packet& packet);

 private:
  static HookResult hook(void* self, Hook hook, PacketPtr& packet);
  HookResult translate(Hook hook, Packet& packet);
  HookResult rewrite(ConntrackEntry& entry, CtInfo info, Hook hook, Packet& packet);
  bool rewrite_error(ConntrackEntry& entry, CtInfo info, Hook hook, Packet& packet);
  HookResult set_up(ConntrackEntry& entry, const xt::NatRange& range, NatEnd end);
  HookResult bind_nothing(ConntrackEntry& entry, NatEnd end);
  CtTuple unique(const CtTuple& from, const xt::NatRange& range, const ConntrackEntry& entry, NatEnd end);
  void find_port(CtTuple& tuple, const xt::NatRange& range, const ConntrackEntry& entry, NatEnd end);
  bool used(const CtTuple& tuple, const ConntrackEntry& entry);

  Stack& host_;
  Conntrack& conntrack_;
  IpTables& tables_;
  bool registered_ = false;
};

// Writes the ends of `tuple` into the packet whose IP header is at `offset` from data(); false when it is cut (kernel:
// nf_nat_ipv4_manip_pkt()).
bool nat_write(Packet& packet, std::uint32_t offset, const CtTuple& tuple, NatEnd end);

}  // namespace lvs::host
