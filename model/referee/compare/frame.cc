// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/frame.h"

#include <algorithm>
#include <optional>

#include "base/addr.h"
#include "wire/checksum.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace lvs::referee {
namespace {

using base::load_be16;
using base::load_be32;
using wire::Icmp;
using wire::IpProto;
using wire::Ipv4;
using wire::Tcp;
using wire::Udp;

constexpr int kDepth = 4;  // packets within packets
constexpr std::size_t kTimeval = 16;

// Walks both frames at once, as long as their structure is the same; where it is not, the bytes differ as they are.
class FramePair {
 public:
  FramePair(base::ByteView left, base::ByteView right, Renaming& renaming, base::Time at)
      : left_(left), right_(right), renaming_(renaming), at_(at), differ_(std::max(left.size(), right.size()), true) {
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) differ_[i] = left[i] != right[i];
  }

  std::vector<bool> result() {
    constexpr std::size_t kHeader = wire::Ethernet::kSize;
    if (left_.size() == right_.size() && left_.size() > kHeader && same(12, 2) &&
        load_be16(&left_[12]) == static_cast<std::uint16_t>(wire::EtherType::ipv4))
      walk_ip(kHeader, left_.size(), kDepth);
    return std::move(differ_);
  }

 private:
  bool same(std::size_t offset, std::size_t size) const {
    return std::equal(&left_[offset], &left_[offset] + size, &right_[offset]);
  }
  void mark(std::size_t offset, std::size_t size, bool differs) {
    std::fill_n(differ_.begin() + static_cast<std::ptrdiff_t>(offset), size, differs);
  }
  // Bytes that stand for the same in both runs, or do not, whatever they are.
  void settle(std::size_t offset, std::size_t size, bool agree) { mark(offset, size, !agree); }

  // Checksums agree if what they are wrong by is the same; bytes that are missing (of fragments and quotes) are taken
  // for equal, since fields that may differ stand in the headers.
  void settle_checksum(std::size_t at, std::size_t begin, std::size_t end) {
    if (at + 2 > end) return;
    const auto error = [&](base::ByteView frame) {
      const std::uint16_t folded = wire::sum_fold(wire::sum_bytes(frame.subspan(begin, end - begin)));
      return folded == 0xffff ? std::uint16_t{0} : folded;  // both are zero in ones-complement
    };
    if (same(begin, at - begin) && same(at + 2, end - at - 2)) return;  // then nothing excuses another checksum
    settle(at, 2, error(left_) == error(right_));
  }

  // [offset, end) holds an IPv4 packet, or the beginning of one.
  void walk_ip(std::size_t offset, std::size_t end, int depth) {
    if (depth == 0 || offset + Ipv4::kMinSize > end || left_[offset] != right_[offset] ||
        left_[offset + 9] != right_[offset + 9])
      return;
    const Ipv4 l = ip_at(left_, offset), r = ip_at(right_, offset);
    const std::size_t header = l.header_size();
    if (l.version() != 4 || header < Ipv4::kMinSize || offset + header > end) return;
    const bool addressed = same(offset + 12, 8);
    if (addressed) settle(offset + 4, 2, renaming_.ip_id(left_[offset + 9], l.src(), l.dst(), l.id(), r.id(), at_));
    settle_checksum(offset + 10, offset, offset + header);
    if (!addressed || !same(offset + 2, 2) || !same(offset + 6, 2) || l.total_length() < header) return;
    end = std::min(end, offset + l.total_length());
    if (l.fragment_offset() != 0) return;
    offset += header;
    switch (l.protocol()) {
      case IpProto::ipip: return walk_ip(offset, end, depth - 1);
      case IpProto::icmp: return walk_icmp(l, offset, end, depth);
      case IpProto::tcp: return walk_tcp(l, offset, end);
      case IpProto::udp: return walk_udp(l, offset, end);
      default: return;
    }
  }

  void walk_icmp(const Ipv4& ip, std::size_t offset, std::size_t end, int depth) {
    if (offset + Icmp::kSize > end || !same(offset, 2)) return;
    const Icmp icmp{bytes(left_, offset)};
    if (icmp.is_error()) {
      quoted_ = true;
      walk_ip(offset + Icmp::kSize, end, depth - 1);
      quoted_ = false;
    } else if (icmp.type() == Icmp::echo || icmp.type() == Icmp::echo_reply) {
      // Both ends may ping each other, each with ids of its own.
      const bool request = icmp.type() == Icmp::echo;
      const auto asks = request ? ip.src() : ip.dst(), answers = request ? ip.dst() : ip.src();
      settle(offset + 4, 2, renaming_.echo_id(asks, answers, icmp.echo_id(), load_be16(&right_[offset + 4])));
      const std::size_t data = offset + Icmp::kSize;
      if (counts(data, end)) mark(data, kTimeval, false);
    }
    settle_checksum(offset + Icmp::kChecksumOffset, offset, end);
  }

