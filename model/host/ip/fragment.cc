// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/ip/fragment.h"

#include <algorithm>
#include <utility>

#include "host/ip/stack.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

// What a fragment weighs against ipfrag_high_thresh (kernel: truesize, here of a small linear skb), and an empty queue.
std::size_t weight_of(const Packet& packet) { return packet.size() + 768; }
constexpr std::size_t kQueueWeight = 200;
// Sources whose fragments are counted (kernel: inet_peer_threshold).
constexpr std::size_t kMaxSources = 65536;

// ECN of a datagram from its fragments' (kernel: ip_frag_ecn_table): CE if any is CE; not-ECT goes with nothing else.
// `seen`: bit per codepoint. False: not to be combined.
bool combine_ecn(std::uint8_t seen, std::uint8_t& ecn) {
  constexpr std::uint8_t kNotEct = 1, kCe = 8;
  if ((seen & kNotEct) != 0 && seen != kNotEct) return false;
  ecn = (seen & kCe) != 0 && seen != kCe ? 3 : 0;  // OR'ed into the first fragment's
  return true;
}

}  // namespace

FragmentList::FragmentList(std::vector<std::uint32_t> sizes, std::vector<Payload> parts)
    : sizes_(std::move(sizes)), parts_(std::move(parts)) {
  ends_.reserve(parts_.size());
  for (const Payload& part : parts_) ends_.push_back(size_ += part.size());
}

Payload FragmentList::make(std::vector<std::uint32_t> sizes, std::vector<Payload> parts) {
  auto* list = new FragmentList(std::move(sizes), std::move(parts));
  if (list->size_ != 0) return {list, 0, list->size_};
  list->release();
  return {};
}

void FragmentList::release() {
  if (--count_ == 0) delete this;
}

void FragmentList::read(std::uint32_t offset, std::span<std::uint8_t> out) const {
  auto at = static_cast<std::size_t>(std::ranges::upper_bound(ends_, offset) - ends_.begin());
  while (!out.empty()) {
    const std::uint32_t begin = ends_[at] - parts_[at].size();
    const std::size_t n = std::min<std::size_t>(out.size(), ends_[at] - offset);
    parts_[at].read(offset - begin, out.first(n));
    out = out.subspan(n);
    offset += static_cast<std::uint32_t>(n);
    ++at;
  }
}

Fragments::~Fragments() {
  for (auto& [key, queue] : queues_) host_.cancel(queue->timer);
}

void Fragments::drop_pieces(Queue& queue, Drop reason) {
  for (Piece& piece : queue.pieces) {
    bytes_ -= weight_of(*piece.packet);
    host_.drop(std::move(piece.packet), reason, Stage::local_in);
  }
  queue.pieces.clear();
}

void Fragments::discard(Queue& queue, Drop reason) {
  host_.cancel(queue.timer);
  drop_pieces(queue, reason);
  bytes_ -= kQueueWeight;
  queues_.erase(Key(queue.key));
  if (queues_.empty()) seen_.clear();
}

void Fragments::on_timeout(base::Timer& timer) {
  Queue& queue = *static_cast<Queue::OwnedTimer&>(timer).queue;
  Fragments& self = *queue.owner;
  if (!queue.pieces.empty() && queue.pieces.front().begin == 0) self.tell_sender(queue);
  self.discard(queue, Drop::frag_reasm_timeout);
}

// Kernel: ip_expire(). The fragment kept no route, so it is looked up again.
void Fragments::tell_sender(Queue& queue) {
  Packet& first = *queue.pieces.front().packet;
  const wire::ConstIpv4 ip = first.ip();
  first.in = queue.in;
  Drop drop = Drop::none;
  FlowKey key;
  key.dst = ip.dst();
  key.src = ip.src();
  key.in = queue.in;
  key.mark = first.mark;
  key.tos = ip.tos();
  first.route = host_.fib.input(key, drop);
  if (drop != Drop::none) return;
  // Of those on the way, only an end host says so (RFC 792).
  const auto user = std::get<FragmentUser>(queue.key);
  const bool conntrack = user == FragmentUser::conntrack_in || user == FragmentUser::conntrack_out;
  if (conntrack && first.route.type != RouteType::local) return;
  host_.icmp.send_error(first, wire::Icmp::time_exceeded, 1);
}

// Kernel: inet_frag_find(). nullptr: out of room, for known queues as well.
Fragments::Queue* Fragments::find_or_create(const Key& key) {
  const int limit = host_.sysctls.get(Ipv4Key::ipfrag_high_thresh);
  if (limit <= 0 || bytes_ > static_cast<std::size_t>(limit)) return nullptr;
  if (const auto at = queues_.find(key); at != queues_.end()) return at->second.get();
  auto made = std::make_unique<Queue>(&Fragments::on_timeout);
  made->timer.queue = made.get();
  made->owner = this;
  made->key = key;
  host_.arm(made->timer, host_.now() + std::chrono::seconds(host_.sysctls.get(Ipv4Key::ipfrag_time)));
  bytes_ += kQueueWeight;
  return queues_.emplace(key, std::move(made)).first->second.get();
}

// Has the source sent more than ipfrag_max_dist other fragments since the last of this datagram? Then its id has come
// round, and the old pieces belong to another (kernel: ip_frag_too_far()).
bool Fragments::too_far(Queue& queue, base::Ipv4Addr src) {
  const int limit = host_.sysctls.get(Ipv4Key::ipfrag_max_dist);
  if (limit == 0) return false;
  if (seen_.size() > kMaxSources) seen_.clear();
  const std::uint32_t before = std::exchange(queue.count_at_last, ++seen_[src]);
  return !queue.pieces.empty() && queue.count_at_last - before > static_cast<std::uint32_t>(limit);
}

