// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/frame.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/addr.h"
#include "wire/checksum.h"
#include "wire/dns.h"
#include "wire/ipvs-sync.h"
#include "wire/walk.h"

namespace lvs::referee {
namespace {

using base::load_be16;
using base::load_be32;
using wire::Icmp;
using wire::IpProto;
using wire::Ipv4;
using wire::Tcp;
using wire::Udp;

constexpr int kDeepest = 3;  // packets within packets
constexpr std::size_t kTimeval = 16;

// Walks the left frame, as long as the right one has the same structure; where it has not, the bytes differ as they
// are.
class FramePair {
 public:
  FramePair(base::ByteView left, base::ByteView right, Renaming& renaming, base::Time at)
      : left_(left), right_(right), renaming_(renaming), at_(at), differ_(std::max(left.size(), right.size()), true) {
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) differ_[i] = left[i] != right[i];
  }

  std::vector<bool> result() {
    if (left_.size() != right_.size()) return std::move(differ_);
    end_ = left_.size();
    wire::walk(left_, wire::Layer::ethernet, kDeepest, [this](const wire::Header& header) { return take(header); });
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

  // A header of the left frame; false: the right one has another structure there, or nothing more can differ rightly.
  bool take(const wire::Header& header) {
    quoted_ = header.quoted;
    switch (header.layer) {
      case wire::Layer::ethernet: return header.fit == wire::Header::Fit::whole && same(12, 2);
      case wire::Layer::ipv4: return take_ip(header);
      case wire::Layer::icmp: return take_icmp(header.offset);
      case wire::Layer::tcp: take_tcp(header.offset); return false;
      case wire::Layer::udp: take_udp(header.offset); return header.tunnel;
      case wire::Layer::gre: return header.tunnel && same(header.offset, header.size);
      case wire::Layer::gue: return same(header.offset, header.size);
      default: return false;
    }
  }

  bool take_ip(const wire::Header& header) {
    const std::size_t offset = header.offset;
    if (header.fit != wire::Header::Fit::whole || offset + header.size > end_ || left_[offset] != right_[offset] ||
        left_[offset + 9] != right_[offset + 9])
      return false;
    const wire::ConstIpv4 l = ip_at(left_, offset), r = ip_at(right_, offset);
    const bool addressed = same(offset + 12, 8);
    if (addressed) settle(offset + 4, 2, renaming_.ip_id(left_[offset + 9], l.src(), l.dst(), l.id(), r.id(), at_));
    settle_checksum(offset + 10, offset, offset + header.size);
    if (!addressed || !same(offset + 2, 2) || !same(offset + 6, 2) || l.total_length() < header.size) return false;
    end_ = std::min(end_, offset + l.total_length());
    ip_ = l;
    return l.fragment_offset() == 0;
  }

  bool take_icmp(std::size_t offset) {
    if (offset + Icmp::kSize > end_ || !same(offset, 2)) return false;
    const wire::ConstIcmp icmp{&left_[offset]};
    if (icmp.type() == Icmp::echo || icmp.type() == Icmp::echo_reply) {
      // Both ends may ping each other, each with ids of its own.
      const bool request = icmp.type() == Icmp::echo;
      const auto asks = request ? ip_.src() : ip_.dst(), answers = request ? ip_.dst() : ip_.src();
      settle(offset + 4, 2, renaming_.echo_id(asks, answers, icmp.echo_id(), load_be16(&right_[offset + 4])));
      const std::size_t data = offset + Icmp::kSize;
      if (counts(data, end_)) mark(data, kTimeval, false);
    }
    settle_checksum(offset + Icmp::kChecksumOffset, offset, end_);
    return true;
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
  bool settle_ports(std::size_t offset) {
    const auto protocol = static_cast<std::uint8_t>(ip_.protocol());
    const bool source = renaming_.port(protocol, ip_.src(), load_be16(&left_[offset]), load_be16(&right_[offset]));
    const bool target =
        renaming_.port(protocol, ip_.dst(), load_be16(&left_[offset + 2]), load_be16(&right_[offset + 2]));
    settle(offset, 2, source);
    settle(offset + 2, 2, target);
    return source && target;
  }

  void take_udp(std::size_t offset) {
    if (offset + 4 > end_) return;
    settle_ports(offset);
    if (offset + Udp::kSize > end_) return;
    if (ip_.dst().is_multicast() && load_be16(&left_[offset + 2]) == wire::kIpvsSyncPort)
      settle_told_ports(offset + Udp::kSize);
    settle_dns(offset);
    const std::size_t checksum = offset + Udp::kChecksumOffset;
    // Zero says that there is none.
    if (load_be16(&left_[checksum]) != 0 && load_be16(&right_[checksum]) != 0) settle_checksum(checksum, offset, end_);
  }

  // Ids of DNS messages are drawn at random, one for all that is said about a question between two programs; so are
  // cookies (RFC 7873), which may be the last option of the last record.
  void settle_dns(std::size_t udp) {
    const std::size_t message = udp + Udp::kSize;
    const std::uint16_t source = load_be16(&left_[udp]), target = load_be16(&left_[udp + 2]);
    const bool reply = source == wire::kDnsPort;
    if ((!reply && target != wire::kDnsPort) || message + wire::kDnsHeader > end_) return;
    const auto client = reply ? ip_.dst() : ip_.src();
    settle(message, 2,
           renaming_.dns_id(client, reply ? target : source, load_be16(&left_[message]), load_be16(&right_[message])));
    for (const std::size_t size : {std::size_t{8}, std::size_t{24}}) settle_cookie(message, size);
  }
  // At the end of a message: the client's half of 8 bytes, and the server's of 16.
  void settle_cookie(std::size_t message, std::size_t size) {
    const std::array<std::uint8_t, 4> option{0, 10, 0, static_cast<std::uint8_t>(size)};
    const std::size_t at = end_ - std::min(end_, size + option.size());
    if (message < at && std::equal(option.begin(), option.end(), &left_[at]) && same(at, option.size()))
      mark(at + option.size(), size, false);
  }

  // The connections in a message of the IPVS synchronisation daemon: of each the client's port.
  void settle_told_ports(std::size_t message) {
    constexpr std::size_t kConn1 = 36, kConn0 = 24, kSeqs = 24;
    if (message + wire::kIpvsSyncHeader1 > end_) return;
    const bool old = left_[message] != 0;
    unsigned count = left_[message + (old ? 0 : 4)];
    for (std::size_t at = message + wire::ipvs_sync_header_size(old ? 0 : 1);
         count > 0 && at + (old ? kConn0 : kConn1) <= end_; --count) {
      const std::size_t port = at + (old ? 2 : 10), client = at + (old ? 8 : 24);
      settle(port, 2,
             renaming_.port(left_[at + 1], base::Ipv4Addr{load_be32(&left_[client])}, load_be16(&left_[port]),
                            load_be16(&right_[port])));
      if (old) {
        at += kConn0 + ((load_be16(&left_[at + 20]) & wire::ipvs_sync_flag::seq_mask) != 0 ? kSeqs : 0);
      } else {
        at += std::max<std::size_t>(4, (load_be16(&left_[at + 2]) & 0x0fffu) + 3u) & ~std::size_t{3};
      }
    }
  }

  void take_tcp(std::size_t offset) {
    if (offset + 8 > end_ || !settle_ports(offset)) return;  // less cannot be: a quote has eight bytes
    const TcpDirection direction{ip_.src(), ip_.dst(), load_be16(&left_[offset]), load_be16(&left_[offset + 2])};
    const bool whole = offset + Tcp::kMinSize <= end_;
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
    const std::size_t header = wire::ConstTcp{&left_[offset]}.header_size();
    if (header >= Tcp::kMinSize && offset + header <= end_)
      walk_tcp_options(direction.reverse(), offset + Tcp::kMinSize, offset + header);
    settle_checksum(offset + Tcp::kChecksumOffset, offset, end_);
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

  static wire::ConstIpv4 ip_at(base::ByteView frame, std::size_t offset) { return {&frame[offset]}; }

  base::ByteView left_, right_;
  Renaming& renaming_;
  base::Time at_;
  std::vector<bool> differ_;
  std::size_t end_ = 0;   // of the packet that is walked, by its length
  wire::ConstIpv4 ip_{};  // its header, on the left
  bool quoted_ = false;   // within an ICMP error
};

}  // namespace

std::vector<bool> differing_bytes(base::ByteView left, base::ByteView right, Renaming& renaming, base::Time at) {
  return FramePair(left, right, renaming, at).result();
}

}  // namespace lvs::referee
