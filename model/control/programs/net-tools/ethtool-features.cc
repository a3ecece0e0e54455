// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/net-tools/ethtool-features.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lvs::control {
namespace {

constexpr auto kNames = std::to_array<OffloadName>({
    {"rx-checksumming", "rx-checksum", 40},
    {"tx-checksumming", "", -1},
    {"tx-checksum-ipv4", "tx-checksum-ipv4", 1, true},
    {"tx-checksum-ip-generic", "tx-checksum-ip-generic", 3, true},
    {"tx-checksum-ipv6", "tx-checksum-ipv6", 4, true},
    {"tx-checksum-fcoe-crc", "tx-checksum-fcoe-crc", 35, true},
    {"tx-checksum-sctp", "tx-checksum-sctp", 36, true},
    {"scatter-gather", "", -1},
    {"tx-scatter-gather", "tx-scatter-gather", 0, true},
    {"tx-scatter-gather-fraglist", "tx-scatter-gather-fraglist", 6, true},
    {"tcp-segmentation-offload", "", -1},
    {"tx-tcp-segmentation", "tx-tcp-segmentation", 16, true},
    {"tx-tcp-ecn-segmentation", "tx-tcp-ecn-segmentation", 18, true},
    {"tx-tcp-mangleid-segmentation", "tx-tcp-mangleid-segmentation", 19, true},
    {"tx-tcp6-segmentation", "tx-tcp6-segmentation", 20, true},
    {"generic-segmentation-offload", "tx-generic-segmentation", 11},
    {"generic-receive-offload", "rx-gro", 14},
    {"large-receive-offload", "rx-lro", 15},
    {"rx-vlan-offload", "rx-vlan-hw-parse", 8},
    {"tx-vlan-offload", "tx-vlan-hw-insert", 7},
    {"ntuple-filters", "rx-ntuple-filter", 38},
    {"receive-hashing", "rx-hashing", 39},
    {"highdma", "highdma", 5},
    {"rx-vlan-filter", "rx-vlan-filter", 9},
    {"vlan-challenged", "vlan-challenged", 10},
    {"tx-lockless", "tx-lockless", 12},
    {"netns-local", "netns-local", 13},
    {"tx-gso-robust", "tx-gso-robust", 17},
    {"tx-fcoe-segmentation", "tx-fcoe-segmentation", 21},
    {"tx-gre-segmentation", "tx-gre-segmentation", 22},
    {"tx-gre-csum-segmentation", "tx-gre-csum-segmentation", 23},
    {"tx-ipxip4-segmentation", "tx-ipxip4-segmentation", 24},
    {"tx-ipxip6-segmentation", "tx-ipxip6-segmentation", 25},
    {"tx-udp_tnl-segmentation", "tx-udp_tnl-segmentation", 26},
    {"tx-udp_tnl-csum-segmentation", "tx-udp_tnl-csum-segmentation", 27},
    {"tx-gso-partial", "tx-gso-partial", 28},
    {"tx-tunnel-remcsum-segmentation", "tx-tunnel-remcsum-segmentation", 29},
    {"tx-sctp-segmentation", "tx-sctp-segmentation", 30},
    {"tx-esp-segmentation", "tx-esp-segmentation", 31},
    {"tx-udp-segmentation", "tx-udp-segmentation", 33},
    {"tx-gso-list", "tx-gso-list", 34},
    {"fcoe-mtu", "fcoe-mtu", 37},
    {"tx-nocache-copy", "tx-nocache-copy", 41},
    {"loopback", "loopback", 42},
    {"rx-fcs", "rx-fcs", 43},
    {"rx-all", "rx-all", 44},
    {"tx-vlan-stag-hw-insert", "tx-vlan-stag-hw-insert", 45},
    {"rx-vlan-stag-hw-parse", "rx-vlan-stag-hw-parse", 46},
    {"rx-vlan-stag-filter", "rx-vlan-stag-filter", 47},
    {"l2-fwd-offload", "l2-fwd-offload", 48},
    {"hw-tc-offload", "hw-tc-offload", 49},
    {"esp-hw-offload", "esp-hw-offload", 50},
    {"esp-tx-csum-hw-offload", "esp-tx-csum-hw-offload", 51},
    {"rx-udp_tunnel-port-offload", "rx-udp_tunnel-port-offload", 52},
    {"tls-hw-tx-offload", "tls-hw-tx-offload", 53},
    {"tls-hw-rx-offload", "tls-hw-rx-offload", 54},
    {"rx-gro-hw", "rx-gro-hw", 55},
    {"tls-hw-record", "tls-hw-record", 56},
    {"rx-gro-list", "rx-gro-list", 57},
    {"macsec-hw-offload", "macsec-hw-offload", 58},
    {"rx-udp-gro-forwarding", "rx-udp-gro-forwarding", 59},
    {"hsr-tag-ins-offload", "hsr-tag-ins-offload", 60},
    {"hsr-tag-rm-offload", "hsr-tag-rm-offload", 61},
    {"hsr-fwd-offload", "hsr-fwd-offload", 62},
    {"hsr-dup-offload", "hsr-dup-offload", 63},
});
static_assert(kNames.size() == kOffloads);

// What Linux 6.1 says of a new interface: 1 and 0 can be changed, F and f are fixed. A cable's end begins as the
// referee's do: with whole frames.
constexpr std::string_view kCable = "10f0ff01110000000f11ff1ffFfff111111ff1f11f0fff11ffffffffff0f0ffff";
constexpr std::string_view kVeth = "11f1ff11111111110f11ff1ffFfff111111ff1f11f0fff11ffffffffff0f0ffff";
constexpr std::string_view kDummy = "f1f1fff1111111111fffff1ffFfff111111ff1f11f0fffffffffffffff0f0ffff";
constexpr std::string_view kIpip = "f1f1fff1111111111fffff1ffFFffffffffff1f11f0fffffffffffffff0f0ffff";
constexpr std::string_view kLoopback = "F1fFffF1FF1111111fffffFfFFFffffffffff1f11ffFffffffffffffff0f0ffff";

enum : std::size_t {
  kChecksumIpv4 = 2,
  kChecksum = 3,
  kChecksumIpv6 = 4,
  kScatter = 8,
  kTso = 11,
  kTsoEcn = 12,
  kTsoMangle = 13,
  kTso6 = 14,
  kGso = 15
};

// Legacy words of -K.
constexpr std::pair<std::string_view, std::string_view> kWords[] = {{"rx", "rx-checksumming"},
                                                                    {"tx", "tx-checksumming"},
                                                                    {"sg", "scatter-gather"},
                                                                    {"tso", "tcp-segmentation-offload"},
                                                                    {"ufo", "udp-fragmentation-offload"},
                                                                    {"gso", "generic-segmentation-offload"},
                                                                    {"gro", "generic-receive-offload"},
                                                                    {"lro", "large-receive-offload"},
                                                                    {"rxvlan", "rx-vlan-offload"},
                                                                    {"txvlan", "tx-vlan-offload"},
                                                                    {"ntuple", "ntuple-filters"},
                                                                    {"rxhash", "receive-hashing"}};

}  // namespace

