// SPDX-License-Identifier: GPL-2.0-or-later
// Reads each layer as it stands, every field given, as far as one is whole; then leaves out what encode() finds itself.
#include <algorithm>
#include <type_traits>
#include <utility>

#include "base/bytes.h"
#include "control/frame/fields.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"

namespace lvs::control::frame {
namespace {

constexpr std::size_t kMostDecoded = 12;

class Decoder {
 public:
  explicit Decoder(const Bytes& bytes) : rest_(bytes) {}

  Frame run() {
    const Bytes header = take(wire::Ethernet::kSize);
    Ethernet eth{wire::Ethernet::load_mac(header.data()), wire::Ethernet::load_mac(header.data() + 6),
                 base::load_be16(header.data() + 12)};
    frame_.layers.emplace_back(eth);
    if (*eth.type == static_cast<std::uint16_t>(wire::EtherType::arp)) arp();
    if (*eth.type == static_cast<std::uint16_t>(wire::EtherType::ipv4)) ip();
    frame_.payload.assign(rest_.begin(), rest_.end());
    return std::move(frame_);
  }

 private:
  Bytes take(std::size_t size) {
    Bytes part(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(std::min(size, rest_.size())));
    rest_ = rest_.subspan(part.size());
    part.resize(size);
    return part;
  }
  // Is there a header of this size? In a quote it may be cut off.
  bool whole(std::size_t size) const { return rest_.size() >= size || (quoted_ && !rest_.empty()); }
  static Checksum given(std::uint32_t value) { return {Checksum::Kind::given, value}; }

  void arp() {
    if (rest_.size() < 28) return;
    const Bytes header = take(28);
    const std::uint8_t* p = header.data();
    frame_.layers.emplace_back(Arp{base::load_be16(p + 6),
                                   {base::load_be32(p + 14)},
                                   {base::load_be32(p + 24)},
                                   wire::Ethernet::load_mac(p + 8),
                                   wire::Ethernet::load_mac(p + 18),
                                   base::load_be16(p),
                                   base::load_be16(p + 2),
                                   p[4],
                                   p[5]});
    to_trailer(0);
  }

  // What is behind `size` bytes belongs to no layer.
  void to_trailer(std::size_t size) {
    if (quoted_ || size >= rest_.size()) return;
    frame_.trailer.assign(rest_.begin() + static_cast<std::ptrdiff_t>(size), rest_.end());
    rest_ = rest_.first(size);
  }

  void ip() {
    if (rest_.size() < wire::Ipv4::kMinSize || frame_.layers.size() >= kMostDecoded) return;
    const std::size_t words = rest_[0] & 15u;
    const std::size_t size =
        words * 4 >= wire::Ipv4::kMinSize && words * 4 <= rest_.size() ? words * 4 : wire::Ipv4::kMinSize;
    const Bytes header = take(size);
    const std::uint8_t* p = header.data();
    Ip ip;
    ip.src = {base::load_be32(p + 12)};
    ip.dst = {base::load_be32(p + 16)};
    ip.ttl = p[8];
    ip.tos = p[1];
    ip.id = base::load_be16(p + 4);
    const std::uint16_t field = base::load_be16(p + 6);
    ip.df = (field & wire::Ipv4::kDf) != 0;
    ip.mf = (field & wire::Ipv4::kMf) != 0;
    ip.reserved = (field & 0x8000) != 0;
    ip.offset = field & wire::Ipv4::kOffsetMask;
    ip.protocol = p[9];
    ip.version = p[0] >> 4;
    ip.header_words = static_cast<std::uint8_t>(words);
    ip.length = base::load_be16(p + 2);
    ip.options.assign(header.begin() + wire::Ipv4::kMinSize, header.end());
    ip.sum = given(base::load_be16(p + 10));
    if (*ip.length >= size) to_trailer(*ip.length - size);
    frame_.layers.emplace_back(ip);
    if (ip.offset != 0) return;
    switch (static_cast<wire::IpProto>(*ip.protocol)) {
      case wire::IpProto::tcp: return tcp();
      case wire::IpProto::udp: return udp();
      case wire::IpProto::icmp: return icmp();
      case wire::IpProto::sctp: return sctp();
      case wire::IpProto::ipip: return this->ip();
      default: return;
    }
  }

  void tcp() {
    if (!whole(20)) return;
    const std::size_t words = rest_.size() > 12 ? rest_[12] >> 4 : 0u;
    const std::size_t size = words > 5 && words * 4 <= rest_.size() ? words * 4 : 20;
    const Bytes header = take(size);
    const std::uint8_t* p = header.data();
    Tcp tcp{base::load_be16(p),
            base::load_be16(p + 2),
            p[13],
            base::load_be32(p + 4),
            base::load_be32(p + 8),
            base::load_be16(p + 14),
            base::load_be16(p + 18),
            static_cast<std::uint8_t>(p[12] & 15),
            static_cast<std::uint8_t>(words),
            {},
            given(base::load_be16(p + 16))};
    tcp.options.assign(header.begin() + 20, header.end());
    frame_.layers.emplace_back(std::move(tcp));
  }

