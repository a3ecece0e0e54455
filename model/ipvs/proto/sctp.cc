// SPDX-License-Identifier: GPL-2.0-or-later
// SCTP (kernel: ip_vs_proto_sctp.c).
#include "ipvs/proto/sctp.h"

#include <algorithm>
#include <array>
#include <span>

#include "ipvs/proto/protocol.h"
#include "wire/crc32c.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint32_t kHeader = 12, kChunkHeader = 4;
constexpr std::uint8_t kInit = 1, kAbort = 6, kNoChunk = 255;

std::uint32_t chunks_of(const Header& header) { return header.offset + header.size + kHeader; }

// Type, flags and length of the chunk at `at`; false when there is none.
bool read_chunk(const Packet& packet, std::uint32_t at, std::array<std::uint8_t, kChunkHeader>& chunk) {
  if (packet.size() < at + kChunkHeader) return false;
  packet.read(at, chunk);
  return true;
}

std::uint8_t first_chunk(const Packet& packet, const Header& header) {
  std::array<std::uint8_t, kChunkHeader> chunk{};
  return read_chunk(packet, chunks_of(header), chunk) ? chunk[0] : kNoChunk;
}

Opening opens(const Core& core, Packet& packet, const Header& header) {
  std::array<std::uint8_t, kChunkHeader> chunk{};
  if (!read_chunk(packet, chunks_of(header), chunk)) return Opening::malformed;
  const bool wanted = chunk[0] == kInit || core.settings.sloppy_sctp != 0;
  return wanted && chunk[0] != kAbort ? Opening::may_open : Opening::not_an_opening;
}

bool renews(Packet& packet, const Header& header) { return first_chunk(packet, header) == kInit; }
bool over(const Conn& conn, int) { return conn.state == sctp_state::closed; }
bool aborts(Packet& packet, const Header& header) { return first_chunk(packet, header) == kAbort; }

void transition(Core& core, Conn& conn, Direction direction, Packet& packet, const Header& header) {
  const std::uint32_t at = chunks_of(header);
  std::array<std::uint8_t, kChunkHeader> chunk{};
  if (!read_chunk(packet, at, chunk)) return;
  // An ABORT may be bundled behind a COOKIE chunk.
  std::uint8_t second = kNoChunk;
  const std::uint32_t length = base::load_be16(chunk.data() + 2);
  std::array<std::uint8_t, kChunkHeader> following{};
  if (length >= kChunkHeader && read_chunk(packet, at + ((length + 3u) & ~3u), following)) second = following[0];
  const SctpTable table = table_for<SctpTable>(conn, direction);
  const std::uint8_t next = sctp_next_state(table, sctp_event(chunk[0], second), conn.state);
  enter_state(core, conn, {next, sctp_active(next), next == sctp_state::established, core.protocols.sctp[next]},
              packet);
}

bool rewrite(Packet& packet, std::uint32_t transport, const Change& c) {
  if (!packet.may_pull(transport + kHeader)) return false;
  std::uint8_t* sctp = packet.data() + transport;
  if (c.from_port == c.to_port) return true;
  base::store_be16(sctp + (c.source ? 0 : 2), c.to_port);
  if (packet.checksum == host::ChecksumState::partial) return true;
  const std::uint32_t crc = sctp_checksum(packet, transport);
  for (int i = 0; i < 4; ++i) sctp[8 + i] = static_cast<std::uint8_t>(crc >> 8 * i);  // little-endian on the wire
  return true;
}

Droppable droppable(std::uint8_t state) {
  if (state == sctp_state::init1 || state == sctp_state::init) return Droppable::always;
  return state == sctp_state::established ? Droppable::by_lottery : Droppable::never;
}

}  // namespace

constexpr Protocol kSctp{&opens, &renews, &over, &aborts, &transition, &rewrite, &droppable};

std::uint32_t sctp_checksum(const Packet& packet, std::uint32_t transport) {
  wire::Crc32c crc;
  std::array<std::uint8_t, 256> chunk{};
  for (std::uint32_t at = transport; at < packet.size();) {
    const auto n = static_cast<std::uint32_t>(std::min<std::size_t>(chunk.size(), packet.size() - at));
    packet.read(at, std::span(chunk).first(n));
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t offset = at + i - transport;
      crc.add(offset >= 8 && offset < kHeader ? 0 : chunk[i]);
    }
    at += n;
  }
  return crc.value();
}

}  // namespace lvs::ipvs
