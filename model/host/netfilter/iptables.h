// SPDX-License-Identifier: GPL-2.0-or-later
// The tables of iptables on one host (kernel: iptable_raw, _mangle, _nat, _filter and ipt_do_table()).
//
//            PREROUTING  INPUT  FORWARD  OUTPUT  POSTROUTING
//   raw          -300                     -300
//   mangle       -150    -150    -150     -150      -150
//   nat          -100     100             -100       100     (destination first, source last)
//   filter                  0       0        0
//
// A table is made, and its hooks registered, when the tool asks for it the first time, as in a network namespace.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "host/hook/netfilter.h"
#include "host/netfilter/conntrack.h"
#include "host/netfilter/nat.h"
#include "host/netfilter/xtables-rule.h"

namespace lvs::host {

class Stack;  // the host: ip/stack.h

class IpTables {
 public:
  enum class Kind : std::uint8_t { raw, mangle, nat, filter, count_ };
  using Table = RuleTable<IpRule>;

  IpTables(Stack& host, Conntrack& conntrack);
  ~IpTables();
  IpTables(const IpTables&) = delete;
  IpTables& operator=(const IpTables&) = delete;

  // Made if it is not there yet.
  Table& table(Kind kind);
  const Table* known(Kind kind) const { return slots_[static_cast<std::size_t>(kind)].table.get(); }
  // Those that are there, the newest first, as /proc/net/ip_tables_names lists them.
  const std::vector<Kind>& made() const { return made_; }
  static std::string_view name_of(Kind kind);
  // A table has been edited: the tracker is needed or not, and limits begin anew.
  void committed(Kind kind);

  Conntrack& conntrack() { return conntrack_; }

  // Sends a packet through a chain of a table, if it has one for this hook.
  HookResult pass(Kind kind, Hook hook, Packet& packet);

 private:
  struct Slot {
    IpTables* owner = nullptr;
    Kind kind = Kind::filter;
    std::unique_ptr<Table> table;
    std::array<RuleChain<IpRule>*, static_cast<std::size_t>(Hook::count_)> chains{};
    bool tracks = false;  // holds the tracker
  };

  static HookResult hook(void* slot, Hook hook, PacketPtr& packet);
  static HookResult mangle_out(void* slot, Hook hook, PacketPtr& packet);

  Stack& host_;
  Conntrack& conntrack_;
  Nat nat_;
  std::vector<Kind> made_;
  std::array<Slot, static_cast<std::size_t>(Kind::count_)> slots_;
};

// Looks up the way of a packet of ours again, after its addresses or mark have changed (kernel: ip_route_me_harder()).
// False: there is none.
bool route_me_harder(Stack& host, Packet& packet);

// --- xtables-match.cc, xtables-target.cc -----------------------------------------------------------------------------

struct MatchContext {
  Stack& host;
  Conntrack& conntrack;
  Hook hook;
  Packet& packet;
  const Device* in;
  const Device* out;
  bool hot_drop = false;  // a header is cut: the packet is dropped, whatever the rules say
};
// The header conditions of a rule (kernel: ip_packet_match()) and its matches.
bool rule_matches(IpRule& rule, MatchContext& context);

struct TargetResult {
  StandardVerdict verdict = StandardVerdict::none;  // none: on to the next rule
  trace::Drop drop = trace::Drop::netfilter_drop;
};
TargetResult apply_target(const IpRule& rule, MatchContext& context, Nat& nat);

// Kernel: nf_send_reset(), nf_send_unreach(); nf-reject.cc.
void send_reset(Stack& host, Conntrack& conntrack, Hook hook, const Packet& packet);
void send_unreachable(Stack& host, Hook hook, const Packet& packet, std::uint8_t code);

// What the kernel's log says of a packet, after the prefix: "IN=eth0 OUT= MAC=... SRC=..." (kernel:
// nf_log_ip_packet()). `flags`: XT_LOG_*.
std::string log_text(const Packet& packet, const Device* in, const Device* out, std::uint8_t flags);

}  // namespace lvs::host
