// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-packet.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <typeinfo>
#include <utility>
#include <vector>

#include "host/ip/fragment.h"
#include "ns3/ethernet-header.h"
#include "ns3/header.h"
#include "ns3/mac48-address.h"
#include "wire/checksum.h"
#include "wire/ethernet.h"
#include "wire/head-length.h"

namespace ns3 {

using lvs::base::ByteView;
using lvs::host::Payload;
using CorePacket = lvs::host::Packet;
using lvs::wire::Ethernet;

NS_OBJECT_ENSURE_REGISTERED(LvsWalkTag);

TypeId LvsWalkTag::GetTypeId() {
  static TypeId tid = TypeId("ns3::LvsWalkTag").SetParent<Tag>().SetGroupName("Lvs").AddConstructor<LvsWalkTag>();
  return tid;
}

TypeId LvsWalkTag::GetInstanceTypeId() const { return GetTypeId(); }
uint32_t LvsWalkTag::GetSerializedSize() const { return sizeof m_walk; }
void LvsWalkTag::Serialize(TagBuffer i) const { i.WriteU64(m_walk); }
void LvsWalkTag::Deserialize(TagBuffer i) { m_walk = i.ReadU64(); }
void LvsWalkTag::Print(std::ostream& os) const {
  os << "host=" << (m_walk >> 40) << " walk=" << (m_walk & ((uint64_t{1} << 40) - 1));
}

namespace {

/** Bytes that are headers already. */
class RawHeader : public Header {
 public:
  RawHeader() = default;
  explicit RawHeader(ByteView bytes) : m_bytes(bytes) {}
  static TypeId GetTypeId() {
    static TypeId tid = TypeId("ns3::LvsRawHeader").SetParent<Header>().SetGroupName("Lvs").AddConstructor<RawHeader>();
    return tid;
  }
  TypeId GetInstanceTypeId() const override { return GetTypeId(); }
  uint32_t GetSerializedSize() const override { return static_cast<uint32_t>(m_bytes.size()); }
  void Serialize(Buffer::Iterator i) const override { i.Write(m_bytes.data(), GetSerializedSize()); }
  // Only Packet::Print asks for this: the bytes have no structure that a header of no type could know.
  uint32_t Deserialize(Buffer::Iterator) override { return 0; }
  void Print(std::ostream& os) const override { os << "raw"; }

