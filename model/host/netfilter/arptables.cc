// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netfilter/arptables.h"

#include <string_view>

#include "host/ip/stack.h"

namespace lvs::host {
namespace {

constexpr std::uint16_t kEthernet = 1, kIpv4 = 0x800;
constexpr std::uint8_t kMacSize = 6;

template <class T>
bool field_matches(const ArpRule::Field<T>& field, T value) {
  return (static_cast<T>(value & field.mask) == field.value) != field.invert;
}

bool mac_matches(const ArpRule::Mac& field, const base::MacAddr& mac) {
  bool same = true;
  for (std::size_t i = 0; i < mac.bytes.size(); ++i) {
    same = same && ((mac.bytes[i] ^ field.value.bytes[i]) & field.mask.bytes[i]) == 0;
  }
  return same != field.invert;
}

// Kernel: arp_packet_match(), arpt_mangle's target().
struct ArpWalk {
  wire::Arp& arp;
  const Device* in;
  const Device* out;
  Netfilter& netfilter;

  bool matches(const ArpRule& rule) const {
    return field_matches(rule.opcode, static_cast<std::uint16_t>(arp.op)) &&
           field_matches(rule.hardware_type, kEthernet) && field_matches(rule.protocol_type, kIpv4) &&
           field_matches(rule.hardware_length, kMacSize) && mac_matches(rule.sender_mac, arp.sender_mac) &&
           mac_matches(rule.target_mac, arp.target_mac) && field_matches(rule.sender_ip, arp.sender_ip.value) &&
           field_matches(rule.target_ip, arp.target_ip.value) && interface_matches(rule.in, in) != rule.in_invert &&
           interface_matches(rule.out, out) != rule.out_invert;
  }
  static bool hot_drop() { return false; }
  static void count(RuleCounters& counters) { counters.count(wire::Arp::kSize); }
  StandardVerdict apply(const ArpRule& rule, bool& over) const {
    const ArpRule::Mangle& mangle = *rule.mangle;
    if (mangle.sender_mac) arp.sender_mac = *mangle.sender_mac;
    if (mangle.sender_ip) arp.sender_ip = *mangle.sender_ip;
    if (mangle.target_mac) arp.target_mac = *mangle.target_mac;
    if (mangle.target_ip) arp.target_ip = *mangle.target_ip;
    over = mangle.then != StandardVerdict::none;
    return mangle.then;
  }
  void passed(const RuleChain<ArpRule>& chain, std::size_t number, RuleStep step) const {
    netfilter.decided("arp", chain.name, step, number);
  }
};

}  // namespace

bool interface_matches(const std::string& pattern, const Device* dev) {
  if (pattern.empty()) return true;
  const std::string_view name = dev == nullptr ? std::string_view() : std::string_view(dev->name());
  if (!pattern.ends_with('+')) return name == pattern;
  return name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
}

bool ArpRule::same(const ArpRule& o) const {
  return in == o.in && out == o.out && in_invert == o.in_invert && out_invert == o.out_invert &&
         sender_ip == o.sender_ip && target_ip == o.target_ip && sender_mac == o.sender_mac &&
         target_mac == o.target_mac && hardware_length == o.hardware_length && opcode == o.opcode &&
         hardware_type == o.hardware_type && protocol_type == o.protocol_type && verdict == o.verdict &&
         mangle == o.mangle;
}

ArpTables::ArpTables(Stack& host) : host_(host), table_("filter", {"INPUT", "OUTPUT", "FORWARD"}) {
  host_.arp.set_filter({&ArpTables::filter, this});
}

bool ArpTables::filter(void* self, Arp::Direction direction, const Device& dev, wire::Arp& arp,
                       std::string& decided_by) {
  auto& tables = *static_cast<ArpTables*>(self);
  if (tables.pass(direction, dev, arp)) return true;
  decided_by = tables.host_.netfilter.take_decision();
  return false;
}

bool ArpTables::pass(Arp::Direction direction, const Device& dev, wire::Arp& arp) {
  const bool in = direction == Arp::Direction::in;
  ArpWalk walk{arp, in ? &dev : nullptr, in ? nullptr : &dev, host_.netfilter};
  const StandardVerdict verdict = walk_chain(*table_.find(in ? "INPUT" : "OUTPUT"), walk);
  if (verdict == StandardVerdict::accept) host_.netfilter.forget_decision();
  return verdict == StandardVerdict::accept;
}

}  // namespace lvs::host