  void udp() {
    if (!whole(8)) return;
    const Bytes header = take(8);
    const std::uint8_t* p = header.data();
    frame_.layers.emplace_back(
        Udp{base::load_be16(p), base::load_be16(p + 2), base::load_be16(p + 4), given(base::load_be16(p + 6))});
  }

  void icmp() {
    if (!whole(wire::Icmp::kSize)) return;
    Bytes header = take(wire::Icmp::kSize);
    const std::uint8_t* p = header.data();
    frame_.layers.emplace_back(Icmp{p[0], p[1], base::load_be32(p + 4), given(base::load_be16(p + 2))});
    if (!wire::Icmp{header.data()}.is_error() || rest_.size() < wire::Ipv4::kMinSize || rest_[0] >> 4 != 4) return;
    frame_.layers.emplace_back(Quote{static_cast<std::uint16_t>(rest_.size())});
    quoted_ = true;
    ip();
  }

  void sctp() {
    if (!whole(12)) return;
    const Bytes header = take(12);
    const std::uint8_t* p = header.data();
    Sctp sctp{base::load_be16(p), base::load_be16(p + 2), base::load_be32(p + 4), {}, {}};
    sctp.sum = given(header[8] | std::uint32_t{header[9]} << 8 | std::uint32_t{header[10]} << 16 |
                     std::uint32_t{header[11]} << 24);
    while (rest_.size() >= 4) {
      const std::uint16_t length = base::load_be16(rest_.data() + 2);
      const std::size_t padded = (length + 3u) / 4 * 4;
      if (length < 4 || padded > rest_.size()) break;
      const Bytes chunk = take(padded);
      sctp.chunks.push_back({chunk[0], chunk[1], length, Bytes(chunk.begin() + 4, chunk.begin() + length)});
    }
    frame_.layers.emplace_back(std::move(sctp));
  }

  base::ByteView rest_;
  Frame frame_;
  bool quoted_ = false;
};

// Leaves out one after another what encode() finds itself.
class Shortening {
 public:
  Shortening(Frame& frame, const Bytes& bytes, const base::MacAddr& own) : frame_(frame), bytes_(bytes), own_(own) {}

  bool same() const { return encode(frame_, own_) == bytes_; }

  void run() {
    const Ethernet eth = std::get<Ethernet>(frame_.layers.front());
    const Layer last = frame_.layers.back();
    for (Layer& layer : frame_.layers) std::visit([this](auto& each) { shorten(each); }, layer);
    // What has to be said: whom it is for, and what nothing that follows says.
    if (!is_arp_request(frame_)) std::get<Ethernet>(frame_.layers.front()).dst = eth.dst;
    if (frame_.layers.size() == 1) std::get<Ethernet>(frame_.layers.front()).type = eth.type;
    if (auto* ip = std::get_if<Ip>(&frame_.layers.back())) ip->protocol = std::get<Ip>(last).protocol;
  }

 private:
  template <class T>
  void attempt(T& member, const T& value) {
    T before = std::exchange(member, value);
    if (!same()) member = std::move(before);
  }
  void attempt(Checksum& sum, const Checksum&) {
    const Checksum before = sum;
    for (const Checksum::Kind kind : {Checksum::Kind::good, Checksum::Kind::bad}) {
      sum = {kind, 0};
      if (same()) return;
    }
    sum = before;
  }
  // Zeros behind the last option are what fills up the header.
  void attempt(Bytes& options, const Bytes&) {
    std::size_t end = 0;
    while (end < options.size() && options[end] != 0)
      end += options[end] == 1 ? 1 : end + 1 < options.size() ? std::max<std::size_t>(options[end + 1], 1) : 1;
    if (end < options.size())
      attempt<Bytes>(options, Bytes(options.begin(), options.begin() + static_cast<std::ptrdiff_t>(end)));
  }
  template <class L>
  void shorten(L& layer) {
    each_field(layer, [&](const auto& field) {
      if (!field.notation.required) attempt(layer.*field.member, L{}.*field.member);
    });
    if constexpr (std::is_same_v<L, Sctp>) {
      for (SctpChunk& chunk : layer.chunks) attempt(chunk.length, {});
    }
  }

  Frame& frame_;
  const Bytes& bytes_;
  const base::MacAddr& own_;
};

}  // namespace

Frame decode(const Bytes& bytes, const base::MacAddr& own) {
  Frame frame = Decoder(bytes).run();
  Shortening shortening(frame, bytes, own);
  if (!shortening.same()) {  // an odd one: all but the first header as bytes
    frame.layers.resize(1);
    frame.payload.assign(bytes.begin() + wire::Ethernet::kSize, bytes.end());
    frame.trailer.clear();
  }
  shortening.run();
  return frame;
}

}  // namespace lvs::control::frame