const OffloadName& offload_name(std::size_t index) { return kNames.at(index); }

std::optional<OffloadSet> offloads_named(std::string_view word) {
  for (const auto& [brief, name] : kWords)
    if (word == brief) word = name;
  OffloadSet result;
  if (word == "udp-fragmentation-offload") return result;  // no driver has it any more
  for (std::size_t i = 0; i < kOffloads; ++i) {
    if (word != kNames[i].shown && word != kNames[i].kernel) continue;
    if (kNames[i].bit >= 0)
      result.set(i);
    else
      for (std::size_t member = i + 1; kNames[member].indented; ++member) result.set(member);
    return result;
  }
  return std::nullopt;
}

std::optional<Offloads> Offloads::of(const host::Device& dev) {
  std::string_view states;
  if (dev.link != nullptr)
    states = dev.link->type() == "veth" ? kVeth : dev.link->type() == "dummy" ? kDummy : "";
  else if (dev.is_loopback())
    states = kLoopback;
  else
    states = dev.kind() == host::DeviceKind::ipip ? kIpip : kCable;
  if (states.empty()) return std::nullopt;
  Offloads result;
  for (std::size_t i = 0; i < kOffloads; ++i) {
    result.wanted_[i] = states[i] == '1' || states[i] == 'F';
    result.changeable_[i] = states[i] == '1' || states[i] == '0';
  }
  return result;
}

// Kernel: netdev_fix_features().
OffloadSet Offloads::active() const {
  OffloadSet set = wanted_;
  const bool sums = set[kChecksum] || set[kChecksumIpv4];
  if (!set[kScatter] || !sums) set.reset(kTso).reset(kTsoEcn).reset(kTsoMangle);
  if (!set[kScatter] || !(set[kChecksum] || set[kChecksumIpv6])) set.reset(kTso6);
  if (!set[kTso]) set.reset(kTsoMangle);
  if (!set[kTso] && !set[kTso6]) set.reset(kTsoEcn);
  if (!set[kScatter]) set.reset(kGso);
  return set;
}

std::string Offloads::text(std::size_t index) const {
  const OffloadSet on = active();
  if (kNames[index].bit < 0) {
    bool any = false;
    for (std::size_t member = index + 1; kNames[member].indented; ++member) any = any || on[member];
    return any ? "on" : "off";
  }
  std::string text = on[index] ? "on" : "off";
  if (!changeable_[index]) return text + " [fixed]";
  if (on[index] != wanted_[index]) text += wanted_[index] ? " [requested on]" : " [requested off]";
  return text;
}

void Offloads::set(const OffloadSet& asked, const OffloadSet& values) {
  const OffloadSet taken = asked & changeable_;
  wanted_ = (wanted_ & ~taken) | (values & taken);
}

}  // namespace lvs::control
