// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-frame-batch.h"

#include <cstring>
#include <type_traits>
#include <utility>

#include "ns3/lvs-packet.h"
#include "ns3/packet.h"

namespace ns3 {

using lvs::host::ChecksumState;
using lvs::host::Payload;
using CoreFrame = lvs::host::Packet;

namespace {

// How what follows the head travels: as its length alone, as bytes, or the whole frame as ns-3 serializes packets.
enum class Form : uint16_t { ZEROS, BYTES, NS3 };

// In front of each frame; the processes of a run are of one program, and so of one byte order.
struct Lead {
  LvsFrameArrival at;
  uint64_t walk;
  uint32_t size;  // of the payload, or of the serialized packet
  uint16_t head;
  Form form;
};
static_assert(std::is_trivially_copyable_v<Lead>);

Form FormOf(const CoreFrame& frame) {
  if (frame.checksum == ChecksumState::partial || LvsNs3Payload::Of(frame.payload) != nullptr) return Form::NS3;
  static const Payload zeros = Payload::zeros(1);
  return frame.payload.empty() || frame.payload.source() == zeros.source() ? Form::ZEROS : Form::BYTES;
}

lvs::host::PacketPtr Frame(const Lead& lead, std::span<const uint8_t> head, std::span<const uint8_t> rest) {
  if (lead.form == Form::NS3) {
    return LvsPacket::FromFrame(Create<Packet>(rest.data(), static_cast<uint32_t>(rest.size()), true));
  }
  lvs::host::PacketPtr frame = CoreFrame::create();
  std::memcpy(frame->put(head.size()), head.data(), head.size());
  frame->payload = lead.form == Form::ZEROS ? Payload::zeros(lead.size) : Payload::copy_of(rest);
  frame->has_link_header = true;
  frame->walk = lead.walk;
  return frame;
}

}  // namespace

bool LvsFrameBatch::Add(const LvsFrameArrival& at, const CoreFrame& frame) {
  if (frame.gso_size != 0) return false;
  Lead lead{at, frame.walk, frame.payload.size(), static_cast<uint16_t>(frame.head_size()), FormOf(frame)};
  Ptr<Packet> packet;
  if (lead.form == Form::NS3) {
    packet = LvsPacket::ToNs3(frame);
    lead.head = 0;
    lead.size = packet->GetSerializedSize();
  }
  const std::size_t begin = m_bytes.size();
  const std::size_t bytes = lead.form == Form::ZEROS ? 0 : lead.size;
  if (begin + sizeof lead + lead.head + bytes > m_most) return false;
  m_bytes.resize(begin + sizeof lead + lead.head + bytes);
  uint8_t* to = m_bytes.data() + begin;
  std::memcpy(to, &lead, sizeof lead);
  to += sizeof lead;
  if (packet != nullptr) {
    packet->Serialize(to, lead.size);
  } else {
    std::memcpy(to, frame.data(), lead.head);
    if (bytes != 0) frame.payload.read(0, {to + lead.head, bytes});
  }
  if (m_frames == 0 || at.time < m_first.time) m_first = at;
  ++m_frames;
  return true;
}

void LvsFrameBatch::Clear() {
  m_bytes.clear();
  m_frames = 0;
}

bool LvsFrameBatch::ForEach(std::span<const uint8_t> bytes,
                            const std::function<void(const LvsFrameArrival&, lvs::host::PacketPtr)>& take) {
  while (!bytes.empty()) {
    Lead lead;
    if (bytes.size() < sizeof lead) return false;
    std::memcpy(&lead, bytes.data(), sizeof lead);
    bytes = bytes.subspan(sizeof lead);
    const std::size_t rest = lead.form == Form::ZEROS ? 0 : lead.size;
    if (lead.form > Form::NS3 || lead.head > CoreFrame::kHeadMax || bytes.size() < lead.head + rest) return false;
    take(lead.at, Frame(lead, bytes.first(lead.head), bytes.subspan(lead.head, rest)));
    bytes = bytes.subspan(lead.head + rest);
  }
  return true;
}

}  // namespace ns3
