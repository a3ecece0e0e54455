// SPDX-License-Identifier: GPL-2.0-or-later
// A rule of iptables as values: what it asks (matches) and what it does (target). Each is named after the kernel's
// extension; equal values are equal rules.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "host/netfilter/xtables-table.h"

namespace lvs::host {

class IpSet;  // ipset.h

namespace xt {

struct Ports {
  std::uint16_t first = 0;
  std::uint16_t last = 65535;
  bool invert = false;
  bool asks() const { return first != 0 || last != 65535 || invert; }
  friend bool operator==(const Ports&, const Ports&) = default;
};

// --- matches ---------------------------------------------------------------------------------------------------------

struct Tcp {
  Ports source, destination;
  std::uint8_t flags_mask = 0, flags = 0;
  bool flags_invert = false;
  std::uint8_t option = 0;  // 0: not asked
  bool option_invert = false;
  friend bool operator==(const Tcp&, const Tcp&) = default;
};
struct Udp {
  Ports source, destination;
  friend bool operator==(const Udp&, const Udp&) = default;
};
struct Icmp {
  std::uint8_t type = 0xff;  // 0xff: any
  std::uint8_t code_first = 0, code_last = 0xff;
  bool invert = false;
  friend bool operator==(const Icmp&, const Icmp&) = default;
};

namespace ct_state {
inline constexpr std::uint16_t invalid = 1, established = 2, related = 4, fresh = 8, snat = 64, dnat = 128,
                               untracked = 256;
}
// -m conntrack, and -m state, which is the same under another name.
struct Conntrack {
  struct Address {
    std::uint32_t addr = 0, mask = 0;
    bool invert = false;
    friend bool operator==(const Address&, const Address&) = default;
  };
  bool alias = false;        // spelled -m state
  std::uint16_t states = 0;  // 0: not asked
  bool states_invert = false;
  std::optional<bool> reply;                        // --ctdir
  std::array<std::optional<Address>, 4> addresses;  // origsrc, origdst, replsrc, repldst
  std::array<std::optional<Ports>, 4> ports;        // the same ends
  struct Number {
    std::uint32_t first = 0, last = 0;
    bool invert = false;
    friend bool operator==(const Number&, const Number&) = default;
  };
  std::optional<Number> protocol;
  std::optional<Number> status;   // bits of ct_status in `first`
  std::optional<Number> expires;  // seconds left
  friend bool operator==(const Conntrack&, const Conntrack&) = default;
};
struct Mark {
  std::uint32_t mark = 0, mask = 0xffffffffu;
  bool invert = false;
  friend bool operator==(const Mark&, const Mark&) = default;
};
struct Connmark {
  std::uint32_t mark = 0, mask = 0xffffffffu;
  bool invert = false;
  friend bool operator==(const Connmark&, const Connmark&) = default;
};
struct Addrtype {
  std::uint16_t source = 0, destination = 0;  // bit by kernel's RTN_ number
  bool source_invert = false, destination_invert = false;
  enum class Iface : std::uint8_t { any, in, out };
  Iface limit = Iface::any;  // only addresses of the interface it comes from or goes to
  friend bool operator==(const Addrtype&, const Addrtype&) = default;
};
struct Multiport {
  enum class Which : std::uint8_t { source, destination, either };
  Which which = Which::source;
  std::vector<Ports> ports;  // at most 15 numbers
  bool invert = false;
  friend bool operator==(const Multiport&, const Multiport&) = default;
};
struct Ttl {
  enum class Mode : std::uint8_t { eq, ne, lt, gt };
  Mode mode = Mode::eq;
  std::uint8_t ttl = 0;
  friend bool operator==(const Ttl&, const Ttl&) = default;
};
struct Comment {
  std::string text;
  friend bool operator==(const Comment&, const Comment&) = default;
};
struct Limit {
  std::uint32_t average = 12000000;  // time between two packets in 1/10000 s: 3 an hour
  std::uint32_t burst = 5;
  // The bucket, in nanoseconds; filled again whenever the table is changed, as in the kernel.
  std::int64_t credit = -1;
  base::Time since{};
  friend bool operator==(const Limit& a, const Limit& b) { return a.average == b.average && a.burst == b.burst; }
};
struct Mac {
  base::MacAddr mac;
  bool invert = false;
  friend bool operator==(const Mac&, const Mac&) = default;
};
// What -m ipvs asks; IPVS itself answers.
struct Ipvs {
  enum Bit : std::uint8_t {
    property = 1,
    protocol = 2,
    address = 4,
    port = 8,
    direction = 16,
    method = 32,
    control = 64
  };
  std::uint8_t asks = 0, invert = 0;  // Bits
  std::uint8_t vproto = 0;
  std::uint32_t vaddr = 0, vmask = 0;
  std::uint16_t vport = 0;
  std::uint16_t vportctl = 0;
  enum class Method : std::uint8_t { gate, ipip, masq };
  Method vmethod = Method::gate;
  friend bool operator==(const Ipvs&, const Ipvs&) = default;
};

struct Sctp {
  Ports source, destination;
  enum class Chunks : std::uint8_t { unasked, any, all, only };
  Chunks chunks = Chunks::unasked;
  bool chunks_invert = false;
  std::array<bool, 256> types{};
  struct Flags {
    std::uint8_t type = 0, flags = 0, mask = 0;
    friend bool operator==(const Flags&, const Flags&) = default;
  };
  std::vector<Flags> flags;
  friend bool operator==(const Sctp&, const Sctp&) = default;
};
struct Statistic {
  bool nth = false;
  bool invert = false;
  std::uint32_t probability = 0;  // of 2^31
  std::uint32_t every = 0;        // as the kernel has it: one less
  std::uint32_t packet = 0;
  // The packets counted; anew whenever the table is changed, as in the kernel.
  std::uint32_t count = 0;
  friend bool operator==(const Statistic& a, const Statistic& b) {
    return a.nth == b.nth && a.invert == b.invert && a.probability == b.probability && a.every == b.every &&
           a.packet == b.packet;
  }
};
struct Set {
  std::string name;
  std::vector<bool> source;  // a dimension each: of the packet's source, or its destination
  bool invert = false;
  std::shared_ptr<IpSet> set;  // once the rule stands in a table
  friend bool operator==(const Set& a, const Set& b) {
    return a.name == b.name && a.source == b.source && a.invert == b.invert;
  }
};
struct Tos {
  std::uint8_t value = 0, mask = 0;
  bool invert = false;
  friend bool operator==(const Tos&, const Tos&) = default;
};
struct Dscp {
  std::uint8_t dscp = 0;
  bool invert = false;
  friend bool operator==(const Dscp&, const Dscp&) = default;
};
struct IpRange {
  struct Range {
    std::uint32_t first = 0, last = 0;
    bool invert = false;
    friend bool operator==(const Range&, const Range&) = default;
  };
  std::optional<Range> source, destination;
  friend bool operator==(const IpRange&, const IpRange&) = default;
};
struct Length {
  std::uint16_t first = 0, last = 0xffff;
  bool invert = false;
  friend bool operator==(const Length&, const Length&) = default;
};
struct PktType {
  std::uint8_t type = 0;  // kernel: PACKET_HOST 0, BROADCAST 1, MULTICAST 2
  bool invert = false;
  friend bool operator==(const PktType&, const PktType&) = default;
};

// A match too large for a rule: it keeps something from packet to packet, or a text (xtables-large.h).
struct LargeMatch;
struct BoxedMatch {
  std::shared_ptr<LargeMatch> match;                                 // never null
  friend bool operator==(const BoxedMatch& a, const BoxedMatch& b);  // what is asked, not what is kept
};

using Match = std::variant<Tcp, Udp, Icmp, Conntrack, Mark, Connmark, Addrtype, Multiport, Ttl, Comment, Limit, Mac,
                           Ipvs, Sctp, Statistic, Set, Tos, Dscp, IpRange, Length, PktType, BoxedMatch>;

// --- targets ---------------------------------------------------------------------------------------------------------

struct Standard {  // a verdict, a chain, or nothing
  friend bool operator==(const Standard&, const Standard&) = default;
};
struct Reject {
  enum class With : std::uint8_t {
    net_unreachable,
    host_unreachable,
    proto_unreachable,
    port_unreachable,
    echo_reply,  // no longer in the kernel; keeps its number
    net_prohibited,
    host_prohibited,
    tcp_reset,
    admin_prohibited,
  };
  With with = With::port_unreachable;
  friend bool operator==(const Reject&, const Reject&) = default;
};
struct Log {
  std::uint8_t level = 4;
  std::uint8_t flags = 0;  // kernel: XT_LOG_*
  std::string prefix;
  friend bool operator==(const Log&, const Log&) = default;
};
struct SetMark {  // mark = (mark & ~mask) ^ value
  std::uint32_t value = 0, mask = 0;
  friend bool operator==(const SetMark&, const SetMark&) = default;
};
struct SetConnmark {
  enum class Mode : std::uint8_t { set, save, restore };
  Mode mode = Mode::set;
  std::uint32_t ctmark = 0, ctmask = 0xffffffffu, nfmask = 0xffffffffu;
  friend bool operator==(const SetConnmark&, const SetConnmark&) = default;
};
// Kernel: struct nf_nat_range2.
struct NatRange {
  bool map_addresses = false, map_ports = false, offset = false, random = false, random_fully = false,
       persistent = false;
  base::Ipv4Addr first, last;
  std::uint16_t port_first = 0, port_last = 0, port_base = 0;
  friend bool operator==(const NatRange&, const NatRange&) = default;
};
struct Nat {
  enum class Kind : std::uint8_t { dnat, snat, masquerade, redirect };
  Kind kind = Kind::dnat;
  NatRange range;
  friend bool operator==(const Nat&, const Nat&) = default;
};
struct Notrack {
  bool alias = false;  // spelled NOTRACK, not CT --notrack
  friend bool operator==(const Notrack&, const Notrack&) = default;
};
struct Trace {
  friend bool operator==(const Trace&, const Trace&) = default;
};
struct SetTos {  // tos = (tos & ~mask) ^ value
  std::uint8_t value = 0, mask = 0;
  friend bool operator==(const SetTos&, const SetTos&) = default;
};
struct SetTtl {
  enum class Mode : std::uint8_t { set, decrease, increase };
  Mode mode = Mode::set;
  std::uint8_t ttl = 0;
  friend bool operator==(const SetTtl&, const SetTtl&) = default;
};
struct TcpMss {
  static constexpr std::uint16_t kClamp = 0xffff;
  std::uint16_t mss = kClamp;
  friend bool operator==(const TcpMss&, const TcpMss&) = default;
};

struct SetDscp {
  std::uint8_t dscp = 0;
  friend bool operator==(const SetDscp&, const SetDscp&) = default;
};

// The same for targets.
struct LargeTarget;
struct BoxedTarget {
  std::shared_ptr<LargeTarget> target;  // never null
  friend bool operator==(const BoxedTarget& a, const BoxedTarget& b);
};

using Target = std::variant<Standard, Reject, Log, SetMark, SetConnmark, Nat, Notrack, Trace, SetTos, SetTtl, TcpMss,
                            SetDscp, BoxedTarget>;

}  // namespace xt

struct IpRule {
  // Kernel: struct ipt_ip. Addresses in host byte order.
  std::uint32_t src = 0, src_mask = 0, dst = 0, dst_mask = 0;
  bool src_invert = false, dst_invert = false;
  std::string in, out;  // a '+' at the end stands for any rest
  bool in_invert = false, out_invert = false;
  std::uint8_t protocol = 0;
  bool protocol_invert = false;
  bool fragment = false, fragment_invert = false;  // -f: only later fragments
  std::vector<xt::Match> matches;
  xt::Target target;
  StandardVerdict verdict = StandardVerdict::none;

  bool go_to = false;
  std::string jump;
  RuleChain<IpRule>* chain = nullptr;
  RuleCounters counters;

  bool extended() const { return !std::holds_alternative<xt::Standard>(target); }
  // No condition at all, and a verdict: the kernel's TRACE takes it for the end of the chain.
  bool unconditional_end() const {
    return matches.empty() && verdict != StandardVerdict::none && src == 0 && src_mask == 0 && dst == 0 &&
           dst_mask == 0 && in.empty() && out.empty() && protocol == 0 && !src_invert && !dst_invert && !in_invert &&
           !out_invert && !protocol_invert && !fragment && !fragment_invert;
  }
  bool same(const IpRule& o) const {
    return src == o.src && src_mask == o.src_mask && dst == o.dst && dst_mask == o.dst_mask &&
           src_invert == o.src_invert && dst_invert == o.dst_invert && in == o.in && out == o.out &&
           in_invert == o.in_invert && out_invert == o.out_invert && protocol == o.protocol &&
           protocol_invert == o.protocol_invert && fragment == o.fragment && fragment_invert == o.fragment_invert &&
           matches == o.matches && target == o.target && verdict == o.verdict && go_to == o.go_to;
  }
};

}  // namespace lvs::host
