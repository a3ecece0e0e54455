// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP delivered to this host: answers to echo and timestamp, and what errors teach (kernel: icmp_rcv()).
#include <algorithm>

#include "host/ip/echoed-options.h"
#include "host/ip/icmp.h"
#include "host/ip/refuse.h"
#include "host/ip/stack.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;
using wire::Ipv4;

namespace {

constexpr std::uint8_t kTimestampReply = 14, kInfoRequest = 15, kAddressRequest = 17, kAddressReply = 18;
constexpr std::uint8_t kMostUnreachCode = 15, kFragTimeExceeded = 1;

}  // namespace

void Icmp::add_listener(Listener listener, void* self) { listeners_.emplace_back(listener, self); }

void Icmp::remove_listener(Listener listener, void* self) {
  const auto at = std::ranges::find(listeners_, std::pair(listener, self));
  if (at == listeners_.end()) return;
  if (telling_ == 0) {
    listeners_.erase(at);
  } else {
    *at = {nullptr, nullptr};
  }
}

// One that is told may take itself or others off the list, or add some.
void Icmp::tell_listeners(const Packet& packet) {
  ++telling_;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {  // NOLINT(modernize-loop-convert)
    const auto [listener, self] = listeners_[i];
    if (listener != nullptr) listener(self, packet);
  }
  if (--telling_ == 0) std::erase(listeners_, std::pair<Listener, void*>(nullptr, nullptr));
}

void Icmp::receive(PacketPtr packet) {
  const auto drop = [&](Drop reason) { host_.drop(std::move(packet), reason, Stage::socket); };
  if (packet->checksum == ChecksumState::none && wire::sum_fold(packet->transport_sum()) != 0xffff) {
    return drop(Drop::icmp_csum);
  }
  if (!packet->may_pull(packet->transport_offset() + wire::Icmp::kSize)) return drop(Drop::pkt_too_small);
  packet->checksum = ChecksumState::unnecessary;
  const bool heard = !listeners_.empty();
  tell_listeners(*packet);

  const wire::Icmp icmp{packet->transport()};
  const std::uint8_t type = icmp.type();
  if (packet->route.type == RouteType::broadcast || packet->route.type == RouteType::multicast) {
    const bool query = type == wire::Icmp::echo || type == wire::Icmp::timestamp;
    if (query && host_.sysctls.get(Ipv4Key::icmp_echo_ignore_broadcasts) != 0) return drop(Drop::icmp_ignored);
    if (!query && type != kAddressRequest && type != kAddressReply) return drop(Drop::icmp_ignored);
  }
  switch (type) {
    case wire::Icmp::echo: return echo(std::move(packet));
    case wire::Icmp::timestamp: return timestamp(std::move(packet));
    case wire::Icmp::echo_reply:
      if (!heard) return drop(Drop::no_socket);
      return;
    case wire::Icmp::dest_unreach:
    case wire::Icmp::source_quench:
    case wire::Icmp::redirect:
    case wire::Icmp::time_exceeded:
    case wire::Icmp::parameter_problem:
      if (const Drop bad = error_received(*packet); bad != Drop::none) return drop(bad);
      return;
    case kTimestampReply:
    case kInfoRequest:
    default: return drop(Drop::icmp_ignored);
  }
}

// --- answers ---

void Icmp::echo(PacketPtr packet) {
  if (host_.sysctls.get(Ipv4Key::icmp_echo_ignore_all) != 0) {
    return host_.drop(std::move(packet), Drop::icmp_ignored, Stage::socket);
  }
  const std::uint8_t code = wire::Icmp{packet->transport()}.code();
  reply(std::move(packet), wire::Icmp::echo_reply, code);
}

void Icmp::timestamp(PacketPtr packet) {
  constexpr std::size_t kTimes = 12;  // originate, receive, transmit
  const std::size_t header = packet->transport_offset() + wire::Icmp::kSize;
  if (!packet->may_pull(header + 4)) return host_.drop(std::move(packet), Drop::pkt_too_small, Stage::socket);
  // Short or long, the answer has three times and no more.
  packet->trim(static_cast<std::uint32_t>(header + 4));
  if (packet->tailroom() < kTimes) return host_.drop(std::move(packet), Drop::nomem, Stage::socket);
  std::uint8_t* const times = packet->put(kTimes - 4);
  base::store_be32(times, time_of_day(host_.now()));
  base::store_be32(times + 4, time_of_day(host_.now()));
  reply(std::move(packet), kTimestampReply, 0);
}

