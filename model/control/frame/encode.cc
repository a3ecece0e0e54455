// SPDX-License-Identifier: GPL-2.0-or-later
// From the last layer to the first: each puts its header before the bytes that are there.
#include <algorithm>

#include "base/bytes.h"
#include "control/frame/layers.h"
#include "wire/checksum.h"
#include "wire/crc32c.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::control::frame {
namespace {

void put16(Bytes& to, std::uint32_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}
void put32(Bytes& to, std::uint32_t value) {
  put16(to, value >> 16);
  put16(to, value);
}
void put(Bytes& to, const base::MacAddr& mac) { to.insert(to.end(), mac.bytes.begin(), mac.bytes.end()); }
void put_options(Bytes& to, const Bytes& options) {
  to.insert(to.end(), options.begin(), options.end());
  while (to.size() % 4 != 0) to.push_back(0);
}

// A wrong one is never zero, which would mean none to UDP.
std::uint32_t value_of(const Checksum& sum, std::uint32_t good) {
  constexpr std::uint32_t kFlipped = 0x0bad;
  switch (sum.kind) {
    case Checksum::Kind::good: return good;
    case Checksum::Kind::bad: return good == kFlipped ? kFlipped + 1 : good ^ kFlipped;
    case Checksum::Kind::given: break;
  }
  return sum.value;
}

class Encoder {
 public:
  Encoder(const Frame& frame, const base::MacAddr& own) : frame_(frame), own_(own), bytes_(frame.payload) {}

  Bytes run() {
    for (at_ = frame_.layers.size(); at_-- > 0;)
      std::visit([this](const auto& layer) { add(layer); }, frame_.layers[at_]);
    bytes_.insert(bytes_.end(), frame_.trailer.begin(), frame_.trailer.end());
    return std::move(bytes_);
  }

 private:
  void in_front(const Bytes& header) { bytes_.insert(bytes_.begin(), header.begin(), header.end()); }
  template <class L>
  bool follows() const {
    return at_ + 1 < frame_.layers.size() && std::holds_alternative<L>(frame_.layers[at_ + 1]);
  }
  // The nearest before the layer at hand.
  template <class L>
  const L* before() const {
    for (std::size_t i = at_; i-- > 0;)
      if (const auto* found = std::get_if<L>(&frame_.layers[i])) return found;
    return nullptr;
  }
  const Ethernet& ethernet() const { return std::get<Ethernet>(frame_.layers.front()); }
  base::MacAddr source() const { return ethernet().src.value_or(own_); }

  void add(const Ethernet& eth) {
    Bytes header;
    put(header, eth.dst.value_or(base::MacAddr::broadcast()));
    put(header, source());
    const auto type = follows<Arp>() ? wire::EtherType::arp : wire::EtherType::ipv4;
    put16(header, eth.type.value_or(static_cast<std::uint16_t>(type)));
    in_front(header);
  }

  void add(const Arp& arp) {
    const base::MacAddr answered = ethernet().dst.value_or(base::MacAddr::broadcast());
    Bytes header;
    put16(header, arp.hardware);
    put16(header, arp.protocol);
    header.push_back(arp.hardware_size);
    header.push_back(arp.protocol_size);
    put16(header, arp.op);
    put(header, arp.from_mac.value_or(source()));
    put32(header, arp.from.value);
    put(header, arp.to_mac.value_or(arp.op == 1 ? base::MacAddr{} : answered));
    put32(header, arp.to.value);
    in_front(header);
  }

  std::uint8_t protocol_behind() const {
    using wire::IpProto;
    const IpProto protocol = follows<Tcp>()    ? IpProto::tcp
                             : follows<Udp>()  ? IpProto::udp
                             : follows<Icmp>() ? IpProto::icmp
                             : follows<Sctp>() ? IpProto::sctp
                             : follows<Ip>()   ? IpProto::ipip
                                               : IpProto{};
    return static_cast<std::uint8_t>(protocol);
  }

