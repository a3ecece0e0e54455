// SPDX-License-Identifier: GPL-2.0-or-later
// A packet on its way through a host: the headers in one small buffer in wire order, the rest behind a handle
// (kernel: struct sk_buff).
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "base/addr.h"
#include "base/bytes.h"
#include "host/packet/conntrack-ref.h"
#include "host/packet/payload.h"
#include "host/packet/route.h"
#include "trace/event.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::host {

using trace::Verdict;

class Device;
class Packet;

struct PacketDeleter {
  void operator()(Packet* packet) const;
};
using PacketPtr = std::unique_ptr<Packet, PacketDeleter>;

// To whom the frame was addressed at layer 2 (kernel: skb->pkt_type).
enum class PacketType : std::uint8_t { host, broadcast, multicast, otherhost, outgoing, loopback };

// What is known of the transport checksum (kernel: skb->ip_summed).
enum class ChecksumState : std::uint8_t {
  none,         // as in the header; nobody has verified it
  unnecessary,  // verified, or made by ourselves
  partial,      // the field holds the pseudo header's sum; whoever sends the bytes completes it
};

enum class GsoType : std::uint8_t { none, tcpv4, udp };

class Packet {
 public:
  static constexpr std::size_t kHeadroom = 64;  // an Ethernet header and an outer header (IPIP 20, GUE 32, GRE 28)
  static constexpr std::size_t kHeadMax = 192;  // Ethernet, outer IP, ICMP, quoted IP with options, quoted TCP
  static constexpr std::size_t kCapacity = kHeadroom + kHeadMax;

  // From a pool: no allocation in the steady state. Head empty, room for kHeadroom bytes in front.
  static PacketPtr create();
  // From the bytes of a frame or packet: headers into the head (wire::head_length), the rest copied into a buffer.
  static PacketPtr from_frame(base::ByteView frame);
  // A copy that shares the payload; same walk.
  PacketPtr clone() const;

  // --- bytes -------------------------------------------------------------------------------------------------------
  std::uint8_t* data() { return buffer_.data() + begin_; }
  const std::uint8_t* data() const { return buffer_.data() + begin_; }
  std::uint32_t head_size() const { return end_ - begin_; }
  std::uint32_t size() const { return head_size() + payload.size(); }
  base::ByteView head() const { return {data(), head_size()}; }

  // Make at least `n` bytes from data() on lie in the head (kernel: pskb_may_pull). False when the packet is shorter or
  // the head cannot hold them; the packet is unchanged then.
  bool may_pull(std::size_t n) { return n <= head_size() || pull_from_payload(n); }
  // Room for `n` more bytes in front; returns data(). Content of the new bytes is undefined.
  std::uint8_t* push(std::size_t n) {
    if (n > begin_) make_headroom(n);
    begin_ = static_cast<std::uint16_t>(begin_ - n);
    return data();
  }
  // Drop `n` bytes at the front; n <= head_size().
  void pull(std::size_t n) { begin_ = static_cast<std::uint16_t>(begin_ + n); }
  // `n` bytes more at the end of the head; only while it has room and the payload is empty.
  std::uint8_t* put(std::size_t n) {
    std::uint8_t* at = buffer_.data() + end_;
    end_ = static_cast<std::uint16_t>(end_ + n);
    return at;
  }
  std::size_t tailroom() const { return kCapacity - end_; }
  // Cut the packet to `size` bytes from data() on (link padding); no effect when it is shorter.
  void trim(std::uint32_t size);
  // The whole packet from data() on, in order.
  void copy_to(std::span<std::uint8_t> to) const;  // to.size() <= size()
  // Bytes [from, from + to.size()) counted from data().
  void read(std::uint32_t from, std::span<std::uint8_t> to) const;
  // Put the head into the payload and begin an empty head: what follows is opaque.
  void fold_head_into_payload();

