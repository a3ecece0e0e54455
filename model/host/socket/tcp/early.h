// SPDX-License-Identifier: GPL-2.0-or-later
// What was received out of order, until the hole before it is filled (kernel: tcp_data_queue_ofo()).
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "host/socket/tcp/endpoint.h"

namespace lvs::host {

class EarlyData {
 public:
  bool empty() const { return pieces_.empty(); }
  std::size_t size() const { return pieces_.size(); }
  void clear() { pieces_.clear(); }
  // Behind the last byte; there is one.
  std::uint32_t end() const { return pieces_.back().end(); }

  enum class Kept : std::uint8_t { kept, known, no_room };
  Kept keep(const TcpIncoming& segment);
  // Gives `use` the bytes that continue the stream at `next`, and moves `next` on. True: something was taken off;
  // `fin`: the stream ends with it.
  template <class Use>
  bool take(std::uint32_t& next, bool& fin, Use use) {
    std::size_t taken = 0;
    for (; taken < pieces_.size() && !seq_after(pieces_[taken].seq, next); ++taken) {
      const Piece& piece = pieces_[taken];
      fin |= piece.fin;
      if (!seq_after(piece.end(), next)) continue;
      use(base::ByteView(piece.bytes).subspan(next - piece.seq));
      next = piece.end();
    }
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(taken));
    return taken != 0;
  }
  // SACK blocks, up to `most` with those that are there: the piece that came last, then the rest (RFC 2018).
  void add_blocks(TcpOptions& options, unsigned most) const;

 private:
  struct Piece {
    std::uint32_t seq;
    std::vector<std::uint8_t> bytes;
    bool fin;
    std::uint32_t end() const { return seq + static_cast<std::uint32_t>(bytes.size()); }
  };
  std::vector<Piece> pieces_;  // in order; one may overlap the next
  std::uint32_t newest_ = 0;   // where the piece that came last begins
};

}  // namespace lvs::host
