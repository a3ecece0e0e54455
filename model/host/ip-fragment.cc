// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/ip-fragment.h"

#include <algorithm>

#include "host/host.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

// What a fragment weighs against ipfrag_high_thresh (kernel: truesize, here of a small linear skb).
std::size_t weight_of(const Packet& packet) { return packet.size() + 768; }

// ECN of a datagram from its fragments' (kernel: ip_frag_ecn_table): CE if any is CE, never mixed with not-ECT.
bool combine_ecn(std::uint8_t seen, std::uint8_t& ecn) {
  const bool not_ect = (seen & 1) != 0;
  const bool ce = (seen & 8) != 0;
  if (not_ect && ce) return false;
  ecn = ce ? 3 : 0;
  return true;
}

}  // namespace

Fragments::~Fragments() {
  for (auto& [key, queue] : queues_) host_.cancel(queue->timer);
}

void Fragments::discard(Queue& queue, Drop reason) {
  host_.cancel(queue.timer);
  for (Piece& piece : queue.pieces) {
    bytes_ -= weight_of(*piece.packet);
    host_.drop(std::move(piece.packet), reason, Stage::local_in);
  }
  queues_.erase(Key(queue.key));
}

void Fragments::on_timeout(base::Timer& timer) {
  Queue& queue = *static_cast<Queue::OwnedTimer&>(timer).queue;
  Fragments& self = *queue.owner;
  // Only an end host that has the first fragment tells the sender (kernel: ip_expire(); RFC 792).
  if (!queue.pieces.empty() && queue.pieces.front().begin == 0 &&
      queue.pieces.front().packet->route.type == RouteType::local) {
    self.host_.icmp.send_error(*queue.pieces.front().packet, wire::Icmp::time_exceeded, 1);
  }
  self.discard(queue, Drop::frag_reasm_timeout);
}

// Kernel: ip_defrag(), ip_frag_queue(), inet_frag_queue_insert().
PacketPtr Fragments::add(PacketPtr fragment, FragmentUser user) {
  const wire::Ipv4 ip = fragment->ip();
  const Key key{ip.src().value, ip.dst().value, ip.id(), static_cast<std::uint8_t>(ip.protocol()), user};
  auto at = queues_.find(key);
  if (at == queues_.end()) {
    if (bytes_ > static_cast<std::size_t>(host_.sysctls.get(Ipv4Key::ipfrag_high_thresh))) {
      host_.drop(std::move(fragment), Drop::nomem, Stage::local_in);
      return nullptr;
    }
    auto made = std::make_unique<Queue>(&Fragments::on_timeout);
    made->timer.queue = made.get();
    made->owner = this;
    made->key = key;
    host_.arm(made->timer, host_.now() + std::chrono::seconds(host_.sysctls.get(Ipv4Key::ipfrag_time)));
    at = queues_.emplace(key, std::move(made)).first;
  }
  Queue& queue = *at->second;
  const auto refuse_all = [&](Drop reason) -> PacketPtr {
    discard(queue, reason);
    host_.drop(std::move(fragment), reason, Stage::local_in);
    return nullptr;
  };

  const unsigned header = ip.header_size();
  const unsigned begin = ip.fragment_offset();
  unsigned end = begin + fragment->size() - header;
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
  if (end == begin) return refuse_all(Drop::dup_frag);
  fragment->trim(header + end - begin);

  const auto place = std::ranges::upper_bound(queue.pieces, begin, {}, &Piece::begin);
  const Piece* before = place == queue.pieces.begin() ? nullptr : &*std::prev(place);
  const Piece* after = place == queue.pieces.end() ? nullptr : &*place;
  if (before != nullptr && before->begin <= begin && before->end >= end) {  // nothing new: a duplicate
    host_.drop(std::move(fragment), Drop::dup_frag, Stage::local_in);
    return nullptr;
  }
  // RFC 5722 for IPv4 as well: an overlap spoils the datagram.
  if ((before != nullptr && before->end > begin) || (after != nullptr && after->begin < end)) {
    return refuse_all(Drop::dup_frag);
  }
  const unsigned size = fragment->size();
  queue.max_size = std::max(queue.max_size, size);
  if (ip.dont_fragment()) queue.max_df_size = std::max(queue.max_df_size, size);
  queue.ecn = static_cast<std::uint8_t>(queue.ecn | 1u << (ip.tos() & 3));
  queue.have += end - begin;
  bytes_ += weight_of(*fragment);
  queue.pieces.insert(place, Piece{begin, end, std::move(fragment)});
  if (!queue.last_in || queue.have != queue.length || queue.pieces.front().begin != 0) return nullptr;
  return reassemble(queue);
}

