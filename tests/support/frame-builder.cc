// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/frame-builder.h"

#include <algorithm>

#include "trace/dissect/dissect.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::test {
namespace {

// Where a layer stands: what is around it decides its checksum, what it carries its length and type.
struct Context {
  const Ip* ip = nullptr;         // the IP header around
  const Layer* within = nullptr;  // the next layer, nullptr: none
};

std::uint8_t protocol_of(const Layer* layer) {
  if (layer == nullptr) return 255;
  if (std::holds_alternative<Tcp>(*layer)) return 6;
  if (std::holds_alternative<Udp>(*layer)) return 17;
  if (std::holds_alternative<Icmp>(*layer)) return 1;
  if (std::holds_alternative<Ip>(*layer)) return 4;
  return 255;
}

void prepend(Frame& frame, std::size_t size) { frame.insert(frame.begin(), size, 0); }

std::uint16_t transport_checksum(const Frame& frame, const Ip* ip, std::uint8_t protocol) {
  wire::Sum sum = wire::sum_bytes(frame);
  if (ip != nullptr) {
    sum = wire::sum_add(sum,
                        wire::sum_pseudo_header(ip->src, ip->dst, protocol, static_cast<std::uint32_t>(frame.size())));
  }
  return wire::checksum_of(sum);
}

struct Emit {
  Frame& frame;  // what the layer carries; the layer is put in front
  Context context;

  void operator()(const Data& data) const { frame.insert(frame.begin(), data.bytes.begin(), data.bytes.end()); }
  void operator()(const Arp& arp) const {
    prepend(frame, Arp::kSize);
    arp.emit(frame.data());
  }
  void operator()(const Icmp& icmp) const {
    prepend(frame, wire::Icmp::kSize);
    const wire::Icmp header{frame.data()};
    header.init(icmp.type, icmp.code, icmp.rest);
    header.set_checksum(icmp.checksum.value_or(transport_checksum(frame, nullptr, 1)));
  }
  void operator()(const Udp& udp) const {
    prepend(frame, wire::Udp::kSize);
    const wire::Udp header{frame.data()};
    header.init(udp.sport, udp.dport, udp.length.value_or(static_cast<std::uint16_t>(frame.size())));
    header.set_checksum(udp.checksum.value_or(transport_checksum(frame, context.ip, 17)));
  }
  void operator()(const Tcp& tcp) const {
    const std::size_t size = (wire::Tcp::kMinSize + tcp.options.size() + 3) / 4 * 4;
    prepend(frame, size);
    const wire::Tcp header{frame.data()};
    const auto flags = static_cast<std::uint8_t>(tcp.fin | tcp.syn << 1 | tcp.rst << 2 | tcp.psh << 3 | tcp.ack << 4);
    header.init(tcp.sport, tcp.dport, tcp.seq, tcp.ack_seq, flags, tcp.window, static_cast<unsigned>(size));
    std::ranges::copy(tcp.options, frame.begin() + wire::Tcp::kMinSize);
    header.set_checksum(tcp.checksum.value_or(transport_checksum(frame, context.ip, 6)));
  }
  void operator()(const Ip& ip) const {
    const std::size_t size = (wire::Ipv4::kMinSize + ip.options.size() + 3) / 4 * 4;
    prepend(frame, size);
    const wire::Ipv4 header{frame.data()};
    const auto fragment =
        static_cast<std::uint16_t>((ip.df ? wire::Ipv4::kDf : 0) | (ip.mf ? wire::Ipv4::kMf : 0) | ip.offset / 8);
    header.init(ip.tos, ip.length.value_or(static_cast<std::uint16_t>(frame.size())), ip.id, fragment, ip.ttl,
                static_cast<wire::IpProto>(ip.protocol.value_or(protocol_of(context.within))), ip.src, ip.dst);
    frame[0] = static_cast<std::uint8_t>(0x40 | size / 4);
    std::ranges::copy(ip.options, frame.begin() + wire::Ipv4::kMinSize);
    header.refresh_checksum();
    if (ip.checksum) header.set_checksum(*ip.checksum);
  }
  void operator()(const Eth& eth) const {
    prepend(frame, wire::Ethernet::kSize);
    const bool arp = context.within != nullptr && std::holds_alternative<Arp>(*context.within);
    const auto type = arp ? wire::EtherType::arp : wire::EtherType::ipv4;
    wire::Ethernet{frame.data()}.set(eth.dst, eth.src, type);
    if (eth.type) base::store_be16(frame.data() + 12, *eth.type);
  }
};

}  // namespace

Data Data::of(std::size_t size) {
  Data data;
  for (std::size_t i = 0; i < size; ++i) data.bytes.push_back(static_cast<std::uint8_t>(i));
  return data;
}

Frame Stack::bytes() const {
  Frame frame;
  for (std::size_t i = layers_.size(); i-- > 0;) {
    Context context;
    for (std::size_t around = i; around-- > 0 && context.ip == nullptr;) context.ip = std::get_if<Ip>(&layers_[around]);
    if (i + 1 < layers_.size()) context.within = &layers_[i + 1];
    std::visit(Emit{frame, context}, layers_[i]);
  }
  return frame;
}

void PrintTo(const Frame& frame, std::ostream* out) { *out << trace::dissect(frame); }

Frame without_ip_id(Frame frame) {
  if (frame.size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize) return frame;
  const wire::Ipv4 ip{frame.data() + wire::Ethernet::kSize};
  if (wire::Ethernet{frame.data()}.type() != 0x0800 || ip.header_size() > frame.size() - wire::Ethernet::kSize) {
    return frame;
  }
  ip.set_checksum(wire::checksum_update(ip.checksum(), ip.id(), 0));
  ip.set_id(0);
  return frame;
}

Data quote_of(const Frame& frame, std::size_t size) {
  const auto from = frame.begin() + wire::Ethernet::kSize;
  const auto count = std::min<std::size_t>(size, frame.size() - wire::Ethernet::kSize);
  return {{from, from + static_cast<std::ptrdiff_t>(count)}};
}

}  // namespace lvs::test
