// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/socket/tcp/early.h"

#include <algorithm>

namespace lvs::host {

namespace {

constexpr std::size_t kMostPieces = 512;  // pieces

}  // namespace

EarlyData::Kept EarlyData::keep(const TcpIncoming& segment) {
  const std::uint32_t data_end = segment.seq + segment.data_size;
  const auto place = std::ranges::find_if(pieces_, [&](const Piece& e) { return seq_after(e.seq, segment.seq); });
  std::uint32_t begin = segment.seq;
  if (place != pieces_.begin()) {
    const Piece& before = *(place - 1);
    if (seq_after(before.end(), begin)) begin = before.end();
  }
  newest_ = segment.seq;
  const bool fin = segment.has(wire::Tcp::fin);
  if (!seq_after(data_end, begin) && !fin) return Kept::known;
  if (seq_before(data_end, begin)) begin = data_end;
  if (pieces_.size() >= kMostPieces) return Kept::no_room;
  Piece piece{begin, std::vector<std::uint8_t>(data_end - begin), fin};
  const Packet& packet = segment.packet;
  packet.read(static_cast<std::uint32_t>(packet.transport_offset()) + segment.tcp.header_size() + (begin - segment.seq),
              piece.bytes);
  pieces_.insert(place, std::move(piece));
  return Kept::kept;
}

void EarlyData::add_blocks(TcpOptions& options, unsigned most) const {
  const auto add = [&](const SackBlock& block) {
    if (options.sack_count < most) options.sacks[options.sack_count++] = block;
  };
  std::vector<SackBlock> blocks;
  for (const Piece& piece : pieces_) {
    const std::uint32_t end = piece.end() + (piece.fin ? 1 : 0);
    if (!blocks.empty() && !seq_before(blocks.back().end, piece.seq)) {
      if (seq_after(end, blocks.back().end)) blocks.back().end = end;
    } else {
      blocks.push_back({piece.seq, end});
    }
  }
  const auto newest = std::ranges::find_if(blocks, [&](const SackBlock& block) {
    return !seq_before(newest_, block.begin) && seq_before(newest_, block.end);
  });
  if (newest != blocks.end()) add(*newest);
  for (auto block = blocks.begin(); block != blocks.end(); ++block) {
    if (block != newest) add(*block);
  }
}

}  // namespace lvs::host
