// SPDX-License-Identifier: GPL-2.0-or-later
// Reassembly of IPv4 fragments (kernel: net/ipv4/ip_fragment.c, inet_fragment.c; RFC 791, RFC 815).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "base/timer-wheel.h"
#include "host/packet.h"

namespace lvs::host {

class Host;

// Who reassembles: queues of different users do not mix (kernel: enum ip_defrag_users).
enum class FragmentUser : std::uint8_t { local_deliver, conntrack_in, conntrack_out, ipvs_in, ipvs_out, ipvs_forward };

class Fragments {
 public:
  explicit Fragments(Host& host) : host_(host) {}
  ~Fragments();

  // Takes a fragment (data() at its IP header). Gives back the whole datagram when this was the last piece missing,
  // with frag_max_size set; nullptr while others are missing, or when the fragment was dropped.
  PacketPtr add(PacketPtr fragment, FragmentUser user);

  std::size_t queues() const { return queues_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint16_t, std::uint8_t, FragmentUser>;
  struct Piece {
    unsigned begin = 0;  // bytes of the datagram's data
    unsigned end = 0;
    PacketPtr packet;  // data() behind its IP header for later pieces; the first keeps its header
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
    unsigned length = 0;        // of the data, as far as known
    unsigned have = 0;
    bool last_in = false;
    unsigned max_size = 0;  // largest fragment, with its header
    unsigned max_df_size = 0;
    std::uint8_t ecn = 0;  // bit per ECN codepoint seen
  };

  static void on_timeout(base::Timer& timer);
  void discard(Queue& queue, trace::Drop reason);
  PacketPtr reassemble(Queue& queue);

  Host& host_;
  std::map<Key, std::unique_ptr<Queue>> queues_;
  std::size_t bytes_ = 0;
};

}  // namespace lvs::host
