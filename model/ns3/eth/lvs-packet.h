// SPDX-License-Identifier: GPL-2.0-or-later
// Between the core's packets (head bytes and an opaque payload) and ns-3's.
//
// What an ns-3 socket put into a packet survives the way through the core and back: uid, packet tags, byte tags, and
// payload bytes that were never allocated (Create<Packet>(size)).
#pragma once

#include <cstdint>
#include <iosfwd>

#include "base/bytes.h"
#include "host/packet/packet.h"
#include "host/packet/payload.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/tag.h"

namespace ns3 {

/**
 * The walk id of a core packet (lvs::trace::WalkId) while it is an ns3::Packet. A packet tag; present only if not zero.
 */
class LvsWalkTag : public Tag {
 public:
  LvsWalkTag() = default;
  explicit LvsWalkTag(lvs::trace::WalkId walk) : m_walk(walk) {}
  lvs::trace::WalkId GetWalk() const { return m_walk; }

  static TypeId GetTypeId();
  TypeId GetInstanceTypeId() const override;
  uint32_t GetSerializedSize() const override;
  void Serialize(TagBuffer i) const override;
  void Deserialize(TagBuffer i) override;
  void Print(std::ostream& os) const override;

 private:
  lvs::trace::WalkId m_walk = 0;
};

/**
 * Bytes of an ns3::Packet as payload of a core packet. Objects are pooled.
 */
class LvsNs3Payload final : public lvs::host::PayloadSource {
 public:
  /** \returns bytes [offset, offset + size) of \p packet, which lie inside it; none of them keep its uid and tags. */
  static lvs::host::Payload Create(Ptr<const Packet> packet, uint32_t offset, uint32_t size);
  /** \returns the source of \p payload if it is one of these, else nullptr. */
  static const LvsNs3Payload* Of(const lvs::host::Payload& payload);
  const Ptr<const Packet>& GetPacket() const { return m_packet; }

  void read(std::uint32_t offset, std::span<std::uint8_t> out) const override;
  lvs::wire::Sum sum(std::uint32_t offset, std::uint32_t size) const override;
  void retain() override { ++m_count; }
  void release() override;

 private:
  struct FreeList;
  static FreeList& GetFreeList();
  explicit LvsNs3Payload(Ptr<const Packet> packet) : m_packet(std::move(packet)) {}

  Ptr<const Packet> m_packet;
  uint32_t m_count = 1;
  LvsNs3Payload* m_nextFree = nullptr;
};

/**
 * Conversions. All are total: any bytes convert, malformed ones too.
 */
class LvsPacket {
 public:
  using CorePtr = lvs::host::PacketPtr;

  /** An Ethernet frame. Headers go to the head by the rules of lvs::wire::head_length, the rest stays in \p frame. */
  static CorePtr FromFrame(Ptr<const Packet> frame);
  /** An IPv4 packet, without link header: data() is the IPv4 header. */
  static CorePtr FromIp(Ptr<const Packet> packet);
  /**
   * An IPv4 packet whose first bytes come apart from the rest: \p header is the IPv4 header, \p rest what follows it
   * (as in Ipv4L3Protocol::Send). header.size() <= 60.
   */
  static CorePtr FromIp(lvs::base::ByteView header, Ptr<const Packet> rest);
  /**
   * A frame made of \p packet, as NetDevice::Send has it. Only the Ethernet header lies in the head: between two ns-3
   * stacks nobody looks at the rest, and it stays as it is. Call PullHeaders() before a host of the core gets it.
   */
  static CorePtr FromSend(Ptr<const Packet> packet, const lvs::base::MacAddr& source,
                          const lvs::base::MacAddr& destination, uint16_t protocol);
  /** Completes the head of a frame by the rules of lvs::wire::head_length. No effect on a frame that is complete. */
  static void PullHeaders(lvs::host::Packet& frame);

  /**
   * The bytes of \p packet from \p offset (counted from data()) on. \p offset <= packet.size(). A partial checksum is
   * completed; the packet's own tags, uid and walk id (as LvsWalkTag) are there.
   */
  static Ptr<Packet> ToNs3(const lvs::host::Packet& packet, uint32_t offset = 0);
  /** As ToNs3, but may share an ns3::Packet with others where that saves a copy. */
  static Ptr<const Packet> ToNs3Shared(const lvs::host::Packet& packet, uint32_t offset = 0);

  /** Prints a frame as an ns-3 ascii trace has it, header by header. */
  static void Print(std::ostream& os, Ptr<const Packet> frame);
};

}  // namespace ns3