// Kernel: ip_frag_reasm().
PacketPtr Fragments::reassemble(Queue& queue) {
  host_.cancel(queue.timer);
  PacketPtr whole = std::move(queue.pieces.front().packet);
  bytes_ -= weight_of(*whole);
  const unsigned header = whole->ip().header_size();
  std::uint8_t ecn = 0;
  const bool sound = combine_ecn(queue.ecn, ecn) && header + queue.length <= 0xffff;

  // The first piece's head stays; everything behind it becomes one buffer.
  const std::uint32_t first_payload = whole->payload.size();
  const std::uint32_t rest = header + queue.length - whole->head_size();
  std::uint8_t* out = nullptr;
  Payload joined = rest == 0 ? Payload() : Payload::buffer(rest, &out);
  if (first_payload != 0) whole->payload.read(0, {out, first_payload});
  for (Piece& piece : queue.pieces) {
    if (piece.packet == nullptr) continue;
    bytes_ -= weight_of(*piece.packet);
    const unsigned skip = piece.packet->ip().header_size();
    piece.packet->read(skip, {out + header + piece.begin - whole->head_size(), piece.end - piece.begin});
    whole->in = piece.packet->in;
  }
  const unsigned max_size = queue.max_size;
  const bool all_df = queue.max_df_size == queue.max_size;
  queues_.erase(Key(queue.key));
  if (!sound) {
    host_.drop(std::move(whole), Drop::frag_too_far, Stage::local_in);
    return nullptr;
  }
  whole->payload = std::move(joined);
  const wire::Ipv4 ip = whole->ip();
  ip.set_total_length(static_cast<std::uint16_t>(header + (rest + whole->head_size() - header)));
  ip.set_fragment_field(all_df ? wire::Ipv4::kDf : 0);
  ip.set_tos(static_cast<std::uint8_t>(ip.tos() | ecn));
  ip.refresh_checksum();
  whole->frag_max_size = static_cast<std::uint16_t>(max_size);
  whole->frag_pmtu = all_df;
  whole->checksum = ChecksumState::none;
  return whole;
}

namespace {

// Options that later fragments do not carry become no-ops (kernel: ip_options_fragment()).
void blank_uncopied_options(std::uint8_t* header, unsigned size) {
  std::uint8_t* option = header + wire::Ipv4::kMinSize;
  std::uint8_t* end = header + size;
  while (option < end && *option != 0) {
    if (*option == 1) {
      ++option;
      continue;
    }
    const std::uint8_t length = option + 1 < end ? option[1] : 0;
    if (length < 2 || option + length > end) return;
    if ((*option & 0x80) == 0) std::fill_n(option, length, std::uint8_t{1});
    option += length;
  }
}

}  // namespace

// Kernel: ip_do_fragment(), the slow path.
void Host::ip_fragment(PacketPtr packet, std::uint32_t mtu) {
  if (packet->frag_max_size != 0 && packet->frag_max_size < mtu) mtu = packet->frag_max_size;
  const unsigned header = packet->ip().header_size();
  const std::uint32_t total = packet->size();
  const unsigned step = mtu <= header ? 0 : (mtu - header) & ~7u;
  const bool more_follow = packet->ip().more_fragments();
  const unsigned first_offset = packet->ip().fragment_offset();
  for (std::uint32_t done = 0; done < total - header;) {
    const std::uint32_t left = total - header - done;
    const std::uint32_t take = left + header > mtu ? step : left;
    if (take == 0) return drop(std::move(packet), Drop::pkt_too_big, Stage::post_routing);
    PacketPtr piece = packet->clone();
    piece->payload = Payload();
    piece->trim(header);
    if (done != 0) blank_uncopied_options(piece->data(), header);
    // The piece's transport bytes lie partly in the head, partly in the payload of the whole.
    const std::uint32_t from = header + done;
    const std::uint32_t in_head = from < packet->head_size() ? std::min(packet->head_size() - from, take) : 0;
    if (in_head != 0) std::copy_n(packet->data() + from, in_head, piece->put(in_head));
    if (take > in_head) {
      piece->payload = packet->payload.slice(from + in_head - packet->head_size(), take - in_head);
    }
    const wire::Ipv4 ip = piece->ip();
    ip.set_total_length(static_cast<std::uint16_t>(header + take));
    const bool more = take < left || more_follow;
    ip.set_fragment_field(static_cast<std::uint16_t>((first_offset + done) / 8 | (more ? wire::Ipv4::kMf : 0) |
                                                     (packet->frag_pmtu ? wire::Ipv4::kDf : 0)));
    ip.refresh_checksum();
    piece->frag_max_size = 0;
    done += take;
    ip_output_one(std::move(piece));
  }
}

}  // namespace lvs::host