// The request itself is turned round and goes back (kernel: icmp_reply()).
void Icmp::reply(PacketPtr packet, std::uint8_t type, std::uint8_t code) {
  const auto drop = [&](Drop reason) { host_.drop(std::move(packet), reason, Stage::socket); };
  EchoedOptions options;
  if (!echo_ip_options(host_, *packet, options)) return drop(Drop::ip_options);
  bool limited = false;
  if (!globally_allowed(type, code, limited)) return drop(Drop::icmp_ratelimit);
  const base::Ipv4Addr to = packet->ip().src();
  const std::uint8_t tos = packet->ip().tos();
  base::Ipv4Addr from = host_.fib.answer_from(flow_of(*packet), packet->route.type);
  const std::uint32_t mark = reply_mark(host_, *packet);
  const Route route = host_.fib.output({.dst = to, .src = from, .mark = mark, .tos = tos, .protocol = 1});
  if (route.dev == nullptr) return drop(Drop::ip_outnoroutes);
  if (limited && !allowed_to(to, route.dev)) return drop(Drop::icmp_ratelimit);
  if (from.is_any()) from = route.src;

  const wire::Icmp icmp{packet->transport()};
  icmp.p[0] = type;
  icmp.p[1] = code;
  icmp.set_checksum(0);
  icmp.set_checksum(wire::checksum_of(packet->transport_sum()));

  const std::uint32_t size = packet->transport_size();
  const auto header_size = static_cast<std::uint32_t>(Ipv4::kMinSize) + options.size;
  packet->pull(packet->transport_offset());
  const Ipv4 header{packet->push(header_size)};
  header.init(tos, static_cast<std::uint16_t>(header_size + size), host_.next_ip_id(), 0,
              static_cast<std::uint8_t>(host_.sysctls.get(Ipv4Key::ip_default_ttl)), wire::IpProto::icmp, from, to);
  if (options.size != 0) {
    header.p[0] = static_cast<std::uint8_t>(0x40 | header_size / 4);
    options.emit(header.p + Ipv4::kMinSize, route.src.is_any() ? from : route.src, time_of_day(host_.now()));
  }
  packet->set_network_header();
  packet->set_transport_header(header_size);
  packet->in = nullptr;
  packet->out = nullptr;
  packet->route = route;
  packet->mark = mark;
  packet->ipvs_property = packet->ignore_df = packet->forwarded = packet->nf_trace = false;
  packet->conntrack.reset();
  packet->frag_max_size = 0;
  host_.ip_local_out(std::move(packet));
}

// --- errors from others ---

// Kernel: icmp_unreach(), icmp_redirect(), icmp_socket_deliver().
Drop Icmp::error_received(Packet& packet) {
  const std::size_t quote = packet.transport_offset() + wire::Icmp::kSize;
  if (!packet.may_pull(quote + Ipv4::kMinSize)) return Drop::pkt_too_small;
  const wire::Icmp icmp{packet.transport()};
  const std::uint8_t* const quoted = icmp.p + wire::Icmp::kSize;
  const Ipv4 ip{icmp.p + wire::Icmp::kSize};
  if (ip.header_size() < Ipv4::kMinSize) return Drop::ip_inhdr;

  bool teaches_mtu = false;
  if (icmp.type() == wire::Icmp::dest_unreach) {
    if (icmp.code() > kMostUnreachCode) return Drop::icmp_ignored;
    if (icmp.code() == wire::Icmp::frag_needed) {
      const int ignore = host_.sysctls.get(Ipv4Key::ip_no_pmtu_disc);
      if (ignore == 2) return Drop::icmp_ignored;
      // 3: only what a transport can check against its state (kernel: icmp_strict_tag_validation).
      if (ignore == 3 && ip.protocol() != wire::IpProto::tcp && ip.protocol() != wire::IpProto::sctp) {
        return Drop::icmp_ignored;
      }
      teaches_mtu = ignore == 0 || ignore == 3;
    }
  } else if (icmp.type() == wire::Icmp::time_exceeded && icmp.code() == kFragTimeExceeded) {
    return Drop::icmp_ignored;
  }
  if (host_.sysctls.get(Ipv4Key::icmp_ignore_bogus_error_responses) == 0 &&
      host_.fib.address_type(ip.dst()) == RouteType::broadcast) {
    return Drop::icmp_ignored;
  }
  if (!packet.may_pull(quote + ip.header_size() + 8)) return Drop::pkt_too_small;

  // Who sent the packet decides what the error changes; that can only be us.
  TransportHandler* const handler = host_.transport(static_cast<std::uint8_t>(ip.protocol()));
  const bool ours = host_.fib.is_local(ip.src());
  const bool tunnelled = handler == nullptr && ip.protocol() == wire::IpProto::ipip;
  const bool taken = tunnelled && host_.ipip_error(packet.in, icmp.type(), icmp.code(), ip);
  // A reply has no socket; what else is ICMP is that of a program that listens (kernel: icmp_err(), raw_err()).
  const bool echoed = ip.protocol() == wire::IpProto::icmp &&
                      (quoted[ip.header_size()] == wire::Icmp::echo_reply || !listeners_.empty());
  // Linux 6.1.192 and 6.12 (udp_err()): whether or not a socket is found.
  const bool datagram = ip.protocol() == wire::IpProto::udp && host_.kernel().learns_mtu_without_socket;
  const bool heard = datagram || (handler != nullptr ? handler->knows(quoted) : echoed || taken);
  if (ours && heard) {
    if (teaches_mtu) host_.fib.update_pmtu(ip.dst(), icmp.frag_mtu(), host_.now());
    if (icmp.type() == wire::Icmp::redirect) redirect_received(packet, quoted);
  }
  if (handler != nullptr) handler->error(packet, quoted);
  return Drop::none;
}

// Kernel: __ip_do_redirect(). A gateway that is no neighbour yet is asked for, and the next redirect believed.
void Icmp::redirect_received(const Packet& packet, const std::uint8_t* quoted_ip) {
  constexpr std::uint8_t kMostCode = 3;
  const base::Ipv4Addr dst{base::load_be32(quoted_ip + 16)};
  const base::Ipv4Addr old_gateway = packet.ip().src();
  const base::Ipv4Addr new_gateway{base::load_be32(packet.transport() + 4)};
  if ((packet.transport()[1] & 7) > kMostCode || packet.in == nullptr) return;
  Device& dev = *packet.in;
  if (!host_.fib.redirect_allowed(dev, dst, old_gateway, new_gateway)) return;
  Neighbour* const entry = host_.neighbours.find_or_learn(dev, new_gateway);
  if (entry == nullptr) return;
  if (!entry->valid()) return host_.neighbours.wake(*entry);
  host_.fib.update_redirect(dst, new_gateway, host_.now());
}

}  // namespace lvs::host
