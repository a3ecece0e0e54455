// SPDX-License-Identifier: GPL-2.0-or-later
// The filter table of arptables: rules over ARP packets on their way in and out (kernel: arp_tables.c, arpt_mangle.c).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/addr.h"
#include "host/link/arp.h"
#include "host/netfilter/xtables-table.h"

namespace lvs::host {

class Stack;

// An interface name to compare with; a '+' at its end stands for any rest, the empty name for any interface.
bool interface_matches(const std::string& pattern, const Device* dev);

struct ArpRule {
  // A field of the packet under a mask; a mask of zero asks nothing.
  template <class T>
  struct Field {
    T value{};
    T mask{};
    bool invert = false;
    friend bool operator==(const Field&, const Field&) = default;
  };
  struct Mac {
    base::MacAddr value, mask;
    bool invert = false;
    friend bool operator==(const Mac&, const Mac&) = default;
  };
  // -j mangle: what is written into the packet.
  struct Mangle {
    std::optional<base::Ipv4Addr> sender_ip, target_ip;
    std::optional<base::MacAddr> sender_mac, target_mac;
    StandardVerdict then = StandardVerdict::accept;  // none: CONTINUE
    friend bool operator==(const Mangle&, const Mangle&) = default;
  };

  std::string in, out;
  bool in_invert = false, out_invert = false;
  Field<std::uint32_t> sender_ip, target_ip;  // host byte order
  Mac sender_mac, target_mac;
  Field<std::uint8_t> hardware_length;
  Field<std::uint16_t> opcode, hardware_type, protocol_type;

  StandardVerdict verdict = StandardVerdict::none;
  bool go_to = false;
  std::string jump;
  RuleChain<ArpRule>* chain = nullptr;
  std::optional<Mangle> mangle;
  RuleCounters counters;

  bool extended() const { return mangle.has_value(); }
  bool unconditional_end() const { return false; }
  bool same(const ArpRule& other) const;
};

class ArpTables {
 public:
  explicit ArpTables(Stack& host);

  RuleTable<ArpRule>& table() { return table_; }
  const RuleTable<ArpRule>& table() const { return table_; }

 private:
  static bool filter(void* self, Arp::Direction direction, const Device& dev, wire::Arp& arp, std::string& decided_by);
  bool pass(Arp::Direction direction, const Device& dev, wire::Arp& arp);

  Stack& host_;
  RuleTable<ArpRule> table_;
};

}  // namespace lvs::host