 private:
  ByteView m_bytes;
};
NS_OBJECT_ENSURE_REGISTERED(RawHeader);

lvs::trace::WalkId WalkOf(const Packet& packet) {
  LvsWalkTag tag;
  return packet.PeekPacketTag(tag) ? tag.GetWalk() : 0;
}

// `prefix` and then `rest`; the bytes before the network header are those of an Ethernet header in either case, so that
// one rule says where the headers end.
LvsPacket::CorePtr Build(ByteView prefix, Ptr<const Packet> rest, bool hasLinkHeader) {
  LvsPacket::CorePtr core = CorePacket::create();
  if (!hasLinkHeader) {
    std::uint8_t* link = core->put(Ethernet::kSize);
    lvs::base::store_be16(link + 12, static_cast<std::uint16_t>(lvs::wire::EtherType::ipv4));
  }
  if (!prefix.empty()) std::memcpy(core->put(prefix.size()), prefix.data(), prefix.size());
  const auto fixed = core->head_size();
  const auto most = static_cast<uint32_t>(CorePacket::kHeadMax) - fixed;
  const uint32_t size = rest->GetSize();
  const uint32_t copied = std::min(most, size);
  rest->CopyData(core->put(copied), copied);
  const auto head = std::max(
      fixed, static_cast<uint32_t>(lvs::wire::head_length({core->data(), fixed + copied}, CorePacket::kHeadMax)));
  core->trim(head);
  core->payload = LvsNs3Payload::Create(rest, head - fixed, size - (head - fixed));
  core->walk = WalkOf(*rest);
  if (hasLinkHeader) {
    core->has_link_header = true;
  } else {
    core->pull(Ethernet::kSize);
    core->set_network_header();
  }
  return core;
}

// The checksum that the sender left to whoever sends the bytes (kernel: skb_checksum_help). `head` is a copy of the
// packet's head.
void CompleteChecksum(const CorePacket& packet, std::span<std::uint8_t> head) {
  const std::size_t start = packet.csum_start;
  const std::size_t at = start + packet.csum_offset;
  if (at + 2 > head.size()) return;
  const std::size_t covered = head.size() - start;
  const lvs::wire::Sum rest = (covered & 1) != 0 ? lvs::wire::sum_swap(packet.payload.sum()) : packet.payload.sum();
  const lvs::wire::Sum sum = lvs::wire::sum_add(lvs::wire::sum_bytes(head.subspan(start)), rest);
  const std::uint16_t checksum = lvs::wire::checksum_of(sum);
  lvs::base::store_be16(head.data() + at, checksum == 0 ? 0xffff : checksum);
}

Ptr<Packet> PayloadToNs3(const Payload& payload, uint32_t from);

// `size` bytes of a reassembled datagram's payload: every fragment's own packet, so that tags survive.
Ptr<Packet> FragmentsToNs3(const lvs::host::FragmentList& list, uint32_t from, uint32_t size) {
  Ptr<Packet> made;
  for (const Payload& part : list.parts()) {
    if (size == 0) break;
    if (from >= part.size()) {
      from -= part.size();
      continue;
    }
    const uint32_t taken = std::min(size, part.size() - from);
    Ptr<Packet> piece = PayloadToNs3(part.slice(from, taken), 0);
    if (made == nullptr) {
      made = piece;
    } else {
      made->AddAtEnd(piece);
    }
    size -= taken;
    from = 0;
  }
  return made == nullptr ? Create<Packet>() : made;
}

// Bytes of the payload from `from` on as a packet that nobody else has.
Ptr<Packet> PayloadToNs3(const Payload& payload, uint32_t from) {
  const uint32_t size = payload.size() - from;
  if (const LvsNs3Payload* source = LvsNs3Payload::Of(payload)) {
    const uint32_t offset = payload.offset() + from;
    if (offset == 0 && size == source->GetPacket()->GetSize()) return source->GetPacket()->Copy();
    return source->GetPacket()->CreateFragment(offset, size);
  }
  if (size == 0) return Create<Packet>();
  static const Payload zeros = Payload::zeros(1);
  if (payload.source() == zeros.source()) return Create<Packet>(size);
  if (const std::uint8_t* bytes = payload.contiguous()) return Create<Packet>(bytes + from, size);
  if (const auto* list = dynamic_cast<const lvs::host::FragmentList*>(payload.source())) {
    return FragmentsToNs3(*list, payload.offset() + from, size);
  }
  std::vector<std::uint8_t> bytes(size);
  payload.read(from, bytes);
  return Create<Packet>(bytes.data(), size);
}

// Byte tags lie on bytes. Those of a packet that is all headers went with them into the head; they are put back on all
// of what came of it. Elsewhere the payload has kept them.
void RestoreByteTags(const Packet& from, Ptr<Packet> to) {
  for (ByteTagIterator i = from.GetByteTagIterator(); i.HasNext();) {
    const ByteTagIterator::Item item = i.Next();
    const std::unique_ptr<ObjectBase> object(item.GetTypeId().GetConstructor()());
    if (Tag* tag = dynamic_cast<Tag*>(object.get())) {
      item.GetTag(*tag);
      to->AddByteTag(*tag);
    }
  }
}

}  // namespace

// --- LvsNs3Payload ---

// An allocator's cache, one a thread: no state that a run could see.
struct LvsNs3Payload::FreeList {
  LvsNs3Payload* head = nullptr;
  ~FreeList() {
    while (head != nullptr) delete std::exchange(head, head->m_nextFree);
  }
};

LvsNs3Payload::FreeList& LvsNs3Payload::GetFreeList() {
  thread_local FreeList list;
  return list;
}

Payload LvsNs3Payload::Create(Ptr<const Packet> packet, uint32_t offset, uint32_t size) {
  // Kept where there are no bytes, too: an acknowledgement of TCP has no payload, but a uid and tags.
  FreeList& free = GetFreeList();
  LvsNs3Payload* source = free.head;
  if (source == nullptr) {
    source = new LvsNs3Payload(std::move(packet));
  } else {
    free.head = source->m_nextFree;
    source->m_packet = std::move(packet);
    source->m_count = 1;
  }
  return {source, offset, size};
}

void LvsNs3Payload::release() {
  if (--m_count != 0) return;
  m_packet = nullptr;
  FreeList& free = GetFreeList();
  m_nextFree = free.head;
  free.head = this;
}

const LvsNs3Payload* LvsNs3Payload::Of(const Payload& payload) {
  lvs::host::PayloadSource* source = payload.source();
  if (source == nullptr || typeid(*source) != typeid(LvsNs3Payload)) return nullptr;
  return static_cast<const LvsNs3Payload*>(source);
}

void LvsNs3Payload::read(std::uint32_t offset, std::span<std::uint8_t> out) const {
  const auto size = static_cast<uint32_t>(out.size());
  if (offset == 0) {
    m_packet->CopyData(out.data(), size);
    return;
  }
  std::array<std::uint8_t, 256> start;
  if (offset + size <= start.size()) {
    m_packet->CopyData(start.data(), offset + size);
    std::memcpy(out.data(), start.data() + offset, size);
    return;
  }
  m_packet->CreateFragment(offset, size)->CopyData(out.data(), size);
}

lvs::wire::Sum LvsNs3Payload::sum(std::uint32_t offset, std::uint32_t size) const {
  std::array<std::uint8_t, 2048> bytes;
  if (size > bytes.size()) return PayloadSource::sum(offset, size);
  read(offset, {bytes.data(), size});
  return lvs::wire::sum_bytes({bytes.data(), size});
}

// --- LvsPacket ---

LvsPacket::CorePtr LvsPacket::FromFrame(Ptr<const Packet> frame) { return Build({}, std::move(frame), true); }
LvsPacket::CorePtr LvsPacket::FromIp(Ptr<const Packet> packet) { return Build({}, std::move(packet), false); }
LvsPacket::CorePtr LvsPacket::FromIp(ByteView header, Ptr<const Packet> rest) {
  return Build(header, std::move(rest), false);
}

LvsPacket::CorePtr LvsPacket::FromSend(Ptr<const Packet> packet, const lvs::base::MacAddr& source,
                                       const lvs::base::MacAddr& destination, uint16_t protocol) {
  CorePtr core = CorePacket::create();
  Ethernet{core->put(Ethernet::kSize)}.set(destination, source, static_cast<lvs::wire::EtherType>(protocol));
  core->has_link_header = true;
  core->walk = WalkOf(*packet);
  const uint32_t size = packet->GetSize();
  core->payload = LvsNs3Payload::Create(std::move(packet), 0, size);
  return core;
}

void LvsPacket::PullHeaders(CorePacket& frame) {
  if (frame.head_size() > Ethernet::kSize || frame.payload.empty()) return;
  const std::size_t have = frame.head_size();
  const std::size_t most = std::min<std::size_t>(frame.size(), CorePacket::kHeadMax);
  std::array<std::uint8_t, CorePacket::kHeadMax> bytes;
  frame.read(0, {bytes.data(), most});
  const std::size_t head = lvs::wire::head_length({bytes.data(), most}, CorePacket::kHeadMax);
  if (head <= have) return;
  const std::size_t missing = std::min(head - have, frame.tailroom());
  std::memcpy(frame.put(missing), bytes.data() + have, missing);
  frame.payload.remove_front(static_cast<uint32_t>(missing));
}

Ptr<const Packet> LvsPacket::ToNs3Shared(const CorePacket& packet, uint32_t offset) {
  if (packet.head_size() == offset && packet.checksum != lvs::host::ChecksumState::partial) {
    const LvsNs3Payload* source = LvsNs3Payload::Of(packet.payload);
    if (source != nullptr && packet.payload.offset() == 0 && packet.payload.size() == source->GetPacket()->GetSize() &&
        packet.walk == WalkOf(*source->GetPacket())) {
      return source->GetPacket();
    }
  }
  return ToNs3(packet, offset);
}

Ptr<Packet> LvsPacket::ToNs3(const CorePacket& packet, uint32_t offset) {
  const uint32_t head = packet.head_size();
  Ptr<Packet> made = PayloadToNs3(packet.payload, offset > head ? offset - head : 0);
  if (offset < head) {
    if (packet.has_link_header && head == Ethernet::kSize && offset == 0) {
      // Of its own type, so that an ns-3 stack's packets keep printing all their headers.
      EthernetHeader header(false);
      Mac48Address address;
      address.CopyFrom(packet.data());
      header.SetDestination(address);
      address.CopyFrom(packet.data() + 6);
      header.SetSource(address);
      header.SetLengthType(lvs::base::load_be16(packet.data() + 12));
      made->AddHeader(header);
    } else if (packet.checksum == lvs::host::ChecksumState::partial) {
      std::array<std::uint8_t, CorePacket::kCapacity> bytes;
      const std::span<std::uint8_t> copy(bytes.data(), head);
      std::memcpy(bytes.data(), packet.data(), head);
      CompleteChecksum(packet, copy);
      made->AddHeader(RawHeader(copy.subspan(offset)));
    } else {
      made->AddHeader(RawHeader(packet.head().subspan(offset)));
    }
  }
  if (packet.payload.empty() && offset < head) {
    if (const LvsNs3Payload* source = LvsNs3Payload::Of(packet.payload)) RestoreByteTags(*source->GetPacket(), made);
  }
  if (packet.walk != 0 && WalkOf(*made) != packet.walk) {
    LvsWalkTag tag(packet.walk);
    made->ReplacePacketTag(tag);  // adds it where there was none
  }
  return made;
}

}  // namespace ns3