// Kernel: ip_frag_reinit().
void Fragments::restart(Queue& queue) {
  drop_pieces(queue, Drop::frag_too_far);
  queue.length = queue.have = queue.max_size = queue.max_df_size = 0;
  queue.last_in = false;
  queue.ecn = 0;
  host_.arm(queue.timer, host_.now() + std::chrono::seconds(host_.sysctls.get(Ipv4Key::ipfrag_time)));
}

// Kernel: ip_defrag(), ip_frag_queue().
PacketPtr Fragments::add(PacketPtr fragment, FragmentUser user) {
  const wire::Ipv4 ip = fragment->ip();
  Queue* found =
      find_or_create({ip.src().value, ip.dst().value, ip.id(), static_cast<std::uint8_t>(ip.protocol()), user});
  if (found == nullptr) {
    host_.drop(std::move(fragment), Drop::nomem, Stage::local_in);
    return nullptr;
  }
  Queue& queue = *found;
  const auto refuse_all = [&](Drop reason) -> PacketPtr {
    discard(queue, reason);
    host_.drop(std::move(fragment), reason, Stage::local_in);
    return nullptr;
  };

  if (too_far(queue, ip.src())) restart(queue);
  const std::uint32_t header = ip.header_size();
  const std::uint32_t begin = ip.fragment_offset();
  std::uint32_t end = begin + fragment->size() - header;
  if (ip.more_fragments()) {
    end &= ~7u;
    if (end > queue.length) {
      if (queue.last_in) return refuse_all(Drop::dup_frag);
      queue.length = end;
    }
  } else {
    if (end < queue.length || (queue.last_in && end != queue.length)) return refuse_all(Drop::dup_frag);
    queue.last_in = true;
    queue.length = end;
  }
  if (end == begin) return refuse_all(Drop::pkt_too_small);
  fragment->trim(header + end - begin);

  // Kernel: inet_frag_queue_insert(). Bytes that an unbroken run of pieces has already are a duplicate; any other
  // overlap spoils the datagram (as RFC 5722 demands of IPv6).
  std::uint32_t covered = begin;
  bool overlap = false;
  for (const Piece& piece : queue.pieces) {
    if (piece.begin >= end || piece.end <= begin) continue;
    overlap = true;
    if (piece.begin <= covered) covered = std::max(covered, piece.end);
  }
  if (overlap && covered >= end) {
    host_.drop(std::move(fragment), Drop::dup_frag, Stage::local_in);
    return nullptr;
  }
  if (overlap) return refuse_all(Drop::dup_frag);

  const Route route = fragment->route;
  Device* out = fragment->out;
  insert(queue, std::move(fragment), begin, end);
  if (!queue.last_in || queue.have != queue.length || queue.pieces.front().begin != 0) return nullptr;
  return reassemble(queue, route, out);
}

void Fragments::insert(Queue& queue, PacketPtr fragment, std::uint32_t begin, std::uint32_t end) {
  const wire::Ipv4 ip = fragment->ip();
  const std::uint32_t size = fragment->size();
  queue.in = fragment->in;
  queue.max_size = std::max(queue.max_size, size);
  if (ip.dont_fragment()) queue.max_df_size = std::max(queue.max_df_size, size);
  queue.ecn = static_cast<std::uint8_t>(queue.ecn | 1u << (ip.tos() & 3));
  queue.have += end - begin;
  bytes_ += weight_of(*fragment);
  const auto place = std::ranges::upper_bound(queue.pieces, begin, {}, &Piece::begin);
  queue.pieces.insert(place, Piece{begin, end, std::move(fragment)});
}

// Kernel: ip_frag_reasm(). The first fragment's header and head, all payloads; route and device of the last to come.
PacketPtr Fragments::reassemble(Queue& queue, const Route& route, Device* out) {
  std::uint8_t ecn = 0;
  const std::uint32_t header = queue.pieces.front().packet->ip().header_size();
  if (!combine_ecn(queue.ecn, ecn) || header + queue.length > 0xffff) {
    discard(queue, Drop::ip_inhdr);
    return nullptr;
  }
  PacketPtr whole;
  std::vector<std::uint32_t> sizes;
  std::vector<Payload> parts;
  for (Piece& piece : queue.pieces) {
    bytes_ -= weight_of(*piece.packet);
    sizes.push_back(piece.end - piece.begin);
    if (whole == nullptr) {
      whole = std::move(piece.packet);
    } else {
      piece.packet->pull(piece.packet->ip().header_size());
      if (piece.packet->head_size() != 0) piece.packet->fold_head_into_payload();
      parts.push_back(std::move(piece.packet->payload));
      continue;
    }
    if (!whole->payload.empty()) parts.push_back(std::move(whole->payload));
  }
  whole->payload = FragmentList::make(std::move(sizes), std::move(parts));
  whole->in = queue.in;
  whole->out = out;
  whole->route = route;
  whole->checksum = ChecksumState::none;
  // DF comes back only if the largest fragment had it, so that a small one cannot forbid what the sender did.
  const bool df = queue.max_df_size == queue.max_size;
  whole->frag_max_size = static_cast<std::uint16_t>(queue.max_size);
  whole->frag_pmtu = df;
  const wire::Ipv4 ip = whole->ip();
  ip.set_total_length(static_cast<std::uint16_t>(header + queue.length));
  ip.set_fragment_field(df ? wire::Ipv4::kDf : 0);
  ip.set_tos(static_cast<std::uint8_t>(ip.tos() | ecn));
  ip.refresh_checksum();
  queue.pieces.clear();
  discard(queue, Drop::none);
  return whole;
}

}  // namespace lvs::host
