// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/packet/packet.h"

#include <algorithm>

#include "wire/head-length.h"

namespace lvs::host {
namespace {

// An allocator's cache, one a thread: no state that a run could see.
struct FreeList {
  static constexpr std::size_t kMax = 65536;
  Packet* head = nullptr;
  std::size_t size = 0;
};

}  // namespace

// Packets on the free list are linked through their own `next`.
static FreeList& free_list() {
  thread_local struct Owner : FreeList {
    ~Owner() {
      while (head != nullptr) {
        Packet* following = head->next.release();
        ::operator delete(static_cast<void*>(head));
        head = following;
      }
      size = kMax;  // packets that die later in this thread's exit are freed at once
    }
  } list;
  return list;
}

PacketPtr Packet::create() {
  FreeList& free = free_list();
  void* memory;
  if (free.head != nullptr) {
    Packet* packet = free.head;
    free.head = packet->next.release();
    --free.size;
    memory = packet;
  } else {
    memory = ::operator new(sizeof(Packet));
  }
  return PacketPtr(new (memory) Packet);
}

void PacketDeleter::operator()(Packet* packet) const {
  packet->~Packet();
  FreeList& free = free_list();
  if (free.size >= FreeList::kMax) {
    ::operator delete(static_cast<void*>(packet));
    return;
  }
  new (&packet->next) PacketPtr(free.head);
  free.head = packet;
  ++free.size;
}

PacketPtr Packet::from_frame(base::ByteView frame) {
  PacketPtr packet = create();
  const std::size_t head = wire::head_length(frame, kHeadMax);
  std::copy_n(frame.data(), head, packet->put(head));
  packet->payload = Payload::copy_of(frame.subspan(head));
  packet->has_link_header = true;
  return packet;
}

PacketPtr Packet::clone() const {
  PacketPtr copy = create();
  Packet& c = *copy;
  c.payload = payload;
  c.walk = walk;
  c.part = part;
  c.in = in;
  c.out = out;
  c.route = route;
  c.mark = mark;
  c.type = type;
  c.checksum = checksum;
  c.gso_type = gso_type;
  c.has_link_header = has_link_header;
  c.ipvs_property = ipvs_property;
  c.ignore_df = ignore_df;
  c.forwarded = forwarded;
  c.nf_trace = nf_trace;
  c.reply_source_fixed = reply_source_fixed;
  c.csum_start = csum_start;
  c.csum_offset = csum_offset;
  c.gso_size = gso_size;
  c.frag_max_size = frag_max_size;
  c.frag_pmtu = frag_pmtu;
  c.conntrack = conntrack;
  c.received = received;
  c.begin_ = begin_;
  c.end_ = end_;
  c.network_ = network_;
  c.transport_ = transport_;
  c.link_ = kNoLink;  // its bytes are not copied
  std::copy(buffer_.begin() + begin_, buffer_.begin() + end_, c.buffer_.begin() + begin_);
  return copy;
}

bool Packet::pull_from_payload(std::size_t n) {
  if (n > size() || begin_ + n > kCapacity) return false;
  const auto missing = static_cast<std::uint32_t>(n - head_size());
  payload.read(0, {buffer_.data() + end_, missing});
  payload.remove_front(missing);
  end_ = static_cast<std::uint16_t>(end_ + missing);
  return true;
}

void Packet::make_headroom(std::size_t n) {
  const std::size_t shift = kHeadroom;
  link_ = kNoLink;
  if (begin_ + shift >= n && tailroom() >= shift) {
    std::memmove(buffer_.data() + begin_ + shift, data(), head_size());
    begin_ = static_cast<std::uint16_t>(begin_ + shift);
    end_ = static_cast<std::uint16_t>(end_ + shift);
    network_ = static_cast<std::uint16_t>(network_ + shift);
    transport_ = static_cast<std::uint16_t>(transport_ + shift);
    return;
  }
  // Nested encapsulation: nobody rewrites the innermost headers any more.
  fold_head_into_payload();
}

void Packet::fold_head_into_payload() {
  std::uint8_t* bytes = nullptr;
  const std::uint32_t whole = size();
  Payload folded = Payload::buffer(whole, &bytes);
  copy_to({bytes, whole});
  payload = std::move(folded);
  begin_ = end_ = network_ = transport_ = kHeadroom;
  link_ = kNoLink;
}

void Packet::trim(std::uint32_t size) {
  if (size >= this->size()) return;
  if (size <= head_size()) {
    end_ = static_cast<std::uint16_t>(begin_ + size);
    payload = Payload();
  } else {
    payload.truncate(size - head_size());
  }
}

void Packet::copy_to(std::span<std::uint8_t> to) const { read(0, to); }

void Packet::read(std::uint32_t from, std::span<std::uint8_t> to) const {
  const std::uint32_t headers = head_size();
  if (from < headers) {
    const std::size_t n = std::min<std::size_t>(headers - from, to.size());
    std::memcpy(to.data(), data() + from, n);
    to = to.subspan(n);
    from = headers;
  }
  payload.read(from - headers, to);
}

wire::Sum Packet::transport_sum() const {
  const std::uint32_t head = transport_head_size();
  const wire::Sum rest = (head & 1) != 0 ? wire::sum_swap(payload.sum()) : payload.sum();
  return wire::sum_add(wire::sum_bytes({transport(), head}), rest);
}

void PacketQueue::push(PacketPtr packet) {
  Packet* raw = packet.get();
  if (tail_ == nullptr) {
    head_ = std::move(packet);
  } else {
    tail_->next = std::move(packet);
  }
  tail_ = raw;
  ++size_;
}

PacketPtr PacketQueue::pop() {
  if (head_ == nullptr) return nullptr;
  PacketPtr first = std::move(head_);
  head_ = std::move(first->next);
  if (head_ == nullptr) tail_ = nullptr;
  --size_;
  return first;
}

void PacketQueue::clear() {
  while (pop() != nullptr) {
  }
}

}  // namespace lvs::host