  void add(const Ip& ip) {
    Bytes header(12);
    put32(header, ip.src.value);
    put32(header, ip.dst.value);
    put_options(header, ip.options);
    const std::size_t words = ip.header_words.value_or(static_cast<std::uint8_t>(header.size() / 4 & 15));
    header[0] = static_cast<std::uint8_t>(ip.version.value_or(4) << 4 | words);
    header[1] = ip.tos;
    base::store_be16(&header[2], ip.length.value_or(static_cast<std::uint16_t>(header.size() + bytes_.size())));
    base::store_be16(&header[4], ip.id);
    const unsigned flags =
        (ip.reserved ? 0x8000u : 0) | (ip.df ? wire::Ipv4::kDf : 0u) | (ip.mf ? wire::Ipv4::kMf : 0u);
    base::store_be16(&header[6], static_cast<std::uint16_t>(flags | ip.offset));
    header[8] = ip.ttl;
    header[9] = ip.protocol.value_or(protocol_behind());
    base::store_be16(&header[10],
                     static_cast<std::uint16_t>(value_of(ip.sum, wire::checksum_of(wire::sum_bytes(header)))));
    in_front(header);
  }

  // Over the bytes and the pseudo header, in the field at `offset` of what is there now.
  void sum_with_pseudo_header(const Checksum& sum, std::size_t offset, wire::IpProto protocol) {
    const auto* ip = before<Ip>();
    wire::Sum total = wire::sum_bytes(bytes_);
    if (ip != nullptr)
      total = wire::sum_add(total, wire::sum_pseudo_header(ip->src, ip->dst, static_cast<std::uint8_t>(protocol),
                                                           static_cast<std::uint32_t>(bytes_.size())));
    std::uint16_t good = wire::checksum_of(total);
    if (protocol == wire::IpProto::udp && good == 0) good = 0xffff;
    base::store_be16(&bytes_[offset], static_cast<std::uint16_t>(value_of(sum, good)));
  }

  void add(const Tcp& tcp) {
    Bytes header;
    put16(header, tcp.sport);
    put16(header, tcp.dport);
    put32(header, tcp.seq);
    put32(header, tcp.ack);
    put16(header, tcp.flags);
    put16(header, tcp.window);
    put16(header, 0);
    put16(header, tcp.urgent);
    put_options(header, tcp.options);
    const unsigned words = tcp.header_words.value_or(static_cast<std::uint8_t>(header.size() / 4 & 15));
    header[12] = static_cast<std::uint8_t>(words << 4 | tcp.reserved);
    in_front(header);
    sum_with_pseudo_header(tcp.sum, 16, wire::IpProto::tcp);
  }

  void add(const Udp& udp) {
    Bytes header;
    put16(header, udp.sport);
    put16(header, udp.dport);
    put16(header, udp.length.value_or(static_cast<std::uint16_t>(8 + bytes_.size())));
    put16(header, 0);
    in_front(header);
    sum_with_pseudo_header(udp.sum, 6, wire::IpProto::udp);
  }

  void add(const Icmp& icmp) {
    Bytes header{icmp.type, icmp.code, 0, 0};
    put32(header, icmp.rest);
    in_front(header);
    const std::uint32_t good = wire::checksum_of(wire::sum_bytes(bytes_));
    base::store_be16(&bytes_[2], static_cast<std::uint16_t>(value_of(icmp.sum, good)));
  }

  void add(const Sctp& sctp) {
    Bytes header;
    put16(header, sctp.sport);
    put16(header, sctp.dport);
    put32(header, sctp.tag);
    put32(header, 0);
    for (const SctpChunk& chunk : sctp.chunks) {
      header.push_back(chunk.type);
      header.push_back(chunk.flags);
      put16(header, chunk.length.value_or(static_cast<std::uint16_t>(4 + chunk.value.size())));
      put_options(header, chunk.value);
    }
    in_front(header);
    wire::Crc32c crc;
    for (const std::uint8_t byte : bytes_) crc.add(byte);
    const std::uint32_t value = value_of(sctp.sum, crc.value());
    for (unsigned i = 0; i < 4; ++i) bytes_[8 + i] = static_cast<std::uint8_t>(value >> 8 * i);
  }

  void add(const Quote& quote) {
    if (quote.cut) bytes_.resize(std::min<std::size_t>(bytes_.size(), *quote.cut));
  }

  const Frame& frame_;
  const base::MacAddr& own_;
  Bytes bytes_;
  std::size_t at_ = 0;  // the layer at hand
};

}  // namespace

Bytes encode(const Frame& frame, const base::MacAddr& own) { return Encoder(frame, own).run(); }

}  // namespace lvs::control::frame