  // Ping's data: a struct timeval, then bytes that count on from its size.
  bool counts(std::size_t data, std::size_t end) const {
    if (data + kTimeval > end) return false;
    for (std::size_t i = data + kTimeval; i < end; ++i) {
      const auto expected = static_cast<std::uint8_t>(i - data);
      if (left_[i] != expected || right_[i] != expected) return false;
    }
    return true;
  }

  // Ports, each with the address that it belongs to.
  bool settle_ports(const Ipv4& ip, std::size_t offset) {
    const auto protocol = static_cast<std::uint8_t>(ip.protocol());
    const bool source = renaming_.port(protocol, ip.src(), load_be16(&left_[offset]), load_be16(&right_[offset]));
    const bool target =
        renaming_.port(protocol, ip.dst(), load_be16(&left_[offset + 2]), load_be16(&right_[offset + 2]));
    settle(offset, 2, source);
    settle(offset + 2, 2, target);
    return source && target;
  }

  void walk_udp(const Ipv4& ip, std::size_t offset, std::size_t end) {
    if (offset + 4 > end) return;
    settle_ports(ip, offset);
    if (offset + Udp::kSize > end) return;
    const std::size_t checksum = offset + Udp::kChecksumOffset;
    // Zero says that there is none.
    if (load_be16(&left_[checksum]) != 0 && load_be16(&right_[checksum]) != 0) settle_checksum(checksum, offset, end);
  }

  void walk_tcp(const Ipv4& ip, std::size_t offset, std::size_t end) {
    if (offset + 8 > end || !settle_ports(ip, offset)) return;  // less cannot be: a quote has eight bytes
    const TcpDirection direction{ip.src(), ip.dst(), load_be16(&left_[offset]), load_be16(&left_[offset + 2])};
    const bool whole = offset + Tcp::kMinSize <= end;
    const std::uint8_t flags = whole ? left_[offset + 13] : 0;
    settle(offset + 4, 4,
           renaming_.tcp_number(direction, load_be32(&left_[offset + 4]), load_be32(&right_[offset + 4]),
                                (flags & Tcp::syn) != 0));
    if (!whole || !same(offset + 12, 1)) return;
    // Of a segment that an ICMP error quotes Linux leaves PSH and FIN open: whether the end of a write, or of all,
    // rides on it depends on what waited in the queues when it was written (tcp_autocorking).
    if (quoted_ && ((left_[offset + 13] ^ right_[offset + 13]) & ~unsigned{Tcp::psh | Tcp::fin}) == 0) {
      mark(offset + 13, 1, false);
    } else if (!same(offset + 13, 1)) {
      return;
    }
    if ((flags & Tcp::ack) != 0)
      settle(offset + 8, 4,
             renaming_.tcp_number(direction.reverse(), load_be32(&left_[offset + 8]), load_be32(&right_[offset + 8]),
                                  false));
    const std::size_t header = Tcp{bytes(left_, offset)}.header_size();
    if (header >= Tcp::kMinSize && offset + header <= end)
      walk_tcp_options(direction.reverse(), offset + Tcp::kMinSize, offset + header);
    settle_checksum(offset + Tcp::kChecksumOffset, offset, end);
  }

  void walk_tcp_options(const TcpDirection& acknowledged, std::size_t offset, std::size_t end) {
    enum : std::uint8_t { kEnd = 0, kNothing = 1, kSack = 5, kTimestamp = 8 };
    while (offset < end && left_[offset] == right_[offset] && left_[offset] != kEnd) {
      if (left_[offset] == kNothing) {
        ++offset;
        continue;
      }
      if (offset + 2 > end || left_[offset + 1] != right_[offset + 1]) return;
      const std::size_t size = left_[offset + 1];
      if (size < 2 || offset + size > end) return;
      if (left_[offset] == kTimestamp && size == 10) {
        const bool echoes = (load_be32(&left_[offset + 6]) == 0) == (load_be32(&right_[offset + 6]) == 0);
        mark(offset + 2, 4, false);
        settle(offset + 6, 4, echoes);
      } else if (left_[offset] == kSack) {
        for (std::size_t i = offset + 2; i + 4 <= offset + size; i += 4)
          settle(i, 4, renaming_.tcp_number(acknowledged, load_be32(&left_[i]), load_be32(&right_[i]), false));
      }
      offset += size;
    }
  }

  static std::uint8_t* bytes(base::ByteView frame, std::size_t offset) {
    return const_cast<std::uint8_t*>(&frame[offset]);  // NOLINT: views are not const, and are only read here
  }
  static Ipv4 ip_at(base::ByteView frame, std::size_t offset) { return Ipv4{bytes(frame, offset)}; }

  base::ByteView left_, right_;
  Renaming& renaming_;
  base::Time at_;
  std::vector<bool> differ_;
  bool quoted_ = false;  // within an ICMP error
};

}  // namespace

std::vector<bool> differing_bytes(base::ByteView left, base::ByteView right, Renaming& renaming, base::Time at) {
  return FramePair(left, right, renaming, at).result();
}

}  // namespace lvs::referee
