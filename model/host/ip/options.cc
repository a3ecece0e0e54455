// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/ip/options.h"

#include <algorithm>
#include <utility>

#include "host/ip/echoed-options.h"
#include "host/ip/option-kinds.h"
#include "host/ip/stack.h"
#include "wire/icmp.h"

namespace lvs::host {
namespace {

constexpr int kSound = -1;  // else the offset of the byte at fault

struct Walk {
  std::uint8_t* header;
  unsigned size;
  bool source_route = false, record_route = false, timestamp = false;  // met already: each may come once
};

// Record route: 1-based pointer in option[2].
int compile_record_route(Walk& walk, std::uint8_t* option, unsigned length, base::Ipv4Addr ours) {
  const auto offset = static_cast<int>(option - walk.header);
  if (std::exchange(walk.record_route, true)) return offset;
  if (length < 3) return offset + 1;
  if (option[2] < 4) return offset + 2;
  if (option[2] > length) return kSound;  // full
  if (option[2] + 3u > length) return offset + 2;
  base::store_be32(option + option[2] - 1, ours.value);
  option[2] = static_cast<std::uint8_t>(option[2] + 4);
  return kSound;
}

int compile_timestamp(Stack& host, Walk& walk, std::uint8_t* option, unsigned length, base::Ipv4Addr ours) {
  const auto offset = static_cast<int>(option - walk.header);
  if (std::exchange(walk.timestamp, true)) return offset;
  if (length < 4) return offset + 1;
  if (option[2] < 5) return offset + 2;
  if (option[2] > length) {  // full: count the overflow
    if ((option[3] & 0xf) == kPrespecified) return kSound;
    const unsigned overflow = option[3] >> 4;
    if (overflow == 15) return offset + 3;
    option[3] = static_cast<std::uint8_t>((option[3] & 0xf) | (overflow + 1) << 4);
    return kSound;
  }
  if (option[2] + 3u > length) return offset + 2;
  std::uint8_t* slot = option + option[2] - 1;
  unsigned used = 4;
  switch (option[3] & 0xf) {
    case kTimeOnly: break;
    case kTimeAndAddress:
      if (option[2] + 7u > length) return offset + 2;
      base::store_be32(slot, ours.value);
      used = 8;
      break;
    case kPrespecified:
      if (option[2] + 7u > length) return offset + 2;
      if (host.fib.address_type({base::load_be32(slot)}) == RouteType::unicast) return kSound;  // somebody else's
      used = 8;
      break;
    default: return kSound;  // carried as it is
  }
  base::store_be32(slot + used - 4, time_of_day(host.now()));
  option[2] = static_cast<std::uint8_t>(option[2] + used);
  return kSound;
}

int compile(Stack& host, Walk& walk, base::Ipv4Addr ours) {
  std::uint8_t* option = walk.header + wire::Ipv4::kMinSize;
  unsigned left = walk.size - static_cast<unsigned>(wire::Ipv4::kMinSize);
  while (left > 0) {
    if (option[0] == kEnd) {
      std::fill_n(option, left, kEnd);  // what stands behind the end is wiped
      return kSound;
    }
    if (option[0] == kNoop) {
      ++option;
      --left;
      continue;
    }
    const auto offset = static_cast<int>(option - walk.header);
    if (left < 2) return offset;
    const unsigned length = option[1];
    if (length < 2 || length > left) return offset;
    int fault = kSound;
    switch (option[0]) {
      case kRecordRoute: fault = compile_record_route(walk, option, length, ours); break;
      case kTimestamp: fault = compile_timestamp(host, walk, option, length, ours); break;
      case kLooseRoute:
      case kStrictRoute:
        if (length < 3) return offset + 1;
        if (option[2] < 4) return offset + 2;
        if (std::exchange(walk.source_route, true)) return offset;
        break;
      case kCipso:  // no domain of interpretation is ever configured (kernel: cipso_v4_validate())
        return offset + (length < 8 ? 1 : 2);
      case kRouterAlert: fault = length < 4 ? offset + 1 : kSound; break;
      default: break;  // others are carried unread
    }
    if (fault != kSound) return fault;
    option += length;
    left -= length;
  }
  return kSound;
}

// The address that this host forwards with (kernel: ip_rt_get_source()): a route as for our own packets, which IPVS
// gives to replies, has it as the packet's source.
base::Ipv4Addr forwarding_address(Stack& host, const Packet& packet) {
  const wire::ConstIpv4 ip = packet.ip();
  if (packet.route.src == ip.src()) return ip.src();
  const Route route = host.fib.output({.dst = ip.dst(), .out = packet.route.dev, .mark = packet.mark, .tos = ip.tos()});
  if (route.valid() && !route.src.is_any()) return route.src;
  return host.fib.select_address(packet.route.dev, packet.route.next_hop(ip.dst()), Scope::global);
}

}  // namespace

trace::Drop receive_ip_options(Stack& host, Packet& packet) {
  Walk walk{packet.ip().p, packet.ip().header_size()};
  const int fault = compile(host, walk, host.fib.answer_from(flow_of(packet), packet.route.type));
  if (fault != kSound) {
    host.icmp.send_error(packet, wire::Icmp::parameter_problem, 0, static_cast<std::uint32_t>(fault) << 24);
    return trace::Drop::ip_options;
  }
  return walk.source_route ? trace::Drop::ip_options : trace::Drop::none;
}

bool review_ip_options(Stack& host, Packet& packet) {
  Walk walk{packet.ip().p, packet.ip().header_size()};
  FlowKey key = flow_of(packet);
  key.in = packet.route.dev;  // the packet is on its way out
  return compile(host, walk, host.fib.answer_from(key, packet.route.type)) == kSound;
}

void forward_ip_options(Stack& host, Packet& packet) {
  const wire::Ipv4 ip = packet.ip();
  const base::Ipv4Addr ours = forwarding_address(host, packet);
  // compile() leaves the checksum as it came, so it is wrong now if a place was filled; a list that came full may end
  // with an address of ours too. IPVS has made it anew.
  const bool filled = packet.ipvs_property || !ip.checksum_ok();
  std::uint8_t* option = ip.p + wire::Ipv4::kMinSize;
  const std::uint8_t* end = ip.p + ip.header_size();
  while (option < end && option[0] != kEnd) {
    if (option[0] == kNoop) {
      ++option;
      continue;
    }
    // Checked by compile(): lengths fit. The slot before the pointer is ours if it was filled on the way in.
    const auto record = [&](std::uint8_t* slot) {
      if (filled && host.fib.is_local({base::load_be32(slot)})) base::store_be32(slot, ours.value);
    };
    if (option[0] == kRecordRoute && option[2] >= 8) record(option + option[2] - 5);
    if (option[0] == kTimestamp && option[2] >= 13 && (option[3] & 0xf) == kTimeAndAddress) {
      record(option + option[2] - 9);
    }
    option += option[1];
  }
  ip.refresh_checksum();
}

}  // namespace lvs::host
