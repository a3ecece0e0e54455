// SPDX-License-Identifier: GPL-2.0-or-later
// Reassembly of IPv4 fragments (kernel: net/ipv4/ip_fragment.c, inet_fragment.c; RFC 791, RFC 815).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/addr.h"
#include "base/timer-wheel.h"
#include "host/packet/packet.h"
#include "host/packet/route.h"
#include "trace/drop.h"

namespace lvs::host {

class Stack;

// Who reassembles: queues of different users do not mix (kernel: enum ip_defrag_users).
enum class FragmentUser : std::uint8_t { local_deliver, conntrack_in, conntrack_out, ipvs_in, ipvs_out, ipvs_forward };

// The payload of a reassembled datagram: the fragments' own, one behind the other (kernel: frag_list). A router that
// has to fragment it again cuts where it was cut before.
class FragmentList final : public PayloadSource {
 public:
  // `sizes`: data bytes of each fragment in order; `parts`: their payloads, the first without what is in the head.
  static Payload make(std::vector<std::uint32_t> sizes, std::vector<Payload> parts);

  const std::vector<std::uint32_t>& sizes() const { return sizes_; }
  // One behind the other.
  const std::vector<Payload>& parts() const { return parts_; }
  std::uint32_t size() const { return size_; }

  void read(std::uint32_t offset, std::span<std::uint8_t> out) const override;
  void retain() override { ++count_; }
  void release() override;

 private:
  FragmentList(std::vector<std::uint32_t> sizes, std::vector<Payload> parts);

  std::vector<std::uint32_t> sizes_;
  std::vector<Payload> parts_;
  std::vector<std::uint32_t> ends_;  // of the parts, in the payload
  std::uint32_t size_ = 0;
  std::uint32_t count_ = 1;
};

class Fragments {
 public:
  explicit Fragments(Stack& host) : host_(host) {}
  ~Fragments();

  // Takes a fragment (data() at its IP header). Gives back the whole datagram when this was the last piece missing,
  // with frag_max_size set; nullptr while others are missing, or when the fragment was dropped.
  PacketPtr add(PacketPtr fragment, FragmentUser user);

  std::size_t queues() const { return queues_.size(); }
  // Against ipfrag_high_thresh.
  std::size_t bytes() const { return bytes_; }

 private:
  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint16_t, std::uint8_t, FragmentUser>;
  struct Piece {
    std::uint32_t begin = 0;  // bytes of the datagram's data
    std::uint32_t end = 0;
    PacketPtr packet;  // with its IP header
  };
  struct Queue {
    explicit Queue(base::Timer::Fire fire) : timer(fire) {}
    struct OwnedTimer : base::Timer {
      using base::Timer::Timer;
      Queue* queue = nullptr;
    } timer;
    Fragments* owner = nullptr;
    Key key{};
    std::vector<Piece> pieces;  // in order, never overlapping
    std::uint32_t length = 0;   // of the data, as far as known
    std::uint32_t have = 0;
    bool last_in = false;
    std::uint32_t max_size = 0;       // largest fragment, with its header
    std::uint32_t max_df_size = 0;    // largest with DF
    std::uint8_t ecn = 0;             // bit per ECN codepoint seen
    std::uint32_t count_at_last = 0;  // of the source's fragments, when one of this queue came last
    Device* in = nullptr;             // of the last fragment
  };

  Queue* find_or_create(const Key& key);
  bool too_far(Queue& queue, base::Ipv4Addr src);
  void restart(Queue& queue);
  void drop_pieces(Queue& queue, trace::Drop reason);
  void discard(Queue& queue, trace::Drop reason);
  void insert(Queue& queue, PacketPtr fragment, std::uint32_t begin, std::uint32_t end);
  PacketPtr reassemble(Queue& queue, const Route& route, Device* out);
  static void on_timeout(base::Timer& timer);
  void tell_sender(Queue& queue);

  Stack& host_;
  std::map<Key, std::unique_ptr<Queue>> queues_;
  std::unordered_map<base::Ipv4Addr, std::uint32_t> seen_;  // fragments a source has sent (kernel: inet_peer's rid)
  std::size_t bytes_ = 0;
};

}  // namespace lvs::host