  // --- headers; offsets from the start of the buffer ---
  void set_network_header() { network_ = begin_; }  // data() is the IP header
  void set_network_header(std::size_t offset) { network_ = static_cast<std::uint16_t>(begin_ + offset); }
  void set_transport_header(std::size_t offset) { transport_ = static_cast<std::uint16_t>(begin_ + offset); }
  wire::Ipv4 ip() { return {buffer_.data() + network_}; }
  wire::ConstIpv4 ip() const { return {buffer_.data() + network_}; }
  std::uint8_t* transport() { return buffer_.data() + transport_; }
  const std::uint8_t* transport() const { return buffer_.data() + transport_; }
  // data() is the Ethernet header; its bytes stay in front of the packet while it is received.
  void set_link_header() { link_ = begin_; }
  // The Ethernet header that the packet came with; nullptr when there is none (kernel: skb_mac_header()).
  const std::uint8_t* link_header() const { return link_ == kNoLink ? nullptr : buffer_.data() + link_; }
  void forget_link_header() { link_ = kNoLink; }
  std::size_t network_offset() const { return static_cast<std::size_t>(network_ - begin_); }
  std::size_t transport_offset() const { return static_cast<std::size_t>(transport_ - begin_); }
  // Bytes of the head from the transport header on.
  std::uint32_t transport_head_size() const { return end_ > transport_ ? std::uint32_t{end_} - transport_ : 0; }
  // Ones-complement sum of everything from the transport header to the end.
  wire::Sum transport_sum() const;
  // Everything from the transport header to the end, in bytes.
  std::uint32_t transport_size() const { return transport_head_size() + payload.size(); }

  Payload payload;

  // --- what the host knows of it ---
  trace::WalkId walk = 0;
  trace::PartId part = 0;  // which packet of the walk
  Device* in = nullptr;    // received on (for our own: nullptr)
  Device* out = nullptr;   // leaving by
  Route route;
  std::uint32_t mark = 0;
  PacketType type = PacketType::host;
  ChecksumState checksum = ChecksumState::none;
  GsoType gso_type = GsoType::none;
  bool has_link_header = false;  // data() is an Ethernet header
  bool ipvs_property = false;    // IPVS has dealt with it
  bool ignore_df = false;        // fragment in spite of DF, no ICMP
  bool forwarded = false;        // IPSKB_FORWARDED
  bool nf_trace = false;
  bool reply_source_fixed = false;  // the sender bound its source address
  std::uint16_t csum_start = 0;     // checksum partial: offset of the transport header from the Ethernet header
  std::uint16_t csum_offset = 0;    // and of the field within it
  std::uint16_t gso_size = 0;       // payload bytes of one segment, 0: not GSO
  bool frag_pmtu = false;           // reassembled from fragments that all had DF (IPSKB_FRAG_PMTU)
  std::uint16_t frag_max_size = 0;  // largest fragment of a reassembled datagram, 0: was none
  ConntrackRef conntrack;
  base::Time received{};  // when its frame came in
  PacketPtr next;         // for queues

 private:
  friend struct PacketDeleter;
  Packet() = default;
  bool pull_from_payload(std::size_t n);
  void make_headroom(std::size_t n);

  std::uint16_t begin_ = kHeadroom;
  std::uint16_t end_ = kHeadroom;
  std::uint16_t network_ = kHeadroom;
  std::uint16_t transport_ = kHeadroom;
  static constexpr std::uint16_t kNoLink = 0xffff;
  std::uint16_t link_ = kNoLink;
  std::array<std::uint8_t, kCapacity> buffer_;
};

// First in, first out; holds its packets by their own `next` links.
class PacketQueue {
 public:
  PacketQueue() = default;
  PacketQueue(const PacketQueue&) = delete;
  PacketQueue& operator=(const PacketQueue&) = delete;
  ~PacketQueue() { clear(); }

  bool empty() const { return head_ == nullptr; }
  std::size_t size() const { return size_; }
  const Packet* back() const { return tail_; }  // the newest; nullptr when empty
  void push(PacketPtr packet);
  PacketPtr pop();  // nullptr when empty
  void clear();

 private:
  PacketPtr head_;
  Packet* tail_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace lvs::host
